"""What Bluesky is told of a text; the cases are those of its own app's tests and harder ones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.bluesky.facets import LONGEST_TAG_GRAPHEMES, facets

FAMILY = "👩‍👩‍👧‍👦"


def nobody(handle: str) -> str:
    """Resolve no handle."""
    return ""


def everybody(handle: str) -> str:
    """Resolve every handle."""
    return f"did:plc:{handle}"


def shown(text: str) -> list[tuple[str, str]]:
    """Return what is marked in a text, and what as."""
    marked = []
    for facet in facets(text, everybody):
        span = slice(facet["index"]["byteStart"], facet["index"]["byteEnd"])
        kind, value = facet["features"][0].values()
        assert kind.startswith("app.bsky.richtext.facet#")
        marked.append((text.encode()[span].decode(), value))
    return marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("$gull, up", [("$gull", "$GULL")]),
        ("($A1)", [("$A1", "$A1")]),
        ("$A.B", [("$A", "$A")]),
        ("a$GULL $GULLSX $1 $GULL/x $ G", []),
    ],
)
def test_a_ticker_is_a_tag_in_capitals(text: str, marked: list[tuple[str, str]]) -> None:
    assert shown(text) == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("https://news.example/a", [("https://news.example/a", "https://news.example/a")]),
        ("see news.org/a?b=c.", [("news.org/a?b=c", "https://news.org/a?b=c")]),
        ("(https://a.org/b)", [("https://a.org/b", "https://a.org/b")]),
        ("https://a.org/b_(c)", [("https://a.org/b_(c)", "https://a.org/b_(c)")]),
        ("at e.g. 3.5 or readme.txt", []),
        ("my-site.org and x@a.org", []),
        (
            "a.org\nb.co.uk",
            [("a.org", "https://a.org"), ("b.co.uk", "https://b.co.uk")],
        ),
        (f"{FAMILY}é https://ü.org/日本 !", [("https://ü.org/日本", "https://ü.org/日本")]),
    ],
)
def test_a_link_is_what_the_app_takes_for_one(text: str, marked: list[tuple[str, str]]) -> None:
    assert shown(text) == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("#Bridge", [("#Bridge", "Bridge")]),
        ("\uff03橋 is open", [("\uff03橋", "橋")]),
        ("#Bridge, #open!", [("#Bridge", "Bridge"), ("#open", "open")]),
        ("#1 #42nd #!? #_", [("#42nd", "42nd")]),
        ("a#b (#c)", []),
        (f"#{FAMILY}", [("#👩", "👩")]),
        ("#️⃣ key", []),
        (f"#{'é' * LONGEST_TAG_GRAPHEMES}", [(f"#{'é' * 64}", "é" * 64)]),
        (f"#{'é' * (LONGEST_TAG_GRAPHEMES + 1)}", []),
        (f"#{'e' + chr(0x301) * 400}", []),
    ],
)
def test_a_tag_is_what_the_app_takes_for_one(text: str, marked: list[tuple[str, str]]) -> None:
    assert shown(text) == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("@ada.org", [("@ada.org", "did:plc:ada.org")]),
        ("(@ada.bsky.social), yes", [("@ada.bsky.social", "did:plc:ada.bsky.social")]),
        ("@ada.org. And", [("@ada.org", "did:plc:ada.org")]),
        ("日本 @ada.test", [("@ada.test", "did:plc:ada.test")]),
        ("@ada, mail@ada.org and @ada.txt", []),
    ],
)
def test_a_mention_is_a_handle_with_a_dot(text: str, marked: list[tuple[str, str]]) -> None:
    assert shown(text) == marked


def test_an_unknown_handle_stays_plain_text() -> None:
    assert facets("by @ada.org", nobody) == []


def test_only_what_may_be_a_handle_is_asked_about() -> None:
    asked: list[str] = []

    def ask(handle: str) -> str:
        asked.append(handle)
        return ""

    facets("@ada.org, @ben.txt and cleo@news.org: #news https://a.org/@dan.org", ask)
    assert asked == ["ada.org"]


@given(st.text(st.sampled_from("a.b @#(/:)é日👩\u200d\u20e2org\n-_1"), max_size=40))
def test_facets_are_whole_characters_that_never_overlap(text: str) -> None:
    end = 0
    for facet in facets(f"https://a.org {text}", everybody):
        index: dict[str, Any] = facet["index"]
        assert end <= index["byteStart"] < index["byteEnd"]
        end = index["byteEnd"]
        assert f"https://a.org {text}".encode()[index["byteStart"] : end].decode()
