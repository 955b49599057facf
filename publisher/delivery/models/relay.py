"""By which ways mail leaves."""

from django.db import models


class Relay(models.Model):
    """A mail server, or a mail service's API, that takes mail for everybody.

    Relays of one route share its mail by weight and stand in for each other. Without any row there
    is one, of the route "default": PUBLISHER_SMTP_URL.
    """

    name = models.SlugField(unique=True)
    route = models.CharField(max_length=50, default="default")
    # "smtp", or the name that anymail gives a service: "amazon_ses", "mailgun", "postmark" …
    kind = models.CharField(max_length=30, default="smtp")
    # Sealed (publisher/secrecy.py): {"url": "smtp://…"}, or a service's keys.
    credentials = models.BinaryField()
    # Its share of the route's mail; 0 takes some only when no other can.
    weight = models.PositiveIntegerField(default=1)
    # The most messages it is given; None: no limit.
    per_second = models.PositiveIntegerField(null=True)
    per_hour = models.PositiveIntegerField(null=True)
    per_day = models.PositiveIntegerField(null=True)
    # Why nothing is sent by it until somebody has looked, "" while it is in use.
    stopped_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
