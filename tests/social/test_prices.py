"""What a post costs: by its network, and by whether that sees a link in it."""

import pytest
from pytest_django import Settings

from publisher.social import prices


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("The ferry is late", 15_000),
        ("The ferry is late https://courier.com/ferry", 200_000),
        ("The ferry is late, says ferries.com", 200_000),
        ("The ferry is late.Again", 15_000),
    ],
)
def test_x_charges_for_what_it_takes_for_a_link(text: str, micros: int) -> None:
    assert prices.price("x", text) == micros


def test_other_networks_are_free_unless_they_are_named(settings: Settings) -> None:
    assert (prices.price("mastodon", "Ahoy"), prices.read("mastodon")) == (0, 0)
    settings.PUBLISHER_POST_PRICES = {"mastodon": 5}
    assert prices.price("mastodon", "https://courier.example") == 5


def test_reading_costs_too() -> None:
    assert prices.read("x") == 5_000


@pytest.mark.parametrize(
    ("micros", "spoken"),
    [
        (0, "$0.00"),
        (15_000, "$0.015"),
        (200_000, "$0.20"),
        (12_000_000, "$12.00"),
        (-5_000, "$-0.005"),
        (1_234_567_891, "$1234.567891"),
    ],
)
def test_an_amount_is_spoken_to_the_cent_or_as_finely_as_it_is(micros: int, spoken: str) -> None:
    assert prices.spoken(micros) == spoken
