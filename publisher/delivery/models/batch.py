"""In which portions it is sent."""

from django.db import models
from django.db.models import Q

from publisher.delivery.models.mailing import Mailing


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
            models.Index(
                fields=["lane", "due_at", "id"], condition=~Q(state="done"), name="batch_due"
            ),
            # A mailing is finished when none of its batches is open.
            models.Index(fields=["mailing"], condition=~Q(state="done"), name="batch_open"),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} of mailing {self.mailing_id}"
