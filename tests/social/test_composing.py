"""Composing a post: the default template, editors' own, and templates that mean harm."""

from dataclasses import replace
from pathlib import Path

import pytest

from publisher.errors import Refused
from publisher.social import rules
from publisher.social.composing import PostArticle, compose
from publisher.social.text import weighted_length

DEFAULT = (Path(__file__).parents[2] / "templates/post/any/headline.txt").read_text()
X = rules.of("x")
BRIDGE = PostArticle(
    title="The bridge opens",
    url="https://news.com/bridge",
    standfirst="Seven years late.",
    section="City",
    authors=["Ada", "Ben"],
    tags=["public transport", "2024", "Public Transport", "city", "AI", "bridges"],
)


def test_the_default_says_title_standfirst_link_and_three_hashtags() -> None:
    assert compose(DEFAULT, BRIDGE, X) == (
        "The bridge opens\n\nSeven years late.\n\n"
        "https://news.com/bridge\n#PublicTransport #City #AI"
    )


def test_a_long_standfirst_is_left_out() -> None:
    wordy = replace(BRIDGE, standfirst="Years " * 50)
    assert compose(DEFAULT, wordy, X) == (
        "The bridge opens\n\nhttps://news.com/bridge\n#PublicTransport #City #AI"
    )


def test_a_long_title_is_cut_and_keeps_its_link() -> None:
    post = compose(DEFAULT, replace(BRIDGE, title="Bridge " * 60), X)
    assert post.endswith("…\n\nhttps://news.com/bridge")
    assert weighted_length(post) <= 280


def test_a_missing_standfirst_leaves_no_gap() -> None:
    bare = replace(BRIDGE, standfirst="", tags=[])
    assert compose(DEFAULT, bare, X) == "The bridge opens\n\nhttps://news.com/bridge"


def test_editors_may_use_ifs_loops_and_filters() -> None:
    template = (
        "{% if article.section %}{{ article.section | upper }}: {% endif %}{{ article.title }}"
        " by {% for author in article.authors %}{{ author }}{% if not loop.last %}, {% endif %}"
        "{% endfor %}"
    )
    assert compose(template, BRIDGE, X) == "CITY: The bridge opens by Ada, Ben"


@pytest.mark.parametrize("title", ["{{7*7}}", "{% raw %}", "{# gone #}", "a & b <c> 'd'"])
def test_what_a_headline_says_is_literal(title: str) -> None:
    assert compose("{{ article.title }}", replace(BRIDGE, title=title), X) == title


def test_a_headline_cannot_end_a_variant() -> None:
    torn = replace(BRIDGE, title="One\n---\nTwo")
    assert compose("{{ article.title }}", torn, X) == "One --- Two"


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("{{ article.titel }}", 1, "there is no 'titel'"),
        ("\n\n{{ headline }}", 3, "there is no 'headline'"),
        ("ok\n{{ article.title", 2, "unexpected end of template"),
        ("{{ article.title | shout }}", 1, "No filter named 'shout'"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ ''['__class__'] }}", 1, "unsafe"),
        ("{{ ''|attr('format') }}", 1, "No filter named 'attr'"),
        ("{{ article.title.format }}", 1, "unsafe"),
        ("{{ '{0.__class__}'.format(article) }}", 1, "'call' is not for post templates"),
        ("{{ env('SECRET') }}", 1, "'call' is not for post templates"),
        ("{{ settings }}", 1, "there is no 'settings'"),
        ("\n{% include '/etc/passwd' %}", 2, "'include' is not for post templates"),
        ("{% import 'x' as y %}", 1, "'import' is not for post templates"),
        ("{% extends 'x' %}", 1, "'extends' is not for post templates"),
        ("{{ 'a' * 10000000000 }}", 1, "'mul' is not for post templates"),
        ("{{ '%9999999999d' % 1 }}", 1, "'mod' is not for post templates"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, "'macro' is not for"),
        ("{% set a = 'x' %}{{ a ~ a }}", 1, "'assign' is not for post templates"),
        ("{{ 'aaaaaaaaaa'" + "|replace('a', 'aaaaaaaaaa')" * 9 + " }}", 1, "makes too much"),
        ("{{ article.title|join }}{{ 1 | join }}", 1, "not iterable"),
        (
            "{% for a in 'x' %}" * 3 + "{% endfor %}" * 3,
            1,
            "more than 2 loops",
        ),
    ],
)
def test_a_wrong_template_is_refused_with_its_line(template: str, line: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        compose(template, BRIDGE, X)
    assert f"line {line} of the post template does not work" in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "template",
    [
        "{{" + "(" * 2000 + "1" + ")" * 2000 + "}}",
        "{% if 1 %}" * 150 + "{% endif %}" * 150,
        "{% for a in 'x' * 9 %}{% endfor %}",
        "x" * 20_000,
        "{% for a in '" + "x" * 3000 + "' %}{{ '" + "y" * 3000 + "' }}{% endfor %}",
        "",
        "---\n---",
    ],
)
def test_a_template_that_cannot_be_worked_with_is_refused(template: str) -> None:
    with pytest.raises(Refused):
        compose(template, BRIDGE, X)
