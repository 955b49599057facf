"""Templates: data stays data, and a mistake is named with file, line and field."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.errors import Refused
from publisher.newsletters import rendering
from publisher.newsletters.rendering import Rendered
from tests.newsletters.samples import EDITION, HOSTILE, LEAD, NEWSLETTER, PLAIN, Reader


class Images(HTMLParser):
    """Finds the images of a page as a mail program would."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the attributes of an image."""
        if tag == "img":
            self.found.append(dict(attrs))


FIELDS = {"edition": EDITION, "newsletter": NEWSLETTER, "reader": Reader()}


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Path:
    """Give templates a folder of the test's own, with one complete template in it."""
    settings.ROOT = tmp_path
    folder = tmp_path / "templates" / "email" / "own"
    folder.mkdir(parents=True)
    for name in rendering.FILES:
        (folder / name).write_text("fine")
    return folder


def digest(**changes: object) -> Rendered:
    return rendering.mail("digest", **{**FIELDS, **changes})


def test_what_looks_like_a_template_stays_literal() -> None:
    mail = digest()
    assert "{{7*7}} {% raw %}" in mail.text
    assert "{{7*7}} {% raw %}" in mail.html


def test_html_is_escaped_in_html_and_literal_in_plain_text() -> None:
    mail = digest()
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert "<script>alert('Söhne & Co')</script>" in mail.text
    assert mail.subject == "The wall & the water"


def test_a_hostile_alt_text_stays_an_alt_text() -> None:
    alt = '"><img src=x onerror=alert(1)>'
    images = Images()
    images.feed(digest(edition=replace(EDITION, stories=(replace(LEAD, image_alt=alt),))).html)
    assert [(image["src"], image["alt"]) for image in images.found] == [(LEAD.image, alt)]


def test_rules_are_inlined_and_dark_mode_is_kept_in_the_head() -> None:
    html = digest().html
    assert "@media (prefers-color-scheme: dark)" in html.split("</head>")[0]
    assert '<meta name="color-scheme" content="light dark">' in html
    assert 'class="headline ink" style="' in html


def test_a_right_to_left_story_says_so() -> None:
    assert 'dir="rtl" lang="ar"' in " ".join(digest().html.split())


def test_a_video_is_to_be_watched() -> None:
    assert "▶ Video" in digest().html
    assert "▶ Watch" in digest().text
    alone = replace(EDITION, stories=(PLAIN,))
    assert "▶" not in digest(edition=alone).html


def test_eight_stories_stay_far_below_where_providers_cut() -> None:
    story = replace(LEAD, standfirst=LEAD.standfirst * 3)
    html = digest(edition=replace(EDITION, stories=(story,) * 8)).html
    assert len(html.encode()) < 60_000


def test_every_link_of_the_plain_text_stands_on_its_own_line() -> None:
    lines = digest().text.splitlines()
    assert all(" " not in line for line in lines if "https://" in line)
    assert max(len(line) for line in lines if "https://" not in line) <= 70


def test_the_web_version_has_no_greeting_and_no_link_of_a_reader() -> None:
    page = rendering.page("digest", **{**FIELDS, "reader": None})
    assert "Hello" not in page
    assert "token" not in page
    assert "View in browser" not in page
    assert f'href="{NEWSLETTER.url}"' in page


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("one\ntwo {{ edition.subjct }}", "own/body.txt, line 2: .*'subjct'"),
        ("{{ env }}", "own/body.txt, line 1: 'env' is undefined"),
        ("{% if %}", "own/body.txt, line 1: "),
        ("{{ 1 / 0 }}", "own/body.txt, line 1: division by zero"),
        ("{% include '/etc/passwd' %}", "no file templates/email//etc/passwd"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "own/body.txt, line 1: .*unsafe"),
        ("{{ ''|attr('format') }}{{ settings }}", "own/body.txt, line 1: "),
    ],
)
def test_a_mistake_in_a_template_is_named(own: Path, template: str, named: str) -> None:
    (own / "body.txt").write_text(template)
    with pytest.raises(Refused, match=named):
        rendering.mail("own", **FIELDS)


def test_a_template_without_a_part_is_named(own: Path) -> None:
    (own / "body.html").unlink()
    assert rendering.missing("own") == "body.html"
    with pytest.raises(Refused, match=r"no file templates/email/own/body.html"):
        rendering.mail("own", **FIELDS)


def test_styles_are_never_fetched(own: Path) -> None:
    (own / "body.html").write_text('<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><p>fine')
    assert "fine" in rendering.page("own", **FIELDS)


@pytest.mark.parametrize("image", ["", LEAD.image])
@pytest.mark.parametrize("is_video", [False, True])
@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_mail_links_to_the_same_in_both_parts(image: str, is_video: bool, others: int) -> None:  # noqa: FBT001 - a case
    # As rspamd counts them (URI_COUNT_ODD), pictures too: what stands in one part only looks
    # like a link that was hidden from the other.
    story = replace(PLAIN, image=image, is_video=is_video, minutes=3)
    mail = digest(edition=replace(EDITION, stories=(story,) * (1 + others)))
    counted = mail.text.count("https://") + len(re.findall(r'(?:href|src)="https://', mail.html))
    assert counted % 2 == 0


def test_nothing_but_the_preheader_is_hidden() -> None:
    # Text of no size is what spam hides words in (rspamd's ZERO_FONT).
    assert not re.search(r"font-size: 0\b", digest().html)
    assert digest().html.count("display: none") == 1


def test_a_hostile_title_alone_renders() -> None:
    assert digest(edition=replace(EDITION, stories=(HOSTILE,))).html
