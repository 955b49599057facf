"""What is sent: one message, frozen."""

from django.db import models
from django.db.models import Q


class Mailing(models.Model):
    """One message frozen into MIME bytes with slots.

    For many (an edition) or for one (a confirmation).

    prepared → open → closed. `held` stops its batches without forgetting them: a paused edition.
    `problem` says why the ledger held it by itself, "" where a person did, or nobody.
    """

    class Lane(models.TextChoices):
        """Which queue and connections it goes by.

        So that a reset mail never waits behind a million.
        """

        URGENT = "urgent"
        BREAKING = "breaking"
        BULK = "bulk"

    class State(models.TextChoices):
        PREPARED = "prepared"
        OPEN = "open"
        CLOSED = "closed"

    lane = models.CharField(max_length=10, choices=Lane)
    state = models.CharField(max_length=10, choices=State)
    held = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    # The share of refusals that somebody was asked about already; see `guarding`.
    refusals_known = models.FloatField(default=0)
    # Envelope sender (RFC 5321 MAIL FROM), and the domain of its message ids.
    sender = models.CharField(max_length=254)
    domain = models.CharField(max_length=254)
    # Whoever it goes to must hold a subscription to this newsletter, in this state, when it leaves.
    # None: a test mail.
    newsletter_id = models.BigIntegerField(null=True)
    wants = models.CharField(max_length=10, blank=True)
    # What a reader without a name is called.
    nameless = models.CharField(max_length=100, blank=True)
    frozen = models.BinaryField()
    # The relays that share it; see `Relay.route`.
    route = models.CharField(max_length=50, default="default")
    # Over how long its batches are spread; None: as fast as the relays take them.
    spread = models.DurationField(null=True)
    # Readers get their deliveries in portions, by subscriber id: up to which one they have, and
    # since when all have.
    addressed_to = models.BigIntegerField(default=0)
    addressed_at = models.DateTimeField(null=True)
    # How long a worker that addresses it may go without a sign of life.
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The dispatcher asks which still want readers.
            models.Index(
                fields=["lane"],
                condition=Q(state="open", addressed_at=None),
                name="mailing_unaddressed",
            ),
        ]

    def __str__(self) -> str:
        return f"mailing {self.pk}"
