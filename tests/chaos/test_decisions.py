"""Nothing leaves after somebody decided so, except what was in flight on a connection."""

import random

import pytest
from django.db import transaction

from publisher import clock
from publisher.audience import actions as audience
from publisher.newsletters import editions
from tests.chaos.house import PIPELINED, House
from tests.chaos.sending import EVERYBODY_ONCE, announce

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


def test_nothing_leaves_after_a_cancel(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1, within_seconds=1):
        editions.cancel(sending.edition.pk, by=None, now=clock.now())
    assert len(sending.mails_after(clock.now())) <= PIPELINED
    assert sending.tally_now().twice == ()


def test_nothing_leaves_after_a_pause_until_it_is_resumed(
    house: House, dice: random.Random
) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1, within_seconds=1):
        editions.pause(sending.edition.pk, by=None, now=clock.now())
    assert len(sending.mails_after(clock.now())) <= PIPELINED
    editions.resume(sending.edition.pk, by=None, now=clock.now())
    assert sending.tally() == EVERYBODY_ONCE


def test_nothing_leaves_to_who_has_unsubscribed(house: House, dice: random.Random) -> None:
    house.open_sink()
    sending = announce(house)
    for _ in sending.moments(dice, 1, within_seconds=1):
        leaving = dice.sample(sending.waiting(), 200)
        with transaction.atomic():
            for subscription in sending.subscriptions(leaving):
                audience.unsubscribe(subscription.pk, now=clock.now())
    late = [entry for entry in sending.mails_after(clock.now()) if entry.recipient in leaving]
    assert len(late) <= PIPELINED
    tally = sending.tally()
    assert tally.twice == tally.unwritten == ()
    assert set(tally.lost) <= set(leaving)
