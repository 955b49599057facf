"""Everything that changes who reads what.

Signing up, confirming, leaving, being suppressed, being erased.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from publisher import notices
from publisher.audience import addresses
from publisher.audience.models import Lift, Signup, Subscriber, Subscription, Suppression
from publisher.errors import Refused

# Nobody's mailbox is filled with confirmations, however often a stranger types its address.
CONFIRMATION_EVERY = timedelta(days=1)
# How long a claimed sign-up may wait on the queue before it is handed out again, and how many do.
_LEASE = timedelta(seconds=10)
_HANDED_OUT = 100
# As long as the columns that hold why an address is suppressed, and why no longer.
REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Form:
    """What a reader typed into the subscribe form, and where the form stood."""

    email: str
    name: str
    source: str


def sign_up(form: Form, newsletter_id: int, *, now: datetime) -> int:
    """Write down that somebody wants a newsletter.

    Raises Refused for an address that cannot be one.
    """
    signup = Signup.objects.create(
        email=addresses.normalise(form.email),
        name=name(form.name),
        newsletter_id=newsletter_id,
        source=form.source[:300],
        due_at=now,
    )
    return signup.pk


def name(raw: str) -> str:
    """Return a reader's name on one line and without control characters.

    Raises Refused where it is too long.
    """
    tidy = " ".join("".join(c if c.isprintable() else " " for c in raw).split())
    if len(tidy) > 200:
        raise Refused("That name is longer than 200 characters; use a shorter one.")
    return tidy


@transaction.atomic
def answer_sign_up(signup_id: int, *, now: datetime) -> int | None:
    """Turn a sign-up into a pending subscription.

    Return its id if a confirmation is to be mailed, else None.

    None too where the reader is subscribed already, was asked within the last day, or is
    suppressed, and where another worker has answered it.
    """
    signup = Signup.objects.select_for_update(skip_locked=True).filter(pk=signup_id).first()
    if signup is None:
        return None
    signup.delete()
    if is_suppressed(signup.email):
        return None
    subscriber = add_subscriber(signup.email, signup.name, now=now)
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber,
        newsletter_id=signup.newsletter_id,
        defaults={"state": Subscription.State.PENDING, "source": signup.source, "asked_at": now},
    )
    return subscription.pk if is_new or _asked_again(subscription, signup.source, now) else None


def _asked_again(subscription: Subscription, source: str, now: datetime) -> bool:
    pending = Subscription.State.PENDING
    return bool(
        Subscription.objects.filter(pk=subscription.pk, asked_at__lte=now - CONFIRMATION_EVERY)
        .exclude(state=Subscription.State.ACTIVE)
        .update(state=pending, source=source, asked_at=now)
    )


def add_subscriber(email: str, reader: str, *, now: datetime) -> Subscriber:
    """Return the subscriber with this address in normal form, made now if nobody has it yet."""
    subscriber, _ = Subscriber.objects.get_or_create(
        email=email,
        defaults={"digest": addresses.digest(email), "name": reader, "created_at": now},
    )
    return subscriber


def confirm(subscription_id: int, *, now: datetime) -> bool:
    """Make a pending subscription active; confirming twice is no error.

    Return whether it is active now.
    """
    Subscription.objects.filter(pk=subscription_id, state=Subscription.State.PENDING).update(
        state=Subscription.State.ACTIVE, confirmed_at=now
    )
    return Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE).exists()


@transaction.atomic
def unsubscribe(subscription_id: int, *, now: datetime, reason: str = "unsubscribed") -> bool:
    """End a subscription; ending it twice is no error.

    Return whether there is such a subscription.
    """
    subscription = Subscription.objects.filter(pk=subscription_id)
    ending = subscription.exclude(state=Subscription.State.ENDED)
    ended = ending.update(state=Subscription.State.ENDED, ended_at=now, ended_reason=reason)
    subscriber_id = subscription.values_list("subscriber_id", flat=True).first()
    if ended and subscriber_id:
        notices.give("withdrawn", subscriber_id)
    return subscriber_id is not None


def resubscribe(subscription_id: int, *, now: datetime) -> None:
    """Undo an unsubscribe from the reader's own preference page.

    Which a signed link proves to be theirs.
    """
    Subscription.objects.filter(
        pk=subscription_id, state=Subscription.State.ENDED, confirmed_at__isnull=False
    ).update(state=Subscription.State.ACTIVE, ended_at=None, ended_reason="", confirmed_at=now)


def rename(subscriber_id: int, reader: str) -> None:
    """Change what a reader is called."""
    Subscriber.objects.filter(pk=subscriber_id).update(name=name(reader))


@transaction.atomic
def suppress(email: str, reason: str, *, now: datetime) -> None:
    """Never write to this address again, whatever it is subscribed to; the first reason stays."""
    digest = addresses.digest(addresses.normalise(email))
    suppress_all({digest: reason}, now=now)


def suppress_all(reasons: Mapping[str, str], *, now: datetime) -> dict[int, str]:
    """Suppress many addresses at once, known by their digests, each for its reason.

    As in `suppress`, a reason that is there already stays. Return the readers that are suppressed
    only now, by id, with the reason.
    """
    if not reasons:
        return {}
    known = set(
        Suppression.objects.filter(digest__in=list(reasons)).values_list("digest", flat=True)
    )
    Suppression.objects.bulk_create(
        [
            Suppression(digest=digest, reason=reason[:REASON_CHARACTERS], created_at=now)
            # In one order, so that two at work at once cannot wait for each other.
            for digest, reason in sorted(reasons.items())
        ],
        ignore_conflicts=True,
    )
    readers = dict(Subscriber.objects.filter(digest__in=list(reasons)).values_list("pk", "digest"))
    notices.give_all("withdrawn", list(readers))
    return {pk: reasons[digest] for pk, digest in readers.items() if digest not in known}


@transaction.atomic
def lift(email: str, *, by: str, now: datetime, reason: str = "") -> None:
    """Let an address be written to again; what came back before no longer counts against it.

    Raises Refused where it is not suppressed.
    """
    normal = addresses.normalise(email)
    digest = addresses.digest(normal)
    found = Suppression.objects.select_for_update().filter(digest=digest).first()
    if found is None:
        raise Refused(f"{normal} is not suppressed, so there is nothing to lift.")
    Lift.objects.create(
        digest=digest,
        suppressed_for=found.reason,
        reason=reason[:REASON_CHARACTERS],
        by=by,
        at=now,
    )
    found.delete()


def is_suppressed(email: str) -> bool:
    """Return whether nothing may be sent to this address, given in normal form."""
    return Suppression.objects.filter(digest=addresses.digest(email)).exists()


@transaction.atomic
def erase(email: str) -> None:
    """Delete a reader with everything known of them but the fact of a suppression.

    Raises Refused if unknown.
    """
    normal = addresses.normalise(email)
    signups, _ = Signup.objects.filter(email=normal).delete()
    for subscriber in Subscriber.objects.filter(email=normal):
        notices.give("withdrawn", subscriber.pk)
    subscribers, _ = Subscriber.objects.filter(email=normal).delete()
    if not signups + subscribers:
        raise Refused(f"Nobody with the address {normal} is known, so there is nothing to erase.")


def claim_signups(*, now: datetime) -> list[int]:
    """Take sign-ups that wait to be answered, oldest first, and return their ids."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    with transaction.atomic():
        due = Signup.objects.select_for_update(skip_locked=True).filter(free, due_at__lte=now)
        ids = list(due.order_by("due_at").values_list("pk", flat=True)[:_HANDED_OUT])
        Signup.objects.filter(pk__in=ids).update(leased_until=now + _LEASE)
    return ids
