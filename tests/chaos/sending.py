"""An edition on its way to all readers, and the count of every one of them."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import Error, connection
from django.db.models import QuerySet

from publisher import clock
from publisher.audience.models import Subscriber, Subscription, Suppression
from publisher.delivery.models import Delivery, Slowdown
from publisher.newsletters import editions
from publisher.newsletters.models import Edition
from publisher.newsletters.plans import Plan
from tests.chaos.house import READERS, House
from tests.chaos.processes import Host
from tests.chaos.sink import Entry
from tests.factories import NOW, ArticleFactory, NewsletterFactory

T = TypeVar("T")
# What is lost on the way comes up again after a lease of ten seconds, and may be lost once more.
PATIENCE_SECONDS = 40.0
_LOOK_EVERY_SECONDS = 0.02
# When it can be taken that nothing more comes: what was lost on the way would be back by then.
_OVER_SECONDS = 15.0
# Longer than anything stays in flight, and than workers take to hear of a decision.
_QUIET_SECONDS = 0.5


@dataclass(frozen=True)
class Tally:
    """Every reader counted, at the mail server and in the ledger: who is not as it should be.

    `twice` names a reader for every copy beyond the first; `told_apart` those whose copies have
    different Message-IDs; `unwritten` those who have it, of which the ledger knows nothing.
    """

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    told_apart: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()


EVERYBODY_ONCE = Tally()


class Sending:
    """An edition that is scheduled, and what is seen of it from outside."""

    def __init__(self, house: House, edition: Edition) -> None:
        self.edition = edition
        self._house = house
        self._earlier = len(house.log.entries())

    @property
    def state(self) -> str:
        """The edition's state, "" while the database is away."""
        states = Edition.objects.values_list("state", flat=True)
        return asked(lambda: states.get(pk=self.edition.pk)) or ""

    @property
    def mails(self) -> list[Entry]:
        """What the mail server has taken since it was announced."""
        return [entry for entry in self._house.log.entries()[self._earlier :] if entry.taken]

    @property
    def lateness(self) -> timedelta:
        """How long after its time, by the database's clock, the first reader had it."""
        assert self.edition.due_at
        return datetime.fromtimestamp(self.mails[0].at, UTC) - self.edition.due_at

    def begins(self) -> None:
        """Wait until the first reader has it."""
        self.wait(lambda: bool(self.mails), "the first mail")

    def moments(
        self, dice: random.Random, count: int, *, within_seconds: float = 2
    ) -> Iterator[None]:
        """Wait for one after the other of so many moments, from the first mail on."""
        self.begins()
        begun = time.monotonic()
        for moment in sorted(dice.uniform(0, within_seconds) for _ in range(count)):
            time.sleep(max(0, begun + moment - time.monotonic()))
            yield

    def kill_in_turn(
        self, victims: Sequence[str], host: Host, dice: random.Random, *, within_seconds: float = 2
    ) -> None:
        """Kill one process of the host after the other, each of which is started again at once."""
        moments = self.moments(dice, len(victims), within_seconds=within_seconds)
        for name, _ in zip(victims, moments, strict=True):
            self._house.processes.kill(name)
            self._house.processes.start(name, host)

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        """Look again and again until it has happened; fails after the patience has run out."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            if time.monotonic() > deadline:
                self._complain(what)
            time.sleep(_LOOK_EVERY_SECONDS)

    def _complain(self, what: str) -> None:
        edition = Edition.objects.get(pk=self.edition.pk)
        words = self._house.processes.all_last_words()
        raise AssertionError(
            f"Waited in vain for {what}: it is {edition.state}, {edition.problem or 'no problem'},"
            f" {dict(Counter(self._states().values()))}.\n{words}"
        )

    def mails_after(self, moment: datetime) -> list[Entry]:
        """Return what the mail server took after a moment, when it has taken nothing for a while.

        The machine has one clock, the mail server's and the database's.
        """
        time.sleep(_QUIET_SECONDS)
        return [entry for entry in self.mails if entry.at > moment.timestamp()]

    def waiting(self) -> list[str]:
        """Return the readers who have not got it yet."""
        have_it = {entry.recipient for entry in self.mails}
        return sorted(set(self._states()) - have_it)

    def subscriptions(self, emails: Sequence[str]) -> QuerySet[Subscription]:
        """Return what makes these readers get it."""
        return self.edition.newsletter.subscriptions.filter(subscriber__email__in=emails)

    def tally(self) -> Tally:
        """Count everybody, once it says that it is sent, and whoever would send more has."""
        self.wait(lambda: self.state == Edition.State.SENT, "an edition that is sent")
        time.sleep(_QUIET_SECONDS)
        return self.tally_now()

    def tally_in_the_end(self) -> Tally:
        """Count everybody, once it is sent or nothing comes any more."""
        self.wait(
            lambda: (
                self.state == Edition.State.SENT or time.time() - self.mails[-1].at > _OVER_SECONDS
            ),
            "an end",
        )
        return self.tally_now()

    def tally_now(self) -> Tally:
        """Count everybody, however far it has got."""
        states = self._states()
        copies: dict[str, list[str]] = defaultdict(list)
        for entry in self.mails:
            copies[entry.recipient].append(entry.message_id)
        return Tally(
            lost=tuple(reader for reader in states if reader not in copies),
            twice=tuple(reader for reader, ids in copies.items() for _ in ids[1:]),
            told_apart=tuple(reader for reader, ids in copies.items() if len(set(ids)) > 1),
            unwritten=tuple(reader for reader in copies if states.get(reader) != "sent"),
        )

    def _states(self) -> dict[str, str]:
        deliveries = Delivery.objects.filter(mailing=self.edition.mailing_id)
        return dict(deliveries.values_list("subscriber__email", "state"))


def announce(house: House, *, readers: int = READERS, in_seconds: float = 0.5) -> Sending:
    """Schedule an edition to the first so many readers."""
    newsletter = NewsletterFactory.create(slug=f"daily-{time.monotonic_ns()}")
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=reader,
            newsletter=newsletter,
            state=Subscription.State.ACTIVE,
            source="form",
            asked_at=NOW,
        )
        for reader in Subscriber.objects.order_by("pk")[:readers]
    )
    now = clock.now()
    edition_id = editions.create(
        newsletter.pk,
        Plan((ArticleFactory.create(slug=newsletter.slug).pk,), subject="The ferry"),
        by=None,
        now=now,
        due_at=now + timedelta(seconds=in_seconds),
    )
    return Sending(house, Edition.objects.get(pk=edition_id))


def abandon() -> None:
    """Let nothing of an earlier edition leave any more, and hold nothing against anybody."""
    Suppression.objects.all().delete()
    Slowdown.objects.all().delete()
    for edition in Edition.objects.exclude(state__in=Edition.ENDED):
        editions.cancel(edition.pk, by=None, now=clock.now())


def asked(question: Callable[[], T]) -> T | None:
    """Return what the database answers, None while it is away."""
    try:
        return question()
    except Error:
        connection.close()
        return None
