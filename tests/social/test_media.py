"""The pictures of a post: from its article or from an editor, each with a description."""

import io
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.errors import Refused
from publisher.social import cards, media, videos
from publisher.social.models import Medium, Post
from publisher.social.posting.messages import attachment
from tests.channels.messages import said
from tests.channels.networks.fakes import Case, running
from tests.channels.networks.test_networks import CASES
from tests.factories import AccountFactory, ArticleFactory, MemberFactory, PostFactory
from tests.social.films import PLACE, film
from tests.social.images import drawn, noise, opened

pytestmark = pytest.mark.django_db
LINK = "https://courier.example/articles/ferry/"


@pytest.fixture
def pool(settings: Settings, tmp_path: Path) -> Path:
    """Return where our pictures lie, with one of the ferry."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.png").write_bytes(noise((1000, 600), "PNG"))
    return tmp_path


def about_ferry(network: str, *, alt: str = "A white ferry", **account: object) -> Post:
    article = ArticleFactory.create(image="/media/articles/ferry.png", image_alt=alt)
    on = AccountFactory.create(network=network, **account)
    return PostFactory.create(account=on, article=article, link=LINK, text=f"The ferry {LINK}")


def attach(post: Post) -> str:
    assert post.article
    return media.attach_lead(post, post.article)


def test_a_post_takes_the_picture_of_its_article(pool: Path) -> None:
    post = about_ferry("bluesky")
    assert attach(post) == ""
    medium = Medium.objects.get()
    content = (pool / medium.path).read_bytes()
    assert len(content) <= 1_000_000
    assert (medium.alt, opened(content).size) == ("A white ferry", (medium.width, medium.height))


@pytest.mark.usefixtures("pool")
def test_without_a_description_it_is_not_posted_and_that_is_said() -> None:
    assert attach(about_ferry("x", alt=" ")).startswith("The article's picture has no description")
    assert not Medium.objects.exists()


@pytest.mark.usefixtures("pool")
def test_where_no_pictures_are_wanted_bluesky_has_one_on_its_card() -> None:
    assert attach(about_ferry("bluesky", alt="", has_pictures=False)) == ""
    assert Medium.objects.get().is_card


@pytest.mark.usefixtures("pool")
def test_where_no_pictures_are_wanted_x_makes_its_own_card() -> None:
    assert attach(about_ferry("x", has_pictures=False)) == ""
    assert not Medium.objects.exists()


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("image", ["/media/../secret.png", "/media/articles/gone.png"])
def test_a_picture_that_is_not_ours_or_not_there_is_left_out(image: str) -> None:
    post = about_ferry("x")
    assert post.article
    post.article.image = image
    assert media.attach_lead(post, post.article).startswith("The article's picture ")


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("host", ["127.0.0.1:9", "169.254.169.254", "[::1]", "2130706433"])
def test_image_url_import_refuses_private_addresses(host: str) -> None:
    post = about_ferry("x")
    assert post.article
    post.article.image = f"http://{host}/ferry.png"
    assert attach(post) != ""
    assert not Medium.objects.exists()


@pytest.mark.usefixtures("pool")
def test_an_editor_adds_pictures_up_to_what_the_network_takes(now: datetime) -> None:
    post = PostFactory.create()
    for number in range(4):
        media.add(post.pk, drawn(), f"Number {number}", by=None, now=now)
    with pytest.raises(Refused, match="at most 4 pictures"):
        media.add(post.pk, drawn(), "One more", by=None, now=now)
    assert [each.alt for each in post.media.all()] == [f"Number {n}" for n in range(4)]


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("alt", ["", "  ", "x" * 1_001])
def test_a_picture_needs_a_description_that_the_network_takes(alt: str, now: datetime) -> None:
    with pytest.raises(Refused, match="description"):
        media.add(PostFactory.create().pk, drawn(), alt, by=None, now=now)


@pytest.mark.usefixtures("pool")
def test_another_picture_must_be_approved_again(now: datetime) -> None:
    post = PostFactory.create(account__needs_approval=True)
    medium = media.add(post.pk, drawn(), "The quay", by=None, now=now)
    assert Post.objects.get().state == "draft"
    media.remove(post.pk, medium, by=None, now=now)
    assert not post.media.exists()


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("state", ["posting", "posted", "unsure", "cancelled"])
def test_what_is_out_gets_no_more_pictures(state: str, now: datetime) -> None:
    post = PostFactory.create(state=state, sent_at=now)
    with pytest.raises(Refused, match="so it cannot be changed"):
        media.add(post.pk, drawn(), "The quay", by=None, now=now)


def test_an_author_adds_pictures_to_drafts_only(now: datetime) -> None:
    author, post = MemberFactory.create(role="author"), PostFactory.create()
    with pytest.raises(Refused, match="so it cannot be changed"):
        media.add(post.pk, drawn(), "The quay", by=author, now=now)


# ---- A video


def add_film(post: Post, now: datetime, *, seconds: float = 12) -> int:
    return media.add_video(
        post.pk, io.BytesIO(film(seconds=seconds)), "The ferry sails", by=None, now=now
    )


def test_a_video_is_kept_without_the_place_where_it_was_taken(pool: Path, now: datetime) -> None:
    post = PostFactory.create(account__network="mastodon")
    add_film(post, now)
    medium = Medium.objects.get()
    assert (medium.media_type, medium.width, medium.height) == ("video/mp4", 1280, 720)
    assert medium.path.endswith(".mp4")
    assert PLACE not in (pool / medium.path).read_bytes()


@pytest.mark.usefixtures("pool")
def test_a_video_stands_alone(now: datetime) -> None:
    post = PostFactory.create()
    picture = media.add(post.pk, drawn(), "The quay", by=None, now=now)
    with pytest.raises(Refused, match="A video stands alone"):
        add_film(post, now)
    media.remove(post.pk, picture, by=None, now=now)
    add_film(post, now)
    with pytest.raises(Refused, match="The post has a video"):
        media.add(post.pk, drawn(), "The quay", by=None, now=now)


@pytest.mark.usefixtures("pool")
def test_a_video_takes_the_place_of_the_picture_on_a_card(now: datetime) -> None:
    post = about_ferry("bluesky", has_pictures=False)
    attach(post)
    add_film(post, now)
    assert [each.is_card for each in post.media.all()] == [False]


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    ("account", "seconds", "why"),
    [
        ({"network": "linkedin"}, 12, "linkedin takes no videos from us; add a picture"),
        ({"network": "x"}, 141, "lasts 141.0 seconds"),
        ({"network": "mastodon", "limits": {"video_bytes": 99}}, 12, "takes 99; export"),
    ],
)
def test_a_video_that_the_network_does_not_take_is_refused(
    account: dict[str, object], seconds: float, why: str, now: datetime
) -> None:
    post = PostFactory.create(account=AccountFactory.create(**account))
    with pytest.raises(Refused, match=why):
        add_film(post, now, seconds=seconds)
    assert not Medium.objects.exists()


@pytest.mark.usefixtures("pool")
def test_a_video_needs_a_description(now: datetime) -> None:
    post = PostFactory.create()
    with pytest.raises(Refused, match="has no description"):
        media.add_video(post.pk, io.BytesIO(film()), " ", by=None, now=now)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_network_takes_a_video_or_says_that_it_does_not(
    case: Case, pool: Path, now: datetime
) -> None:
    post = PostFactory.create(account=AccountFactory.create(network=case.name))
    if case.name not in videos.CLIPS:
        return
    medium = Medium.objects.get(pk=add_film(post, now))
    with running(case.fake()) as fake, closing(case.connect(fake.url)) as network:
        reference = ""
        if case.kind.has_uploads:
            reference = network.upload(attachment(medium), now=now).reference
        sent = replace(attachment(medium), reference=reference)
        network.send(said("The ferry sails.", attachments=(sent,)), now=now)
        assert len(fake.posts) == 1


# ---- Cards


@pytest.mark.parametrize("network", ["x", "bluesky", "mastodon"])
def test_the_card_behind_a_link_is_shown_beforehand(network: str) -> None:
    post = about_ferry(network)
    card = cards.preview(post)
    assert card
    assert post.article
    assert (card.host, card.title) == ("courier.example", post.article.title)
    assert (card.picture, card.note) == ("/media/articles/ferry.png", "")


def test_a_post_without_a_link_has_no_card() -> None:
    assert cards.preview(PostFactory.create()) is None


@pytest.mark.usefixtures("pool")
def test_where_a_post_has_pictures_they_stand_in_place_of_the_card() -> None:
    post = about_ferry("x")
    attach(post)
    assert cards.preview(post) is None


def test_a_card_without_a_picture_says_that_it_is_a_small_one() -> None:
    post = about_ferry("x")
    assert post.article
    post.article.image = ""
    card = cards.preview(post)
    assert card
    assert card.note.startswith("The article has no picture")
