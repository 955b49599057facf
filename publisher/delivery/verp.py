"""The return path of every mail: an address of its own, so that a bounce says whose it is.

A variable envelope return path (VERP), `bounces+TOKEN@example.org`, that nobody can make up.
"""

from django.conf import settings

from publisher import tokens

_PURPOSE = "return path"
# RFC 5321 section 4.5.3.1.1: a local part has at most 64 octets, with the "+" and the token.
LOCAL_CHARACTERS = 64 - 1 - tokens.CASELESS_CHARACTERS


def return_path(bounces_to: str, delivery_id: int) -> str:
    """Return where the bounces of one delivery come to.

    `bounces_to` is the domain's, with at most LOCAL_CHARACTERS before its "@".
    """
    local, _, domain = bounces_to.rpartition("@")
    # Many servers write a local part in small letters, so the token must survive that.
    token = tokens.make_caseless(settings.SECRET_KEY.encode(), _PURPOSE, delivery_id)
    return f"{local}+{token}@{domain}"


def delivery_of(address: str) -> int | None:
    """Return the delivery whose return path `address` is, None where we did not make it."""
    local, _, _ = address.rpartition("@")
    _, _, token = local.rpartition("+")
    return tokens.read_caseless(settings.SECRET_KEY.encode(), _PURPOSE, token)
