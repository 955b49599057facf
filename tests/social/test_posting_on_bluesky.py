"""Posting through the real channel to a PDS that keeps to the lexicons, faults and all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from publisher import secrecy, wiring
from publisher.social import actions, posting, posts, queries
from publisher.social.models import Account
from publisher.social.posts import Plan
from tests.channels.networks.bluesky import HANDLE, LASTS, PASSWORD, Pds
from tests.channels.networks.fakes import Answer, Fault, running
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pds(settings: Settings) -> Iterator[Pds]:
    """Run the PDS, in a house that has one of its own."""
    settings.PUBLISHER_OWN_ADDRESSES = [ip_network("127.0.0.1")]
    with running(Pds()) as pds:
        yield pds
        wiring.close_networks()


@pytest.fixture
def courier(pds: Pds, now: datetime) -> str:
    """Add the account that the PDS knows."""
    secrets = {"identifier": HANDLE, "app_password": PASSWORD, "service": pds.url}
    actions.add_account("courier", "bluesky", secrets, now=now)
    return "courier"


def turn(now: datetime) -> None:
    for post_id in posts.claim_due(now=now):
        posting.publish(post_id, now=now)


def write(text: str, now: datetime) -> int:
    return posts.create(Plan("courier", text=text), by=None, now=now, due_at=now)


def test_an_article_is_posted_once(pds: Pds, courier: str, now: datetime) -> None:
    ArticleFactory.create(slug="ferry", published_at=now)
    post_id = posts.create(Plan(courier, "ferry"), by=None, now=now, due_at=now)
    turn(now)
    turn(now + MINUTE)
    line = queries.post(post_id)
    assert (line.state, [post.text for post in pds.posts]) == ("posted", [line.text])
    assert line.url == pds.posts[0].url


@pytest.mark.parametrize("fault", [Fault(), Fault(Answer(503)), Fault(Answer(200, b"<html>"))])
def test_a_post_whose_answer_was_lost_is_found_by_its_key(
    pds: Pds, courier: str, fault: Fault, now: datetime
) -> None:
    pds.order(fault)
    post_id = write("The ferry & the gulls", now)
    turn(now)
    assert queries.post(post_id).state == "unsure"
    turn(now + MINUTE)
    assert queries.post(post_id).state == "posted"
    assert (len(pds.posts), pds.count(pds.posting)) == (1, 1)


def test_a_post_that_never_got_there_is_posted_under_the_same_key(
    pds: Pds, courier: str, now: datetime
) -> None:
    pds.order(Fault(is_taken=False))
    post_id = write("Ahoy", now)
    turn(now)
    turn(now + MINUTE)
    turn(now + 2 * MINUTE)
    assert queries.post(post_id).state == "posted"
    assert len(pds.posts) == 1


def test_all_workers_post_with_one_login_that_is_kept(
    pds: Pds, courier: str, now: datetime
) -> None:
    for number in range(3):
        write(f"Gull {number}", now)
        turn(now + number * MINUTE)
        # As in another process.
        wiring.close_networks()
    assert (len(pds.posts), pds.count(pds.logging_in)) == (3, 1)
    kept = secrecy.unseal(bytes(Account.objects.get().credentials))
    assert kept["access_jwt"] in pds.access


def test_a_session_is_renewed_before_it_ends(pds: Pds, courier: str, now: datetime) -> None:
    write("Before", now)
    turn(now)
    pds.now = now + LASTS - MINUTE
    pds.expire()
    write("After", pds.now)
    turn(pds.now)
    assert len(pds.posts) == 2
    assert (pds.count(pds.logging_in), pds.count(pds.renewing)) == (1, 1)


def test_a_new_password_is_logged_in_with(pds: Pds, courier: str, now: datetime) -> None:
    wrong = {"identifier": HANDLE, "app_password": "parrot", "service": pds.url}
    actions.renew(courier, wrong, now=now)
    post_id = write("Ahoy", now)
    turn(now)
    assert (queries.post(post_id).state, pds.posts) == ("scheduled", [])
    assert "Invalid identifier or password" in queries.account(courier).stopped_reason
    actions.renew(courier, wrong | {"app_password": PASSWORD}, now=now)
    assert posting.check(courier, now=now) == HANDLE
    turn(now + MINUTE)
    assert [post.text for post in pds.posts] == ["Ahoy"]
