"""Which buttons fit what a thing is and who is looking; the actions decide again for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.newsletters.models import Edition
from publisher.newsletters.queries import Issue
from publisher.social.models import Post
from publisher.social.queries import AccountLine, PostLine
from publisher.staff.models import Member


@dataclass(frozen=True, slots=True)
class OfEdition:
    """The verbs that are on offer for an edition."""

    change: bool
    submit: bool
    approve: bool
    schedule: bool
    pause: bool
    resume: bool
    cancel: bool
    test: bool


@dataclass(frozen=True, slots=True)
class OfPost:
    """The verbs that are on offer for a post."""

    approve: bool
    schedule: bool
    cancel: bool
    delete: bool
    replace: bool
    illustrate: bool


@dataclass(frozen=True, slots=True)
class OfPart:
    """The verbs that are on offer for one part of a post."""

    change: bool
    settle: bool


def of_edition(issue: Issue, member: Member) -> OfEdition:
    """Return what this member may do with an edition now."""
    may_schedule = member.may_schedule
    is_draft = issue.state == Edition.State.DRAFT
    return OfEdition(
        change=issue.state in Edition.CHANGEABLE and (may_schedule or is_draft),
        submit=issue.needs_approval and issue.state in Edition.SUBMITTABLE,
        approve=issue.needs_approval and issue.state in Edition.APPROVABLE and member.may_approve,
        schedule=may_schedule
        and issue.state in Edition.SCHEDULABLE
        and not (issue.needs_approval and is_draft),
        pause=may_schedule and (issue.state in Edition.PAUSABLE or _goes_on_by_itself(issue)),
        resume=may_schedule and issue.state in Edition.RESUMABLE,
        cancel=may_schedule and issue.state in Edition.CANCELLABLE,
        test=issue.state not in Edition.ENDED,
    )


def _goes_on_by_itself(issue: Issue) -> bool:
    return issue.state == Edition.State.PAUSED and bool(issue.problem) and not issue.asks


def of_post(thread: Sequence[PostLine], account: AccountLine, member: Member) -> OfPost:
    """Return what this member may do with a post, all of its parts together, now."""
    may_schedule = member.may_schedule
    states = {part.state for part in thread}
    is_draft = Post.State.DRAFT in states
    is_settled = not states & {Post.State.POSTING, Post.State.UNSURE}
    is_deletable = may_schedule and is_settled and bool(states & {*Post.DELETABLE})
    return OfPost(
        approve=account.needs_approval and is_draft and member.may_approve,
        schedule=may_schedule
        and bool(states & {*Post.SCHEDULABLE})
        and not (account.needs_approval and is_draft),
        cancel=may_schedule and bool(states & {*Post.CANCELLABLE}),
        delete=is_deletable and account.deletes,
        replace=is_deletable
        and account.deletes
        and len(thread) == 1
        and (member.may_approve or not account.needs_approval),
        illustrate=thread[0].state in Post.CHANGEABLE
        and (may_schedule or thread[0].state == Post.State.DRAFT),
    )


def of_part(post: PostLine, member: Member) -> OfPart:
    """Return what this member may do with one part of a post now."""
    is_draft = post.state == Post.State.DRAFT
    return OfPart(
        change=post.state in Post.CHANGEABLE and (member.may_schedule or is_draft),
        settle=member.may_schedule and post.state == Post.State.UNSURE,
    )
