"""What a body offers to posts, and what only looks as if it did."""

import pytest

from publisher.social.extracting import Quote, found, quote


@pytest.mark.parametrize(
    ("body", "words", "speaker"),
    [
        ("<blockquote><p>“We sail.”</p></blockquote>", "We sail.", ""),
        ("<blockquote><p>We sail.</p><p>— Ada Vos</p></blockquote>", "We sail.", "Ada Vos"),
        ("<blockquote>We sail. <cite>Ada Vos</cite></blockquote>", "We sail.", "Ada Vos"),
        (
            "<figure><blockquote>We sail.</blockquote><figcaption>\u2013 Ada</figcaption></figure>",
            "We sail.",
            "Ada",
        ),
        ("<blockquote>« Nous partons. »</blockquote>", "Nous partons.", ""),
        ("<blockquote>“Yes,” she said, “we sail.”</blockquote>", "“Yes,” she said, “we sail.”", ""),
        ("<blockquote>One</blockquote><blockquote>Two</blockquote>", "One", ""),
        (f"<blockquote>{'Long ' * 200}</blockquote>", "", ""),
        ("<p>“We sail,” said Ada Vos.</p>", "", ""),
    ],
)
def test_a_marked_quote_is_found_with_its_speaker(body: str, words: str, speaker: str) -> None:
    assert found(f"<p>It is late.</p>{body}<p>So it is.</p>").quote == Quote(words, speaker)


@pytest.mark.parametrize(
    ("written", "words", "speaker"),
    [
        ('"We sail." — Ada Vos, skipper', "We sail.", "Ada Vos, skipper"),
        ("We sail \u2013 at last \u2013 again.", "We sail \u2013 at last \u2013 again.", ""),
        ("„Wir fahren!“ \u2013 Ada Vos", "Wir fahren!", "Ada Vos"),
        ("'It's late'", "It's late", ""),
    ],
)
def test_a_quote_in_one_line_names_its_speaker(written: str, words: str, speaker: str) -> None:
    assert quote(written) == Quote(words, speaker)


@pytest.mark.parametrize("heading", ["Who pays?", "誰が払う\uff1f", "من يدفع؟"])
def test_a_heading_that_asks_is_a_question(heading: str) -> None:
    body = f"<h2>The bill</h2><p>Is it high?</p><h3>{heading}</h3><h2>Why?</h2>"
    assert found(body).question == heading


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<p>It came at 22:15. In all 214 came. Ada, 45, smiled.</p>", "In all 214 came."),
        ("<p>In 2024 it sank. Dr. Vos paid €3.5 million. Ok.</p>", "Dr. Vos paid €3.5 million."),
        ("<p>They saw it. Then 1,200 came.</p>", "Then 1,200 came."),
        ("<p>1,200 came.</p><p>That is 7 per cent of all.</p>", "1,200 came."),
        ("<p>9 came.</p><p>That is 17% of 1,200.</p>", "That is 17% of 1,200."),
        ("<p>市は3億円を払う。それだけだ。</p>", "市は3億円を払う。"),
        ("<p>On 21 November 2026 at 10:30 it sailed with 12 cars.</p>", ""),
        ("<ul><li>1,200 came.</li></ul><pre>5000</pre>", ""),
        (f"<p>{'Very ' * 60}many, 5,000, came.</p>", ""),
    ],
)
def test_the_sentence_with_the_most_striking_figure_is_found(body: str, sentence: str) -> None:
    assert found(body).numbers == sentence


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("<ul><li>One</li><li>Two <b>b</b></li></ul><p>Text</p>", ("One", "Two b")),
        ("<p>In short:</p><ol><li>One</li><li>Two</li></ol>", ("One", "Two")),
        ("<ul><li>One<ul><li>deep</li></ul></li><li>Two</li></ul>", ("One", "Two")),
        ("<p>A</p><p>B</p><ul><li>One</li><li>Two</li></ul>", ()),
        ("<p>A</p><h2>One</h2><p>B</p><h3>Two</h3><h2>Three</h2>", ("One", "Two", "Three")),
        ("<h2>One</h2><h2>Two</h2>", ()),
        ("<ul>" + "<li>x</li>" * 20 + "</ul>", ("x",) * 8),
    ],
)
def test_key_points_are_a_first_list_or_subheadings(body: str, points: tuple[str, ...]) -> None:
    assert found(body).key_points == points


def test_a_long_body_without_an_end_is_read_in_time() -> None:
    assert found(f"<p>{'word 12 ' * 20_000}</p>").numbers == ""
