"""How much a new sending domain may send on each of its first days."""

from datetime import date
from typing import Protocol

# Mail services' plans for new senders grow by 1.5 to 2 a day (SendGrid's, KumoMTA's warmup.toml);
# the slower, since a newsroom mails every day and to people who asked for it.
GROWTH = 1.5
# From here on a domain is known: SendGrid's and KumoMTA's plans end below.
UNLIMITED_FROM = 1_000_000
# Amazon SES takes no longer than this to warm an address.
UNLIMITED_AFTER_DAYS = 45


class Young(Protocol):
    """A domain as `delivery.models.Domain` has it."""

    @property
    def warm_up_from(self) -> date | None:
        """Return the first day of its warm-up, None where it is known."""

    @property
    def warm_up_first_day(self) -> int:
        """Return how many messages it may send on that day."""


def allowance(domain: Young, day: date) -> int | None:
    """Return how many messages a domain may send on a day of the newsroom's; None: no limit.

    Before its first day it may send what it may on its first.
    """
    if domain.warm_up_from is None:
        return None
    days = max((day - domain.warm_up_from).days, 0)
    if days >= UNLIMITED_AFTER_DAYS:
        return None
    allowed = int(max(domain.warm_up_first_day, 1) * GROWTH**days)
    return allowed if allowed < UNLIMITED_FROM else None
