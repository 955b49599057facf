"""Who works here."""

from dataclasses import dataclass
from datetime import datetime

from publisher.staff.models import Member


@dataclass(frozen=True, slots=True)
class Colleague:
    """One member of the newsroom."""

    id: int
    email: str
    role: str
    joined_at: datetime
    seen_at: datetime | None


def members() -> list[Colleague]:
    """Return everybody who works here, by address."""
    return [
        Colleague(each.pk, each.email, each.role, each.date_joined, each.last_login)
        for each in Member.objects.order_by("email")
    ]
