"""Whether an edition may go out at a moment: every reason why not is one sentence."""

from collections.abc import Iterable
from datetime import datetime

from publisher.articles.models import Article
from publisher.audience import queries as audience
from publisher.errors import Refused
from publisher.newsletters import dates
from publisher.newsletters.models import Edition


def check(edition: Edition, due_at: datetime, *, now: datetime) -> None:
    """Raise Refused unless `edition` could be sent at `due_at`."""
    newsletter = edition.newsletter
    if due_at < now:
        raise Refused(
            f"{dates.moment(due_at, newsletter.time_zone)} is in the past; "
            f"edition {edition.pk} needs a time from now on."
        )
    if not audience.active_readers(newsletter.pk):
        raise Refused(
            f"Nobody has subscribed to {newsletter.name!r}, "
            f"so edition {edition.pk} would go to no one."
        )
    check_public(edition.articles.all(), due_at, newsletter.time_zone)


def check_public(articles: Iterable[Article], due_at: datetime, zone: str) -> None:
    """Raise Refused unless readers may see every article at `due_at`."""
    for article in articles:
        if article.embargo_until and article.embargo_until > due_at:
            raise Refused(
                f"{article.title!r} is under embargo until "
                f"{dates.moment(article.embargo_until, zone)}, so it cannot go out at "
                f"{dates.moment(due_at, zone)}; choose a later time or leave it out."
            )
        if article.published_at and article.published_at > due_at:
            raise Refused(
                f"{article.title!r} is published at {dates.moment(article.published_at, zone)}, "
                f"so it cannot go out at {dates.moment(due_at, zone)}; "
                "choose a later time or leave it out."
            )
