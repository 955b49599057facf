"""Coming in: the same answer to every wrong pair, and a limit to guessing."""

import pytest
from django.test import Client

from publisher.web.desk import login
from tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_redis")]


def attempt(client: Client, email: str, password: str) -> str:
    typed = {"username": email, "password": password}
    return client.post("/desk/login/", typed).content.decode().replace(email, "…")


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client) -> None:
    MemberFactory.create(email="ben@courier.example")
    client.get("/desk/login/")
    known = attempt(client, "ben@courier.example", "wrong")
    unknown = attempt(client, "eve@courier.example", "wrong")
    assert "Please enter a correct" in known
    assert len(known) == len(unknown)


def test_the_address_is_taken_in_any_case(client: Client) -> None:
    MemberFactory.create(email="ben@courier.example")
    attempt(client, "Ben@Courier.example", "a long enough one")
    assert client.get("/desk/").status_code == 200


def test_after_ten_wrong_ones_even_the_right_one_is_refused(client: Client) -> None:
    MemberFactory.create(email="ben@courier.example")
    for _ in range(login.TRIES):
        assert "too often" not in attempt(client, "ben@courier.example", "wrong")
    assert "too often" in attempt(client, "BEN@courier.example", "a long enough one")
    assert client.get("/desk/").status_code == 302


def test_right_ones_are_not_counted(client: Client) -> None:
    MemberFactory.create(email="ben@courier.example")
    for _ in range(login.TRIES + 1):
        attempt(client, "ben@courier.example", "a long enough one")
        assert client.get("/desk/").status_code == 200
        client.post("/desk/logout/")
