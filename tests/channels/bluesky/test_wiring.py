"""Where an account's PDS may be: anywhere outside, or where the house has servers of its own."""

from datetime import datetime
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from publisher import wiring
from publisher.channels import Permanent
from tests.channels.messages import said
from tests.channels.networks.bluesky import HANDLE, PASSWORD, Pds


def secrets(pds: Pds) -> dict[str, str]:
    return {"identifier": HANDLE, "app_password": PASSWORD, "service": pds.url}


def test_a_pds_inside_is_refused_before_it_hears_a_password(pds: Pds, now: datetime) -> None:
    network = wiring.network("bluesky", secrets(pds))
    with pytest.raises(Permanent, match="not on the public internet") as raised:
        network.send(said("Words."), now=now)
    assert raised.value.stops_account
    assert pds.heard == []
    network.close()


def test_a_house_may_have_a_pds_of_its_own(pds: Pds, settings: Settings, now: datetime) -> None:
    settings.PUBLISHER_OWN_ADDRESSES = [ip_network("127.0.0.1")]
    network = wiring.network("bluesky", secrets(pds))
    assert network.send(said("Words."), now=now)
    network.close()
