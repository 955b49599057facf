"""What has been promised of the limits an hour and a day."""

from django.db import models


class Quota(models.Model):
    """How many messages were let go in five minutes by one relay, or in one domain's name.

    A row of its own for every five minutes, so that any hour and any day can be summed up, whatever
    Redis has forgotten. Written before the messages leave; what was not used is taken off again.
    """

    # "relay NAME" or "domain NAME".
    name = models.CharField(max_length=260)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # Also the index by which an hour is summed up.
            models.UniqueConstraint(fields=["name", "starts_at"], name="quota_once"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.name}"
