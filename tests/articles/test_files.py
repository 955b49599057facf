"""An article file is read whole or refused with its name, the key and what was expected."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.articles.files import Origin, parse, read
from publisher.articles.manuscripts import Manuscript
from publisher.errors import Refused

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ORIGIN = Origin("ferry.md", AMSTERDAM)


def front(lines: str) -> Manuscript:
    """Return an article with these lines of front matter, below a title."""
    return parse(f"---\ntitle: The ferry\n{lines}\n---\nIt is late.\n".encode(), ORIGIN)


def test_what_posts_may_say_is_read() -> None:
    article = front(
        "quote: >\n  We cannot\n  go on. — Ada Vos\nquestion: Who pays?\nnumbers: 214 came.\n"
        "key_points:\n  - It sails again\n  - It costs more"
    )
    assert (article.quote, article.question) == ("We cannot go on. — Ada Vos", "Who pays?")
    assert (article.numbers, article.key_points) == (
        "214 came.",
        ("It sails again", "It costs more"),
    )


@pytest.mark.parametrize(
    ("said", "is_evergreen", "until"),
    [
        ("true", True, None),
        ("false", False, None),
        ("2027-05-01", True, datetime(2027, 4, 30, 22, tzinfo=UTC)),
    ],
)
def test_an_evergreen_may_be_one_until_a_day(
    said: str, *, is_evergreen: bool, until: datetime | None
) -> None:
    article = front(f"evergreen: {said}")
    assert (article.is_evergreen, article.evergreen_until) == (is_evergreen, until)


def test_every_key_is_read(tmp_path: Path) -> None:
    path = tmp_path / "night-ferry.md"
    path.write_text(
        """---
title: "The ferry: late again"
standfirst: >
  Passengers wait
  on the quay.
section: City
tags: [harbour, "1984", no]
authors:
  - Łukasz Żółć
  - Kwabena Osei-Dijkman
image: https://pictures.example/ferry.jpg
image_alt: A ferry
image_credit: "Photo: Zoë"
video: https://video.example/ferry
source: The Harbour Courier
canonical_url: https://courier.example/ferry
published_at: 2026-11-22
embargo_until: 2026-11-22T09:00:00+02:00
language: nl
---

It is *late*.
"""
    )
    assert read(path, zone=AMSTERDAM) == Manuscript(
        title="The ferry: late again",
        standfirst="Passengers wait on the quay.",
        body="<p>It is <em>late</em>.</p>",
        section="City",
        tags=("harbour", "1984", "no"),
        authors=("Łukasz Żółć", "Kwabena Osei-Dijkman"),
        image="https://pictures.example/ferry.jpg",
        image_alt="A ferry",
        image_credit="Photo: Zoë",
        video="https://video.example/ferry",
        source="The Harbour Courier",
        canonical_url="https://courier.example/ferry",
        language="nl",
        published_at=datetime(2026, 11, 21, 23, tzinfo=UTC),
        embargo_until=datetime(2026, 11, 22, 7, tzinfo=UTC),
        slug="night-ferry",
    )


def test_a_title_is_enough() -> None:
    assert parse(b"---\ntitle: x\n---", ORIGIN) == Manuscript(title="x")


def test_markdown_has_tables_strikethrough_and_html_that_is_sanitised() -> None:
    body = front("").body
    assert body == "<p>It is late.</p>"
    text = b"---\ntitle: x\n---\n# A\n\n~~b~~ <b onclick=x>c</b><script>d</script>\n\n|e|\n|-|\n|f|"
    body = parse(text, ORIGIN).body
    assert body.startswith("<h2>A</h2>\n<p><s>b</s> <b>c</b></p>\n<table>")
    assert "onclick" not in body
    assert "script" not in body


def test_html_is_taken_as_html() -> None:
    text = b"---\ntitle: x\n---\n<p>*not* <em>Markdown</em></p>"
    assert parse(text, Origin("x.HTML", AMSTERDAM)).body == "<p>*not* <em>Markdown</em></p>"


def test_line_ends_and_a_mark_of_windows_change_nothing() -> None:
    text = "\ufeff---\r\ntitle: Zoë\r\ntags: [a]\r\n---\r\nIt is late.\r\n"
    found = parse(text.encode(), ORIGIN)
    assert (found.title, found.tags, found.body) == ("Zoë", ("a",), "<p>It is late.</p>")


def test_words_that_yaml_would_turn_into_something_else_stay_words() -> None:
    found = front("language: no\nsection: 2026\nauthors: on\nimage_alt: ~\nstandfirst:")
    assert (found.language, found.section, found.authors) == ("no", "2026", ("on",))
    assert (found.image_alt, found.standfirst) == ("", "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-22", "2026-11-21T23:00+00:00"),
        ("2026-11-22T09:00", "2026-11-22T08:00+00:00"),
        ("2026-11-22 09:00:30", "2026-11-22T08:00:30+00:00"),
        ('"2026-11-22T09:00:00+01:00"', "2026-11-22T08:00+00:00"),
        ("2026-11-22T09:00:00Z", "2026-11-22T09:00+00:00"),
        ("2026-07-22T09:00", "2026-07-22T07:00+00:00"),
    ],
)
def test_a_moment_without_a_zone_is_the_newsrooms(written: str, meant: str) -> None:
    assert front(f"published_at: {written}").published_at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("titel: x", "ferry.md: 'titel' is not a key of an article; did you mean 'title'?"),
        ("canonical: x", "did you mean 'canonical_url'?"),
        ("zzz: x", "'zzz' is not a key of an article; there are title, standfirst, section"),
        ("{{ settings }}: x", "its front matter is broken in line 3"),
        ("evergreen: maybe", "evergreen is 'maybe', but must be true, false or the date until"),
        ("published_at: tomorrow", "ferry.md: published_at is 'tomorrow', but must be a date"),
        ("embargo_until: 2026-13-01", "embargo_until is '2026-13-01', but must be a date"),
        ("published_at: 0001-01-01", "published_at is '0001-01-01', but must be a date"),
        ("published_at: [2026-01-01]", "published_at must be text on one line"),
        ("section: [a, b]", "section must be text on one line"),
        ("tags: {a: b}", "tags must be one text or a list of texts"),
        ("tags: [[a]]", "tags must be one text or a list of texts"),
        ("authors: [a, '']", "authors must be one text or a list of texts"),
        ("section: " + "x" * 101, "section is 101 characters long; 100 is the most"),
        ("tags: [" + "x" * 101 + "]", "tags is 101 characters long"),
        ("image: ftp://a.example/x.png", "image is 'ftp://a.example/x.png', but must start with"),
        ("video: javascript:alert(1)", "video is 'javascript:alert(1)', but must start with http"),
        ("video: /media/x.mp4", "video is '/media/x.mp4', but must start with http"),
        ("canonical_url: courier.example", "canonical_url is 'courier.example', but must start"),
        ("canonical_url: 'https://a.example/x y'", "canonical_url is"),
        ("canonical_url: https://[", "canonical_url is"),
        ("language: Dutch!", "language is 'Dutch!', but must be like 'en' or 'pt-BR'"),
        ("section: a\nsection: [", "its front matter is broken in line "),
        ("section: a: b", "its front matter is broken in line 3"),
        ("section: !!python/object:os.system x", "its front matter is broken in line 3"),
        ('section: "a\x00b"', "its front matter has a control character"),
        ('section: "a\\0b"', "section has a line break or a control character"),
        ('image: "a\\0.png"', "the picture 'a\\x00.png' is a path"),
        ("tags: " + "[" * 5000, "its front matter"),
        ("image: ferry.png", "the picture 'ferry.png' is a path, and there is no folder"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(lines: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        front(lines)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("ferry.md: ")


def test_a_title_with_a_line_break_is_refused() -> None:
    for title in (r'"x\r\nBcc: evil@x.example"', r'"x\nBcc: evil@x.example"', "|\n  x\n  y"):
        with pytest.raises(Refused, match="title has a line break or a control character"):
            parse(f"---\ntitle: {title}\n---\n".encode(), ORIGIN)


def test_a_title_is_one_line_of_at_most_300_characters() -> None:
    assert parse(b"---\ntitle: '  a   b '\n---\n", ORIGIN).title == "a b"
    assert parse(f"---\ntitle: {'x' * 300}\n---".encode(), ORIGIN).title == "x" * 300
    with pytest.raises(Refused, match="title is 301 characters long; 300 is the most"):
        parse(f"---\ntitle: {'x' * 301}\n---".encode(), ORIGIN)


def test_a_title_in_template_language_is_only_words() -> None:
    assert parse(b"---\ntitle: '{{7*7}} {%raw%}'\n---", ORIGIN).title == "{{7*7}} {%raw%}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ferry.md: it is empty"),
        (b" \n\n", "it is empty"),
        (b"# The ferry\n", "it has no front matter; begin with a line of ---"),
        (b"---\ntitle: x\n", "its front matter does not end; close it with a line of ---"),
        (b"---\n---\nbody", "its front matter must be lines of 'key: value'"),
        (b"---\n- title\n---\n", "its front matter must be lines of 'key: value'"),
        (b"---\nsection: City\n---\n", "title is missing"),
        (b"---\ntitle:\n---\n", "title is missing"),
        (b"---\ntitle: x\n---\na\n\xff\n", "it is not UTF-8: see line 5"),
        (b"---\ntitle: x\n---\n" + b"x" * 5_000_000, "it is larger than 5,000,000 octets"),
    ],
)
def test_a_file_that_is_no_article_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(content, ORIGIN)
    assert sentence in str(refusal.value)


def test_a_bomb_of_references_is_refused_without_being_unfolded() -> None:
    layers = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    with pytest.raises(Refused, match="'a0' is not a key"):
        front(f"a0: &a0 x\n{layers}")
    tags = "[&a [x, x], " + ", ".join(
        f"&{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(24)
    )
    with pytest.raises(Refused, match="tags must be one text or a list of texts"):
        front(f"tags: {tags}]")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.md cannot be read: No such file"):
        read(tmp_path / "gone.md", zone=AMSTERDAM)
    with pytest.raises(Refused, match="cannot be read: Is a directory"):
        read(tmp_path, zone=AMSTERDAM)
