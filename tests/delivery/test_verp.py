"""Return paths: whose bounce it is, and that nobody can make one up."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from publisher import links, tokens
from publisher.delivery import verp

BOUNCES = "bounces@courier.example"


@given(st.integers(0, 2**48 - 1))
def test_a_return_path_says_whose_it_is(delivery_id: int) -> None:
    assert verp.delivery_of(verp.return_path(BOUNCES, delivery_id)) == delivery_id


@pytest.mark.parametrize(
    "change", [str.lower, str.upper, str.swapcase, "prvs=0123456789={}".format]
)
def test_what_servers_do_to_it_on_the_way_does_no_harm(change: Callable[[str], str]) -> None:
    assert verp.delivery_of(change(verp.return_path(BOUNCES, 7))) == 7


def test_the_longest_that_is_allowed_fits_into_a_local_part() -> None:
    address = verp.return_path(f"{'b' * verp.LOCAL_CHARACTERS}@courier.example", 2**48 - 1)
    assert len(address.rpartition("@")[0]) == 64


@given(st.data())
def test_a_forged_verp_hmac_is_ignored(data: st.DataObject) -> None:
    address = verp.return_path(BOUNCES, 7)
    place = data.draw(st.integers(len("bounces+"), address.index("@") - 1))
    digit = data.draw(
        st.sampled_from("0123456789abcdef").filter(lambda each: each != address[place])
    )
    assert verp.delivery_of(address[:place] + digit + address[place + 1 :]) is None


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "+@", BOUNCES, "bounces+@courier.example", "bounces+zz@courier.example"),
        *("bounces+" + "0" * 42 + "@x", "bounces+" + "0" * 4000 + "@x", "bounces+Ⅷ" * 21 + "@x"),
    ],
)
def test_what_is_no_return_path_is_nobodys(address: str) -> None:
    assert verp.delivery_of(address) is None


def test_a_cut_or_longer_token_is_nobodys() -> None:
    local, _, domain = verp.return_path(BOUNCES, 7).partition("@")
    assert verp.delivery_of(f"{local[:-2]}@{domain}") is None
    assert verp.delivery_of(f"{local}00@{domain}") is None


def test_a_token_for_another_purpose_is_nobodys(settings: Settings) -> None:
    for purpose in ("unsubscribe", "message"):
        token = tokens.make_caseless(settings.SECRET_KEY.encode(), purpose, 7)
        assert verp.delivery_of(f"bounces+{token}@courier.example") is None
    assert verp.delivery_of(f"bounces+{links.Personal('courier.example').message_id(7)}") is None


def test_another_house_has_other_return_paths(settings: Settings) -> None:
    address = verp.return_path(BOUNCES, 7)
    settings.SECRET_KEY = "another one, just as long and as random as the first one"
    assert verp.delivery_of(address) is None
