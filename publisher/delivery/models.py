"""The ledger of outgoing mail.

What is sent, in which portions, and what became of every single recipient.
"""

from django.db import models
from django.db.models import Q


class Mailing(models.Model):
    """One message frozen into MIME bytes with slots.

    For many (an edition) or for one (a confirmation).

    prepared → open → closed. `held` stops its batches without forgetting them: a paused edition.
    """

    class Lane(models.TextChoices):
        """Which queue and connections it goes by.

        So that a reset mail never waits behind a million.
        """

        URGENT = "urgent"
        BULK = "bulk"

    class State(models.TextChoices):
        PREPARED = "prepared"
        OPEN = "open"
        CLOSED = "closed"

    lane = models.CharField(max_length=10, choices=Lane)
    state = models.CharField(max_length=10, choices=State)
    held = models.BooleanField(default=False)
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
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mailing {self.pk}"


class Batch(models.Model):
    """A portion of a mailing that one worker sends: queued → sending → done.

    While queued, `leased_until` says how long its id may sit on the queue; while sending, how long
    the worker that holds `fence` may go without a sign of life. When a lease runs out the
    dispatcher hands the batch out again.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        DONE = "done"

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="batches")
    lane = models.CharField(max_length=10, choices=Mailing.Lane)
    state = models.CharField(max_length=10, choices=State)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    # Grows by one with every worker that takes the batch; whoever holds an older number has lost
    # it.
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The dispatcher asks what is due, a lane at a time.
            models.Index(fields=["lane", "due_at"], condition=~Q(state="done"), name="batch_due"),
            # A mailing is finished when none of its batches is open.
            models.Index(fields=["mailing"], condition=~Q(state="done"), name="batch_open"),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} of mailing {self.mailing_id}"


class Delivery(models.Model):
    """One recipient of one mailing: queued → sent | deferred | bounced | refused | skipped.

    "Sending" is not stored: it is a queued or deferred delivery whose batch a worker holds.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DEFERRED = "deferred"
        BOUNCED = "bounced"
        REFUSED = "refused"
        SKIPPED = "skipped"

    OPEN = (State.QUEUED, State.DEFERRED)

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="deliveries")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="deliveries", null=True)
    # Erasing a reader keeps the count of what was sent.
    subscriber = models.ForeignKey("audience.Subscriber", models.SET_NULL, null=True)
    # Only for a test mail; everybody else is written to at the address they have when it leaves.
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=10, choices=State)
    # The server's answer, or why the delivery was skipped; one sentence for an editor.
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Nobody gets it twice.
            models.UniqueConstraint(fields=["mailing", "subscriber"], name="delivery_once"),
        ]
        indexes = [
            # A worker reads what is left of its batch.
            models.Index(
                fields=["batch"],
                condition=Q(state__in=["queued", "deferred"]),
                name="delivery_open",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.state}"
