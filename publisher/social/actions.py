"""Everything that changes the accounts that posts go out on."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from publisher import secrecy, wiring
from publisher.channels.posts import Renewed
from publisher.errors import Refused
from publisher.social import kinds, rules, templates
from publisher.social.models import Account
from publisher.staff import trail
from publisher.staff.models import Member

_NAME_CHARACTERS = 50


def add_account(
    name: str,
    network: str,
    secrets: dict[str, str],
    *,
    now: datetime,
    template: str = "",
    needs_approval: bool = False,
) -> int:
    """Keep an account with its credentials sealed; return its id.

    `template` becomes the first of its own, for headlines; "" leaves it to the newsroom's and ours.
    Where a link would take half of a post it has short ones, until somebody says otherwise.
    Raises Refused for a name that is taken or cannot be one, for a network that nobody knows, for
    credentials that are not just what the network needs, and for a template that does not work.
    """
    account = Account(
        name=_checked_name(name),
        network=network,
        credentials=secrecy.seal(_checked_secrets(name, network, secrets)),
        expires_at=_ends_at(network, secrets, now),
        needs_approval=needs_approval,
        has_short_links=network in rules.SCARCE,
        created_at=now,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            trail.note(None, f"account {name}", f"added on {network}", now=now)
            if template:
                templates.add(templates.Wish(kinds.HEADLINE, template, account=name), now=now)
    except IntegrityError as error:
        raise Refused(f"There is an account '{name}' already; choose another name.") from error
    return account.pk


@transaction.atomic
def renew(name: str, secrets: dict[str, str], *, now: datetime) -> None:
    """Give an account new credentials; what waits while it is stopped goes out with them.

    Raises Refused for an unknown account, and as `add_account` does for the credentials.
    """
    account = Account.objects.named(name)
    sealed = secrecy.seal(_checked_secrets(name, account.network, secrets))
    Account.objects.filter(pk=account.pk).update(
        credentials=sealed, expires_at=_ends_at(account.network, secrets, now), stopped_reason=""
    )
    trail.note(None, f"account {name}", "given new credentials", now=now)


@transaction.atomic
def connect(name: str, network: str, renewed: Renewed, *, by: Member, now: datetime) -> None:
    """Keep what a network gave for a person's consent: for a new account, or for one that is there.

    Raises Refused where an account of this name is on another network, and as `add_account` does.
    """
    secrets = dict(renewed.secrets)
    account = Account.objects.filter(name=name).first()
    if account is None:
        add_account(name, network, secrets, now=now)
    elif account.network != network:
        raise Refused(f"'{name}' is on {account.network}; choose another name.")
    else:
        renew(name, secrets, now=now)
    Account.objects.filter(name=name).update(expires_at=renewed.expires_at)
    trail.note(by, f"account {name}", f"connected on {network}", now=now)


def _ends_at(network: str, secrets: dict[str, str], now: datetime) -> datetime | None:
    """Return when credentials that somebody entered end at the latest, None where nobody knows."""
    kind = wiring.NETWORKS[network]
    # Where there are two ways, the usual keys are those that never end.
    if kind.lives is None or (kind.instead and kind.needed(secrets) == kind.needs):
        return None
    return now + kind.lives


def _checked_name(name: str) -> str:
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Refused(
            f"'{name}' cannot be an account's name; use letters, digits, '-' and '_'."
        ) from error
    if len(name) > _NAME_CHARACTERS:
        raise Refused(
            f"The name '{name}' is longer than {_NAME_CHARACTERS} characters; shorten it."
        )
    return name


def _checked_secrets(name: str, network: str, secrets: dict[str, str]) -> dict[str, str]:
    """Return the credentials without outer space; no message of a refusal shows any of them."""
    if network not in wiring.NETWORKS:
        known = ", ".join(wiring.NETWORKS)
        raise Refused(f"There is no network '{network}'; choose one of {known}.")
    kind = wiring.NETWORKS[network]
    tidy = {key: stripped for key, secret in secrets.items() if (stripped := secret.strip())}
    needed = kind.needed(tidy)
    if unknown := sorted(tidy.keys() - {*needed, *kind.takes}):
        raise Refused(f"An account on {network} has no {_spoken(unknown)}; leave it out.")
    if missing := [key for key in needed if key not in tidy]:
        raise Refused(f"The account '{name}' lacks its {_spoken(missing)}; copy it from {network}.")
    # A name with an umlaut is not one any more after that.
    tidy |= {key: wiring.address(tidy[key]) for key in kind.addresses if key in tidy}
    # They travel in headers, where anything else could start a header of its own.
    if broken := [key for key, it in tidy.items() if not (it.isascii() and it.isprintable())]:
        raise Refused(f"The {_spoken(broken)} of '{name}' is not plain text; copy it again.")
    kind.check(tidy)
    return tidy


def _spoken(keys: list[str]) -> str:
    return " and ".join(key.replace("_", " ") for key in keys)
