"""What is going to happen, in one plain sentence."""

from collections.abc import Sequence
from datetime import datetime

from publisher.newsletters import dates
from publisher.newsletters.queries import Issue
from publisher.social.queries import PostLine
from publisher.web.pages import moment, plural


def of_edition(issue: Issue) -> str:
    """Say what happens to an edition next, or what became of it."""
    zone = issue.time_zone
    readers = plural(issue.recipients, "reader")
    when = moment(issue.due_at, zone) if issue.due_at else ""
    has_it = plural(issue.counts["sent"], "reader")
    match issue.state:
        case "draft":
            first = "submits it for approval" if issue.needs_approval else "schedules it"
            return f"Nothing happens until somebody {first}; it would go to {readers}."
        case "in review":
            then = f"it goes to {readers} on {when}" if when else "it can be scheduled"
            return f"Waits for somebody to approve it; then {then}."
        case "approved":
            return f"Approved; nothing happens until somebody schedules it for its {readers}."
        case "scheduled":
            return f"Goes to {readers} on {when}{_manner(issue)}."
        case "sending":
            return f"Is going to {readers} now; {has_it} got it so far."
        case "paused":
            return _paused(issue, readers, has_it, when)
        case "sent":
            return f"Went to {has_it}; done{_on(issue.finished_at, zone)}."
        case _:
            return f"Cancelled; {has_it} got it, and nobody else will."


def _manner(issue: Issue) -> str:
    if issue.breaking:
        return ", before everything else"
    return f", spread over {dates.span(issue.spread)}" if issue.spread else ""


def _paused(issue: Issue, readers: str, has_it: str, when: str) -> str:
    if issue.asks and not issue.started_at:
        return f"Waits for you to decide; it was to go to {readers} on {when}."
    if not issue.started_at:
        return f"Waits until somebody resumes it; it was to go to {readers} on {when}."
    rest = "the rest" if issue.counts["sent"] else "they"
    if issue.asks:
        then = f"{rest} wait for you to decide"
    elif issue.problem:
        then = f"{rest} follow by themselves as soon as they can"
    else:
        then = f"{rest} wait until it resumes"
    if not issue.counts["sent"]:
        return f"Stopped before it reached any of its {readers}; {then}."
    return f"Stopped after {has_it} of {issue.recipients:,}; {then}."


def of_resuming(issue: Issue, *, now: datetime) -> str:
    """Say what the button does that lets a paused edition go on."""
    left = plural(issue.recipients - issue.done, "reader")
    if issue.started_at:
        return f"Resume: try {left} again" if issue.problem else f"Resume: go on with {left}"
    if issue.due_at and issue.due_at > now:
        return "Resume: as it was scheduled"
    return f"Resume: send it to {plural(issue.recipients, 'reader')} now"


# By state, what a post's page says: {account} is where, {when} on which day and at what time.
_OF_POST = {
    "draft": "Nothing happens until somebody schedules it for {account}.",
    "approved": "Approved; nothing happens until somebody schedules it for {account}.",
    "scheduled": "Goes out on {account}{when}.",
    "posting": "Is going out on {account} now.",
    "failed": "{account} did not take it, and it is not tried again by itself.",
    "unsure": "Nobody knows whether it is out; look at {account} and settle it below.",
    "deleting": "Is being deleted from {account}.",
    "deleted": "Was on {account} and is deleted.",
    "cancelled": "Cancelled; it does not go out.",
}


def of_post(post: PostLine) -> str:
    """Say what happens to a post next, or what became of it."""
    when = _on(post.due_at)
    if post.state == "posted":
        return f"Stands on {post.account} since{_on(post.posted_at).removeprefix(' on')}."
    if post.state == "unsure" and post.due_at:
        return f"Nobody knows yet whether it is out; {post.account} is asked again{when}."
    return _OF_POST[post.state].format(account=post.account, when=when)


def of_thread(thread: Sequence[PostLine]) -> str:
    """Say what happens to a post with all of its parts next, or what became of it."""
    first, count = thread[0], len(thread)
    out = sum(part.state == "posted" for part in thread)
    if count == 1 or out in (0, count):
        return of_post(first) + (f" It has {count} parts." if count > 1 else "")
    waiting = next(part for part in thread if part.state != "posted")
    return f"{out} of {count} parts stand on {first.account}. Of the next: {of_post(waiting)}"


def _on(at: datetime | None, zone: str = "") -> str:
    return f" on {moment(at, zone)}" if at else ""
