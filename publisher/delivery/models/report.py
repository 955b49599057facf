"""What came back."""

from django.db import models

from publisher.delivery.models.delivery import Delivery


class Report(models.Model):
    """A bounce, a complaint or another answer to one delivery; the same one is kept once."""

    class Kind(models.TextChoices):
        BOUNCE = "bounce"
        COMPLAINT = "complaint"
        AUTOREPLY = "autoreply"
        DELIVERED = "delivered"

    class Source(models.TextChoices):
        """Who told us: the relay while sending, a returned mail, or a service's webhook."""

        RELAY = "relay"
        MAIL = "mail"
        WEBHOOK = "webhook"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reports")
    # SHA-256 of the address (`audience.addresses.digest`): soft bounces are counted by it.
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    # "invalid", "inactive", "full", "size", "transient", "policy", "complaint" …
    group = models.CharField(max_length=12)
    # Suppress the address now; and whether this mail is dead, or only late.
    hard = models.BooleanField(default=False)
    permanent = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=Source)
    # What makes it this report and no other: a digest of the mail, or the service's event id.
    fingerprint = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "fingerprint"], name="report_once"),
        ]
        indexes = [
            # How often an address bounced of late.
            models.Index(fields=["digest", "received_at"], name="report_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of delivery {self.delivery_id}"
