"""Two at once on one thing, each with a connection of its own: one call, whoever wins."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction

from publisher.errors import Refused
from publisher.social import handles, planning, posting, posts, templates
from publisher.social.models import Post
from publisher.social.templates import Wish
from tests.factories import AccountFactory, ArticleFactory, PostFactory
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


class Elsewhere:
    """Another process, as far as the database can tell."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers)

    def run(self, act: Callable[[], object]) -> "Future[object]":
        """Act on a connection of its own."""
        return self._pool.submit(self._act, act)

    def _act(self, act: Callable[[], object]) -> object:
        try:
            return act()
        finally:
            connection.close()


def wait_until_somebody_waits_for_us() -> None:
    """Return when another connection waits for a lock that ours holds."""
    asked = """
        SELECT count(*) FROM pg_locks
        WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
    """
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody came to wait")


def test_the_state_is_committed_before_the_call(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    seen: list[object] = []

    def look() -> None:
        asked = Post.objects.filter(pk=post.pk).values_list("state", "attempts", "sent_at")
        seen.append(Elsewhere(1).run(asked.get).result(SECONDS))

    x.meanwhile = look
    posting.publish(post.pk, now=now, connect=x.connect)
    assert seen == [("posting", 1, now)]


def test_posting_inside_a_transaction_is_a_fault(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        posting.publish(post.pk, now=now, connect=x.connect)
    assert x.calls == []


def test_of_two_workers_on_the_same_posts_only_one_calls(now: datetime) -> None:
    ids = [post.pk for post in PostFactory.create_batch(20)]
    x, elsewhere, start = FakeNetwork(), Elsewhere(2), Barrier(2)

    def work() -> None:
        start.wait(SECONDS)
        for post_id in ids:
            posting.publish(post_id, now=now, connect=x.connect)

    for worker in [elsewhere.run(work), elsewhere.run(work)]:
        worker.result(SECONDS)
    assert (len(x.calls), len(set(x.timeline))) == (20, 20)
    assert set(Post.objects.values_list("state", flat=True)) == {"posted"}


def test_a_worker_that_waited_for_another_sees_what_that_one_wrote(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(state="posting", sent_at=now, leased_until=now)
        late = Elsewhere(1).run(lambda: posting.publish(post.pk, now=now, connect=x.connect))
        wait_until_somebody_waits_for_us()
    late.result(SECONDS)
    assert x.calls == []


def test_a_worker_that_waited_for_a_later_time_does_not_post_now(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    with transaction.atomic():
        posts.schedule(post.pk, now + timedelta(hours=1), by=None, now=now)
        late = Elsewhere(1).run(lambda: posting.publish(post.pk, now=now, connect=x.connect))
        wait_until_somebody_waits_for_us()
    late.result(SECONDS)
    assert (x.calls, Post.objects.get().state) == ([], "scheduled")


def test_a_worker_that_waited_for_a_cancellation_does_not_post(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    with transaction.atomic():
        posts.cancel(post.pk, by=None, now=now)
        late = Elsewhere(1).run(lambda: posting.publish(post.pk, now=now, connect=x.connect))
        wait_until_somebody_waits_for_us()
    late.result(SECONDS)
    assert x.calls == []
    assert Post.objects.get().state == "cancelled"


def test_a_cancellation_that_comes_during_the_call_is_refused(now: datetime) -> None:
    post, x = PostFactory.create(), FakeNetwork()
    refusals: list[str] = []

    def cancel() -> None:
        try:
            posts.cancel(post.pk, by=None, now=now)
        except Refused as refusal:
            refusals.append(str(refusal))

    x.meanwhile = lambda: Elsewhere(1).run(cancel).result(SECONDS)
    posting.publish(post.pk, now=now, connect=x.connect)
    assert refusals == [f"Post {post.pk} is being posted now, so it cannot be cancelled."]
    assert Post.objects.get().state == "posted"


def test_two_dispatchers_never_hand_out_the_same_post(now: datetime) -> None:
    ids = {post.pk for post in PostFactory.create_batch(4)}
    with transaction.atomic():
        first = posts.claim_due(now=now)
        second = Elsewhere(1).run(lambda: posts.claim_due(now=now)).result(SECONDS)
    assert (set(first), second) == (ids, [])


def test_two_workers_do_not_spend_the_same_money(now: datetime) -> None:
    account = AccountFactory.create(budget_micros=10, gap=timedelta(0))
    ids = [post.pk for post in PostFactory.create_batch(8, account=account, price_micros=4)]
    x, elsewhere, start = FakeNetwork(), Elsewhere(4), Barrier(4)

    def work(mine: list[int]) -> None:
        start.wait(SECONDS)
        for post_id in mine:
            posting.publish(post_id, now=now, connect=x.connect)

    for worker in [elsewhere.run(partial(work, ids[n::4])) for n in range(4)]:
        worker.result(SECONDS)
    assert len(x.calls) == 2
    assert Post.objects.filter(state="approved").count() == 6


def test_two_dispatchers_and_their_workers_announce_an_article_once(now: datetime) -> None:
    AccountFactory.create_batch(3, announces_since=now, timeline=[0])
    ArticleFactory.create_batch(4, published_at=now)
    elsewhere, start = Elsewhere(2), Barrier(2)

    def work() -> None:
        start.wait(SECONDS)
        for announcement_id in planning.claim_due(now=now):
            planning.announce(announcement_id, now=now)

    for worker in [elsewhere.run(work), elsewhere.run(work)]:
        worker.result(SECONDS)
    assert planning.claim_due(now=now) == []
    assert Post.objects.count() == 12
    assert Post.objects.values("account", "due_at").distinct().count() == 12


def test_of_two_templates_at_the_same_moment_one_is_kept_and_the_other_told(now: datetime) -> None:
    add = partial(templates.add, now=now)
    with transaction.atomic():
        add(Wish("hook", "Mine {{ article.url }}"))
        other = Elsewhere(1).run(partial(add, Wish("hook", "Theirs {{ article.url }}")))
        wait_until_somebody_waits_for_us()
    with pytest.raises(Refused, match="keep yours again"):
        other.result(SECONDS)


def test_of_two_handles_of_somebody_at_the_same_moment_one_is_kept(now: datetime) -> None:
    with transaction.atomic():
        handles.add("Ada", "x", "ada", now=now)
        other = Elsewhere(1).run(partial(handles.add, "ADA", "x", "ada_vos", now=now))
        wait_until_somebody_waits_for_us()
    with pytest.raises(Refused, match="is in the directory on x already"):
        other.result(SECONDS)
