"""The Wire: a feed for tests, served from this machine and polled."""

from datetime import datetime

from publisher.articles import actions, polling
from tests.loopback import AT_HOME, Answer, Site

FERRY = "<title>The ferry</title><link>{}/ferry</link><guid>{}</guid><description>{}</description>"
LATE = "It is late."


def rss(*items: str) -> bytes:
    """Return an RSS feed of these items."""
    spaces = (
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    inside = "".join(f"<item>{item}</item>" for item in items)
    channel = f"<channel><title>The Wire</title>{inside}</channel>"
    return f'<rss version="2.0" {spaces}>{channel}</rss>'.encode()


def serve(site: Site, *items: str, path: str = "/feed.xml", **headers: str) -> None:
    """Put a feed of these items on the site; `Cache_Control` is the header Cache-Control."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    site.answers[path] = Answer(rss(*items), headers={"Content-Type": "text/xml", **named})


def add(site: Site, now: datetime, path: str = "/feed.xml") -> int:
    """Add a feed of the site and return its id."""
    return actions.add_feed(site.url + path, now=now, guard=AT_HOME)


def poll(feed_id: int, now: datetime) -> int:
    """Poll a feed of the site and return how many articles came of it."""
    return polling.poll(feed_id, now=now, guard=AT_HOME)
