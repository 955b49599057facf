"""Credentials that end, renewed before they do: by one worker at a time, and never lost.

A network gives a new pair for an old one only once (RFC 6749 section 6), so whoever asks holds the
account's row, and the new pair is committed before anybody uses it.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from publisher import secrecy, wiring
from publisher.channels import ChannelError, Permanent
from publisher.channels.posts import Renewed
from publisher.social.models import Account
from publisher.staff import trail

log = logging.getLogger(__name__)

# Of accounts that nobody posts on, too: some credentials can be renewed only while they hold.
HANDED_OUT = 20
_LONG_LIVED = timedelta(hours=12)
# How long an id may lie on the queue before the account is handed out again.
_LEASE = timedelta(minutes=10)
# How long credentials are taken for new.
_NEW = timedelta(minutes=5)


def fresh(
    account: Account,
    *,
    now: datetime,
    connect: Callable[[str, dict[str, str]], wiring.Network],
) -> dict[str, str]:
    """Return an account's credentials, renewed where they end soon.

    Raises what the network's channel raises, unless they still hold: then these are returned.
    """
    if not _end_soon(account, now):
        return secrecy.unseal(bytes(account.credentials))
    # Nothing around it can undo what the network has done.
    with transaction.atomic(durable=True):
        # Not against those who write posts of this account, who only need it to stay.
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        secrets = secrecy.unseal(bytes(locked.credentials))
        if not _end_soon(locked, now):
            return secrets
        try:
            renewed = connect(locked.network, secrets).renewed(now=now)
        except Permanent:
            if locked.expires_at and locked.expires_at > now:
                return secrets
            raise
        return _kept(locked, secrets, renewed, now)


def replaced(
    account: Account,
    *,
    now: datetime,
    connect: Callable[[str, dict[str, str]], wiring.Network],
) -> bool:
    """Renew credentials that the network refuses before they end; return whether it has.

    `account` is as it was when they were used: where somebody has renewed them since, that will do.
    What was renewed a moment ago and is refused again is for a person to look at. Raises what
    `fresh` does, but for a refusal.
    """
    if not wiring.NETWORKS[account.network].renews or account.expires_at is None:
        return False
    with transaction.atomic(durable=True):
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if bytes(locked.credentials) != bytes(account.credentials):
            return True
        if locked.renewed_at and locked.renewed_at > now - _NEW:
            return False
        secrets = secrecy.unseal(bytes(locked.credentials))
        try:
            _kept(locked, secrets, connect(locked.network, secrets).renewed(now=now), now)
        except Permanent:
            return False
        return True


def claim_ending(*, now: datetime) -> list[int]:
    """Return the accounts whose long-lived credentials are to be renewed before they end."""
    kinds = {
        name: kind
        for name, kind in wiring.NETWORKS.items()
        if kind.renews and kind.renew_before >= _LONG_LIVED
    }
    longest = max((kind.renew_before for kind in kinds.values()), default=None)
    if longest is None:
        return []
    ending = Account.objects.filter(
        network__in=kinds, stopped_reason="", expires_at__gt=now, expires_at__lte=now + longest
    ).exclude(renewed_at__gt=now - _LEASE)
    due = [each.pk for each in ending[:HANDED_OUT] if _end_soon(each, now)]
    Account.objects.filter(pk__in=due).update(renewed_at=now)
    return due


def renew(
    account_id: int,
    *,
    now: datetime,
    connect: Callable[[str, dict[str, str]], wiring.Network] = wiring.network,
) -> None:
    """Renew an account's credentials, if they still end soon."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return
    try:
        fresh(account, now=now, connect=connect)
    except ChannelError as error:
        # They still hold for a while: it is tried again, and the desk says when they end.
        log.warning("The credentials of '%s' were not renewed: %s", account.name, error.reason)


def _end_soon(account: Account, now: datetime) -> bool:
    kind = wiring.NETWORKS[account.network]
    if not kind.renews or account.expires_at is None:
        return False
    return account.expires_at <= now + kind.renew_before


def _kept(
    account: Account, secrets: Mapping[str, str], renewed: Renewed, now: datetime
) -> dict[str, str]:
    """Save new credentials; what the network did not give anew stays what it was."""
    merged = {**secrets, **{key: it for key, it in renewed.secrets.items() if it}}
    Account.objects.filter(pk=account.pk).update(
        credentials=secrecy.seal(merged), expires_at=renewed.expires_at, renewed_at=now
    )
    trail.note(None, f"account {account.name}", "credentials renewed", now=now)
    return merged
