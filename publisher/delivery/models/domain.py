"""In whose name mail leaves."""

from django.db import models


class Domain(models.Model):
    """A sending domain: its DKIM keys, where its bounces go, and how fast its name is made."""

    # In A-labels.
    name = models.CharField(max_length=253, unique=True)
    # RFC 6376 section 3.1 selectors, and the private keys, sealed (publisher/secrecy.py).
    rsa_selector = models.CharField(max_length=63)
    ed25519_selector = models.CharField(max_length=63)
    keys = models.BinaryField()
    # Bounces come to this address with a signed tag: local+TAG@domain. "": to the sender's own.
    bounces_to = models.CharField(max_length=254, blank=True)
    # The first day of its warm-up, and how many messages it may send on it; None: it is known.
    warm_up_from = models.DateField(null=True)
    warm_up_first_day = models.PositiveIntegerField(default=500)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
