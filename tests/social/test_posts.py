"""What editors do with posts: every rule is asked before anything is written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.articles.models import Article, Author, Byline, Tag
from publisher.errors import Refused
from publisher.social import posts, queries, templates
from publisher.social.models import Account, Post
from publisher.social.posts import Plan
from publisher.social.templates import Wish
from publisher.staff import trail
from tests.factories import AccountFactory, ArticleFactory, MemberFactory, PostFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(name="courier")


@pytest.fixture
def strict() -> Account:
    return AccountFactory.create(name="strict", needs_approval=True)


@pytest.fixture
def ferry() -> Article:
    return ArticleFactory.create(slug="ferry", title="The ferry is late again", standfirst="")


def state(post_id: int) -> str:
    return queries.post(post_id).state


# ---- The words


def test_a_post_is_made_of_its_article(courier: Account, ferry: Article, now: datetime) -> None:
    post = queries.post(posts.create(Plan("courier", "ferry"), by=None, now=now))
    assert post.text.startswith("The ferry is late again\n\nhttp://127.0.0.1:8000/articles/ferry/?")
    assert "utm_source=x&utm_medium=social&utm_campaign=courier" in post.text
    assert (post.state, post.article_slug) == ("draft", "ferry")


def test_an_account_may_have_a_template_of_its_own(ferry: Article, now: datetime) -> None:
    source = (
        "{{ article.title }} by {{ article.authors | join(' and ') }} in {{ article.section }}"
        " {{ hashtags | join(' ') }}"
    )
    AccountFactory.create(name="desk")
    templates.add(Wish("headline", source, account="desk"), now=now)
    for position, name in enumerate(["Zoe", "Ada"]):
        author = Author.objects.create(slug=name.lower(), name=name)
        Byline.objects.create(article=ferry, author=author, position=position)
    ferry.tags.add(Tag.objects.create(slug="public-transport", name="public transport"))
    assert posts.compose_text(Plan("desk", "ferry"), now=now) == (
        f"The ferry is late again by Zoe and Ada in {ferry.section} #PublicTransport"
    )


def test_an_editors_own_words_win_over_the_template(
    courier: Account, ferry: Article, now: datetime
) -> None:
    plan = Plan("courier", "ferry", "The ferry! Again!")
    post = queries.post(posts.create(plan, by=None, now=now))
    assert (post.text, post.length) == ("The ferry! Again!", 17)


def test_a_long_post_is_refused_with_how_much_too_long_it_is(
    courier: Account, now: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        posts.create(Plan("courier", text="a" * 291), by=None, now=now)
    assert str(refusal.value) == (
        "The post has 291 of 280 characters, as X counts them; shorten it by 11."
    )
    assert not Post.objects.exists()


@pytest.mark.parametrize("text", ["", " \n ", "\ufeff"])
def test_an_empty_post_is_refused(courier: Account, text: str, now: datetime) -> None:
    with pytest.raises(Refused, match="The post is empty"):
        posts.create(Plan("courier", text=text), by=None, now=now)


def test_a_character_that_no_row_can_hold_is_refused(courier: Account, now: datetime) -> None:
    with pytest.raises(Refused, match="NUL"):
        posts.create(Plan("courier", text="The \0 ferry"), by=None, now=now)


def test_an_unknown_account_and_an_unknown_article_are_refused_by_name(
    courier: Account, now: datetime
) -> None:
    with pytest.raises(Refused, match="no account 'gazette'"):
        posts.create(Plan("gazette", text="Ahoy"), by=None, now=now)
    with pytest.raises(Refused, match="no article 'tram'"):
        posts.create(Plan("courier", "tram"), by=None, now=now)


# ---- The same words twice


def test_the_same_words_wait_only_once_on_an_account(courier: Account, now: datetime) -> None:
    posts.create(Plan("courier", text="Ahoy"), by=None, now=now)
    with pytest.raises(Refused, match="Another post on 'courier' says the same"):
        posts.create(Plan("courier", text="Ahoy "), by=None, now=now)
    assert Post.objects.count() == 1


def test_another_account_may_say_the_same(courier: Account, now: datetime) -> None:
    AccountFactory.create(name="gazette")
    posts.create(Plan("courier", text="Ahoy"), by=None, now=now)
    posts.create(Plan("gazette", text="Ahoy"), by=None, now=now)


@pytest.mark.parametrize("ended", ["posted", "failed", "cancelled"])
def test_what_has_ended_may_be_said_again(courier: Account, ended: str, now: datetime) -> None:
    PostFactory.create(account=courier, text="Ahoy", state=ended)
    posts.create(Plan("courier", text="Ahoy"), by=None, now=now)


def test_changing_a_post_into_the_words_of_another_is_refused(
    courier: Account, now: datetime
) -> None:
    posts.create(Plan("courier", text="Ahoy"), by=None, now=now)
    other = posts.create(Plan("courier", text="Land"), by=None, now=now)
    with pytest.raises(Refused, match="says the same"):
        posts.change_text(other, "Ahoy", by=None, now=now)
    assert queries.post(other).text == "Land"


def test_a_failed_post_is_not_scheduled_again_beside_its_twin(
    courier: Account, now: datetime
) -> None:
    failed = PostFactory.create(account=courier, text="Ahoy", state="failed")
    posts.create(Plan("courier", text="Ahoy"), by=None, now=now)
    with pytest.raises(Refused, match="says the same"):
        posts.schedule(failed.pk, now, by=None, now=now)
    assert state(failed.pk) == "failed"


# ---- When


def test_with_a_time_a_post_is_scheduled_at_once(courier: Account, now: datetime) -> None:
    post_id = posts.create(Plan("courier", text="Ahoy"), by=None, now=now, due_at=now + HOUR)
    post = queries.post(post_id)
    assert (post.state, post.due_at) == ("scheduled", now + HOUR)
    assert [line.did for line in trail.of(f"post {post_id}")] == [
        "scheduled for 2026-11-23 09:00 UTC",
        "written",
    ]


def test_a_time_that_has_passed_is_refused_and_nothing_is_made(
    courier: Account, now: datetime
) -> None:
    with pytest.raises(Refused, match="2026-11-23 07:00 UTC has passed"):
        posts.create(Plan("courier", text="Ahoy"), by=None, now=now, due_at=now - HOUR)
    assert not Post.objects.exists()


def test_a_draft_article_is_published_when_its_post_goes_out(
    courier: Account, now: datetime
) -> None:
    ArticleFactory.create(slug="tram", published_at=None)
    posts.create(Plan("courier", "tram"), by=None, now=now, due_at=now + HOUR)
    assert Article.objects.get(slug="tram").published_at == now + HOUR


def test_a_post_without_a_time_publishes_nothing(courier: Account, now: datetime) -> None:
    ArticleFactory.create(slug="tram", published_at=None)
    posts.create(Plan("courier", "tram"), by=None, now=now)
    assert Article.objects.get(slug="tram").published_at is None


@pytest.mark.parametrize("secret", ["embargo_until", "published_at"])
def test_no_post_goes_out_before_its_article(courier: Account, secret: str, now: datetime) -> None:
    ArticleFactory.create(slug="tram", **{secret: now + 2 * HOUR})
    with pytest.raises(Refused, match="2026-11-23 10:00 UTC"):
        posts.create(Plan("courier", "tram"), by=None, now=now, due_at=now + HOUR)
    posts.create(Plan("courier", "tram"), by=None, now=now, due_at=now + 2 * HOUR)


def test_a_scheduled_post_can_be_moved(courier: Account, now: datetime) -> None:
    post = PostFactory.create(account=courier, leased_until=now)
    posts.schedule(post.pk, now + HOUR, by=None, now=now)
    assert posts.claim_due(now=now) == []
    assert posts.claim_due(now=now + HOUR) == [post.pk]


# ---- Who


def test_an_author_writes_and_an_editor_schedules(courier: Account, now: datetime) -> None:
    author, editor = MemberFactory.create(role="author"), MemberFactory.create(role="editor")
    post_id = posts.create(Plan("courier", text="Ahoy"), by=author, now=now)
    with pytest.raises(Refused, match="Authors write posts"):
        posts.schedule(post_id, now, by=author, now=now)
    posts.schedule(post_id, now, by=editor, now=now)
    assert state(post_id) == "scheduled"


def test_an_author_cannot_touch_what_an_editor_has_scheduled(
    courier: Account, now: datetime
) -> None:
    author, post = MemberFactory.create(role="author"), PostFactory.create(account=courier)
    with pytest.raises(Refused, match="scheduled already, so it cannot be changed"):
        posts.change_text(post.pk, "Land", by=author, now=now)
    with pytest.raises(Refused, match="scheduled already, so it cannot be cancelled"):
        posts.cancel(post.pk, by=author, now=now)


def test_a_strict_account_keeps_a_post_until_a_chief_approves_it(
    strict: Account, now: datetime
) -> None:
    post_id = posts.create(Plan("strict", text="Ahoy"), by=None, now=now, due_at=now + HOUR)
    assert (state(post_id), queries.post(post_id).due_at) == ("draft", now + HOUR)
    with pytest.raises(Refused, match="not approved yet"):
        posts.schedule(post_id, now + HOUR, by=None, now=now)
    with pytest.raises(Refused, match="Only a chief"):
        posts.approve(post_id, by=MemberFactory.create(role="editor"), now=now)
    posts.approve(post_id, by=MemberFactory.create(role="chief"), now=now)
    assert state(post_id) == "scheduled"


def test_what_is_approved_too_late_waits_for_another_time(strict: Account, now: datetime) -> None:
    post_id = posts.create(Plan("strict", text="Ahoy"), by=None, now=now, due_at=now + HOUR)
    posts.approve(post_id, by=None, now=now + 2 * HOUR)
    post = queries.post(post_id)
    assert (post.state, post.due_at) == ("approved", None)


def test_changed_words_must_be_approved_again(strict: Account, now: datetime) -> None:
    post = PostFactory.create(account=strict, due_at=now + HOUR)
    posts.change_text(post.pk, "Land ahoy", by=None, now=now)
    assert state(post.pk) == "draft"
    assert posts.claim_due(now=now + HOUR) == []


def test_without_approval_a_changed_post_goes_out_when_it_was_due(
    courier: Account, now: datetime
) -> None:
    post = PostFactory.create(account=courier)
    posts.change_text(post.pk, "Land ahoy", by=None, now=now)
    assert posts.claim_due(now=now) == [post.pk]


# ---- The end


@pytest.mark.parametrize("early", ["draft", "approved", "scheduled"])
def test_a_post_is_cancelled_until_it_is_on_its_way(early: str, now: datetime) -> None:
    post = PostFactory.create(state=early)
    posts.cancel(post.pk, by=None, now=now)
    assert state(post.pk) == "cancelled"
    assert posts.claim_due(now=now) == []


@pytest.mark.parametrize(
    ("late", "spoken"),
    [
        ("posting", "being posted now"),
        ("posted", "posted already"),
        ("cancelled", "cancelled already"),
        ("unsure", "unsure already"),
    ],
)
def test_a_late_cancellation_is_refused(late: str, spoken: str, now: datetime) -> None:
    post = PostFactory.create(state=late, sent_at=now)
    with pytest.raises(Refused, match=f"Post {post.pk} is {spoken}, so it cannot be cancelled"):
        posts.cancel(post.pk, by=None, now=now)
    assert state(post.pk) == late


def test_what_does_not_exist_is_refused(now: datetime) -> None:
    with pytest.raises(Refused, match="There is no post 404404404"):
        posts.cancel(404404404, by=None, now=now)
    with pytest.raises(Refused, match="There is no post 404404404"):
        queries.post(404404404)


# ---- The dispatcher


def test_what_is_due_is_claimed_oldest_first(now: datetime) -> None:
    second, first = PostFactory.create(), PostFactory.create(due_at=now - HOUR)
    PostFactory.create(due_at=now + HOUR)
    PostFactory.create(state="draft")
    assert posts.claim_due(now=now) == [first.pk, second.pk]


def test_a_claim_holds_as_long_as_its_lease(now: datetime) -> None:
    post = PostFactory.create()
    assert posts.claim_due(now=now) == [post.pk]
    assert posts.claim_due(now=now + posts.LEASE) == []
    assert posts.claim_due(now=now + posts.LEASE * 1.1) == [post.pk]


def test_at_most_fifty_are_handed_out_at_a_time(now: datetime) -> None:
    PostFactory.create_batch(51)
    assert len(posts.claim_due(now=now)) == 50
    assert len(posts.claim_due(now=now)) == 1


def test_a_stopped_account_keeps_its_posts_and_they_say_why(now: datetime) -> None:
    post = PostFactory.create(
        account__name="courier", account__stopped_reason="X knows no such token."
    )
    assert posts.claim_due(now=now) == []
    assert queries.post(post.pk).reason == (
        "The account 'courier' is stopped: X knows no such token."
    )


def test_a_quiet_account_keeps_its_posts_until_then(now: datetime) -> None:
    post = PostFactory.create(account__name="courier", account__quiet_until=now + HOUR)
    assert posts.claim_due(now=now) == []
    assert "to be quiet until 2026-11-23 09:00 UTC" in queries.post(post.pk).reason
    assert posts.claim_due(now=now + HOUR) == [post.pk]


# ---- The lists


def test_posts_are_listed_from_the_latest_and_by_state(now: datetime) -> None:
    early, late = PostFactory.create(), PostFactory.create(due_at=now + HOUR)
    draft = PostFactory.create(state="draft", due_at=None)
    assert [post.id for post in queries.posts()] == [draft.pk, late.pk, early.pk]
    assert [post.id for post in queries.posts(states=["scheduled"], limit=1)] == [late.pk]


def test_a_moment_in_another_zone_is_spoken_in_the_newsrooms(
    courier: Account, now: datetime
) -> None:
    in_tokyo = (now - HOUR).astimezone(ZoneInfo("Asia/Tokyo"))
    with pytest.raises(Refused, match="2026-11-23 07:00 UTC has passed"):
        posts.create(Plan("courier", text="Ahoy"), by=None, now=now, due_at=in_tokyo)
