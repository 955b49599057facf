"""Taking back what is out, and putting other words in its place."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Temporary, Unknown
from publisher.errors import Refused
from publisher.social import posting, posts, queries
from publisher.social.models import Account, Post
from tests.factories import MemberFactory, PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def out(account: Account, turn: Turn, now: datetime) -> Post:
    """Return a post that is out."""
    post = PostFactory.create(account=account, text="The fery sails.")
    turn(now)
    return Post.objects.get(pk=post.pk)


def state(post_id: int) -> str:
    return Post.objects.get(pk=post_id).state


def test_a_deleted_post_is_gone_from_its_network(
    network: FakeNetwork, turn: Turn, out: Post, now: datetime
) -> None:
    posts.delete(out.pk, by=None, now=now)
    turn(now)
    assert (network.deleted, state(out.pk)) == ([out.network_id], "deleted")


@pytest.mark.parametrize("error", [Temporary("Not now."), Unknown("The line broke.")])
def test_a_deletion_is_tried_until_the_network_has_answered(
    network: FakeNetwork, turn: Turn, out: Post, error: Exception, now: datetime
) -> None:
    posts.delete(out.pk, by=None, now=now)
    network.before = [error]
    turn(now)
    assert (state(out.pk), queries.post(out.pk).reason) == ("deleting", str(error))
    turn(now + HOUR)
    assert (network.deleted, state(out.pk)) == ([out.network_id], "deleted")


def test_a_network_that_never_deletes_it_is_given_up_on(
    network: FakeNetwork, turn: Turn, out: Post, now: datetime
) -> None:
    posts.delete(out.pk, by=None, now=now)
    network.before = [Unknown("The line broke.")] * posting.ATTEMPTS
    for hours in range(posting.ATTEMPTS + 1):
        turn(now + hours * HOUR)
    assert (state(out.pk), network.deleted) == ("posted", [])
    assert queries.post(out.pk).reason.startswith(f"Given up after {posting.ATTEMPTS} attempts")


def test_what_is_not_out_cannot_be_deleted(account: Account, now: datetime) -> None:
    post = PostFactory.create(account=account, state="draft", due_at=None)
    with pytest.raises(Refused, match=f"Post {post.pk} is a draft"):
        posts.delete(post.pk, by=None, now=now)
    assert state(post.pk) == "draft"


def test_an_author_deletes_nothing(out: Post, now: datetime) -> None:
    author = MemberFactory.create(role="author")
    with pytest.raises(Refused, match="editors decide"):
        posts.delete(out.pk, by=author, now=now)


def test_other_words_go_out_when_the_old_ones_are_gone(
    network: FakeNetwork, turn: Turn, out: Post, now: datetime
) -> None:
    new = posts.replace(out.pk, "The ferry sails.", by=None, now=now)
    turn(now)
    assert (state(out.pk), state(new)) == ("deleted", "scheduled")
    turn(now)
    assert (state(new), network.timeline[-1]) == ("posted", "The ferry sails.")


def test_where_the_old_words_stay_the_new_ones_are_cancelled(
    network: FakeNetwork, turn: Turn, out: Post, now: datetime
) -> None:
    new = posts.replace(out.pk, "The ferry sails.", by=None, now=now)
    network.before = [Permanent("Too old to delete.")]
    turn(now)
    turn(now)
    assert (state(out.pk), state(new)) == ("posted", "cancelled")
    assert network.timeline == ["The fery sails."]


def test_the_same_words_replace_nothing(out: Post, now: datetime) -> None:
    with pytest.raises(Refused, match="says this already"):
        posts.replace(out.pk, " The fery sails. ", by=None, now=now)
    assert state(out.pk) == "posted"


def test_where_a_chief_approves_an_editor_replaces_nothing(out: Post, now: datetime) -> None:
    Account.objects.update(needs_approval=True)
    with pytest.raises(Refused, match="a chief approves what is posted"):
        posts.replace(out.pk, "Other.", by=MemberFactory.create(role="editor"), now=now)
