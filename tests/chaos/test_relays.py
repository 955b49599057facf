"""Mail servers that misbehave: everybody gets the edition, twice only where an answer was lost."""

import random
import time
from collections import Counter

import pytest

from publisher import clock
from publisher.delivery.models import Batch, Delivery
from tests.chaos.house import IN_FLIGHT, House
from tests.chaos.sending import EVERYBODY_ONCE, announce
from tests.chaos.sink import Manners

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@pytest.mark.parametrize(
    "manners",
    [
        pytest.param(Manners(drips=True), id="an-octet-at-a-time"),
        pytest.param(Manners(pipelining=False), id="no-pipelining"),
        pytest.param(Manners(mails_a_line=100), id="421-after-a-hundred"),
        pytest.param(Manners(pause_seconds=0.05), id="slow"),
    ],
)
def test_an_odd_server_gets_every_mail_once(house: House, manners: Manners) -> None:
    house.open_sink(manners)
    assert announce(house, readers=500).tally() == EVERYBODY_ONCE


def test_an_answer_that_is_lost_costs_one_copy_with_the_same_message_id(house: House) -> None:
    house.open_sink(Manners(swallowed=100))
    sending = announce(house)
    tally = sending.tally()
    assert tally.lost == tally.unwritten == tally.told_apart == ()
    swallowed = Counter(entry.recipient for entry in sending.mails if not entry.answer)
    assert swallowed
    assert not Counter(tally.twice) - swallowed


def test_who_is_refused_is_not_tried_again_and_who_is_put_off_is(house: House) -> None:
    house.open_sink(Manners(refused="77@", greylisted="33@"))
    sending = announce(house)
    deliveries = Delivery.objects.filter(mailing=sending.edition.mailing_id)
    batches = Batch.objects.filter(mailing=sending.edition.mailing_id).exclude(state="done")
    sending.wait(lambda: sending.state == "sending", "a beginning")
    sending.wait(lambda: not batches.filter(due_at__lte=clock.now()).exists(), "a try at everybody")
    # The minutes until the next try are due times in the ledger, and can be cut short there.
    batches.update(due_at=clock.now())
    tally = sending.tally()
    assert tally.twice == tally.unwritten == ()
    assert tally.lost
    assert all("77@" in reader for reader in tally.lost)
    assert deliveries.filter(state="refused").count() == len(tally.lost)


@pytest.mark.parametrize("seconds", [0, pytest.param(10, marks=pytest.mark.thorough)])
def test_a_server_that_goes_away_and_comes_back(
    house: House, dice: random.Random, seconds: int
) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1):
        house.close_sink()
        time.sleep(seconds)
        house.open_sink()
    tally = sending.tally()
    assert tally.lost == tally.unwritten == tally.told_apart == ()
    assert len(tally.twice) <= IN_FLIGHT
