"""What is LinkedIn's own: its format of words, cards, where pictures go, and tokens."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.channels import Duplicate, Permanent, Temporary, Unknown
from publisher.channels.linkedin import Credentials
from publisher.channels.little import little, plain
from publisher.channels.posts import Attachment, Card, Network
from tests.channels.messages import said
from tests.channels.networks import linkedin
from tests.channels.networks.fakes import Answer, Fault, in_json, refused, running

PICTURE = Attachment("image/png", "The ferry", 1200, 630, content=b"\x89PNG")
REFRESHING = {
    "refresh_token": linkedin.REFRESH_TOKEN,
    "client_id": "app",
    "client_secret": "app-secret",
}


@pytest.fixture
def page() -> Iterator[linkedin.Organization]:
    with running(linkedin.Organization()) as page:
        yield page


@pytest.fixture
def network(page: linkedin.Organization) -> Iterator[Network]:
    with closing(linkedin.CASE.connect(page.url)) as network:
        yield network


# ---- Words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("At 5 (or 6) [sic]", r"At 5 \(or 6\) \[sic\]"),
        ("a_b*c~d|e<f>g{h}i\\j@k", r"a\_b\*c\~d\|e\<f\>g\{h\}i\\j\@k"),
        ("New: #PublicTransport!", r"New: {hashtag|\#|PublicTransport}!"),
        ("#night_ferry", r"{hashtag|\#|night\_ferry}"),
        ("#Fähre #渡船", r"{hashtag|\#|Fähre} {hashtag|\#|渡船}"),
        ("We are #1, C#", r"We are \#1, C\#"),
        ("https://news.example/a_b#part", r"https://news.example/a\_b\#part"),
    ],
)
def test_words_are_written_as_linkedin_wants_them(text: str, written: str) -> None:
    assert little(text) == written


@given(st.text())
@example("#night_ferry")
def test_any_words_mean_themselves(text: str) -> None:
    assert linkedin.said(little(text)) == text
    assert plain(little(text)) == text


# ---- What a post has besides words


def test_a_link_gets_the_articles_card(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    picture = replace(PICTURE, reference=network.upload(PICTURE, now=now).reference)
    card = Card("https://news.example/ferry", "The ferry", "It sails again.", picture)
    receipt = network.send(said("Again.", card=card), now=now)
    article = page.contents[receipt.network_id]["article"]
    assert article == {
        "source": "https://news.example/ferry",
        "title": "The ferry",
        "description": "It sails again.",
        "thumbnail": picture.reference,
    }


def test_several_pictures_are_posted_in_their_order(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    pictures = []
    for alt in ("Bow", "Stern"):
        picture = replace(PICTURE, alt=alt)
        pictures.append(replace(picture, reference=network.upload(picture, now=now).reference))
    network.send(said("Both", attachments=tuple(pictures)), now=now)
    assert page.posts[0].alts == ("Bow", "Stern")


def test_no_picture_goes_where_the_token_would_be_in_wrong_hands(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    value = {"uploadUrl": "http://localhost:9/linkedin.com", "image": "urn:li:image:1"}
    page.order(Fault(in_json(200, {"value": value})), at=linkedin.PLACING)
    with pytest.raises(Permanent, match="wants the picture at localhost, which is not its own"):
        network.upload(PICTURE, now=now)


def test_a_picture_that_linkedin_cannot_use_is_refused(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    page.images["urn:li:image:1"] = "PROCESSING_FAILED"
    with pytest.raises(Permanent, match="change it"):
        network.uploaded("urn:li:image:1", now=now)


# ---- Answers


@pytest.mark.parametrize("headers", [{}, {"x-restli-id": ""}])
def test_a_post_without_its_id_is_an_unknown_outcome(
    page: linkedin.Organization, network: Network, now: datetime, headers: dict[str, str]
) -> None:
    assert isinstance(refused(page, network, Answer(201, headers=headers), now), Unknown)


def test_the_same_words_again_are_a_duplicate(network: Network, now: datetime) -> None:
    network.send(said("The ferry sails."), now=now)
    with pytest.raises(Duplicate, match="duplicate of urn:li:share:"):
        network.send(said("The ferry sails.", number=2), now=now)


def test_a_version_that_has_ended_stops_the_account(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    error = refused(page, network, page.refusal(426, "NONEXISTENT_VERSION"), now)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert error.reason.endswith("update Publisher.")


def test_only_what_was_posted_since_is_found(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    page.now = now - timedelta(days=1)
    network.send(said("The ferry sails."), now=now)
    assert network.find(said("The ferry sails."), since=now) is None


def test_figures_of_several_posts_are_one_question(
    page: linkedin.Organization, network: Network, now: datetime
) -> None:
    ids = [network.send(said(f"Part {n}", number=n), now=now).network_id for n in (1, 2)]
    page.heard.clear()
    assert network.figures([*ids, "urn:li:comment:3"], now=now).keys() == set(ids)
    assert [each.query["shares"] for each in page.heard] == [[f"List({','.join(ids)})"]]


# ---- Credentials


@pytest.mark.parametrize("organization", ["5583111", "urn:li:organization:5583111"])
def test_a_page_is_known_by_its_number_or_its_urn(organization: str) -> None:
    assert Credentials(organization, "token").urn == linkedin.AUTHOR


def test_a_token_is_renewed_for_sixty_days(page: linkedin.Organization, now: datetime) -> None:
    network = linkedin.CASE.connect(page.url, **REFRESHING)
    renewed = network.renewed(now=now)
    assert renewed.secrets["access_token"] == "AQXnewer"
    assert renewed.expires_at == now + timedelta(days=60)
    network.close()


def test_who_got_no_refresh_token_connects_again(network: Network, now: datetime) -> None:
    with pytest.raises(Permanent, match=r"connect the account again\.$"):
        network.renewed(now=now)


def test_a_refused_renewal_shows_no_secret(page: linkedin.Organization, now: datetime) -> None:
    network = linkedin.CASE.connect(page.url, **REFRESHING | {"client_secret": "wrong"})
    with pytest.raises(Permanent, match="The token is not known"):
        network.renewed(now=now)
    page.order(Fault(), at=linkedin.RENEWING)
    with pytest.raises(Temporary):
        network.renewed(now=now)
    network.close()
