"""An article that comes out is announced by what the dispatcher hands out."""

import pytest

from publisher import clock
from publisher.social.models import Post
from tests.factories import AccountFactory, ArticleFactory
from workers import tasks

pytestmark = pytest.mark.django_db


def test_what_is_claimed_is_done_by_its_task() -> None:
    now = clock.now()
    courier = AccountFactory.create(announces_since=now, evergreen_repeats=1)
    ArticleFactory.create(published_at=now)
    claims = {task.name.rpartition(".")[2]: claim for claim, task in tasks.DUE}
    (announcement_id,) = claims["announce"](now=now)
    tasks.announce(announcement_id)
    (account_id,) = claims["share_again"](now=now)
    tasks.share_again(account_id)
    assert {post.account for post in Post.objects.all()} == {courier}
