"""Who works here: one row an address, a role that exists, a password that holds."""

from datetime import datetime

import pytest

from publisher.errors import Refused
from publisher.staff import actions, queries, trail
from publisher.staff.models import Member
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
PASSWORD = "seven gulls on the quay"


def test_a_new_member_can_log_in(now: datetime) -> None:
    ada = actions.add("Ada@Courier.example", "chief", password=PASSWORD, now=now)
    assert Member.objects.get_by_natural_key("ada@courier.example") == ada
    assert ada.check_password(PASSWORD)


def test_who_was_added_is_on_the_trail(now: datetime) -> None:
    ada = actions.add("ada@courier.example", "chief", password=PASSWORD, now=now)
    assert trail.of(f"member {ada.pk}") == [trail.Line(now, "Publisher", "added as chief")]


def test_one_address_is_one_member_whatever_its_case(now: datetime) -> None:
    MemberFactory.create(email="ada@courier.example")
    with pytest.raises(Refused, match=r"ada@courier\.example works here already"):
        actions.add("ADA@courier.example", "editor", password=PASSWORD, now=now)


def test_a_role_that_does_not_exist_is_refused_with_those_that_do(now: datetime) -> None:
    with pytest.raises(Refused, match="no role 'boss'; choose one of author, editor, chief, admin"):
        actions.add("ada@courier.example", "boss", password=PASSWORD, now=now)


def test_a_weak_password_is_refused_in_one_sentence(now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        actions.add("ada@courier.example", "editor", password="password", now=now)
    assert str(refusal.value) == (
        "Choose another password: this password is too short, it must contain at least 10"
        " characters, this password is too common."
    )
    assert not Member.objects.exists()


def test_a_new_password_replaces_the_old_one() -> None:
    ben = MemberFactory.create()
    actions.set_password(ben.email.upper(), PASSWORD)
    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)
    assert not ben.check_password("a long enough one")


def test_a_weak_new_password_leaves_the_old_one() -> None:
    ben = MemberFactory.create()
    with pytest.raises(Refused, match="too short"):
        actions.set_password(ben.email, "gull")
    ben.refresh_from_db()
    assert ben.check_password("a long enough one")


def test_a_stranger_gets_no_password() -> None:
    with pytest.raises(Refused, match=r"cleo@courier\.example works here"):
        actions.set_password("cleo@courier.example", PASSWORD)


def test_members_are_listed_by_address() -> None:
    MemberFactory.create(email="ben@courier.example")
    MemberFactory.create(email="ada@courier.example", role="chief")
    assert [(each.email, each.role) for each in queries.members()] == [
        ("ada@courier.example", "chief"),
        ("ben@courier.example", "editor"),
    ]
