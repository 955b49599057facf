"""Subscribers, what they asked for, and the addresses that nothing may be sent to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Subscriber(models.Model):
    """A reader; `email` is in the one normal form that `addresses.normalise` makes."""

    email = models.CharField(max_length=254, unique=True)
    # SHA-256 of `email`, in hexadecimal: joins with the suppressions, which outlive the address
    # itself.
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.email


class Subscription(models.Model):
    """A reader's wish for one newsletter.

    Pending → active → ended, and back to pending by subscribing again.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        ENDED = "ended"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    # By name only: this room knows that newsletters exist, and nothing else of them.
    newsletter = models.ForeignKey(
        "newsletters.Newsletter", models.CASCADE, related_name="subscriptions"
    )
    state = models.CharField(max_length=10, choices=State)
    # Where the wish came from, in words that prove consent: "form", or what an importer stated.
    source = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "newsletter"], name="subscription_once"),
        ]
        indexes = [
            # An edition addresses the active ones of its newsletter.
            models.Index(
                fields=["newsletter", "subscriber"],
                condition=Q(state="active"),
                name="subscription_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.state}"


class Suppression(models.Model):
    """An address that nothing is sent to, whatever it is subscribed to.

    Kept as a digest, so erasing keeps it.
    """

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The desk lists the latest.
            models.Index(fields=["-created_at"], name="suppression_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}… {self.reason}"


class Lift(models.Model):
    """Somebody let an address be written to again; what came back before no longer counts."""

    digest = models.CharField(max_length=64)
    # Why nothing was sent to it until then, and why that was lifted.
    suppressed_for = models.CharField(max_length=300)
    reason = models.CharField(max_length=300, blank=True)
    # Who did it: a member's address, or the command line.
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # Whether what came back is older than the last lift of its address.
            models.Index(fields=["digest", "at"], name="lift_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}… lifted by {self.by}"


class Signup(models.Model):
    """Somebody filled in the form; a worker answers it and deletes it.

    The form writes this row and nothing else, so that its answer takes as long for an address we
    know as for any other.
    """

    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    newsletter = models.ForeignKey("newsletters.Newsletter", models.CASCADE, related_name="+")
    source = models.CharField(max_length=300)
    due_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email} for newsletter {self.newsletter_id}"
