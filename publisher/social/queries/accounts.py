"""Accounts, as editors see them."""

from dataclasses import dataclass
from datetime import datetime

from publisher import wiring
from publisher.social.models import Account


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; nothing goes out on it while there is a `stopped_reason`.

    `handle` is what its network calls it, "" until it was tried. Its credentials end at
    `expires_at`, None where they do not or nobody knows.
    """

    id: int
    name: str
    network: str
    handle: str
    needs_approval: bool
    stopped_reason: str
    quiet_until: datetime | None
    expires_at: datetime | None
    # Whether its network lets us take posts back.
    deletes: bool


def accounts() -> list[AccountLine]:
    """Return all accounts by name."""
    return [_account(each) for each in Account.objects.order_by("name")]


def account(name: str) -> AccountLine:
    """Return the account of this name; raises Refused where there is none."""
    return _account(Account.objects.named(name))


def _account(row: Account) -> AccountLine:
    return AccountLine(
        id=row.pk,
        name=row.name,
        network=row.network,
        handle=row.handle,
        needs_approval=row.needs_approval,
        stopped_reason=row.stopped_reason,
        quiet_until=row.quiet_until,
        expires_at=row.expires_at,
        deletes=wiring.NETWORKS[row.network].deletes,
    )
