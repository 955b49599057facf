"""What each network takes, counted as it counts; and headlines of all the world that fit it."""

import pytest
import regex

from publisher import wiring
from publisher.errors import Refused
from publisher.social import fitting, rules
from publisher.social.composing import PostArticle, compose
from publisher.social.text import graphemes, sendable
from tests.social.titles import title

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
LINK = "https://courier.com/articles/a-very-long-way-to-the-night-ferry/?utm_source=mastodon"
TEMPLATE = "{{ article.title }}\n\n{{ article.url }}\n{{ hashtags | join(' ') }}"
# Of 2,000 that were tried by hand, as many as a test run has time for.
TITLES = 120


@pytest.mark.parametrize(
    ("network", "text", "length"),
    [
        ("x", f"Ahoy {LINK}", 28),
        ("x", "字", 2),
        ("bluesky", f"Ahoy {LINK}", 5 + len(LINK)),
        ("bluesky", FAMILY, 1),
        ("mastodon", f"Ahoy {LINK}", 28),
        ("mastodon", "courier.example", 15),
        ("mastodon", "with @ada@harbour.example", 9),
        ("mastodon", FAMILY, 1),
        ("telegram", "👍🏽", 4),
        ("linkedin", "字", 1),
        ("threads", "ok 👍", 7),
        ("webhook", "字字", 2),
    ],
)
def test_a_network_counts_in_its_own_way(network: str, text: str, length: int) -> None:
    assert rules.of(network).length(text) == length


@pytest.mark.parametrize("network", sorted(wiring.NETWORKS))
def test_what_is_one_too_long_is_refused_with_by_how_much(network: str) -> None:
    limits = rules.of(network)
    assert rules.checked("x" * limits.limit, limits)
    with pytest.raises(Refused, match="shorten it by 1"):
        rules.checked("x" * (limits.limit + 1), limits)


def test_bluesky_counts_octets_besides() -> None:
    assert not rules.of("bluesky").fits(FAMILY * 200)
    with pytest.raises(Refused, match="of 3,000 octets"):
        rules.checked(FAMILY * 200, rules.of("bluesky"))


def test_an_instance_and_a_premium_account_have_limits_of_their_own() -> None:
    assert rules.of("mastodon", {"characters": 5_000}).fits("x" * 5_000)
    assert rules.of("mastodon", {"url": 30}).length(LINK) == 30
    assert rules.of("x", {"characters": 25_000}).fits("x" * 25_000)


def test_beside_a_picture_telegram_takes_less() -> None:
    assert not rules.of("telegram", beside_picture=True).fits("x" * 1_025)


@pytest.mark.parametrize("network", sorted(wiring.NETWORKS))
def test_every_headline_fits_and_none_is_torn(network: str) -> None:
    limits = rules.of(network)
    for number in range(TITLES):
        _, headline = title(number)
        article = PostArticle(headline, LINK, tags=("night ferry", "Harbour"))
        post = compose(TEMPLATE, article, limits)
        assert limits.fits(post), (number, post)
        assert LINK in post
        require_whole(sendable(headline), post)


def require_whole(headline: str, post: str) -> None:
    """Check that what a post has of a headline ends where a grapheme, link or tag does."""
    prose = post.split("\n\n")[0].removesuffix(fitting.ELLIPSIS)
    words = regex.sub(r"\s+", " ", headline)
    assert words.startswith(prose), (headline, post)
    assert graphemes(prose) == graphemes(words)[: len(graphemes(prose))]
    for whole in regex.findall(r"https?://[!-~]+|[@#$][\w.@]+", words):
        start = words.index(whole)
        assert len(prose) <= start or len(prose) >= start + len(whole.rstrip(".")), (whole, post)
