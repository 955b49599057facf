"""Members of the newsroom with their roles, and the trail of what they did."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class Members(UserManager["Member"]):
    """Looks people up by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Return the member who logs in as `username`; raises Member.DoesNotExist."""
        return self.get(email__iexact=username)


class Member(AbstractUser):
    """Somebody who works here and logs in with an e-mail address."""

    class Role(models.TextChoices):
        """Authors write; editors also schedule; chiefs also approve.

        Admins also name the others.
        """

        AUTHOR = "author"
        EDITOR = "editor"
        CHIEF = "chief"
        ADMIN = "admin"

    username = None  # type: ignore[assignment] # how Django leaves a field of AbstractUser out
    email = models.EmailField(unique=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.AUTHOR)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[Members] = Members()

    @property
    def may_schedule(self) -> bool:
        """Whether this person may schedule, pause, resume and cancel."""
        return self.role != self.Role.AUTHOR

    @property
    def may_approve(self) -> bool:
        """Whether this person may approve what needs approval."""
        return self.role in (self.Role.CHIEF, self.Role.ADMIN)


class Entry(models.Model):
    """One line of the trail: who did what to which thing, and when."""

    # None for the house itself: the dispatcher, or the command line.
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    subject = models.CharField(max_length=50)
    did = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # A thing's page shows what happened to it.
            models.Index(fields=["subject", "at"], name="entry_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.did}"
