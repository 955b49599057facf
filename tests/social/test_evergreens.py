"""What is worth telling again is told again: seldom, in other words, and never instead of news."""

from datetime import datetime, timedelta

import pytest

from publisher.articles.models import Article
from publisher.social import evergreens, posts, queries
from publisher.social.drafting import Draft
from publisher.social.models import Account, Post
from tests.factories import AccountFactory, ArticleFactory, PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def courier() -> Account:
    """Return an account that shares an evergreen at most twice more, thirty days apart."""
    return AccountFactory.create(name="courier", evergreen_repeats=2, gap=10 * MINUTE)


@pytest.fixture
def ferry(courier: Account, now: datetime) -> Article:
    """Return an evergreen that the account spoke of thirty days ago."""
    return told(courier, "ferry", now - 30 * DAY)


def told(account: Account, slug: str, sent_at: datetime) -> Article:
    article = ArticleFactory.create(slug=slug, is_evergreen=True)
    PostFactory.create(account=account, article=article, state="posted", sent_at=sent_at)
    return article


def vary(account: Account, article: Article) -> list[Draft]:
    """Word an article as it has not been so far."""
    number = Post.objects.filter(account=account, article=article).count()
    return [Draft((f"{article.slug} again, {number}",), f"hook-{number + 1}")]


def plan(now: datetime) -> None:
    for account_id in evergreens.claim_due(now=now):
        evergreens.plan(account_id, now=now, vary=vary)


def planned() -> list[tuple[str, str, datetime | None]]:
    rows = Post.objects.filter(origin="evergreen").select_related("article").order_by("pk")
    return [(post.article.slug, post.variant, post.due_at) for post in rows if post.article]


@pytest.mark.usefixtures("ferry")
def test_an_evergreen_is_shared_again_in_other_words(now: datetime) -> None:
    plan(now)
    assert planned() == [("ferry", "hook-2", now)]
    assert Post.objects.get(origin="evergreen").state == "scheduled"


@pytest.mark.usefixtures("ferry")
def test_it_is_shared_as_often_as_the_account_wants_and_as_far_apart(
    turn: Turn, now: datetime
) -> None:
    for days in range(0, 150, 10):
        plan(now + days * DAY)
        turn(now + days * DAY)
    assert planned() == [("ferry", "hook-2", now), ("ferry", "hook-3", now + 30 * DAY)]


def test_what_was_shared_the_longest_ago_comes_first_and_one_at_a_time(
    courier: Account, ferry: Article, now: datetime
) -> None:
    told(courier, "tram", now - 60 * DAY)
    plan(now)
    plan(now + evergreens.LOOK_EVERY)
    assert [slug for slug, _, _ in planned()] == ["tram"]


def test_it_is_looked_for_every_ten_minutes(courier: Account, now: datetime) -> None:
    assert evergreens.claim_due(now=now) == [courier.pk]
    assert evergreens.claim_due(now=now + 9 * MINUTE) == []
    assert evergreens.claim_due(now=now + evergreens.LOOK_EVERY) == [courier.pk]


@pytest.mark.parametrize(
    "changes",
    [
        {"is_evergreen": False},
        {"evergreen_until": datetime.fromisoformat("2026-11-23T08:00Z")},
        {"published_at": None},
        {"embargo_until": datetime.fromisoformat("2026-11-23T08:01Z")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_no_evergreen_now_is_not_shared(
    ferry: Article, changes: dict[str, object], now: datetime
) -> None:
    Article.objects.filter(pk=ferry.pk).update(**changes)
    plan(now)
    assert planned() == []


def test_what_the_account_never_spoke_of_is_not_shared_again(
    courier: Account, now: datetime
) -> None:
    ArticleFactory.create(is_evergreen=True)
    told(AccountFactory.create(), "elsewhere", now - 60 * DAY)
    plan(now)
    assert planned() == []


def test_what_an_editor_is_going_to_share_is_left_to_them(
    courier: Account, ferry: Article, now: datetime
) -> None:
    PostFactory.create(account=courier, article=ferry, state="draft", due_at=None)
    plan(now)
    assert planned() == []


def test_an_account_shares_only_what_it_is_for(
    courier: Account, ferry: Article, now: datetime
) -> None:
    courier.tags.create(slug="tram", name="tram")
    plan(now)
    assert planned() == []


def test_it_takes_a_time_that_nothing_else_is_near(
    courier: Account, ferry: Article, now: datetime
) -> None:
    PostFactory.create(account=courier, due_at=now + 5 * MINUTE)
    plan(now)
    assert planned() == [("ferry", "hook-2", now + 15 * MINUTE)]


def test_what_ends_before_a_time_is_free_is_not_shared(
    courier: Account, ferry: Article, now: datetime
) -> None:
    Article.objects.filter(pk=ferry.pk).update(evergreen_until=now + 10 * MINUTE)
    PostFactory.create(account=courier, due_at=now + 5 * MINUTE)
    plan(now)
    assert planned() == []


def test_without_new_words_or_money_another_one_is_shared(
    courier: Account, ferry: Article, now: datetime
) -> None:
    told(courier, "tram", now - 31 * DAY)
    (account_id,) = evergreens.claim_due(now=now)
    evergreens.plan(
        account_id, now=now, vary=lambda a, it: [] if it.slug == "tram" else vary(a, it)
    )
    assert [slug for slug, _, _ in planned()] == ["ferry"]


@pytest.mark.usefixtures("ferry")
def test_a_full_account_shares_nothing_again(courier: Account, now: datetime) -> None:
    Account.objects.update(most_per_day=0)
    plan(now)
    assert planned() == []


# ---- When its time has come


def test_it_gives_way_to_news(
    network: FakeNetwork, turn: Turn, courier: Account, ferry: Article, now: datetime
) -> None:
    plan(now)
    PostFactory.create(account=courier, text="News", due_at=now)
    turn(now)
    assert network.timeline == ["News"]
    assert planned() == [("ferry", "hook-2", now + 10 * MINUTE)]
    assert queries.posts(states=["scheduled"])[0].reason == "It gave way to another post."
    turn(now + 10 * MINUTE)
    assert network.timeline == ["News", "ferry again, 1"]


def test_it_is_cancelled_where_the_article_is_an_evergreen_no_more(
    network: FakeNetwork, turn: Turn, ferry: Article, now: datetime
) -> None:
    plan(now)
    Article.objects.filter(pk=ferry.pk).update(evergreen_until=now)
    turn(now)
    line = queries.post(Post.objects.get(origin="evergreen").pk)
    assert (network.calls, line.state) == ([], "cancelled")
    assert line.reason == "The article is no evergreen any more."


def test_it_is_cancelled_where_no_other_time_is_free(
    network: FakeNetwork, turn: Turn, courier: Account, ferry: Article, now: datetime
) -> None:
    plan(now)
    Account.objects.update(most_per_day=0)
    turn(now)
    assert (network.calls, Post.objects.get(origin="evergreen").state) == ([], "cancelled")


@pytest.mark.usefixtures("ferry")
def test_where_approval_is_needed_one_draft_waits(courier: Account, now: datetime) -> None:
    Account.objects.update(needs_approval=True)
    plan(now)
    plan(now + evergreens.LOOK_EVERY)
    assert [post.state for post in Post.objects.filter(origin="evergreen")] == ["draft"]
    assert posts.claim_due(now=now) == []
