"""What became of every single recipient."""

from django.db import models
from django.db.models import Q

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
