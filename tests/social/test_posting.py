"""Posting: once, or the row says why not; a doubt is looked up and never posted again by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from publisher import secrecy, wiring
from publisher.articles import actions as articles
from publisher.articles.models import Article
from publisher.channels import ChannelError, Duplicate, Permanent, Temporary, Unknown
from publisher.errors import Refused
from publisher.social import posting, posts, queries
from publisher.social.models import Account, Post
from publisher.staff import trail
from tests.factories import AccountFactory, ArticleFactory, MemberFactory, PostFactory
from tests.social.networks import FakeNetwork, Killed

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LOST = "X did not answer."


@pytest.fixture
def x() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def post() -> Post:
    return PostFactory.create(account__name="courier", text="Ahoy")


@pytest.fixture
def turn(x: FakeNetwork) -> Callable[[datetime], None]:
    """Let the dispatcher look once, and a worker do what it hands out."""

    def look(now: datetime) -> None:
        for post_id in posts.claim_due(now=now):
            posting.publish(post_id, now=now, connect=x.connect)

    return look


Turn = Callable[[datetime], None]


# ---- All is well


def test_a_due_post_goes_out_with_its_receipt(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.posted_at, line.due_at) == ("posted", now, now)
    assert line.url == "https://x.example/harbour_courier/status/1"
    assert trail.of(f"post {post.pk}")[0].did == f"posted {line.url}"


def test_the_network_gets_the_text_and_the_accounts_own_secrets(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    turn(now)
    assert x.calls == [("Ahoy", now)]
    assert x.secrets == secrecy.unseal(bytes(post.account.credentials))


def test_an_id_that_lies_on_the_queue_twice_posts_once(
    x: FakeNetwork, post: Post, now: datetime
) -> None:
    posting.publish(post.pk, now=now, connect=x.connect)
    posting.publish(post.pk, now=now, connect=x.connect)
    assert x.timeline == ["Ahoy"]


@pytest.mark.parametrize("state", ["draft", "approved", "failed", "cancelled", "posted"])
def test_an_id_of_what_is_not_to_go_out_does_nothing(
    x: FakeNetwork, state: str, now: datetime
) -> None:
    post = PostFactory.create(state=state)
    posting.publish(post.pk, now=now, connect=x.connect)
    assert (x.calls, queries.post(post.pk).state) == ([], state)


def test_an_id_on_the_queue_does_not_outrun_a_later_time(
    x: FakeNetwork, post: Post, now: datetime
) -> None:
    posts.claim_due(now=now)
    posts.schedule(post.pk, now + HOUR, by=None, now=now)
    posting.publish(post.pk, now=now, connect=x.connect)
    assert x.calls == []


def test_an_id_of_nothing_does_nothing(x: FakeNetwork, now: datetime) -> None:
    posting.publish(404404404, now=now, connect=x.connect)


# ---- Others, meanwhile


def test_a_second_worker_leaves_a_call_on_its_way_alone(
    x: FakeNetwork, post: Post, now: datetime
) -> None:
    x.meanwhile = lambda: posting.publish(post.pk, now=now + SECOND, connect=x.connect)
    posting.publish(post.pk, now=now, connect=x.connect)
    assert x.timeline == ["Ahoy"]


def test_what_is_on_its_way_cannot_be_cancelled(x: FakeNetwork, post: Post, now: datetime) -> None:
    def cancel() -> None:
        with pytest.raises(Refused, match="being posted now"):
            posts.cancel(post.pk, by=None, now=now)

    x.meanwhile = cancel
    posting.publish(post.pk, now=now, connect=x.connect)
    assert queries.post(post.pk).state == "posted"


def test_a_receipt_that_comes_late_is_believed(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.meanwhile = lambda: posts.claim_due(now=now + MINUTE)
    posting.publish(post.pk, now=now, connect=x.connect)
    line = queries.post(post.pk)
    assert (line.state, line.due_at, line.reason) == ("posted", now, "")
    turn(now + HOUR)
    assert x.timeline == ["Ahoy"]


# ---- Not now


def test_a_network_that_asks_for_quiet_gets_it_for_the_whole_account(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    other = PostFactory.create(account=post.account, text="Land")
    x.before = [Temporary("X takes no more until 08:15.", now + 15 * MINUTE)]
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.due_at) == ("scheduled", now + 15 * MINUTE)
    assert line.reason == "X takes no more until 08:15."
    assert queries.account("courier").quiet_until == now + 15 * MINUTE
    turn(now + 14 * MINUTE)
    assert len(x.calls) == 1
    assert "quiet until 2026-11-23 08:15 UTC" in queries.post(other.pk).reason
    turn(now + 15 * MINUTE)
    assert sorted(x.timeline) == ["Ahoy", "Land"]


def test_another_account_is_not_quiet(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    PostFactory.create(due_at=now + SECOND, text="Land")
    x.before = [Temporary("Later.", now + HOUR)]
    turn(now)
    turn(now + SECOND)
    assert x.timeline == ["Land"]


def test_without_a_time_to_come_back_at_the_waits_grow(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    waits, at = [], now
    for _ in range(6):
        x.before = [Temporary("No route to X.")]
        turn(at)
        due_at = queries.post(post.pk).due_at
        assert due_at is not None
        waits.append((due_at - at).total_seconds())
        at = due_at
    assert waits == [30, 120, 600, 1800, 3600, 3600]
    assert queries.account("courier").quiet_until is None


def test_a_time_to_come_back_at_in_the_past_is_no_reason_to_hurry(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Temporary("Later.", now - HOUR)]
    turn(now)
    assert queries.post(post.pk).due_at == now + SECOND


def test_after_many_attempts_an_editor_is_asked(x: FakeNetwork, turn: Turn, now: datetime) -> None:
    post = PostFactory.create(attempts=23)
    x.before = [Temporary("No route to X.")]
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.reason) == ("failed", "Given up after 24 attempts: No route to X.")


# ---- Never


def test_what_the_network_refuses_has_failed_with_its_reason(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Permanent("X calls this text a scam.")]
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.reason) == ("failed", "X calls this text a scam.")
    assert queries.account("courier").stopped_reason == ""


def test_a_failed_post_goes_out_when_it_was_cured_and_scheduled_again(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Permanent("X calls this text a scam.")]
    turn(now)
    posts.change_text(post.pk, "Ahoy, honestly", by=None, now=now)
    posts.schedule(post.pk, now, by=None, now=now)
    turn(now)
    assert x.timeline == ["Ahoy, honestly"]


def test_credentials_that_are_refused_stop_the_account_and_burn_nothing(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    other = PostFactory.create(account=post.account, text="Land", due_at=now + SECOND)
    x.before = [Permanent("X knows no such token.", stops_account=True)]
    turn(now)
    turn(now + SECOND)
    assert len(x.calls) == 1
    assert [queries.post(each.pk).state for each in (post, other)] == ["scheduled"] * 2
    assert queries.account("courier").stopped_reason == "X knows no such token."
    assert posting.check("courier", now=now, connect=x.connect) == "harbour_courier"
    turn(now + MINUTE)
    assert sorted(x.timeline) == sorted([post.text, "Land"])


def test_an_id_on_the_queue_does_not_go_out_on_a_stopped_account(
    x: FakeNetwork, post: Post, now: datetime
) -> None:
    posts.claim_due(now=now)
    Account.objects.update(stopped_reason="X knows no such token.")
    posting.publish(post.pk, now=now, connect=x.connect)
    assert (x.calls, queries.post(post.pk).state) == ([], "scheduled")


def test_credentials_that_cannot_be_decrypted_stop_the_account(
    x: FakeNetwork, turn: Turn, now: datetime
) -> None:
    account = AccountFactory.create(name="courier", credentials=b"sealed elsewhere")
    post = PostFactory.create(account=account)
    turn(now)
    assert (x.calls, queries.post(post.pk).state) == ([], "scheduled")
    assert "cannot be decrypted" in queries.account("courier").stopped_reason


def test_a_check_that_fails_says_why_and_leaves_the_account_stopped(
    x: FakeNetwork, now: datetime
) -> None:
    AccountFactory.create(name="courier", stopped_reason="X knows no such token.")
    x.blind = [Permanent("X knows no such token.", stops_account=True)]
    with pytest.raises(Refused, match="X knows no such token"):
        posting.check("courier", now=now, connect=x.connect)
    assert queries.account("courier").stopped_reason


@pytest.mark.parametrize("withdrawn", ["retracted", "embargo"])
def test_a_post_does_not_go_out_when_its_article_was_withdrawn(
    x: FakeNetwork, turn: Turn, withdrawn: str, now: datetime
) -> None:
    post = PostFactory.create(article=ArticleFactory.create(slug="ferry"))
    if withdrawn == "retracted":
        articles.retract("ferry", now=now)
    else:
        Article.objects.filter(slug="ferry").update(embargo_until=now + HOUR)
    turn(now)
    line = queries.post(post.pk)
    assert (x.calls, line.state) == ([], "failed")
    assert "'ferry' is not public" in line.reason


# ---- Nobody knows


def test_a_post_that_got_out_without_an_answer_is_found(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.after = [Unknown(LOST)]
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.due_at, line.reason) == ("unsure", now + 30 * SECOND, LOST)
    turn(now + 30 * SECOND)
    line = queries.post(post.pk)
    assert (line.state, line.posted_at, line.due_at, line.reason) == ("posted", now, now, "")
    assert line.url
    assert (len(x.calls), x.searches) == (1, [now])


def test_a_post_that_cannot_be_found_stays_unsure_and_is_left_to_an_editor(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Unknown(LOST)]
    turn(now)
    for wait in (29 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 24 * HOUR):
        turn(now + wait)
    line = queries.post(post.pk)
    assert (line.state, line.due_at) == ("unsure", None)
    assert line.reason == (
        "The network does not show this post."
        " Look at the account, then mark it as posted or send it again."
    )
    assert (len(x.calls), len(x.searches)) == (1, 4)


def test_a_network_that_cannot_be_asked_is_asked_until_it_has_answered(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.after = [Unknown(LOST)]
    x.blind = [Temporary("Too many questions.", now + 2 * HOUR), Temporary("No route to X.")]
    turn(now)
    turn(now + MINUTE)
    assert queries.post(post.pk).due_at == now + 2 * HOUR
    assert queries.account("courier").quiet_until is None
    turn(now + 2 * HOUR)
    assert queries.post(post.pk).due_at == now + 3 * HOUR
    turn(now + 3 * HOUR)
    assert queries.post(post.pk).state == "posted"


def test_an_account_that_may_not_be_read_leaves_the_doubt_to_an_editor_and_goes_on(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Unknown(LOST)]
    x.blind = [Permanent("X does not let this app read.", stops_account=True)]
    turn(now)
    turn(now + MINUTE)
    line = queries.post(post.pk)
    assert (line.state, line.due_at) == ("unsure", None)
    assert line.reason.startswith("X does not let this app read. Look at the account")
    assert queries.account("courier").stopped_reason == ""


def test_an_editor_who_has_seen_it_settles_the_doubt(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Unknown(LOST)]
    turn(now)
    posts.mark(post.pk, posted=True, by=MemberFactory.create(), now=now + MINUTE)
    line = queries.post(post.pk)
    assert (line.state, line.posted_at, line.reason) == ("posted", now, "")
    turn(now + HOUR)
    assert len(x.calls) == 1


def test_an_editor_who_has_not_seen_it_sends_it_again(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Unknown(LOST)]
    turn(now)
    posts.mark(post.pk, posted=False, by=MemberFactory.create(), now=now + MINUTE)
    turn(now + MINUTE)
    assert x.timeline == ["Ahoy"]
    assert queries.post(post.pk).state == "posted"


def test_only_a_doubt_can_be_settled_and_not_by_an_author(post: Post, now: datetime) -> None:
    with pytest.raises(Refused, match="scheduled already, so it cannot be settled"):
        posts.mark(post.pk, posted=True, by=None, now=now)
    with pytest.raises(Refused, match="Authors"):
        posts.mark(post.pk, posted=True, by=MemberFactory.create(role="author"), now=now)


# ---- The same words again


def test_a_duplicate_after_a_doubt_is_the_post_in_doubt(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.after = [Unknown(LOST)]
    turn(now)
    posts.mark(post.pk, posted=False, by=None, now=now + SECOND)
    x.before = [Duplicate("X has this already.")]
    turn(now + SECOND)
    line = queries.post(post.pk)
    assert (line.state, x.timeline, x.searches) == ("posted", ["Ahoy"], [now])
    assert line.url == "https://x.example/harbour_courier/status/1"


def test_a_duplicate_after_a_doubt_needs_no_look_up_to_be_believed(
    x: FakeNetwork, turn: Turn, now: datetime
) -> None:
    post = PostFactory.create(unsure_since=now - HOUR)
    x.before = [Duplicate("X has this already.")]
    x.blind = [Temporary("Too many questions.")]
    turn(now)
    assert (queries.post(post.pk).state, queries.post(post.pk).url) == ("posted", "")


def test_a_duplicate_without_a_doubt_is_somebody_elses(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Duplicate("X has this already.")]
    turn(now)
    line = queries.post(post.pk)
    assert (line.state, line.reason) == ("failed", "X has this already.")


def test_other_words_take_the_doubt_away(x: FakeNetwork, turn: Turn, now: datetime) -> None:
    post = PostFactory.create(unsure_since=now - HOUR)
    posts.change_text(post.pk, "Land", by=None, now=now)
    x.before = [Duplicate("X has this already.")]
    turn(now)
    assert queries.post(post.pk).state == "failed"


# ---- A worker dies


def test_a_worker_that_dies_before_its_call_leaves_a_doubt_and_no_second_call(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Killed()]
    with pytest.raises(Killed):
        turn(now)
    assert queries.post(post.pk).state == "posting"
    turn(now + wiring.NETWORKS["x"].sends_within)
    assert x.searches == []
    for wait in (MINUTE, 2 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR):
        turn(now + wait)
    assert (queries.post(post.pk).state, queries.post(post.pk).due_at) == ("unsure", None)
    assert (len(x.calls), len(x.searches)) == (1, 4)


def test_a_worker_that_dies_between_call_and_note_leaves_a_post_that_is_found(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.after = [Killed()]
    with pytest.raises(Killed):
        turn(now)
    turn(now + MINUTE)
    line = queries.post(post.pk)
    assert (line.state, line.posted_at, x.timeline) == ("posted", now, ["Ahoy"])
    assert [each.did for each in trail.of(f"post {post.pk}")] == [
        "posted https://x.example/harbour_courier/status/1",
        "unsure: the worker stopped while posting",
    ]


def test_a_fault_of_our_own_is_loud_and_leaves_a_doubt(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.after = [KeyError("data")]
    with pytest.raises(KeyError):
        turn(now)
    posting.publish(post.pk, now=now + MINUTE, connect=x.connect)
    assert queries.post(post.pk).state == "unsure"


def test_an_error_that_no_channel_should_raise_is_a_doubt(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [ChannelError("Something.")]
    turn(now)
    assert queries.post(post.pk).state == "unsure"


def test_what_was_refused_is_sent_again_under_another_key(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Permanent("Too rude.")]
    turn(now)
    posts.schedule(post.pk, now + MINUTE, by=None, now=now)
    turn(now + MINUTE)
    assert len({message.key for message in x.messages}) == 2


def test_what_may_be_out_keeps_its_key(
    x: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    x.before = [Unknown(LOST), Permanent("Too rude.")]
    turn(now)
    posts.mark(post.pk, posted=False, by=None, now=now)
    turn(now)
    posts.schedule(post.pk, now, by=None, now=now)
    turn(now)
    assert len({message.key for message in x.messages}) == 1
