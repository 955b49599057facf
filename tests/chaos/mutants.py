"""Mutants: copies of the code in which a promise is broken on purpose.

A count that never finds anybody lost proves nothing, unless it finds them here.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# What the processes are made of.
_ROOMS = ("publisher", "workers", "templates")


@dataclass(frozen=True)
class Mutation:
    """A line of a file, without the spaces around it, and what it says in its stead."""

    file: str
    line: str
    instead: str


# What nobody has taken in time is never handed out again, and neither is what a worker died over.
NO_LEASE_RUNS_OUT = (
    Mutation(
        "publisher/delivery/actions/batches.py",
        "AND (batch.leased_until IS NULL OR batch.leased_until < %(now)s)",
        "AND batch.leased_until IS NULL",
    ),
    Mutation(
        "publisher/delivery/actions/batches.py",
        "AND (waiting.leased_until IS NULL OR waiting.leased_until < %(now)s)",
        "AND waiting.leased_until IS NULL",
    ),
    # Whoever is awake would take what is on the queue, whatever its lease.
    Mutation("publisher/delivery/actions/batches.py", "AND waiting.state = 'queued'", "AND FALSE"),
)
SENT_BEFORE_IT_IS_ANSWERED = (
    Mutation(
        "publisher/delivery/rounds.py",
        "yield mail",
        'self._on_outcome(Outcome(letter.delivery_id, "sent", 250, "")) or (yield mail)',
    ),
)
NO_FENCE = (
    Mutation(
        "publisher/delivery/rounds.py", "and time.monotonic() < self._lease_until", "and True"
    ),
    Mutation(
        "publisher/delivery/rounds.py",
        "self._may_go_on &= actions.note(self._held, outcomes, now=self._around.clock())",
        "actions.note(self._held, outcomes, now=self._around.clock())",
    ),
)
NO_JOURNAL_IS_READ = (
    Mutation(
        "publisher/channels/smtp/outcomes.py",
        "yield Outcome(key, verdict, code, detail)",
        "yield from ()",
    ),
)
ALL = (
    *NO_LEASE_RUNS_OUT,
    *SENT_BEFORE_IT_IS_ANSWERED,
    *NO_FENCE,
    *NO_JOURNAL_IS_READ,
)


def mutant(home: Path, mutations: Sequence[Mutation]) -> Path:
    """Return a folder with a copy of the code that is changed in these places."""
    for room in _ROOMS:
        shutil.copytree(settings.ROOT / room, home / room)
    for mutation in mutations:
        path = home / mutation.file
        path.write_text(mutated(path.read_text(), mutation))
    return home


def mutated(code: str, mutation: Mutation) -> str:
    """Return the code with a line changed; fails where it has no such line, or more than one."""
    lines = code.splitlines()
    numbers = [number for number, line in enumerate(lines) if line.strip() == mutation.line]
    assert len(numbers) == 1, (
        f"{mutation.file} has the line {mutation.line!r} {len(numbers)} times; "
        "tell the mutant which one to change."
    )
    (number,) = numbers
    indent = lines[number].removesuffix(lines[number].lstrip())
    lines[number] = indent + mutation.instead
    return "\n".join([*lines, ""])
