"""`publisher staff`."""

import pytest

from publisher.staff.models import Member
from tests.cli.conftest import Ask, Run
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_a_password_that_nobody_gave_is_printed_once(ask: Ask) -> None:
    ada = ask("staff", "add", "Ada@courier.example", "--role", "chief")
    assert (ada["email"], ada["role"]) == ("ada@courier.example", "chief")
    assert Member.objects.get().check_password(ada["password"])
    assert "password" not in ask("staff", "list")[0]


def test_a_password_comes_through_a_pipe_and_is_not_repeated(publisher: Run) -> None:
    words = ("staff", "add", "ada@courier.example", "--role", "editor", "--password-stdin")
    result = publisher(*words, said="a long enough one\n")
    assert (result.exit_code, result.stdout) == (0, "ada@courier.example\n")
    assert Member.objects.get().check_password("a long enough one")


def test_a_weak_password_is_refused(publisher: Run) -> None:
    words = ("staff", "add", "ada@courier.example", "--role", "editor", "--password-stdin")
    assert publisher(*words, said="short\n").exit_code == 1
    assert not Member.objects.exists()


def test_a_role_that_does_not_exist_is_wrong_usage(publisher: Run) -> None:
    assert publisher("staff", "add", "ada@courier.example", "--role", "king").exit_code == 2


def test_a_password_is_changed(ask: Ask) -> None:
    ben = MemberFactory.create(email="ben@courier.example")
    said = ask("staff", "password", "Ben@courier.example")
    ben.refresh_from_db()
    assert ben.check_password(said["password"])
