"""What is Facebook's own: cards, codes in place of statuses, and the page's token."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publisher.channels import Duplicate, Permanent, Temporary, Unknown
from publisher.channels.facebook import Credentials, Facebook
from publisher.channels.posts import Attachment, Network
from tests.channels.messages import said
from tests.channels.networks import facebook, meta
from tests.channels.networks.fakes import Answer, Fault, refused, running

LINK = "https://news.example/ferry"
PICTURE = Attachment("image/png", "The ferry", 1200, 630, content=b"\x89PNG")


@pytest.fixture
def page() -> Iterator[facebook.Page]:
    with running(facebook.Page()) as page:
        yield page


@pytest.fixture
def network(page: facebook.Page) -> Iterator[Network]:
    with closing(facebook.CASE.connect(page.url)) as network:
        yield network


def test_a_link_gets_a_card_where_there_are_no_pictures(
    page: facebook.Page, network: Network, now: datetime
) -> None:
    upload = network.upload(PICTURE, now=now)
    picture = replace(PICTURE, content=b"", reference=upload.reference)
    network.send(said(f"One {LINK}", link=LINK), now=now)
    network.send(said(f"Two {LINK}", number=2, link=LINK, attachments=(picture,)), now=now)
    assert list(page.links.values()) == [LINK, ""]


def test_several_pictures_are_posted_in_their_order(
    page: facebook.Page, network: Network, now: datetime
) -> None:
    pictures = []
    for alt in ("Bow", "Stern"):
        picture = replace(PICTURE, alt=alt)
        pictures.append(replace(picture, reference=network.upload(picture, now=now).reference))
    network.send(said("Both", attachments=tuple(pictures)), now=now)
    assert page.posts[0].alts == ("Bow", "Stern")


def test_a_video_is_not_taken(network: Network, now: datetime) -> None:
    with pytest.raises(Permanent, match=r"^Videos are not posted on Facebook"):
        network.upload(replace(PICTURE, media_type="video/mp4"), now=now)


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
def test_too_many_calls_are_made_later(
    page: facebook.Page, network: Network, now: datetime, code: int
) -> None:
    error = refused(page, network, meta.busy(code), now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + timedelta(minutes=1)


@pytest.mark.parametrize("usage", ["", "[", "[]", '{"1": [{}]}', '{"1": []}', '{"1": 5}'])
def test_too_many_calls_are_made_later_whatever_else_is_said(
    page: facebook.Page, network: Network, now: datetime, usage: str
) -> None:
    answer = replace(meta.error(4), headers={"X-Business-Use-Case-Usage": usage})
    error = refused(page, network, answer, now)
    assert isinstance(error, Temporary)
    assert error.retry_at is None


@pytest.mark.parametrize("code", [1, 2])
def test_a_failure_of_facebooks_own_leaves_the_outcome_unknown(
    page: facebook.Page, network: Network, now: datetime, code: int
) -> None:
    assert isinstance(refused(page, network, meta.error(code), now), Unknown)


@pytest.mark.parametrize("code", [10, 102, 190, 200, 299, 368])
def test_who_may_not_post_is_stopped(
    page: facebook.Page, network: Network, now: datetime, code: int
) -> None:
    error = refused(page, network, meta.error(code), now)
    assert isinstance(error, Permanent)
    assert error.stops_account


def test_the_same_words_again_are_a_duplicate(
    page: facebook.Page, network: Network, now: datetime
) -> None:
    network.send(said("The ferry sails."), now=now)
    with pytest.raises(Duplicate, match="Duplicate status message"):
        network.send(said("The ferry sails.", number=2), now=now)
    assert len(page.posts) == 1


def test_only_what_was_posted_since_is_found(
    page: facebook.Page, network: Network, now: datetime
) -> None:
    page.now = now - timedelta(days=1)
    network.send(said("The ferry sails."), now=now)
    assert network.find(said("The ferry sails."), since=now) is None


def test_the_token_of_another_page_is_refused(page: facebook.Page, network: Network) -> None:
    page.token_of = "77"
    with pytest.raises(Permanent, match=r"not that of page 10158; copy the page's own\.$"):
        network.profile()


def test_no_address_holds_the_token(page: facebook.Page, network: Network, now: datetime) -> None:
    network_id = network.send(said("The ferry sails."), now=now).network_id
    network.find(said("The ferry sails."), since=now)
    network.figures([network_id], now=now)
    network.delete(network_id, now=now)
    assert len(page.heard) == 4
    assert facebook.TOKEN not in repr([(each.path, each.query) for each in page.heard])


def test_without_the_apps_secret_nothing_is_proved(page: facebook.Page, now: datetime) -> None:
    network = Facebook(Credentials(facebook.PAGE, facebook.TOKEN), api_url=page.url)
    page.order(Fault(Answer(200, b'{"id": "10158_1"}'), is_taken=False))
    network.send(said("The ferry sails."), now=now)
    network.close()
    assert "appsecret_proof" not in page.heard[0].form
