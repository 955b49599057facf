"""Who asked us to slow down."""

from django.db import models


class Slowdown(models.Model):
    """A provider that wants less of us by one relay, and what it gets until it is content.

    See publisher/delivery/throttles/pace.py for how it rests and recovers.
    """

    # The name of a relay; not a key, since the relay of PUBLISHER_SMTP_URL has no row.
    relay = models.CharField(max_length=50)
    # "gmail", "microsoft" … or a domain; see publisher/delivery/throttles/providers.py.
    group = models.CharField(max_length=253)
    # Messages a second from `rests_until` on, and how often in a row it has asked.
    rate = models.FloatField()
    times = models.PositiveIntegerField()
    rests_until = models.DateTimeField()
    # Its own words, the last time.
    said = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relay", "group"], name="slowdown_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} by {self.relay}"
