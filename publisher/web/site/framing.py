"""What stands around every page of the site: the sections above, the newsletters below."""

from dataclasses import dataclass
from datetime import datetime

from publisher.articles import queries as articles
from publisher.newsletters import queries as newsletters


@dataclass(frozen=True, slots=True)
class Frame:
    """The masthead and the foot of a page; `here` is the slug of the section it belongs to."""

    now: datetime
    sections: list[articles.Part]
    newsletters: list[newsletters.Offer]
    here: str = ""


def frame(now: datetime, here: str = "") -> Frame:
    """Return what stands around a page."""
    return Frame(now, articles.sections(), newsletters.offers(), here)
