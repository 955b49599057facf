"""What is known of readers, as small frozen dataclasses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from publisher.audience import addresses
from publisher.audience.models import Subscriber, Subscription, Suppression
from publisher.errors import Refused


@dataclass(frozen=True, slots=True)
class Wish:
    """One subscription as its reader sees it."""

    id: int
    newsletter: str
    newsletter_slug: str
    state: str
    source: str
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_reason: str

    @property
    def is_active(self) -> bool:
        """Whether mail goes out for it."""
        return self.state == Subscription.State.ACTIVE


@dataclass(frozen=True, slots=True)
class Stop:
    """An address that nothing is sent to; `email` is "" where no reader we know has it."""

    email: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """One subscriber with what they asked for."""

    id: int
    email: str
    name: str
    time_zone: str
    tags: tuple[str, ...]
    created_at: datetime
    suppressed: str
    wishes: tuple[Wish, ...]


def reader(subscriber_id: int) -> Reader | None:
    """Return a reader, or None where there is none with this id (any more)."""
    found = Subscriber.objects.filter(pk=subscriber_id).first()
    return _reader(found) if found else None


def reader_at(email: str) -> Reader:
    """Return the reader with this address in any spelling; raises Refused where nobody has it."""
    normal = addresses.normalise(email)
    found = Subscriber.objects.filter(email=normal).first()
    if found is None:
        raise Refused(f"Nobody with the address {normal} is known.")
    return _reader(found)


def id_at(email: str) -> int | None:
    """Return the id of the reader with this address in any spelling, None where nobody has it.

    Raises Refused for what cannot be an address.
    """
    normal = addresses.normalise(email)
    return Subscriber.objects.filter(email=normal).values_list("pk", flat=True).first()


def stops(limit: int) -> list[Stop]:
    """Return the addresses that nothing is sent to, the latest suppressed first."""
    found = list(Suppression.objects.order_by("-created_at", "-pk")[:limit])
    digests = [each.digest for each in found]
    readers = Subscriber.objects.filter(digest__in=digests).values_list("digest", "email")
    emails = dict(readers)
    return [Stop(emails.get(each.digest, ""), each.reason, each.created_at) for each in found]


def stop_at(email: str) -> Stop | None:
    """Return why nothing is sent to an address in any spelling, None where that is not so.

    Raises Refused for what cannot be an address.
    """
    normal = addresses.normalise(email)
    found = Suppression.objects.filter(digest=addresses.digest(normal)).first()
    return Stop(normal, found.reason, found.created_at) if found else None


def wish(subscription_id: int) -> Wish | None:
    """Return a subscription, or None where there is none with this id (any more)."""
    found = Subscription.objects.select_related("newsletter").filter(pk=subscription_id).first()
    return _wish(found) if found else None


def subscriber_of(subscription_id: int) -> int | None:
    """Return the id of the reader whose subscription this is."""
    return (
        Subscription.objects.filter(pk=subscription_id)
        .values_list("subscriber_id", flat=True)
        .first()
    )


def active_readers(newsletter_id: int) -> int:
    """Return how many readers an edition would be sent to now."""
    digests = Suppression.objects.values("digest")
    return (
        Subscription.objects.filter(newsletter_id=newsletter_id, state=Subscription.State.ACTIVE)
        .exclude(subscriber__digest__in=digests)
        .count()
    )


def counts(newsletter_id: int) -> dict[str, int]:
    """Return the number of subscriptions by state; states without any are 0."""
    found: dict[str, int] = Subscription.objects.filter(newsletter_id=newsletter_id).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in Subscription.State.values}
    )
    return found


def all_readers(newsletter_id: int | None = None) -> Iterator[Subscriber]:
    """Yield every subscriber, or those who read one newsletter, by address.

    Streamed, never all in memory.
    """
    everyone = Subscriber.objects.order_by("email")
    if newsletter_id is not None:
        everyone = everyone.filter(
            subscriptions__newsletter_id=newsletter_id,
            subscriptions__state=Subscription.State.ACTIVE,
        )
    return everyone.iterator(chunk_size=2000)


def _reader(subscriber: Subscriber) -> Reader:
    suppression = Suppression.objects.filter(digest=subscriber.digest).first()
    wishes = subscriber.subscriptions.select_related("newsletter").order_by("newsletter__name")
    return Reader(
        id=subscriber.pk,
        email=subscriber.email,
        name=subscriber.name,
        time_zone=subscriber.time_zone,
        tags=tuple(subscriber.tags),
        created_at=subscriber.created_at,
        suppressed=suppression.reason if suppression else "",
        wishes=tuple(map(_wish, wishes)),
    )


def _wish(subscription: Subscription) -> Wish:
    return Wish(
        id=subscription.pk,
        newsletter=subscription.newsletter.name,
        newsletter_slug=subscription.newsletter.slug,
        state=subscription.state,
        source=subscription.source,
        confirmed_at=subscription.confirmed_at,
        ended_at=subscription.ended_at,
        ended_reason=subscription.ended_reason,
    )
