"""Fitting words into a post: which variant wins, and what gives way where none fits."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from publisher.errors import Refused
from publisher.social import fitting, rules
from publisher.social.fitting import ELLIPSIS, hashtag, with_utm
from publisher.social.text import (
    graphemes,
    is_valid_post,
    links,
    sendable,
    weighted_length,
)

LINK = "https://news.com/articles/the-council-rebuilds-the-bridge?utm_source=x"
PROSE = (
    "The council voted on Tuesday to rebuild the bridge. It has been closed since 2019,"
    " and Dr. Smith says that 3.14 million will do. Residents @ada met are relieved but"
    " #angry about the delay, and many wonder why so simple a thing has taken so long."
    " Work begins in spring."
)


def fit(variants: Sequence[str], limit: int = 280) -> str:
    """Return what X takes of variants, or what it would with another limit."""
    return fitting.fit(variants, replace(rules.of("x"), limit=limit))


# The same examples every time, however busy the machine.
LAW = settings(deadline=None, derandomize=True, max_examples=200)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

scripts = st.sampled_from(
    [
        *("word", "Ünïcödé", "e\u0301a\u0302", "字字字", "한국어", "العربية", "हिन्दी", "ไทย"),
        *(FAMILY, "👍🏽", "1\ufe0f\u20e3", "🇳🇱", "\u0600x", "a\u200db", "(", ")", "“", "—", "..."),
        *(". ", "! ", "。", "\n", "\n\n", " ", " ", " ", "@ada", "#tag", "#2024", "$X", "-", "/"),
        *("example.com", "https://t.co/abc", "http://127.0.0.1:8000/a", "news.coma", "\ufeff"),
    ]
)
words = st.lists(scripts | st.text(max_size=8), max_size=120).map("".join)


def test_the_longest_variant_that_fits_wins() -> None:
    long, middle, short = "l" * 281, f"middle {LINK}", "short"
    assert fit([long, middle, short]) == middle
    assert fit([short, long, middle]) == middle


def test_empty_variants_are_passed_over() -> None:
    assert fit(["", " \n", "words"]) == "words"


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(Refused, match="the post is empty"):
        fit(["", "\ufeff"])


def test_prose_is_cut_at_a_sentence_and_the_link_stays() -> None:
    assert fit([f"{PROSE}\n\n{LINK}"], limit=110) == (
        f"The council voted on Tuesday to rebuild the bridge.\n\n{LINK}"
    )


def test_without_a_sentence_in_reach_it_is_cut_at_a_word() -> None:
    assert fit([f"{PROSE}\n\n{LINK}"], limit=60) == f"The council voted on Tuesday to…\n\n{LINK}"


def test_no_comma_or_bracket_dangles_before_the_ellipsis() -> None:
    assert fit([f"Yes, (but not now, maybe) {LINK}"], limit=30) == f"Yes… {LINK}"


def test_an_abbreviation_ends_no_sentence() -> None:
    assert fit(["It is said that Dr. Smith will come and speak"], limit=30) == (
        "It is said that Dr. Smith…"
    )


def test_hashtags_stay_as_long_as_there_is_prose() -> None:
    post = fit([f"{PROSE} {LINK}\n#Bridge #City"], limit=60)
    assert post == f"The council voted on… {LINK}\n#Bridge #City"


@pytest.mark.parametrize(
    ("limit", "post"),
    [
        (44, f"The… {LINK}\n#Bridge #City"),
        (41, f"The… {LINK}\n#Bridge"),
        (30, f"The… {LINK}"),
        (24, LINK),
    ],
)
def test_hashtags_go_from_the_end_before_the_prose_is_gone(limit: int, post: str) -> None:
    assert fit([f"{PROSE} {LINK}\n#Bridge #City"], limit=limit) == post


def test_a_link_that_does_not_fit_alone_is_refused() -> None:
    with pytest.raises(Refused, match="22 characters"):
        fit([f"{PROSE} {LINK}"], limit=22)


def test_text_without_spaces_is_cut_between_its_characters() -> None:
    assert fit(["橋の再建が決まりました" * 20], limit=21) == "橋の再建が決まりま…"


def test_an_endless_word_is_torn_at_last() -> None:
    assert fit([f"{'x' * 400} {LINK}"]) == f"{'x' * 254}… {LINK}"


def test_an_emoji_is_never_torn() -> None:
    assert fit([FAMILY * 200]) == FAMILY * 139 + ELLIPSIS


@pytest.mark.parametrize("limit", range(20, 60))
def test_mentions_hashtags_and_links_are_never_torn(limit: int) -> None:
    post = fit(
        ["We met @ada_lovelace at example.com/very/long/way for #PublicTransport"], limit=limit
    )
    assert not re.search(r"(@ada_lovelac|@a\w{,10}|#\w{,14}|\.com\S{1,13})…", post)


def test_cutting_makes_no_link_where_there_was_none() -> None:
    assert not links(fit(["news.communism" * 30], limit=12))


def test_a_link_on_this_machine_stays_whole_though_x_does_not_link_it() -> None:
    local = "http://127.0.0.1:8000/articles/the-bridge/"
    assert fit([f"{PROSE}\n\n{local}"], limit=80).endswith(f"…\n\n{local}")


@LAW
@given(st.lists(words, min_size=1, max_size=3), st.integers(60, 280))
def test_what_comes_out_is_valid_and_within_the_limit(variants: list[str], limit: int) -> None:
    assume(any(map(sendable, variants)))
    try:
        post = fit(variants, limit=limit)
    except Refused:
        # A link to a host that X does not link counts by its characters, and there can be many.
        assert "http" in variants[-1]
        return
    assert is_valid_post(post)
    assert weighted_length(post) <= limit


@LAW
@given(words)
def test_a_link_at_the_end_is_always_intact(prose: str) -> None:
    assert fit([f"{prose} {LINK}"]).endswith(LINK)


@LAW
@given(words)
def test_prose_is_never_torn_inside_a_grapheme(prose: str) -> None:
    assume("http://127" not in prose)
    whole = sendable(f"{prose} end")
    post = fit([f"{prose} end"], limit=60)
    kept = post.removesuffix(ELLIPSIS)
    if post != whole and whole.startswith(kept):
        assert graphemes(whole)[: len(graphemes(kept))] == graphemes(kept)


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("public transport", "#PublicTransport"),
        ("NATO summit", "#NATOSummit"),
        ("climate-change", "#ClimateChange"),
        ("women\u2019s rights", "#WomensRights"),
        ("iPhone sales", "#iPhoneSales"),
        ("#already", "#Already"),
        ("covid 19", "#Covid19"),
        ("cafe\u0301 culture", "#CaféCulture"),
        ("Straße", "#Straße"),
        ("東京 五輪", "#東京五輪"),
        ("il·lusió", "#Il·lusió"),
        ("हिन्दी", "#हिन्दी"),
        ("❤\ufe0f love", "#Love"),
        ("2024", None),
        ("_ 2024", None),
        ("!?", None),
        ("", None),
    ],
)
def test_a_tag_becomes_a_hashtag_in_camel_case(tag: str, written: str | None) -> None:
    assert hashtag(tag) == written


@LAW
@given(st.text())
def test_a_hashtag_has_no_space_and_a_letter(tag: str) -> None:
    written = hashtag(tag)
    assert written is None or re.fullmatch(r"#\S+", written)


@pytest.mark.parametrize(
    ("url", "tagged"),
    [
        ("https://a.com", "https://a.com?utm_source=x&utm_medium=social&utm_campaign=caf%C3%A9"),
        (
            "https://a.com/p?q=1&e#part?x",
            "https://a.com/p?q=1&e&utm_source=x&utm_medium=social&utm_campaign=caf%C3%A9#part?x",
        ),
        (
            "https://a.com/?utm_source=own&utm_medium=",
            "https://a.com/?utm_source=own&utm_medium=&utm_campaign=caf%C3%A9",
        ),
    ],
)
def test_utm_is_added_and_nothing_is_replaced(url: str, tagged: str) -> None:
    assert with_utm(url, source="x", medium="social", campaign="café") == tagged


def test_a_link_behind_a_script_without_spaces_is_kept_apart_when_that_is_cut() -> None:
    narrow = rules.of("bluesky", {"characters": 60})
    words = "https://courier.com/a " + "渡船は朝に出る" * 9 + "https://courier.example/b"
    post = fitting.fit([words], narrow)
    assert post.endswith(" https://courier.example/b")
    assert narrow.fits(post)
