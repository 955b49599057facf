"""The line to a network: what it waits for, what it reads, and what it never shows."""

import itertools
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from publisher.channels import ChannelError, Permanent, Temporary, Unauthorized, Unknown
from publisher.channels.http import Answer, Call, Gone, Line, retry_at
from publisher.errors import Refused
from tests import loopback
from tests.loopback import Site

MOMENT = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)
POST = Call("POST", "/posts", json={"text": "words"})


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve what the test puts into it."""
    with loopback.serving() as site:
        yield site


def line(url: str, **options: object) -> Line:
    """Return a line that does not wait for long."""
    return Line("Net", url, timeouts=(0.3, 0.3), **options)  # type: ignore[arg-type]


def failure(line: Line, call: Call = POST, *, now: datetime) -> ChannelError:
    """Return the error that a call ends with which must not be made twice."""
    with pytest.raises(ChannelError) as raised:
        line.post(call, Answer.json, now=now)
    line.close()
    return raised.value


def test_an_answer_is_what_is_made_of_it(site: Site, now: datetime) -> None:
    site.answers["/base/posts"] = loopback.Answer(b'{"id": 7}')
    net = line(f"{site.url}/base/", headers={"Authorization": "Bearer t"})
    assert net.post(POST, lambda answer: answer.json()["id"], now=now) == 7
    headers = site.posted[0].headers
    assert headers["authorization"] == "Bearer t"
    assert headers["user-agent"].startswith("Publisher/")
    net.close()


@pytest.mark.parametrize(
    ("status", "kind", "stops_account"),
    [
        (302, Permanent, False),
        (400, Permanent, False),
        (401, Unauthorized, True),
        (402, Permanent, True),
        (403, Permanent, True),
        (404, Gone, False),
        (408, Unknown, False),
        (410, Gone, False),
        (422, Permanent, False),
        (429, Temporary, False),
        (500, Unknown, False),
        (503, Unknown, False),
        (520, Unknown, False),
    ],
)
def test_a_status_means_the_same_everywhere(
    site: Site, now: datetime, status: int, kind: type[ChannelError], *, stops_account: bool
) -> None:
    site.answers["/posts"] = loopback.Answer(status=status)
    error = failure(line(site.url), now=now)
    assert type(error) is kind
    assert getattr(error, "stops_account", False) is stops_account


def test_what_may_be_asked_again_is_never_unknown(site: Site, now: datetime) -> None:
    site.answers["/posts"] = loopback.Answer(status=503)
    net = line(site.url)
    with pytest.raises(Temporary):
        net.ask(POST, Answer.json, now=now)
    net.close()


def test_a_network_may_mean_something_else_by_an_answer(site: Site, now: datetime) -> None:
    def meaning(answer: Answer, said: str, _: datetime | None) -> ChannelError | None:
        return Temporary(f"Later{said}.") if answer.json()["code"] == 4 else None

    site.answers["/posts"] = loopback.Answer(b'{"code": 4, "why": "too much"}', status=400)
    net = line(site.url, words=lambda answer: answer.json()["why"], meaning=meaning)
    error = failure(net, now=now)
    assert isinstance(error, Temporary)
    assert error.reason == "Later (Net says: too much)."


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"[" * 100_000])
def test_an_answer_of_another_shape_means_what_its_status_does(
    site: Site, now: datetime, body: bytes
) -> None:
    def words(answer: Answer) -> str:
        return str(answer.json()["errors"][0]["message"])

    def meaning(answer: Answer, _: str, __: datetime | None) -> ChannelError | None:
        return Temporary("Later.") if answer.json()["code"] == 4 else None

    site.answers["/posts"] = loopback.Answer(body, status=400)
    error = failure(line(site.url, words=words, meaning=meaning), now=now)
    assert error.reason == "Net refused it with status 400; correct it."


def test_an_answer_that_drips_is_cut_off(site: Site, now: datetime) -> None:
    drips = itertools.repeat(b" " * 1_000)
    site.answers["/posts"] = loopback.Answer(stream=drips)
    error = failure(line(site.url), now=now)
    assert isinstance(error, Unknown)


def test_a_server_that_says_nothing_leaves_the_outcome_unknown(now: datetime) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        error = failure(line(f"http://127.0.0.1:{silent.getsockname()[1]}"), now=now)
    assert isinstance(error, Unknown)


@pytest.mark.parametrize("token", ["caf\u00e9", "one\ntwo"])
def test_a_token_that_fits_no_header_is_not_sent_and_not_shown(
    site: Site, now: datetime, token: str
) -> None:
    net = line(site.url)
    call = Call("POST", "/posts", headers={"Authorization": f"Bearer {token}"})
    error = failure(net, call, now=now)
    assert isinstance(error, Permanent)
    assert error.stops_account
    assert error.__suppress_context__
    assert site.posted == []


def test_what_the_guard_refuses_stops_the_account(now: datetime) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise Refused("net.example is at 10.0.0.1.")

    net = line("https://net.example", transport=httpx.MockTransport(refuse))
    error = failure(net, now=now)
    assert isinstance(error, Permanent)
    assert error.stops_account


def test_printing_a_call_or_an_answer_shows_none_of_it() -> None:
    call = Call("POST", "/posts", form={"secret": "hush"}, json="hush", content=b"hush")
    assert "hush" not in repr(call)
    assert "hush" not in repr(Answer(200, httpx.Headers({"a": "hush"}), b"hush"))


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"Retry-After": "60"}, MOMENT),
        ({"Retry-After": "Mon, 23 Nov 2026 08:01:00 GMT"}, MOMENT),
        ({"X-RateLimit-Reset": "2026-11-23T08:01:00.000000Z"}, MOMENT),
        ({"X-RateLimit-Reset": str(int(MOMENT.timestamp()))}, MOMENT),
        ({"RateLimit-Reset": str(int(MOMENT.timestamp()))}, MOMENT),
        ({"Retry-After": "60", "X-RateLimit-Reset": "2026-11-23T09:00:00Z"}, MOMENT),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "2026-11-23T08:01:00"}, MOMENT),
        ({"X-RateLimit-Reset": "2026-11-23T07:00:00Z"}, None),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "2026-99-99"}, None),
        ({}, None),
    ],
)
def test_the_time_to_come_back_at_is_read_however_it_is_written(
    headers: dict[str, str], moment: datetime | None, now: datetime
) -> None:
    assert now == MOMENT - timedelta(minutes=1)
    assert retry_at(Answer(429, httpx.Headers(headers), b""), now) == moment
