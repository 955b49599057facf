"""The way to an account's network, with credentials that hold."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models.functions import Greatest

from publisher import wiring
from publisher.channels import ChannelError, Permanent, Temporary, Unauthorized, Unknown
from publisher.errors import Refused
from publisher.social import tokens
from publisher.social.models import Account
from publisher.staff import trail

Connect = Callable[[str, dict[str, str]], wiring.Network]

# Where the network that is to renew credentials names no time to come back at.
_RENEW_AGAIN_AFTER = timedelta(minutes=1)


def check(name: str, *, now: datetime, connect: Connect = wiring.kept_network) -> str:
    """Return what the network calls an account; a stopped one goes on after that.

    Its own limits are read with it. Raises Refused with what the network says against it.
    """
    account = Account.objects.named(name)
    try:
        profile = connect(
            account.network, tokens.fresh(account, now=now, connect=connect)
        ).profile()
    except ChannelError as error:
        raise Refused(error.reason) from error
    here = Account.objects.filter(pk=account.pk)
    here.update(handle=profile.handle, limits=dict(profile.limits), tried_at=now)
    if here.exclude(stopped_reason="").update(stopped_reason=""):
        trail.note(None, f"account {name}", "works again", now=now)
    return profile.handle


def network(account: Account, now: datetime, connect: Connect) -> wiring.Network | None:
    """Return the account's network; None where it cannot be used now, and the account says why."""
    try:
        return connect(account.network, tokens.fresh(account, now=now, connect=connect))
    except (Temporary, Unknown) as error:
        _wait_for_renewal(account, error, now)
    except (ChannelError, Refused) as error:
        stop(account, str(error), now)
    return None


def settle(account: Account, error: Permanent, now: datetime, connect: Connect) -> Temporary | None:
    """Return why a call is only put off, where not the call is refused but the account.

    Credentials that the network takes back are renewed where they can be; else, and whatever else
    it has against the account, that is stopped until a person has looked.
    """
    if not error.stops_account:
        return None
    if not renews(account, error, now, connect):
        stop(account, error.reason, now)
    return Temporary(error.reason, now)


def renews(account: Account, error: ChannelError, now: datetime, connect: Connect) -> bool:
    """Renew credentials that the network takes back; return whether a call may be made again."""
    if not isinstance(error, Unauthorized):
        return False
    try:
        return tokens.replaced(account, now=now, connect=connect)
    except (Temporary, Unknown) as meanwhile:
        _wait_for_renewal(account, meanwhile, now)
        return True


def keep_quiet(account: Account, until: datetime) -> None:
    """Post nothing on an account until then."""
    # PostgreSQL's greatest() passes over NULL.
    Account.objects.filter(pk=account.pk).update(quiet_until=Greatest("quiet_until", until))


def stop(account: Account, reason: str, now: datetime) -> None:
    """Post nothing on an account until a person has looked; the first reason stays."""
    if Account.objects.filter(pk=account.pk, stopped_reason="").update(stopped_reason=reason):
        trail.note(None, f"account {account.name}", f"stopped: {reason}", now=now)


def _wait_for_renewal(account: Account, error: ChannelError, now: datetime) -> None:
    retry_at = error.retry_at if isinstance(error, Temporary) else None
    keep_quiet(account, retry_at or now + _RENEW_AGAIN_AFTER)
