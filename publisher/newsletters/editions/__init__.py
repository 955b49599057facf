"""Everything that happens to an edition, from its first draft to its last reader.

Every verb locks the edition's row first, so that of two people, or a person and the dispatcher,
one comes second and is told the state that the first has left. Locks are taken in one order, the
edition before its mailing, so that no two can wait for each other.
"""

from publisher.newsletters.editions.asking import follow_ledger
from publisher.newsletters.editions.leaving import claim_due, close_finished, start
from publisher.newsletters.editions.making import (
    approve,
    as_sent,
    change,
    create,
    schedule,
    submit,
    test,
)
from publisher.newsletters.editions.stopping import cancel, pause, resume
from publisher.newsletters.plans import Manner, Plan

__all__ = [
    "Manner",
    "Plan",
    "approve",
    "as_sent",
    "cancel",
    "change",
    "claim_due",
    "close_finished",
    "create",
    "follow_ledger",
    "pause",
    "resume",
    "schedule",
    "start",
    "submit",
    "test",
]
