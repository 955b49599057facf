"""Pictures go first: nothing is posted before all of them are ready, or without them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.channels import ChannelError, Permanent, Temporary, Unknown
from publisher.channels.posts import Upload
from publisher.social import posts, queries
from publisher.social.models import Account, Medium, Post
from publisher.social.posting import uploading
from tests.factories import PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(account: Account, settings: Settings, tmp_path: Path) -> Post:
    """Return a post with two pictures that is due."""
    settings.MEDIA_ROOT = tmp_path
    made = PostFactory.create(account=account)
    for position, name in enumerate(("ferry.jpg", "quay.jpg")):
        (tmp_path / name).write_bytes(name.encode())
        Medium.objects.create(
            post=made,
            position=position,
            path=name,
            media_type="image/jpeg",
            alt=f"The {name[:-4]}",
            width=1200,
            height=675,
        )
    return made


def state(post: Post) -> str:
    return Post.objects.get(pk=post.pk).state


def test_pictures_are_uploaded_and_the_post_names_them(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    turn(now)
    assert [each.content for each in network.uploaded_pictures] == [b"ferry.jpg", b"quay.jpg"]
    named = [(each.reference, each.alt) for each in network.messages[0].attachments]
    assert named == [("picture-1", "The ferry"), ("picture-2", "The quay")]
    assert state(post) == "posted"


def test_a_picture_that_takes_its_time_is_asked_about_when_the_network_says(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.uploads = [Upload("slow", check_at=now + MINUTE)]
    turn(now)
    assert (state(post), queries.post(post.pk).due_at) == ("scheduled", now + MINUTE)
    turn(now + MINUTE)
    assert [each.alt for each in network.uploaded_pictures] == ["The ferry", "The quay"]
    assert (state(post), network.messages[0].attachments[0].reference) == ("posted", "slow")


@pytest.mark.parametrize("error", [Temporary("Not now."), Unknown("The line broke.")])
def test_an_upload_that_fails_for_now_is_made_again(
    network: FakeNetwork, turn: Turn, post: Post, error: ChannelError, now: datetime
) -> None:
    network.uploads = [error]
    turn(now)
    assert (state(post), network.calls) == ("scheduled", [])
    turn(now + MINUTE)
    assert (state(post), len(network.calls)) == ("posted", 1)


def test_a_picture_that_is_refused_fails_its_post_and_says_so(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.uploads = [Permanent("Too large.")]
    turn(now)
    assert (state(post), network.calls) == ("failed", [])
    assert queries.post(post.pk).reason.startswith("Its picture was not taken: Too large.")


def test_a_failed_picture_is_tried_again_when_its_post_is(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.uploads = [Permanent("Too large.")]
    turn(now)
    posts.schedule(post.pk, now, by=None, now=now)
    turn(now)
    assert state(post) == "posted"


def test_after_its_deadline_a_picture_has_failed(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.uploads = [Upload("slow", check_at=now + MINUTE)] * 100
    for minutes in range(40):
        turn(now + minutes * MINUTE)
    assert (state(post), network.calls) == ("failed", [])


def test_what_the_network_has_forgotten_is_uploaded_anew(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    later = now + uploading.FORGOTTEN_AFTER
    network.before = [Temporary("Too many.", retry_at=later)]
    turn(now)
    turn(later)
    assert (len(network.uploaded_pictures), state(post)) == (4, "posted")


def test_ready_pictures_are_not_uploaded_again_for_another_try(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.before = [Temporary("Too many.", retry_at=now + MINUTE)]
    turn(now)
    turn(now + MINUTE)
    assert (len(network.uploaded_pictures), state(post)) == (2, "posted")


def test_a_picture_waits_with_its_account(
    network: FakeNetwork, turn: Turn, post: Post, now: datetime
) -> None:
    network.uploads = [Permanent("Suspended.", stops_account=True)]
    turn(now)
    assert (state(post), Account.objects.get().stopped_reason) == ("scheduled", "Suspended.")
    Account.objects.update(stopped_reason="")
    turn(now + uploading.GIVE_UP_AFTER + MINUTE)
    assert state(post) == "posted"
