"""What became of every single recipient."""

from django.db import models

from publisher.delivery.models.batch import Batch
from publisher.delivery.models.mailing import Mailing


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

    # Without constraints: PostgreSQL would ask three tables for every single row, which costs more
    # than writing it. Nothing deletes a mailing or a batch that has deliveries, and a reader who is
    # erased meanwhile is joined in vain, as one who was erased before.
    mailing = models.ForeignKey(
        Mailing,
        models.CASCADE,
        related_name="deliveries",
        db_constraint=False,
        # The index of `delivery_once` begins with it.
        db_index=False,
    )
    # A worker reads what is left of its batch.
    batch = models.ForeignKey(
        Batch, models.CASCADE, related_name="deliveries", null=True, db_constraint=False
    )
    # Erasing a reader keeps the count of what was sent.
    subscriber = models.ForeignKey(
        "audience.Subscriber", models.SET_NULL, null=True, db_constraint=False
    )
    # Only for a test mail; everybody else is written to at the address they have when it leaves.
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=10, choices=State)
    # The server's answer, or why the delivery was skipped; one sentence for an editor.
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        # No index holds what changes when an outcome is noted: half of every page is kept free
        # (migration 0003), so that PostgreSQL writes the new row beside the old one and no index.
        constraints = [
            # Nobody gets it twice.
            models.UniqueConstraint(fields=["mailing", "subscriber"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.state}"
