"""Logging in seldom, renewing by turns, and never failing for a session that is over."""

from datetime import datetime, timedelta

import pytest

from publisher.channels import ChannelError, Permanent, Temporary
from publisher.channels.bluesky import Bluesky
from publisher.channels.bluesky.sessions import Session
from publisher.channels.posts import Profile
from tests.channels.bluesky.conftest import Again
from tests.channels.messages import said
from tests.channels.networks.bluesky import DID, HANDLE, LASTS, PASSWORD, Pds
from tests.channels.networks.fakes import Answer, Fault

HOUR = timedelta(hours=1)


def test_several_posts_need_one_login(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    for number in range(3):
        bluesky.send(said("Words.", number=number), now=now)
    assert pds.count(pds.logging_in) == 1


def test_what_is_kept_of_a_session_is_posted_with(pds: Pds, again: Again, now: datetime) -> None:
    again(now).send(said("Words."), now=now)
    assert pds.count(pds.logging_in) == 1


def test_renewed_credentials_are_complete_and_say_when_they_end(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    renewed = bluesky.renewed(now=now)
    assert renewed.expires_at == now + LASTS
    assert renewed.secrets["identifier"] == HANDLE
    assert renewed.secrets["app_password"] == PASSWORD
    assert renewed.secrets["did"] == DID
    assert renewed.secrets["access_jwt"] in pds.access
    assert renewed.secrets["refresh_jwt"] in pds.refresh


def test_a_session_is_renewed_without_a_login(pds: Pds, again: Again, now: datetime) -> None:
    kept = again(now)
    before = set(pds.refresh)
    kept.renewed(now=now + HOUR)
    assert pds.count(pds.logging_in) == 1
    assert not before & pds.refresh


def test_a_session_that_cannot_be_renewed_is_opened_anew(
    pds: Pds, again: Again, now: datetime
) -> None:
    kept = again(now)
    pds.refresh.clear()
    assert kept.renewed(now=now).secrets["refresh_jwt"] in pds.refresh
    assert pds.count(pds.logging_in) == 2


def test_a_renewal_that_nobody_answers_loses_nothing(pds: Pds, again: Again, now: datetime) -> None:
    kept = again(now)
    pds.order(Fault(is_taken=False), at=pds.renewing)
    with pytest.raises(Temporary):
        kept.renewed(now=now)
    assert kept.renewed(now=now)
    assert pds.count(pds.logging_in) == 1


def test_a_revoked_password_stops_the_account_at_the_next_renewal(
    pds: Pds, again: Again, now: datetime
) -> None:
    kept = again(now)
    pds.refresh.clear()
    pds.order(Fault(pds.wrong("AuthenticationRequired", "No", status=401)), at=pds.logging_in)
    with pytest.raises(Permanent) as raised:
        kept.renewed(now=now)
    assert raised.value.stops_account


@pytest.mark.parametrize("name", ["ExpiredToken", "InvalidToken"])
@pytest.mark.parametrize("status", [400, 401])
def test_a_post_after_its_session_goes_out_at_the_next_call(
    pds: Pds, bluesky: Bluesky, now: datetime, name: str, status: int
) -> None:
    bluesky.send(said("Before.", number=2), now=now)
    pds.order(Fault(pds.wrong(name, "Token has expired", status=status), is_taken=False))
    with pytest.raises(Temporary):
        bluesky.send(said("Words."), now=now)
    assert len(pds.posts) == 1
    bluesky.send(said("Words."), now=now)
    assert len(pds.posts) == 2


def test_a_question_after_the_session_is_asked_again_at_once(
    pds: Pds, again: Again, now: datetime
) -> None:
    kept = again(now)
    pds.expire()
    assert kept.profile() == Profile(HANDLE)


def test_a_session_that_ends_while_posting_is_not_begun_with(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    bluesky.send(said("Before.", number=2), now=now)
    pds.now = now + LASTS - timedelta(seconds=1)
    pds.expire()
    bluesky.send(said("Words."), now=pds.now)
    assert pds.count(pds.posting) == 2
    assert pds.count(pds.logging_in) == 2


def test_too_many_logins_are_waited_for(pds: Pds, bluesky: Bluesky, now: datetime) -> None:
    pds.order(Fault(pds.busy()), at=pds.logging_in)
    with pytest.raises(Temporary) as raised:
        bluesky.send(said("Words."), now=now)
    assert raised.value.retry_at
    assert pds.posts == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("AccountTakedown", "is taken down"),
        ("AccountSuspended", "is suspended"),
        ("AccountDeactivated", "is deactivated"),
        ("AuthFactorTokenRequired", "make an app password"),
    ],
)
def test_an_account_that_may_not_post_is_stopped_and_why(
    pds: Pds, bluesky: Bluesky, now: datetime, name: str, reason: str
) -> None:
    for route in (pds.logging_in, pds.posting):
        pds.order(Fault(pds.wrong(name, "No"), is_taken=False), at=route)
        with pytest.raises(Permanent, match=reason) as raised:
            bluesky.send(said("Words."), now=now)
        assert raised.value.stops_account


def test_no_error_shows_a_token_of_a_session_that_was_opened_here(
    pds: Pds, bluesky: Bluesky, now: datetime
) -> None:
    bluesky.send(said("Before.", number=2), now=now)
    (token,) = pds.access
    pds.order(Fault(pds.wrong("InvalidRequest", f"{token} is bad"), is_taken=False))
    with pytest.raises(ChannelError) as raised:
        bluesky.send(said("Words."), now=now)
    assert "… is bad" in raised.value.reason


@pytest.mark.parametrize("body", [b"[]", b'{"did": 1}', b'{"did": "", "accessJwt": ""}', b"<html>"])
def test_a_login_that_cannot_be_read_is_tried_again(
    pds: Pds, bluesky: Bluesky, now: datetime, body: bytes
) -> None:
    pds.order(Fault(Answer(200, body)), at=pds.logging_in)
    with pytest.raises(Temporary):
        bluesky.send(said("Words."), now=now)


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "e30.e30.e30", "e30.eyJleHAiOiJ4In0.e"])
def test_a_token_that_does_not_say_when_it_ends_is_used_until_it_is_refused(
    token: str, now: datetime
) -> None:
    session = Session(DID, token, "refresh")
    assert session.ends_at is None
    assert not session.ends_soon(now)
