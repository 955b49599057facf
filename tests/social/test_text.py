"""X's rules of counting, by the kinds of cases that X's own library is tested with."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.social.text import (
    graphemes,
    is_valid_post,
    links,
    normalised,
    sendable,
    weighted_length,
)

# The same examples every time, however busy the machine.
LAW = settings(deadline=None, derandomize=True)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def linked(text: str) -> list[str]:
    """Return the links in `text` as words."""
    return [text[start:end] for start, end in links(text)]


@pytest.mark.parametrize(
    "link",
    [
        "http://test.co",
        "https://example.com/a/path?with=query&and=more#fragment",
        "https://www.example.com/" + "a" * 400,
        "example.com",
        "www.example.co.uk/path",
        "EXAMPLE.COM",
        "t.co/abcde",
        "https://t.co/UqIyJAJTfo?amp=1",
        "http://example.com:8080/x",
        "http://xn--ls8h.la/",
        "http://☃.net/",
        "http://foobar.中国/",
        "http://foobar.پاکستان/",
        "https://😷😷😷.jp",
        "http://en.wikipedia.org/wiki/Primer_(film)",
        "https://en.wikipedia.org/wiki/Hatfield\u2013McCoy_feud",
        "http://example.com/Русские_слова",
    ],
)
def test_a_link_counts_as_23_characters(link: str) -> None:
    assert linked(link) == [link]
    assert weighted_length(link) == 23
    assert weighted_length(f"Hi {link} there") == 32


@pytest.mark.parametrize(
    "text",
    [
        "john.doe@example.com",
        "#example.com @example.com $TWTR.com",
        "http://no-tld http://tld-too-short.x foo.baz archive.tar.bz2",
        "http://-leading.com http://trailing-.com http://under_score.com",
        "_example.com -example.com /example.com",
        "http://127.0.0.1:8000/articles/ http://localhost/",
        "3.14 e.g. U.S. v1.2.3",
        "https://t.co/" + "a" * 41,
        "http://" + "a" * 64 + ".com",
    ],
)
def test_what_x_does_not_link_counts_as_it_is_written(text: str) -> None:
    assert not links(text)
    assert weighted_length(text) == len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("日本語です。example.com/path中国語t.co/abc한국", ["example.com/path", "t.co/abc"]),
        ("http://example.com/これは日本語", ["http://example.com/"]),
        ("twitter.みんなです", ["twitter.みんな"]),
        ("\u0645\u0631\u062d\u0628\u0627example.com", ["example.com"]),
        ("haberler.com\u0131 \u0131haber.com", ["haberler.com", "\u0131haber.com"]),
        ("(http://example.com) “example.com”", ["http://example.com", "example.com"]),
        ("https://t.co/pbY2NfTZ's", ["https://t.co/pbY2NfTZ"]),
        ("http://a.com\nhttp://b.com", ["http://a.com", "http://b.com"]),
        ("http://example.com/path....", ["http://example.com/path"]),
        ("\u2066\u202aexample.com\u202c\u2069", ["example.com"]),
        ("http://xn--はじめよう.com/index.html", []),
    ],
)
def test_links_are_found_beside_other_scripts_and_signs(text: str, found: list[str]) -> None:
    assert linked(text) == found


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("This is a test.", 15),
        ("Straße, élan, Ünïcödé", 21),
        ("Привет ελληνικά العربية עברית ไทย हिन्दी", 40),
        ("\u10ff\u1100", 3),
        ("故人西辞黄鹤楼", 14),
        ("저찀쯿쿿", 8),
        ("\u2013 \u2014 \u201cquoted\u201d \u2018it\u2019 \u2026", 20),
        ("\u2000\u200d\u200e\u2010\u201f\u2020\u2032\u2037\u2038", 12),
        ("A\u0301B", 2),
        ("A\ufb2c", 4),
        ("\u1e9b\u0323", 3),
        ("a\r\nb\rc\nd", 7),
        ("ABC\u202a\uffffABC\ufffe", 12),
        ("\u2066\u202ahttp://foobar.پاکستان/\u202c\u2069", 31),
        ("©®", 2),
        ("©\ufe0f™", 4),
    ],
)
def test_characters_count_by_how_much_their_script_says(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    "emoji",
    [
        "😷",
        "☺",
        "☺\ufe0f",
        "1\ufe0f\u20e3",
        "#\u20e3",
        "🙋🏽",
        "👨\u200d🎤",
        "👩🏾\u200d⚖\ufe0f",
        "🏳\ufe0f\u200d🌈",
        "🇳🇱",
        "🧕🏾",
        FAMILY,
        ENGLAND,
    ],
)
def test_an_emoji_counts_as_two_whatever_it_is_made_of(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"H🐱{emoji}.") == 6


def test_140_families_fill_a_post() -> None:
    assert is_valid_post(FAMILY * 140)
    assert not is_valid_post(FAMILY * 140 + ".")


def test_280_characters_are_valid_and_281_are_not() -> None:
    assert is_valid_post("x" * 280)
    assert not is_valid_post("x" * 281)
    assert is_valid_post("字" * 140)
    assert not is_valid_post("字" * 141)
    assert is_valid_post("x" * 281, limit=300)


def test_ten_long_links_fit_and_twelve_do_not() -> None:
    link = "https://www.example.com/" + "a" * 100 + " "
    assert weighted_length(link * 10) == 240
    assert not is_valid_post(link * 12)


@pytest.mark.parametrize("text", ["", "a\ufffe", "\ufeffa", "a\uffffb", "half \ud83d"])
def test_nothing_and_forbidden_characters_are_not_valid(text: str) -> None:
    assert not is_valid_post(text)


def test_what_is_sendable_lost_only_what_x_refuses() -> None:
    assert sendable("\ufeff Cafe\u0301\r\nopen\ud83d \uffff\n") == "Café\nopen"


def test_long_text_without_spaces_is_counted_quickly_and_right() -> None:
    assert weighted_length("の" * 20_000 + "。3.14") == 40_006


def test_marks_and_emoji_are_one_grapheme_each() -> None:
    assert graphemes(f"e\u0301{FAMILY}\r\n🇳🇱x") == ["e\u0301", FAMILY, "\r\n", "🇳🇱", "x"]


@LAW
@given(st.text())
def test_the_length_does_not_depend_on_the_spelling_in_unicode(text: str) -> None:
    assert weighted_length(text) == weighted_length(unicodedata.normalize("NFD", text))
    assert weighted_length(text) == weighted_length(normalised(text))


@LAW
@given(st.text(), st.text())
def test_words_apart_count_as_much_as_each_alone(first: str, second: str) -> None:
    assert weighted_length(f"{first} x {second}") == (
        weighted_length(f"{first} x") + weighted_length(f" {second}")
    )
