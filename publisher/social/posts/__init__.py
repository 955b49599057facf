"""Everything that happens to a post before and after it is out; the call itself is in posting/.

A verb that is given any part of a thread is about the whole thread, unless it says otherwise.
"""

from publisher.social.plans import Plan
from publisher.social.posts.deciding import approve, cancel, mark, schedule
from publisher.social.posts.leaving import LEASE, claim_due, doubt_abandoned
from publisher.social.posts.taking_back import delete, replace
from publisher.social.posts.writing import (
    change_text,
    compose,
    compose_text,
    create,
    newest_for,
    trial,
    variants,
)

__all__ = [
    "LEASE",
    "Plan",
    "approve",
    "cancel",
    "change_text",
    "claim_due",
    "compose",
    "compose_text",
    "create",
    "delete",
    "doubt_abandoned",
    "mark",
    "newest_for",
    "replace",
    "schedule",
    "trial",
    "variants",
]
