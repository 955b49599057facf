"""Accounts, as editors see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher import secrecy, wiring
from publisher.social.models import Account
from publisher.social.posts import rows

# From then on it is said that somebody has to connect an account again.
ENDS_SOON = timedelta(days=14)


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


def server(name: str) -> str:
    """Return the address of the server that an account is on, "" where nobody named one."""
    row = Account.objects.filter(name=name).first()
    addresses = wiring.NETWORKS[row.network].addresses if row else ()
    if row is None or not addresses:
        return ""
    return secrecy.unseal(bytes(row.credentials)).get(addresses[0], "")


def trouble(line: AccountLine, *, now: datetime) -> str:
    """Return what a person has to see to before an account posts on, "" where there is nothing."""
    if line.stopped_reason:
        return f"It is stopped: {line.stopped_reason}"
    kind = wiring.NETWORKS[line.network]
    # Those that are renewed at the last minute always end soon.
    lasts = not kind.renews or kind.renew_before > ENDS_SOON
    if line.expires_at is None or line.expires_at > now + ENDS_SOON or not lasts:
        return ""
    return f"Its credentials end on {rows.spoken(line.expires_at)}; give it new ones."


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
