"""What an account costs in a month, and that it never costs more than it may."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.social import budgets, posts, queries
from publisher.social.models import Account, Post
from publisher.social.posts import Plan
from publisher.staff import trail
from tests.factories import AccountFactory, PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CENT = 10_000


@pytest.fixture
def courier() -> Account:
    """Return an account on X that may cost 50 cents a month."""
    return AccountFactory.create(
        name="courier", budget_micros=50 * CENT, time_zone="America/New_York", gap=timedelta(0)
    )


def spend(account: Account, cents: int, sent_at: datetime, state: str = "posted") -> Post:
    return PostFactory.create(
        account=account, price_micros=cents * CENT, sent_at=sent_at, state=state
    )


# ---- The price on the post


def test_a_post_bears_its_price_from_the_moment_it_is_written(
    courier: Account, now: datetime
) -> None:
    post_id = posts.create(Plan("courier", text="Ahoy", more=("On courier.com",)), by=None, now=now)
    assert list(Post.objects.order_by("pk").values_list("price_micros", flat=True)) == [
        15_000,
        200_000,
    ]
    posts.change_text(post_id, "Ahoy on courier.com", by=None, now=now)
    assert Post.objects.get(pk=post_id).price_micros == 200_000


def test_what_takes_anothers_place_is_paid_for_as_well(courier: Account, now: datetime) -> None:
    old = spend(courier, 20, now)
    new_id = posts.replace(old.pk, "Ahoy", by=None, now=now)
    assert Post.objects.get(pk=new_id).price_micros == 15_000


# ---- The month


def test_a_month_is_that_of_the_accounts_calendar(courier: Account) -> None:
    midnight = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    spend(courier, 10, midnight - MINUTE)
    spend(courier, 20, midnight)
    assert budgets.spent(courier, now=midnight) == 20 * CENT
    assert budgets.spent(courier, now=midnight - MINUTE) == 10 * CENT
    assert budgets.spent(courier, now=datetime(2026, 12, 1, 5, 0, tzinfo=UTC)) == 0


def test_what_may_be_out_counts_and_what_was_refused_does_not(
    courier: Account, now: datetime
) -> None:
    for state in ("posting", "unsure", "posted", "deleting", "deleted", "failed", "cancelled"):
        spend(courier, 1, now, state)
    assert budgets.spent(courier, now=now) == 5 * CENT
    assert budgets.left(courier, now=now) == 45 * CENT


def test_what_is_planned_this_month_is_kept_for_it(courier: Account, now: datetime) -> None:
    PostFactory.create(account=courier, price_micros=20 * CENT)
    PostFactory.create(account=courier, price_micros=10 * CENT, state="draft")
    PostFactory.create(account=courier, price_micros=40 * CENT, due_at=now + 30 * DAY)
    assert budgets.left(courier, now=now) == 50 * CENT
    assert budgets.unplanned(courier, now=now) == 20 * CENT


def test_without_a_budget_everything_may_be_spent(now: datetime) -> None:
    account = AccountFactory.create()
    assert budgets.left(account, now=now) is None
    assert budgets.unplanned(account, now=now) is None
    assert budgets.affordable_reads(account, 100, now=now) == 100


def test_reading_figures_is_paid_for_by_the_same_budget(courier: Account, now: datetime) -> None:
    assert budgets.affordable_reads(courier, 200, now=now) == 100
    budgets.note_reads(courier, 80, now=now)
    budgets.note_reads(courier, 4, now=now)
    assert budgets.spent(courier, now=now) == 42 * CENT
    assert budgets.affordable_reads(courier, 200, now=now) == 16
    budgets.note_reads(courier, 20, now=now)
    assert budgets.affordable_reads(courier, 200, now=now) == 0


def test_networks_that_read_for_nothing_are_never_written_down(now: datetime) -> None:
    account = AccountFactory.create(network="mastodon", budget_micros=0)
    budgets.note_reads(account, 5, now=now)
    assert not account.expenses.exists()
    assert budgets.affordable_reads(account, 5, now=now) == 5


# ---- The hard stop


def test_a_post_that_would_cost_too_much_goes_back_to_an_editor(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    spend(courier, 45, now)
    post = PostFactory.create(account=courier, price_micros=20 * CENT)
    turn(now)
    line = queries.post(post.pk)
    assert (network.calls, line.state, line.due_at) == ([], "approved", None)
    assert line.reason == (
        "It costs $0.20, and 'courier' has $0.05 left of this month's budget;"
        " raise the budget, take the link out, or schedule it for the next month."
    )
    assert [each.did for each in trail.of(f"post {post.pk}")] == [f"held back: {line.reason}"]


def test_a_budget_is_spent_to_the_last_cent_and_a_free_post_needs_none(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    PostFactory.create(account=courier, price_micros=50 * CENT, text="Ahoy")
    PostFactory.create(account=courier, price_micros=0, text="Land")
    PostFactory.create(account=courier, price_micros=1, text="Mutiny")
    turn(now)
    assert sorted(network.timeline) == ["Ahoy", "Land"]


def test_a_thread_is_paid_for_as_a_whole_before_it_begins(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    first = PostFactory.create(account=courier, price_micros=30 * CENT)
    second = PostFactory.create(account=courier, price_micros=30 * CENT, thread=first, parent=first)
    turn(now)
    assert network.calls == []
    assert {queries.post(each.pk).state for each in (first, second)} == {"approved"}


def test_a_thread_that_has_begun_has_its_money(
    network: FakeNetwork, turn: Turn, courier: Account, now: datetime
) -> None:
    first = PostFactory.create(
        account=courier, price_micros=20 * CENT, state="posted", sent_at=now, network_id="1"
    )
    PostFactory.create(
        account=courier, price_micros=20 * CENT, thread=first, parent=first, text="Land"
    )
    other = PostFactory.create(account=courier, price_micros=20 * CENT)
    assert budgets.left(courier, now=now) == 10 * CENT
    assert budgets.unplanned(courier, now=now) == -10 * CENT
    turn(now)
    assert (network.timeline, queries.post(other.pk).state) == (["Land"], "approved")
