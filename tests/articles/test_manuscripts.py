"""What other people's machines write is made tidy; what cannot be an article is refused."""

from datetime import datetime

import pytest

from publisher.articles.manuscripts import Manuscript, tidy, tidy_url
from publisher.errors import Refused


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("  The\r\n\tferry\0 is\u2028late ", "The ferry is late"),
        ("Le ferry\u00a0: en retard", "Le ferry\u00a0: en retard"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("one two three four", "one two three…"),
        ("onetwothreefourfive", "onetwothreefou…"),
    ],
)
def test_a_line_is_tidy_and_short_enough(raw: str, line: str) -> None:
    assert tidy(raw, 18 if raw.startswith(" ") else 15 if "one" in raw else 99) == line


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        (
            " https://A.example/x?utm_source=rss&id=7&UTM_medium=feed#top ",
            "https://A.example/x?id=7",
        ),
        ("http://a.example/?utm_source=x", "http://a.example/"),
        ("javascript:alert(1)", ""),
        ("/x", ""),
        ("https://", ""),
        ("https://[", ""),
        ("https://a.example/x y", ""),
        ("https://a.example/" + "x" * 2000, ""),
    ],
)
def test_a_url_loses_its_fragment_and_its_campaign(raw: str, url: str) -> None:
    assert tidy_url(raw) == url


def test_a_manuscript_is_checked_wherever_it_comes_from() -> None:
    with pytest.raises(Refused, match="title is missing"):
        Manuscript(title="")
    with pytest.raises(Refused, match="standfirst has a line break"):
        Manuscript(title="x", standfirst="a\nb")
    with pytest.raises(ValueError, match="published_at has no time zone"):
        Manuscript(title="x", published_at=datetime(2026, 11, 22))  # noqa: DTZ001 - that is the case
