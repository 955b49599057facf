"""Suppressions: for every spelling of an address, for a reason, and lifted by somebody."""

from datetime import datetime, timedelta

import pytest

from publisher.audience import actions, addresses, queries
from publisher.audience.models import Lift
from publisher.errors import Refused
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
ADA = "ada@reader.example"


def test_many_are_suppressed_at_once_and_first_reasons_stay(now: datetime) -> None:
    actions.suppress(ADA, "asked for it", now=now)
    digests = {addresses.digest(email): "bounced" for email in (ADA, "ben@reader.example")}
    actions.suppress_all(digests, now=now)
    reasons = {stop.reason for stop in queries.stops(10)}
    assert reasons == {"asked for it", "bounced"}


def test_a_lifted_address_is_written_to_again_and_it_is_known_who_said_so(now: datetime) -> None:
    actions.suppress(ADA, "Hard bounce.", now=now)
    actions.lift(" ADA@Reader.example", by="ben@courier.example", now=now, reason="she called")
    assert not actions.is_suppressed(ADA)
    lift = Lift.objects.get()
    assert (lift.by, lift.suppressed_for, lift.reason) == (
        "ben@courier.example",
        "Hard bounce.",
        "she called",
    )


def test_what_is_not_suppressed_cannot_be_lifted(now: datetime) -> None:
    with pytest.raises(Refused, match="not suppressed, so there is nothing to lift"):
        actions.lift(ADA, by="ben@courier.example", now=now)


def test_the_latest_come_first_and_only_readers_show_an_address(now: datetime) -> None:
    SubscriberFactory.create(email=ADA)
    actions.suppress(ADA, "first", now=now)
    actions.suppress("stranger@reader.example", "second", now=now + timedelta(hours=1))
    assert [(stop.email, stop.reason) for stop in queries.stops(10)] == [
        ("", "second"),
        (ADA, "first"),
    ]


def test_an_address_is_found_by_any_spelling(now: datetime) -> None:
    actions.suppress("ada@bücher.example", "asked for it", now=now)
    found = queries.stop_at("Ada@XN--BCHER-KVA.example")
    assert found
    assert found.reason == "asked for it"
    assert queries.stop_at("ben@reader.example") is None
