"""A feed's items become manuscripts, whatever dialect it speaks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from publisher.articles import feeds
from publisher.articles.feeds import Item
from publisher.articles.manuscripts import Manuscript
from publisher.errors import Refused
from publisher.fetching import Fetched
from tests.articles.wire import rss

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def answer(body: bytes, content_type: str = "application/rss+xml", charset: str = "") -> Fetched:
    """Return what a server answered."""
    return Fetched(
        url="https://wire.example/feed.xml",
        status=200,
        content_type=content_type,
        charset=charset,
        body=body,
        etag="",
        modified="",
        moved_to="",
        retry_after="",
        cache_control="",
    )


def items(*written: str) -> tuple[Item, ...]:
    return feeds.parse(answer(rss(*written)), now=NOW).items


def one(written: str) -> Manuscript:
    """Return the manuscript that a single item makes."""
    (item,) = items(written)
    return item.manuscript


def test_an_item_of_rss_becomes_a_manuscript() -> None:
    found = one(
        """
        <title>Ferry &amp;amp; &lt;i&gt;tide&lt;/i&gt;</title>
        <link>/ferry?utm_source=rss#top</link>
        <guid isPermaLink="false">1</guid>
        <author>ada@wire.example (Ada Byron)</author>
        <dc:creator>Ben Bakker</dc:creator>
        <category>City</category><category>Tides, gates</category><category>City</category>
        <pubDate>Sun, 22 Nov 2026 09:00:00 +0100</pubDate>
        <description>It is &lt;b&gt;late&lt;/b&gt;.</description>
        <content:encoded><![CDATA[<p>It is <a href="/late">late</a>.<script>x</script></p>]]>
        </content:encoded>
        <media:content url="https://wire.example/f.jpg" medium="image"/>
        <enclosure url="https://wire.example/f.mp4" type="video/mp4" length="1"/>
        """
    )
    assert found == Manuscript(
        title="Ferry & tide",
        standfirst="It is late.",
        body='<p>It is <a href="https://wire.example/late" rel="noopener">late</a>.</p>',
        tags=("City", "Tides, gates"),
        authors=("Ada Byron", "Ben Bakker"),
        image="https://wire.example/f.jpg",
        video="https://wire.example/f.mp4",
        source="The Wire",
        canonical_url="https://wire.example/ferry",
        published_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
    )


def test_an_entry_of_atom_becomes_a_manuscript() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>Der Draht</title>
        <entry><id>urn:1</id><title type="text">a &lt;b&gt; c</title><link href="faehre"/>
        <link rel="enclosure" type="image/png" href="f.png"/>
        <updated>2026-11-22T09:00:00Z</updated>
        <author><name>Ada</name></author><author><name>Ben</name></author>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Spät.</p></div></content>
        </entry></feed>"""
    (item,) = feeds.parse(answer(atom.encode(), "application/atom+xml"), now=NOW).items
    found = item.manuscript
    assert (found.title, found.body, found.language) == ("a <b> c", "<p>Spät.</p>", "de-AT")
    assert (found.authors, found.source) == (("Ada", "Ben"), "Der Draht")
    assert (found.canonical_url, found.image) == (
        "https://wire.example/faehre",
        "https://wire.example/f.png",
    )
    assert found.published_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_an_item_without_a_title_is_called_after_its_first_words() -> None:
    assert one(f"<description>{'It is late again. ' * 9}</description>").title == (
        "It is late again. It is late again. It is late again. It is late again. It is…"
    )


def test_an_item_of_nothing_is_passed_over() -> None:
    assert items("<guid>1</guid>", "<title> </title>") == ()


def test_text_without_elements_becomes_a_paragraph() -> None:
    assert one("<description>It is late.</description>").body == "<p>It is late.</p>"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", NOW),
        ("<pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate>", NOW - timedelta(hours=23)),
        ("<pubDate>Sun, 22 Nov 2099 09:00:00 GMT</pubDate>", NOW),
        ("<pubDate>Sun, 99 Nov 2026 09:00:00 GMT</pubDate>", NOW),
        ("<pubDate>yesterday</pubDate>", NOW),
    ],
)
def test_an_item_is_dated_by_itself_but_never_in_the_future(written: str, meant: datetime) -> None:
    assert one(f"<title>x</title>{written}").published_at == meant


def test_an_item_whose_parts_are_hostile_is_only_words() -> None:
    found = one(
        """<title>&lt;b onclick=alert(1)&gt;Ferry&lt;/b&gt;\r\nBcc: evil@x.example {{7*7}}</title>
        <link>javascript:alert(1)</link><category>&lt;script&gt;</category>
        <media:thumbnail url="file:///etc/passwd"/>
        <description>&lt;svg onload=alert(1)&gt;&lt;/svg&gt;It is late.</description>"""
    )
    assert found.title == "Ferry Bcc: evil@x.example {{7*7}}"
    assert (found.canonical_url, found.image, found.body) == ("", "", "<p>It is late.</p>")


@pytest.mark.parametrize(
    "link", ["https://wire.example:99999/", "https://[", "ftp://wire.example/"]
)
def test_a_link_that_leads_nowhere_is_left_out(link: str) -> None:
    assert one(f"<title>x</title><link>{link}</link>").canonical_url == ""


def test_only_the_newest_hundred_come_and_the_oldest_of_them_first() -> None:
    written = [
        f"<title>n{n}</title><pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate>"
        for n in range(150)
    ]
    titles = [item.manuscript.title for item in items(*written)]
    assert titles == [f"n{n}" for n in reversed(range(100))]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html><body>Not found</body></html>"),
        ("application/json", b'{"version": "https://jsonfeed.org/version/1.1"}'),
        ("", b""),
        ("text/plain", b"file:///etc/passwd"),
    ],
)
def test_what_is_no_feed_is_refused(content_type: str, body: bytes) -> None:
    kind = content_type or "something without a type"
    with pytest.raises(Refused, match=f"^wire.example answered with {kind}, which is not an RSS"):
        feeds.parse(answer(body, content_type), now=NOW)


def test_a_feeds_body_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss("<title>x</title>"))
    with pytest.raises(Refused):
        feeds.parse(answer(str(path).encode()), now=NOW)


def test_entities_of_a_feed_open_nothing_and_unfold_to_nothing() -> None:
    layers = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    entities = f'<!DOCTYPE rss [<!ENTITY a0 "ha"><!ENTITY x SYSTEM "file:///etc/passwd">{layers}]>'
    body = entities.encode() + rss("<title>Ferry &a11; &x;</title>")
    (item,) = feeds.parse(answer(body), now=NOW).items
    assert "root:" not in item.manuscript.title
    assert len(item.manuscript.title) < 100


# ---- By what an item is known again.


def keys(written: str) -> set[str]:
    (item,) = items(written)
    return set(item.keys)


FERRY = "<title>The ferry</title><description>It is late.</description>"


@pytest.mark.parametrize(
    "link",
    [
        "https://wire.example/ferry",
        "http://wire.example/ferry",
        "https://WIRE.example/ferry/",
        "https://wire.example:443/ferry",
        "https://wire.example/ferry?utm_source=rss&amp;utm_campaign=2",
        "https://wire.example/ferry#comments",
    ],
)
def test_a_link_is_the_same_however_it_is_spelled(link: str) -> None:
    known = keys("<title>a</title><link>https://wire.example/ferry</link>")
    assert known & keys(f"<title>b</title><link>{link}</link>")


@pytest.mark.parametrize(
    "link",
    ["https://wire.example/tide", "https://wire.example/ferry?id=2", "https://a.example/ferry"],
)
def test_another_link_is_another_item(link: str) -> None:
    known = keys("<title>a</title><link>https://wire.example/ferry</link>")
    assert not known & keys(f"<title>a</title><link>{link}</link>")


def test_the_same_words_are_the_same_item() -> None:
    again = "<title>THE  ferry</title><guid>9</guid><description>&lt;p&gt;It is late.</description>"
    assert keys(FERRY) & keys(again)


def test_a_title_alone_is_no_identity() -> None:
    assert not keys("<title>Weather</title><guid>1</guid>") & keys(
        "<title>Weather</title><guid>2</guid>"
    )


def test_the_front_page_is_no_identity() -> None:
    front = "<link>https://wire.example/</link>"
    assert not keys(f"<title>a</title>{front}") & keys(f"<title>b</title>{front}")
