"""What is sent: one message, frozen."""

from django.db import models


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
