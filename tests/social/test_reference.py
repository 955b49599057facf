"""What X's own library says of 300 texts at random, so does ours.

reference.json holds the answers of npm's twitter-text 3.1.0: `parseTweet` for length and validity,
`extractUrls`, `extractHashtags`, `extractMentions` and `extractCashtags` for the rest. Of 30,000
such texts it tells five links otherwise, all of them bare domains amid broken emoji.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.social import text as rules

REFERENCE = json.loads(Path(__file__).with_name("reference.json").read_text())


def cut(find: Callable[[str], list[tuple[int, int]]], words: str) -> list[str]:
    """Return what was found, without the sign before it."""
    return [words[start + 1 : end] for start, end in find(words)]


@pytest.mark.parametrize("number", range(len(REFERENCE)))
def test_x_says_the_same(number: int) -> None:
    case = REFERENCE[number]
    words = case["text"]
    links = rules.normalised(words)
    assert rules.weighted_length(words) == case["weighted_length"]
    assert rules.is_valid_post(words) == case["valid"]
    assert [links[start:end] for start, end in rules.links(links)] == case["urls"]
    assert cut(rules.hashtags, words) == case["hashtags"]
    assert cut(rules.mentions, words) == case["mentions"]
    assert cut(rules.cashtags, words) == case["cashtags"]
