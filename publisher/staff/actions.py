"""Everything that changes who works here."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from publisher.audience import addresses
from publisher.errors import Refused
from publisher.staff import trail
from publisher.staff.models import Member


def add(email: str, role: str, *, password: str, now: datetime) -> Member:
    """Take somebody on; raises Refused for a known address, an unknown role or a weak password."""
    if role not in Member.Role.values:
        raise Refused(f"There is no role '{role}'; choose one of {', '.join(Member.Role.values)}.")
    member = Member(email=addresses.normalise(email), role=role, date_joined=now)
    _give(member, password)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
            trail.note(None, f"member {member.pk}", f"added as {role}", now=now)
    except IntegrityError as error:
        raise Refused(f"Somebody with the address {member.email} works here already.") from error
    return member


def set_password(email: str, password: str) -> None:
    """Give a member another password, which logs them out everywhere.

    Raises Refused where nobody has this address or the password is weak.
    """
    normal = addresses.normalise(email)
    member = Member.objects.filter(email=normal).first()
    if member is None:
        raise Refused(f"Nobody with the address {normal} works here; add them first.")
    _give(member, password)
    member.save(update_fields=["password"])


def _give(member: Member, password: str) -> None:
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise Refused(f"Choose another password: {_in_one_sentence(error.messages)}") from error
    member.set_password(password)


def _in_one_sentence(messages: list[str]) -> str:
    parts = " ".join(messages).removesuffix(".").split(". ")
    return ", ".join(part[:1].lower() + part[1:] for part in parts) + "."
