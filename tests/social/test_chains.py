"""Threads: one part after the other, each tied to the one before, and never begun anew."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Unknown
from publisher.errors import Refused
from publisher.social import posts
from publisher.social.models import Account, Post
from publisher.social.posts import Plan
from tests.factories import MemberFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PARTS = ("The ferry sails again.", "It was away for eleven years.", "Tickets cost nothing.")


def thread(now: datetime, due_at: datetime | None = None) -> int:
    plan = Plan("courier", text=PARTS[0], more=PARTS[1:])
    return posts.create(plan, by=None, now=now, due_at=due_at)


def states() -> list[str]:
    return list(Post.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.usefixtures("account")
def test_parts_go_out_in_turn_and_each_follows_the_one_before(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    thread(now, due_at=now)
    for _ in PARTS:
        turn(now)
    assert network.timeline == [*PARTS]
    assert [(each.thread, each.reply_to) for each in network.messages] == [
        ("", ""),
        ("1", "1"),
        ("1", "2"),
    ]


@pytest.mark.usefixtures("account")
def test_a_part_in_doubt_holds_up_the_rest_and_nothing_is_begun_anew(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    thread(now, due_at=now)
    turn(now)
    network.after = [Unknown("The line broke.")]
    turn(now)
    turn(now)
    assert states() == ["posted", "unsure", "scheduled"]
    turn(now + MINUTE)
    turn(now + MINUTE)
    assert (states(), network.timeline) == (["posted"] * 3, [*PARTS])


@pytest.mark.usefixtures("account")
def test_a_refused_part_waits_for_an_editor_and_then_goes_on(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    turn(now)
    network.before = [Permanent("Too rude.")]
    turn(now)
    turn(now)
    assert states() == ["posted", "failed", "scheduled"]
    posts.change_text(first + 1, "It was away.", by=None, now=now)
    posts.schedule(first + 1, now, by=None, now=now)
    turn(now)
    turn(now)
    assert network.timeline == [PARTS[0], "It was away.", PARTS[2]]


@pytest.mark.usefixtures("account")
def test_a_thread_is_cancelled_as_a_whole(turn: Turn, now: datetime) -> None:
    first = thread(now, due_at=now)
    turn(now)
    posts.cancel(first + 2, by=None, now=now)
    assert states() == ["posted", "cancelled", "cancelled"]


def test_a_changed_part_takes_the_approval_from_all_of_them(
    account: Account, turn: Turn, now: datetime
) -> None:
    Account.objects.filter(pk=account.pk).update(needs_approval=True)
    first, chief = thread(now, due_at=now + MINUTE), MemberFactory.create(role="chief")
    posts.approve(first, by=chief, now=now)
    assert states() == ["scheduled"] * 3
    posts.change_text(first + 2, "Tickets are free.", by=chief, now=now)
    turn(now + MINUTE)
    assert states() == ["draft"] * 3


@pytest.mark.usefixtures("account")
def test_what_follows_a_part_that_nobody_can_name_is_not_torn_off(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    network.after = [Unknown("The line broke.")]
    turn(now)
    posts.mark(first, posted=True, by=None, now=now)
    turn(now)
    assert states() == ["posted", "failed", "scheduled"]
    assert f"what the network calls post {first}" in Post.objects.get(pk=first + 1).reason


@pytest.mark.usefixtures("account")
def test_an_editor_who_knows_what_it_is_called_lets_the_thread_go_on(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    network.after = [Unknown("The line broke.")]
    turn(now)
    posts.mark(first, posted=True, network_id="77", by=None, now=now)
    turn(now)
    assert network.messages[-1].reply_to == "77"


# ---- Taken back


@pytest.mark.usefixtures("account")
def test_a_thread_is_deleted_from_its_last_part_on(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    for _ in PARTS:
        turn(now)
    posts.delete(first, by=None, now=now)
    for _ in PARTS:
        turn(now)
    assert (network.deleted, states()) == (["3", "2", "1"], ["deleted"] * 3)


@pytest.mark.usefixtures("account")
def test_what_is_not_out_of_a_deleted_thread_never_goes_out(turn: Turn, now: datetime) -> None:
    first = thread(now, due_at=now)
    turn(now)
    posts.delete(first, by=None, now=now)
    turn(now)
    turn(now)
    assert states() == ["deleted", "cancelled", "cancelled"]


@pytest.mark.usefixtures("account")
def test_a_thread_with_a_part_in_doubt_is_not_deleted(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    turn(now)
    network.after = [Unknown("The line broke.")]
    turn(now)
    with pytest.raises(Refused, match=f"Nobody is sure of post {first + 1} yet"):
        posts.delete(first, by=None, now=now)


@pytest.mark.usefixtures("account")
def test_a_thread_that_cannot_be_deleted_stays_whole(
    network: FakeNetwork, turn: Turn, now: datetime
) -> None:
    first = thread(now, due_at=now)
    for _ in PARTS:
        turn(now)
    posts.delete(first, by=None, now=now)
    network.before = [Permanent("Too old to delete.")]
    turn(now)
    assert states() == ["posted"] * 3
    assert Post.objects.get(pk=first + 2).reason == "Too old to delete."
