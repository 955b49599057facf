"""Why some readers of an edition that is being sent still wait, in sentences for an editor."""

from dataclasses import dataclass
from datetime import datetime

from publisher.delivery.throttles import queries as throttles
from publisher.delivery.throttles.queries import Cause
from publisher.newsletters import dates
from publisher.newsletters.models import Edition
from publisher.newsletters.queries import Issue


@dataclass(frozen=True, slots=True)
class Delay:
    """One reason, and until when it holds; None: it fades little by little."""

    sentence: str
    until: datetime | None


def of_edition(issue: Issue, *, now: datetime) -> tuple[Delay, ...]:
    """Return why readers wait; times of day are the newsletter's. Nothing where it is not sent."""
    if issue.state != Edition.State.SENDING or issue.mailing_id is None:
        return ()
    return tuple(
        Delay(sentence(found, issue, now=now), found.until)
        for found in throttles.delays(issue.mailing_id, now=now)
    )


def sentence(found: throttles.Delay, issue: Issue, *, now: datetime) -> str:
    """Tell one reason in the words of a newsroom."""
    readers = "the one reader" if found.readers == 1 else f"the {found.readers:,} readers"
    takes = "mail" if found.most == 1 else f"{found.most:,} mails"
    when = dates.soon(found.until, issue.time_zone, now=now) if found.until else ""
    match found.cause:
        case Cause.SPREAD:
            over = dates.span(issue.spread) if issue.spread else "some time"
            return f"It is spread over {over}: the last readers get theirs at about {when}."
        case Cause.PROVIDER:
            then = f"from {when} on" if when else "little by little"
            gets = "gets" if found.readers == 1 else "get"
            return f"{found.who} asks us to slow down: {readers} there {gets} theirs {then}."
        case Cause.PER_SECOND:
            who = f"The relay '{found.who}' takes" if found.who else "The relays together take"
            return (
                f"{who} {takes} a second at the most: "
                f"the last of {readers} who wait will have theirs at about {when}."
            )
        case Cause.PER_HOUR:
            return (
                f"The relay '{found.who}' has had the {takes} of an hour: more go from {when} on."
            )
        case Cause.PER_DAY:
            return f"The relay '{found.who}' has had the {takes} of a day: more go from {when} on."
        case Cause.WARM_UP:
            return (
                f"The name {found.who} is new to mail providers and has sent the {takes} "
                f"that it may today: the rest follow from {when} on."
            )
