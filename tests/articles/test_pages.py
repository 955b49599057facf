"""An article is lifted off a page with its names and dates, and nothing else comes with it."""

from datetime import UTC, datetime

import pytest

from publisher.articles import pages
from publisher.articles.manuscripts import Manuscript
from publisher.errors import Refused
from publisher.fetching import Guard
from tests.loopback import AT_HOME, Answer, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
HEAD = """
<title>De veerboot is laat - De Courant</title>
<meta property="og:title" content="De veerboot is laat">
<meta property="og:site_name" content="De Courant">
<meta property="og:image" content="/beeld/veer.jpg">
<meta property="og:image:alt" content="Een veerboot">
<meta property="og:url" content="https://elsewhere.example/">
<meta name="description" content="Reizigers wachten op de kade.">
<meta name="author" content="Zoë Brînzescu, Kwabena Osei">
<meta property="article:published_time" content="2026-11-22T09:00:00+01:00">
<link rel="canonical" href="https://courant.example/veer?utm_source=site">
"""
BODY = f"""
<nav><a href="/">Voorpagina</a> <a href="/sport/">Sport</a></nav>
<article><h1>De veerboot is laat</h1>
<p>{"De veerboot had om twaalf uur moeten <b>aankomen</b>. " * 4}</p>
<p>{"Op de kade stonden driehonderd mensen in de <a href='/regen'>regen</a>. " * 4}</p>
<h2>Morgen</h2>
<p>{"Morgen vaart hij volgens de dienstregeling gewoon weer. " * 4}</p>
<p onclick="alert(1)">Einde.<script>alert(2)</script><img src="javascript:alert(3)"></p>
</article><footer>Alle rechten voorbehouden</footer>
"""


def page(head: str = HEAD, body: str = BODY, lang: str = "nl-NL") -> bytes:
    """Return a page."""
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode()
    )


def read(site: Site, content: bytes, headers: dict[str, str] | None = None) -> Manuscript:
    site.answers["/veer"] = Answer(content, headers=headers or HTML)
    return pages.read(f"{site.url}/veer", guard=AT_HOME)


def test_an_article_is_read_with_its_names_and_dates(site: Site) -> None:
    found = read(site, page())
    assert (found.title, found.standfirst) == (
        "De veerboot is laat",
        "Reizigers wachten op de kade.",
    )
    assert found.authors == ("Zoë Brînzescu", "Kwabena Osei")
    assert found.published_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert (found.image, found.image_alt) == (f"{site.url}/beeld/veer.jpg", "Een veerboot")
    assert (found.source, found.language) == ("De Courant", "nl-NL")
    assert found.canonical_url == "https://courant.example/veer"
    assert found.slug == ""


def test_a_body_keeps_its_form_and_loses_what_is_around_it(site: Site) -> None:
    body = read(site, page()).body
    assert "<strong>aankomen</strong>" in body
    assert f'<a href="{site.url}/regen" rel="noopener">regen</a>' in body
    assert "<h2>Morgen</h2>" in body
    for alien in ("Voorpagina", "rechten", "alert", "De veerboot is laat", "onclick"):
        assert alien not in body


def test_what_a_page_does_not_say_is_filled_from_its_address(site: Site) -> None:
    site.answers["/old"] = Answer(status=301, headers={"Location": "/veer?utm_medium=x"})
    site.answers["/veer?utm_medium=x"] = Answer(
        page("<title>De veerboot is laat</title>", lang=""), headers=HTML
    )
    found = pages.read(f"{site.url}/old", guard=AT_HOME)
    assert found.canonical_url == f"{site.url}/veer"
    assert (found.language, found.image, found.authors) == ("en", "", ())


@pytest.mark.parametrize(
    ("charset", "declared", "sent"),
    [
        ("windows-1251", "", "text/html; charset=windows-1251"),
        ("windows-1251", '<meta charset="windows-1251">', "text/html"),
        ("cp1252", "", "text/html"),
        ("utf-8", "", "text/html"),
        ("utf-8", '<meta charset="no-such-thing">', "text/html"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_says(
    site: Site, charset: str, declared: str, sent: str
) -> None:
    word = "Женя" if charset == "windows-1251" else "Zoë"
    html = page(declared + HEAD, BODY.replace("kade", word)).decode().replace("Zoë Brînzescu, ", "")
    encoded = html.encode(charset, "xmlcharrefreplace")
    if "no-such" in declared:
        word = "Zo"
    assert word in read(site, encoded, {"Content-Type": sent}).body


def test_xhtml_is_read_too(site: Site) -> None:
    content = b'<?xml version="1.0" encoding="utf-8"?>' + page()
    assert read(site, content, {"Content-Type": "application/xhtml+xml"}).title


@pytest.mark.parametrize("lang", ["Dutch!", "x" * 40, ""])
def test_a_language_that_is_none_is_not_taken(site: Site, lang: str) -> None:
    assert read(site, page(lang=lang)).language == "en"


@pytest.mark.parametrize("body", ["", "<p>Log in to read on.</p>", "<script>app()</script>"])
def test_a_page_without_an_article_is_refused(site: Site, body: str) -> None:
    with pytest.raises(Refused, match=r"^There is no article at http://127\.0\.0\.1:\d+/veer"):
        read(site, page(body=body))


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 50, b"<" * 5000, b"<div>" * 5000])
def test_what_is_no_page_is_refused(site: Site, content: bytes) -> None:
    with pytest.raises(Refused, match="There is no article"):
        read(site, content)


def test_an_answer_that_is_no_page_is_named(site: Site) -> None:
    with pytest.raises(
        Refused, match=r"^127\.0\.0\.1 answered with image/png, which is not a page"
    ):
        read(site, b"x", {"Content-Type": "image/png"})
    with pytest.raises(Refused, match=r"^127\.0\.0\.1 answered 404; is the address right\?"):
        pages.read(f"{site.url}/gone", guard=AT_HOME)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd"]
)
def test_a_page_inside_is_not_imported(url: str) -> None:
    with pytest.raises(Refused):
        pages.read(url)


def test_a_page_that_redirects_inside_is_not_imported(site: Site) -> None:
    site.answers["/veer"] = Answer(status=302, headers={"Location": "http://10.0.0.1/"})
    home_only = Guard(allow=AT_HOME.allow)
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        pages.read(f"{site.url}/veer", guard=home_only)


def test_only_the_page_itself_is_fetched(site: Site) -> None:
    read(site, page())
    assert [path for path, _ in site.asked] == ["/veer"]
