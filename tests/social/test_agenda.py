"""What an account has said and is going to say, and what that leaves free."""

from datetime import datetime, time, timedelta

import pytest

from publisher.errors import Refused
from publisher.social import agenda
from publisher.social.models import Account
from tests.factories import AccountFactory, PostFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(
        name="courier",
        time_zone="Europe/Amsterdam",
        gap=10 * MINUTE,
        quiet_from=time(22),
        quiet_to=time(7),
    )


def test_the_next_free_time_keeps_the_gap_to_what_was_sent_and_what_is_wanted(
    courier: Account, now: datetime
) -> None:
    PostFactory.create(account=courier, state="posted", due_at=now - HOUR, sent_at=now - 5 * MINUTE)
    PostFactory.create(account=courier, state="draft", due_at=now + 12 * MINUTE)
    assert agenda.next_free(courier, now, now=now) == now + 22 * MINUTE


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_what_never_goes_out_takes_no_time(courier: Account, state: str, now: datetime) -> None:
    PostFactory.create(account=courier, state=state, sent_at=now)
    assert agenda.next_free(courier, now, now=now) == now


def test_a_thread_and_other_accounts_take_no_time_of_their_own(
    courier: Account, now: datetime
) -> None:
    first = PostFactory.create(account=courier, due_at=now - HOUR)
    PostFactory.create(account=courier, thread=first, parent=first)
    PostFactory.create()
    assert agenda.next_free(courier, now, now=now) == now


def test_no_time_is_free_that_has_passed(courier: Account, now: datetime) -> None:
    assert agenda.next_free(courier, now - HOUR, now=now) == now


def test_the_accounts_slots_are_in_its_own_zone(courier: Account, now: datetime) -> None:
    courier.slots.create(weekday=0, at=time(12, 30))
    assert agenda.free_slot("courier", now, now=now) == now.replace(hour=11, minute=30)
    with pytest.raises(Refused, match="There is no account 'herald'"):
        agenda.free_slot("herald", now, now=now)


def test_without_a_zone_of_its_own_an_account_lives_in_the_newsrooms() -> None:
    assert agenda.zone(AccountFactory.create()).key == "UTC"


def test_an_editor_is_warned_and_a_post_is_not_in_its_own_way(
    courier: Account, now: datetime
) -> None:
    late = now.replace(hour=21, minute=30)
    post = PostFactory.create(account=courier, due_at=late)
    assert agenda.warnings_for(courier, late) == [
        "It is in the quiet hours from 22:00 to 07:00.",
        "Another post goes out at 22:30, and the gap is 10 minutes.",
    ]
    assert len(agenda.warnings_for(courier, late, post_id=post.pk)) == 1
    assert agenda.warnings_for(courier, now) == []
