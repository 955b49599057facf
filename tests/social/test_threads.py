"""Threads: split at paragraphs, sentences, words; numbered or not; the link first or last."""

import pytest

from publisher.errors import Refused
from publisher.social import rules, threads
from publisher.social.text import links, sendable
from publisher.social.threads import Manner, split
from tests.social.titles import title

X = rules.of("x")
LINK = "https://courier.com/articles/ferry/"
POINTS = "\n\n".join(f"Point {number}. " + "It matters to many here. " * 6 for number in range(5))


def test_paragraphs_stay_together_where_they_fit() -> None:
    assert split("One.\n\nTwo.\n\nThree.", X, Manner()) == ("One.\n\nTwo.\n\nThree.",)


def test_a_thread_is_split_at_its_paragraphs() -> None:
    parts = split(POINTS, X, Manner())
    assert len(parts) == 5
    assert all(part.startswith("Point") and X.fits(part) for part in parts)


def test_a_long_paragraph_is_split_at_its_sentences() -> None:
    parts = split("This is a sentence of some length, as there are many. " * 12, X, Manner())
    assert all(part.endswith(".") and X.fits(part) for part in parts)


def test_an_endless_sentence_is_split_at_its_words() -> None:
    parts = split("word " * 200, X, Manner())
    assert {word for part in parts for word in part.split()} == {"word"}


@pytest.mark.parametrize(("first", "at"), [(True, 0), (False, -1)])
def test_the_link_stands_first_or_last(first: bool, at: int) -> None:  # noqa: FBT001 - a case
    parts = split(POINTS, X, Manner(link=LINK, link_first=first))
    assert [LINK in part for part in parts].index(True) == at % len(parts)
    assert parts[at].endswith(LINK)
    assert all(map(X.fits, parts))


def test_numbers_are_counted_and_say_how_many_there_are() -> None:
    parts = split(POINTS * 3, X, Manner(is_numbered=True))
    assert len(parts) > 9
    assert parts[0].endswith(f"\n\n1/{len(parts)}")
    assert all(map(X.fits, parts))


def test_a_single_part_has_no_number() -> None:
    assert split("Short.", X, Manner(is_numbered=True)) == ("Short.",)


def test_where_the_link_does_not_fit_it_goes_behind_with_the_last_paragraph() -> None:
    words = "A" * 200 + "\n\n" + "B" * 70
    assert split(words, X, Manner(link=LINK)) == ("A" * 200, f"{'B' * 70}\n\n{LINK}")


@pytest.mark.parametrize("words", ["", " \n\n "])
def test_nothing_is_no_thread(words: str) -> None:
    with pytest.raises(Refused, match="the thread is empty"):
        split(words, X, Manner())


@pytest.mark.parametrize("sentences", [240, 5_000])
def test_too_many_parts_are_refused(sentences: int) -> None:
    with pytest.raises(Refused, match=f"{threads.MOST_PARTS} are the most"):
        split(f"A sentence of some length.{' ' * 3}" * sentences, X, Manner())


@pytest.mark.parametrize("network", ["x", "bluesky", "mastodon", "threads"])
def test_every_script_is_split_without_a_loss(network: str) -> None:
    limits = rules.of(network)
    for number in range(60):
        words = title(number)[1]
        parts = split(words, limits, Manner(is_numbered=True, link=LINK))
        assert all(map(limits.fits, parts)), (number, parts)
        said = "".join(part.removesuffix(LINK) for part in _bare(parts))
        assert "".join(said.split()) == "".join(sendable(words).split())


def _bare(parts: tuple[str, ...]) -> list[str]:
    """Return parts without their numbers."""
    if len(parts) == 1:
        return [parts[0]]
    return [part.removesuffix(f"\n\n{at}/{len(parts)}") for at, part in enumerate(parts, 1)]


def test_a_link_that_no_part_can_hold_is_refused() -> None:
    long = f"https://courier.example/{'a' * 300}/"
    with pytest.raises(Refused, match="the link alone is longer than a part of the thread"):
        split(POINTS, rules.of("bluesky"), Manner(link=long))


def test_tearing_an_endless_word_makes_no_link_on_either_side() -> None:
    narrow = rules.of("mastodon", {"characters": 30})
    for letters in range(20):
        words = f"{'x' * letters}{'harbourharbour.communism' * 4}"
        parts = split(words, narrow, Manner())
        assert "".join(parts) == words
        assert {part[a:b] for part in parts for a, b in links(part)} <= {
            words[a:b] for a, b in links(words)
        }
