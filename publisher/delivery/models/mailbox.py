"""Where returned mails are fetched."""

from django.db import models


class Mailbox(models.Model):
    """A mailbox that bounces and complaints come to, asked by IMAP or POP3."""

    name = models.SlugField(unique=True)
    # Sealed (publisher/secrecy.py): {"url": "imaps://user:password@host/INBOX"}.
    credentials = models.BinaryField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    # Why it could not be read the last time, "" where it could.
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
