"""Articles are announced by their account's timeline: once, in time, and to whom they are for."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from publisher.articles import actions as articles
from publisher.articles.models import Article, Author, Byline, Tag
from publisher.errors import Refused
from publisher.social import planning, posts
from publisher.social.drafting import Draft
from publisher.social.models import Account, Announcement, Post
from publisher.staff import trail
from tests.factories import AccountFactory, ArticleFactory, PostFactory

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CENT = 10_000


@pytest.fixture
def courier(now: datetime) -> Account:
    """Return an account that announces, at once, two hours and a day later."""
    return AccountFactory.create(name="courier", announces_since=now - 30 * DAY)


@pytest.fixture
def ferry(now: datetime) -> Article:
    return ArticleFactory.create(slug="ferry", title="Ferry", published_at=now)


def vary(account: Account, article: Article) -> list[Draft]:
    """Word an article in three ways: two with a link, which costs more, and one without."""
    return [
        Draft((f"{article.title} ferry.com/{account.pk}?1",), "headline", "ferry.com/"),
        Draft((f"Read {article.title}: ferry.com/{account.pk}?2",), "hook"),
        Draft((f"{article.title}, that is all",), "bare"),
    ]


def announce(now: datetime, vary: planning.Vary = vary) -> None:
    for announcement_id in planning.claim_due(now=now):
        planning.announce(announcement_id, now=now, vary=vary)


def planned() -> list[tuple[str, datetime | None, str]]:
    rows = Post.objects.filter(parent=None).order_by("due_at", "pk")
    return list(rows.values_list("variant", "due_at", "state"))


# ---- The timeline


@pytest.mark.usefixtures("courier", "ferry")
def test_an_article_is_spoken_of_by_the_timeline_in_other_words_each_time(now: datetime) -> None:
    announce(now)
    assert planned() == [
        ("headline", now, "scheduled"),
        ("hook", now + 2 * HOUR, "scheduled"),
        ("bare", now + DAY, "scheduled"),
    ]
    first = Post.objects.get(variant="headline")
    assert (first.origin, first.link, first.planned_at) == ("timeline", "ferry.com/", now)
    assert first.price_micros == 20 * CENT
    assert trail.of(f"post {first.pk}")[0].did == (
        "written by the timeline, for 2026-11-23 08:00 UTC"
    )


@pytest.mark.usefixtures("courier", "ferry")
def test_the_first_post_of_a_timeline_leaves_at_once(now: datetime) -> None:
    announce(now)
    assert len(posts.claim_due(now=now)) == 1


@pytest.mark.usefixtures("courier", "ferry")
def test_an_article_is_announced_once_however_often_somebody_looks(now: datetime) -> None:
    (announcement_id,) = planning.claim_due(now=now)
    assert planning.claim_due(now=now) == []
    for _ in range(2):
        planning.announce(announcement_id, now=now, vary=vary)
    assert planning.claim_due(now=now + DAY) == []
    assert len(planned()) == 3


@pytest.mark.usefixtures("courier")
def test_an_edited_article_is_not_announced_again(ferry: Article, now: datetime) -> None:
    announce(now)
    articles.publish("ferry", now + HOUR, now=now)
    announce(now + HOUR)
    assert len(planned()) == 3


@pytest.mark.usefixtures("courier", "ferry")
def test_what_a_dead_worker_had_is_announced_by_another_one(now: datetime) -> None:
    planning.claim_due(now=now)
    announce(now + planning.LEASE)
    assert planned() == []
    announce(now + planning.LEASE + SECOND)
    assert len(planned()) == 3


@pytest.mark.usefixtures("courier", "ferry")
def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(now: datetime) -> None:
    def die(account: Account, article: Article) -> list[Draft]:
        vary(account, article)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        announce(now, die)
    assert planned() == []
    assert Announcement.objects.get().due_at == now


@pytest.mark.usefixtures("ferry")
def test_an_account_that_needs_approval_gets_drafts_that_are_wanted_then(now: datetime) -> None:
    AccountFactory.create(announces_since=now, needs_approval=True)
    announce(now)
    assert planned()[1] == ("hook", now + 2 * HOUR, "draft")
    posts.approve(Post.objects.get(variant="hook").pk, by=None, now=now)
    assert planned()[1] == ("hook", now + 2 * HOUR, "scheduled")


@pytest.mark.usefixtures("courier", "ferry")
def test_a_thread_takes_one_step_and_waits_as_a_whole(now: datetime) -> None:
    announce(now, lambda *_: [Draft(("Ahoy", "Land", "Harbour"), "thread")])
    assert planned() == [("thread", now, "scheduled")]
    assert set(Post.objects.values_list("state", "due_at")) == {("scheduled", now)}
    assert Post.objects.filter(thread__variant="thread").count() == 2


@pytest.mark.usefixtures("courier", "ferry")
def test_what_the_account_says_already_is_said_in_the_next_words(
    courier: Account, now: datetime
) -> None:
    PostFactory.create(account=courier, text=f"Ferry ferry.com/{courier.pk}?1")
    announce(now)
    assert [variant for variant, _, _ in planned()] == ["", "hook", "bare"]


# ---- For whom


@pytest.mark.parametrize(
    ("choose", "is_for_it"),
    [
        (lambda account, article: account.sections.add(article.section), True),
        (lambda account, _: account.sections.add(ArticleFactory.create().section), False),
        (lambda account, _: account.tags.add(Tag.objects.get(slug="ferry")), True),
        (lambda account, _: account.tags.add(Tag.objects.get(slug="tram")), False),
        (lambda account, _: account.authors.add(Author.objects.get(slug="ada")), True),
        (lambda account, _: account.authors.add(Author.objects.get(slug="ben")), False),
    ],
)
def test_an_account_speaks_of_what_it_is_for(
    courier: Account,
    ferry: Article,
    choose: Callable[[Account, Article], None],
    is_for_it: bool,  # noqa: FBT001
    now: datetime,
) -> None:
    ferry.tags.create(slug="ferry", name="ferry")
    Tag.objects.create(slug="tram", name="tram")
    ada, _ = (Author.objects.create(slug=name, name=name) for name in ("ada", "ben"))
    Byline.objects.create(article=ferry, author=ada, position=0)
    choose(courier, ferry)
    announce(now)
    assert bool(Post.objects.filter(article=ferry)) == is_for_it


def test_one_of_each_kind_that_is_named_is_needed(
    courier: Account, ferry: Article, now: datetime
) -> None:
    courier.sections.add(ferry.section_id or 0)
    courier.tags.create(slug="tram", name="tram")
    announce(now)
    assert planned() == []
    assert Announcement.objects.get().reason == (
        "It has none of the sections, tags or authors that this account is for."
    )


def test_what_came_out_before_an_account_began_to_speak_is_left_alone(now: datetime) -> None:
    AccountFactory.create(announces_since=now + SECOND)
    AccountFactory.create()
    ArticleFactory.create(published_at=now)
    assert planning.claim_due(now=now + SECOND) == []


# ---- When


@pytest.mark.usefixtures("courier")
def test_an_article_that_is_not_out_is_not_announced_before_it_is(now: datetime) -> None:
    ArticleFactory.create(published_at=None)
    ArticleFactory.create(published_at=now + HOUR)
    ArticleFactory.create(published_at=now - 30 * DAY, embargo_until=now + 2 * HOUR)
    for hours, count in ((0, 0), (1, 1), (2, 1), (3, 0)):
        assert len(planning.claim_due(now=now + hours * HOUR)) == count
        Announcement.objects.update(due_at=None)


@pytest.mark.usefixtures("courier", "ferry")
def test_what_was_withdrawn_again_is_announced_when_it_comes_out_after_all(now: datetime) -> None:
    (announcement_id,) = planning.claim_due(now=now)
    articles.retract("ferry", now=now)
    planning.announce(announcement_id, now=now, vary=vary)
    assert (planned(), Announcement.objects.count()) == ([], 0)
    articles.publish("ferry", now + HOUR, now=now)
    announce(now + HOUR)
    assert len(planned()) == 3


@pytest.mark.usefixtures("courier", "ferry")
def test_what_is_found_too_late_asks_an_editor_by_one_draft(now: datetime) -> None:
    announce(now + 5 * HOUR)
    draft = Post.objects.get()
    assert (draft.state, draft.due_at, draft.variant) == ("draft", None, "headline")
    assert draft.reason == "It came out 5 hours before it was found; schedule it or cancel it."
    assert Announcement.objects.get().reason == draft.reason
    assert draft.reason in trail.of("account courier")[0].did


@pytest.mark.usefixtures("courier", "ferry")
def test_what_is_found_a_little_late_goes_out_and_the_rest_of_it_in_time(now: datetime) -> None:
    announce(now + HOUR)
    assert [due_at for _, due_at, _ in planned()] == [now + HOUR, now + 2 * HOUR, now + DAY]


@pytest.mark.usefixtures("courier", "ferry")
def test_after_two_days_nobody_is_even_asked(now: datetime) -> None:
    assert planning.claim_due(now=now + planning.LOOKED_BACK) == []


def test_two_articles_of_one_moment_keep_the_gap(courier: Account, now: datetime) -> None:
    Account.objects.update(timeline=[0])
    ArticleFactory.create_batch(2, published_at=now)
    announce(now)
    assert [due_at for _, due_at, _ in planned()] == [now, now + 5 * MINUTE]


def test_a_timeline_keeps_to_slots_and_quiet_hours(courier: Account, now: datetime) -> None:
    Account.objects.update(
        timeline=[0, 7200], time_zone="Europe/Amsterdam", quiet_from=time(22), quiet_to=time(7)
    )
    for hour in (7, 18, 23):
        courier.slots.create(weekday=0, at=time(hour))
        courier.slots.create(weekday=1, at=time(hour))
    evening = datetime(2026, 11, 23, 16, 50, tzinfo=UTC)
    ArticleFactory.create(published_at=evening)
    announce(evening)
    six, next_morning = evening.replace(hour=17, minute=0), datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert [due_at for _, due_at, _ in planned()] == [six, next_morning]


def test_news_takes_the_time_of_an_evergreen(courier: Account, now: datetime) -> None:
    PostFactory.create(account=courier, origin="evergreen", due_at=now + MINUTE)
    ArticleFactory.create(published_at=now)
    announce(now)
    assert planned()[0] == ("headline", now, "scheduled")


# ---- For how much


@pytest.mark.parametrize(
    ("cents", "variants"),
    [(100, ["headline", "hook", "bare"]), (22, ["headline", "bare"]), (2, ["bare"]), (1, [])],
)
@pytest.mark.usefixtures("ferry")
def test_where_the_budget_is_short_a_variant_without_a_link_is_chosen(
    courier: Account, cents: int, variants: list[str], now: datetime
) -> None:
    Account.objects.update(budget_micros=cents * CENT)
    announce(now)
    assert [variant for variant, _, _ in planned()] == variants
    reason = "" if variants else "The month's budget of 'courier' does not allow it."
    assert Announcement.objects.get().reason == reason


@pytest.mark.usefixtures("ferry")
def test_what_is_planned_already_is_not_spent_again(courier: Account, now: datetime) -> None:
    Account.objects.update(budget_micros=30 * CENT)
    PostFactory.create(account=courier, price_micros=20 * CENT, due_at=now + DAY)
    announce(now)
    assert [variant for variant, _, _ in planned()] == ["bare", ""]


# ---- Why not


@pytest.mark.usefixtures("courier", "ferry")
def test_a_template_that_does_not_work_is_told_to_the_editors(now: datetime) -> None:
    def refuse(*_: object) -> list[Draft]:
        raise Refused("line 1 of the post template does not work.")

    announce(now, refuse)
    assert Announcement.objects.get().reason == "line 1 of the post template does not work."
    assert trail.of("account courier")[0].did == (
        "did not announce 'ferry': line 1 of the post template does not work."
    )


@pytest.mark.usefixtures("ferry")
def test_an_account_that_may_never_speak_says_so(courier: Account, now: datetime) -> None:
    Account.objects.update(most_per_day=0)
    announce(now)
    assert Announcement.objects.get().reason.startswith("Nothing is free for 60 days")


@pytest.mark.usefixtures("courier", "ferry")
def test_without_any_words_left_the_reason_says_so(now: datetime) -> None:
    announce(now, lambda *_: [])
    assert "No template has words for it" in Announcement.objects.get().reason


@pytest.mark.usefixtures("courier", "ferry")
def test_by_default_the_accounts_template_is_used(now: datetime) -> None:
    for announcement_id in planning.claim_due(now=now):
        planning.announce(announcement_id, now=now)
    assert Post.objects.filter(text__startswith="Ferry").exists()
