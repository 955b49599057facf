"""What is Threads' own: containers, which are made as often as it takes, and published once."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Temporary
from publisher.channels.posts import Attachment, Network
from tests.channels.messages import said
from tests.channels.networks import meta, threads
from tests.channels.networks.fakes import Answer, Fault, running

LINK = "https://news.example/ferry"
PICTURE = Attachment("image/png", "Bow", 1200, 630, url="https://news.example/media/bow.png")
VIDEO = Attachment("video/mp4", "Stern", 1280, 720, url="https://news.example/media/stern.mp4")
PICTURED = said("The ferry sails.", attachments=(PICTURE,))
PERMALINK = re.compile(r"GET /v1.0/\d+")


@pytest.fixture
def timeline() -> Iterator[threads.Timeline]:
    with running(threads.Timeline()) as timeline:
        yield timeline


@pytest.fixture
def network(timeline: threads.Timeline) -> Iterator[Network]:
    with closing(threads.CASE.connect(timeline.url)) as network:
        yield network


def test_the_card_is_that_of_the_posts_own_link(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    network.send(said(f"After https://a.example comes {LINK}", link=LINK), now=now)
    (container,) = timeline.containers.values()
    assert container.form["link_attachment"] == LINK


def test_several_pictures_are_a_carousel_in_their_order(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    items = [
        replace(each, reference=network.upload(each, now=now).reference)
        for each in (VIDEO, PICTURE)
    ]
    network.send(said("Both", attachments=tuple(items)), now=now)
    assert timeline.posts[0].alts == ("Stern", "Bow")


def test_a_container_that_takes_time_is_published_when_it_is_ready(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    timeline.slow_uploads = 2
    for _ in range(2):
        with pytest.raises(Temporary):
            network.send(PICTURED, now=now)
    network.send(PICTURED, now=now)
    assert len(timeline.containers) == len(timeline.posts) == 1


def test_another_worker_makes_a_container_of_its_own(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    timeline.slow_uploads = 1
    with pytest.raises(Temporary):
        network.send(PICTURED, now=now)
    other = threads.CASE.connect(timeline.url)
    other.send(PICTURED, now=now)
    other.close()
    assert (len(timeline.containers), len(timeline.posts)) == (2, 1)


@pytest.mark.parametrize("status", ["ERROR", "EXPIRED"])
def test_a_picture_that_threads_cannot_use_is_named(
    timeline: threads.Timeline, network: Network, now: datetime, status: str
) -> None:
    reference = network.upload(PICTURE, now=now).reference
    timeline.containers[reference].status = status
    with pytest.raises(Permanent, match=rf"cannot use what it was given \({status}\)"):
        network.uploaded(reference, now=now)


def test_a_line_that_breaks_before_anything_is_published_is_no_doubt(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    timeline.order(Fault(), at=timeline.uploading)
    with pytest.raises(Temporary):
        network.send(said("The ferry sails."), now=now)
    assert timeline.count(timeline.posting) == 0
    network.send(said("The ferry sails."), now=now)
    assert len(timeline.posts) == 1


def test_a_container_that_is_not_found_yet_was_not_published(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    not_found = meta.error(24, "Media not found", subcode=4279009)
    timeline.order(Fault(not_found, is_taken=False))
    with pytest.raises(Temporary):
        network.send(said("The ferry sails."), now=now)
    network.send(said("The ferry sails."), now=now)
    assert len(timeline.containers) == len(timeline.posts) == 1


def test_a_post_whose_address_is_not_told_is_posted_all_the_same(
    timeline: threads.Timeline, network: Network, now: datetime
) -> None:
    status, address = Fault(Answer(200, b'{"status": "FINISHED"}')), Fault(Answer(500))
    timeline.order(status, at=PERMALINK)
    timeline.order(address, at=PERMALINK)
    receipt = network.send(said("The ferry sails."), now=now)
    assert (receipt.network_id, receipt.url) == (timeline.posts[0].id, "")


def test_a_reply_is_found_among_the_replies(network: Network, now: datetime) -> None:
    first = network.send(said("One."), now=now).network_id
    second = said("Two.", number=2, reply_to=first, thread=first)
    receipt = network.send(second, now=now)
    assert network.find(second, since=now) == receipt
    assert network.find(replace(second, reply_to=""), since=now) is None


def test_a_token_is_renewed_for_sixty_days(network: Network, now: datetime) -> None:
    renewed = network.renewed(now=now)
    assert renewed.secrets == {"access_token": "THQWnewer"}
    assert renewed.expires_at == now + timedelta(seconds=5183944)
    assert "newer" not in repr(renewed)
