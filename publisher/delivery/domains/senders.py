"""Where our mail leaves from, as far as that can be told from here."""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

from publisher import secrecy, wiring
from publisher.channels import smtp
from publisher.delivery.models import Relay
from publisher.wiring import Names

_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Sender:
    """An IP address; not `is_certain` is a relay's own, which may send from others."""

    address: str
    is_certain: bool


def found(names: Names) -> list[Sender]:
    """Return the addresses that receivers may see."""
    if settings.PUBLISHER_SENDING_ADDRESSES:
        return [
            Sender(address, is_certain=True) for address in settings.PUBLISHER_SENDING_ADDRESSES
        ]
    relays = [host for host in _relay_hosts() if host not in _HERE]
    resolved = [str(each) for host in relays for each in _addresses(names, host)]
    return [
        *[Sender(address, is_certain=True) for address in _own()],
        *[Sender(address, is_certain=False) for address in dict.fromkeys(resolved)],
    ]


def mechanisms() -> list[str]:
    """Return in SPF's words where mail leaves from; [] where nothing can be told."""
    if settings.PUBLISHER_SENDING_ADDRESSES:
        return [_mechanism(address) for address in settings.PUBLISHER_SENDING_ADDRESSES]
    relays = [host for host in _relay_hosts() if host not in _HERE]
    return [_mechanism(host) for host in [*_own(), *relays]]


def _mechanism(host: str) -> str:
    try:
        return f"ip{ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"


def _own() -> list[str]:
    """Return this host's address where a server on this host sends, and the world can see it."""
    if not any(host in _HERE for host in _relay_hosts()):
        return []
    own = wiring.own_address()
    return [str(own)] if own and own.is_global else []


def _relay_hosts() -> list[str]:
    sealed = Relay.objects.filter(kind="smtp").values_list("credentials", flat=True)
    urls = [secrecy.unseal(bytes(each))["url"] for each in sealed] or [settings.PUBLISHER_SMTP_URL]
    return list(dict.fromkeys(smtp.parse(url).host for url in urls if url))


def _addresses(names: Names, host: str) -> list[object]:
    try:
        return [ip_address(host)]
    except ValueError:
        return list(names.addresses(host))
