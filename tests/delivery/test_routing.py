"""Which relay is asked next: weights are met evenly, and nobody asks one that has just failed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.routing import LONGEST_REST, Route, Way
from tests.factories import NOW

ADA = Way("ada", weight=3, sealed=b"a")
BEN = Way("ben", weight=1, sealed=b"b")
CLEO = Way("cleo", weight=0, sealed=b"c")


def route(*ways: Way) -> Route:
    """Return a route that nothing has happened to."""
    made = Route("default")
    made.update(ways)
    return made


def asked(made: Route, times: int, now: datetime = NOW) -> Iterator[str]:
    """Return who would take the next batches."""
    for _ in range(times):
        way = made.next(now=now)
        yield way.name if way else "nobody"


def test_shares_are_met_evenly_and_always_the_same_way() -> None:
    assert " ".join(asked(route(ADA, BEN), 8)) == "ada ada ben ada ada ada ben ada"


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_after_a_round_everybody_had_their_weight(weights: list[int]) -> None:
    ways = [Way(f"relay{place}", weight=weight) for place, weight in enumerate(weights)]
    counted = Counter(asked(route(*ways), sum(weights)))
    assert counted == {way.name: way.weight for way in ways}


def test_weight_0_takes_some_only_when_no_other_can() -> None:
    made = route(ADA, CLEO)
    assert set(asked(made, 10)) == {"ada"}
    made.rests(ADA, "It is down.", now=NOW)
    assert set(asked(made, 10)) == {"cleo"}


def test_a_rest_grows_with_every_failure_and_ends() -> None:
    made, now, rests = route(BEN), NOW, []
    for _ in range(12):
        made.rests(BEN, "It is down.", now=now)
        rest = timedelta()
        while made.next(now=now + rest) is None:
            rest += timedelta(seconds=1)
        rests.append(rest)
        now += rest
    assert rests[:4] == [timedelta(seconds=s) for s in (2, 4, 8, 16)]
    assert rests[-1] == LONGEST_REST


def test_batches_that_failed_together_are_one_failure() -> None:
    made = route(BEN)
    for _ in range(3):
        made.rests(BEN, "It is down.", now=NOW)
    assert made.next(now=NOW + timedelta(seconds=2)) == BEN


def test_who_takes_mail_again_is_forgiven() -> None:
    made = route(BEN)
    for minute in range(5):
        made.rests(BEN, "It is down.", now=NOW + timedelta(minutes=minute))
    made.works(BEN)
    assert made.problem == ""
    made.rests(BEN, "It is down.", now=NOW)
    assert made.next(now=NOW + timedelta(seconds=2)) == BEN


def test_a_service_that_says_when_is_left_alone_until_then() -> None:
    made = route(BEN)
    made.rests(BEN, "Too many.", now=NOW, until=NOW + timedelta(minutes=10))
    assert made.next(now=NOW + timedelta(minutes=9)) is None
    assert made.next(now=NOW + timedelta(minutes=10)) == BEN


def test_a_service_that_asks_for_a_year_gets_a_day() -> None:
    made = route(BEN)
    made.rests(BEN, "Too many.", now=NOW, until=NOW + timedelta(days=365))
    assert made.next(now=NOW + timedelta(days=1)) == BEN


def test_who_comes_back_from_a_rest_makes_up_for_nothing() -> None:
    made = route(ADA, BEN)
    made.rests(BEN, "It is down.", now=NOW)
    assert set(asked(made, 40)) == {"ada"}
    later = NOW + timedelta(seconds=2)
    assert Counter(asked(made, 8, later)) == {"ada": 6, "ben": 2}


def test_a_stopped_relay_is_asked_by_nobody_until_its_row_has_changed() -> None:
    made = route(ADA, BEN)
    made.stopped(ADA, "The login was refused.")
    assert set(asked(made, 5)) == {"ben"}
    made.update([replace(ADA, stopped_reason="The login was refused."), BEN])
    assert set(asked(made, 5)) == {"ben"}
    made.update([ADA, BEN])
    assert "ada" in set(asked(made, 5))


def test_other_credentials_start_afresh() -> None:
    made = route(BEN)
    made.rests(BEN, "It is down.", now=NOW)
    made.update([replace(BEN, sealed=b"other")])
    assert list(asked(made, 1)) == ["ben"]


def test_another_weight_forgets_nothing() -> None:
    made = route(BEN)
    made.rests(BEN, "It is down.", now=NOW)
    made.update([replace(BEN, weight=7)])
    assert list(asked(made, 1)) == ["nobody"]


def test_why_nobody_is_left_is_said_once_for_each_reason() -> None:
    made = route(ADA, BEN, replace(CLEO, stopped_reason="The key is unknown."))
    made.rests(ADA, "It is down.", now=NOW)
    assert made.problem == ""
    made.rests(BEN, "It is down.", now=NOW)
    assert made.problem == "It is down. The relay 'cleo' is stopped: The key is unknown."


def test_a_route_without_relays_says_what_to_do() -> None:
    assert "publisher relays add" in Route("europe").problem
