"""Credentials that end: renewed in time, by one at a time, and never lost."""

from datetime import datetime, timedelta

import pytest

from publisher import secrecy
from publisher.channels import Permanent, Temporary, Unauthorized, Unknown
from publisher.channels.posts import Renewed
from publisher.social import actions, queries, tokens
from publisher.social.models import Account, Post
from tests.factories import PostFactory
from tests.social.conftest import Turn
from tests.social.networks import FakeNetwork
from tests.social.test_races import Elsewhere

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OLD = {"consumer_key": "abc", "access": "old", "refresh": "one"}
NEW = {"access": "new", "refresh": "two"}


@pytest.fixture
def ending(account: Account, now: datetime) -> Account:
    """Return an account whose credentials end today."""
    account.credentials, account.expires_at = secrecy.seal(OLD), now + DAY
    account.save(update_fields=["credentials", "expires_at"])
    return account


def kept() -> dict[str, str]:
    return secrecy.unseal(bytes(Account.objects.get().credentials))


@pytest.mark.django_db(transaction=True)
def test_a_post_goes_out_with_renewed_credentials_that_were_kept_first(
    network: FakeNetwork, turn: Turn, ending: Account, now: datetime
) -> None:
    post = PostFactory.create(account=ending)
    network.new_secrets = [Renewed(NEW, now + 60 * DAY)]
    turn(now)
    assert network.secrets == kept() == {**OLD, **NEW}
    assert Post.objects.get(pk=post.pk).state == "posted"
    assert Account.objects.get().expires_at == now + 60 * DAY


@pytest.mark.django_db(transaction=True)
def test_what_is_not_given_anew_is_not_overwritten_by_nothing(
    network: FakeNetwork, ending: Account, now: datetime
) -> None:
    network.new_secrets = [Renewed({"access": "new", "refresh": ""}, now + 60 * DAY)]
    tokens.fresh(ending, now=now, connect=network.connect)
    assert kept() == {**OLD, "access": "new"}


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_asks_and_both_have_the_new_ones(
    network: FakeNetwork, ending: Account, now: datetime
) -> None:
    network.new_secrets = [Renewed(NEW, now + 60 * DAY)]
    elsewhere = Elsewhere(1)
    others = []

    def second() -> dict[str, str]:
        return tokens.fresh(ending, now=now, connect=network.connect)

    network.meanwhile = lambda: others.append(elsewhere.run(second))
    first = tokens.fresh(ending, now=now, connect=network.connect)
    assert first == others[0].result(20) == {**OLD, **NEW}


@pytest.mark.django_db(transaction=True)
def test_while_they_hold_a_refusal_to_renew_stops_nothing(
    network: FakeNetwork, turn: Turn, ending: Account, now: datetime
) -> None:
    post = PostFactory.create(account=ending)
    network.new_secrets = [Permanent("Connect again.")]
    turn(now)
    assert Post.objects.get(pk=post.pk).state == "posted"


@pytest.mark.django_db(transaction=True)
def test_when_they_have_ended_a_refusal_stops_the_account_and_burns_nothing(
    network: FakeNetwork, turn: Turn, ending: Account, now: datetime
) -> None:
    post = PostFactory.create(account=ending, due_at=now + 2 * DAY)
    network.new_secrets = [Permanent("Connect again.", stops_account=True)]
    turn(now + 2 * DAY)
    assert (Post.objects.get(pk=post.pk).state, network.calls) == ("scheduled", [])
    assert queries.account("courier").stopped_reason == "Connect again."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [Temporary("Not now."), Unknown("The line broke.")])
def test_where_nobody_answers_the_account_waits_with_its_old_ones(
    network: FakeNetwork, turn: Turn, ending: Account, error: Exception, now: datetime
) -> None:
    post = PostFactory.create(account=ending)
    network.new_secrets = [error, Renewed(NEW, now + 60 * DAY)]
    turn(now)
    assert (network.calls, kept()) == ([], OLD)
    turn(now + timedelta(minutes=2))
    assert Post.objects.get(pk=post.pk).state == "posted"


@pytest.mark.django_db(transaction=True)
def test_an_account_that_nobody_posts_on_is_renewed_too(
    network: FakeNetwork, ending: Account, now: datetime
) -> None:
    network.new_secrets = [Renewed(NEW, now + 60 * DAY)]
    for account_id in tokens.claim_ending(now=now):
        tokens.renew(account_id, now=now, connect=network.connect)
    assert kept() == {**OLD, **NEW}
    assert tokens.claim_ending(now=now + DAY) == []
    assert ending.pk


def test_what_does_not_end_yet_is_left_alone(ending: Account, now: datetime) -> None:
    Account.objects.update(expires_at=now + 30 * DAY)
    assert tokens.claim_ending(now=now) == []
    assert ending.pk


def test_a_token_of_unknown_age_is_renewed_long_before_it_could_end(now: datetime) -> None:
    secrets = {"user_id": "17841", "access_token": "abc"}
    account_id = actions.add_account("courier", "threads", secrets, now=now)
    assert Account.objects.get().expires_at == now + 60 * DAY
    assert tokens.claim_ending(now=now) == []
    assert tokens.claim_ending(now=now + 19 * DAY) == [account_id]


def test_newly_entered_credentials_end_later(now: datetime) -> None:
    secrets = {"user_id": "17841", "access_token": "abc"}
    actions.add_account("courier", "threads", secrets, now=now)
    actions.renew("courier", secrets, now=now + 50 * DAY)
    assert Account.objects.get().expires_at == now + 110 * DAY


# ---- Taken back before they end


@pytest.fixture
def holding(account: Account, now: datetime) -> Account:
    """Return an account whose credentials should hold for months."""
    account.credentials, account.expires_at = secrecy.seal(OLD), now + 90 * DAY
    account.save(update_fields=["credentials", "expires_at"])
    return account


@pytest.mark.django_db(transaction=True)
def test_refused_credentials_are_renewed_and_the_post_goes_out_once(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding)
    network.before = [Unauthorized("No such token.")]
    network.new_secrets = [Renewed(NEW, now + 90 * DAY)]
    turn(now)
    assert Post.objects.get(pk=post.pk).state == "scheduled"
    turn(now + MINUTE)
    assert (Post.objects.get(pk=post.pk).state, len(network.timeline)) == ("posted", 1)
    assert network.secrets == kept() == {**OLD, **NEW}
    assert queries.account("courier").stopped_reason == ""


@pytest.mark.django_db(transaction=True)
def test_new_credentials_that_are_refused_too_stop_the_account_and_burn_nothing(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding)
    network.before = [Unauthorized("No such token."), Unauthorized("Nor this one.")]
    network.new_secrets = [Renewed(NEW, now + 90 * DAY)]
    for minutes in range(4):
        turn(now + minutes * MINUTE)
    assert (Post.objects.get(pk=post.pk).state, len(network.calls)) == ("scheduled", 2)
    assert queries.account("courier").stopped_reason == "Nor this one."


@pytest.mark.django_db(transaction=True)
def test_credentials_that_cannot_be_renewed_stop_the_account(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding)
    network.before = [Unauthorized("No such token.")]
    network.new_secrets = [Permanent("Connect again.")]
    turn(now)
    assert Post.objects.get(pk=post.pk).state == "scheduled"
    assert queries.account("courier").stopped_reason == "No such token."


@pytest.mark.django_db(transaction=True)
def test_a_renewal_that_fails_is_made_again(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding)
    network.before = [Unauthorized("No such token."), Unauthorized("No such token.")]
    network.new_secrets = [Unknown("No answer."), Renewed(NEW, now + 90 * DAY)]
    for minutes in range(4):
        turn(now + minutes * MINUTE)
    assert (Post.objects.get(pk=post.pk).state, kept()) == ("posted", {**OLD, **NEW})


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_has_renewed_is_not_renewed_again(
    network: FakeNetwork, holding: Account, now: datetime
) -> None:
    network.new_secrets = [Renewed(NEW, now + 90 * DAY)]
    assert tokens.replaced(holding, now=now, connect=network.connect)
    assert tokens.replaced(holding, now=now, connect=network.connect)
    assert network.new_secrets == []


@pytest.mark.django_db(transaction=True)
def test_a_doubt_is_settled_with_new_credentials(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding)
    network.after, network.blind = [Unknown("No answer.")], [Unauthorized("No such token.")]
    network.new_secrets = [Renewed(NEW, now + 90 * DAY)]
    for minutes in range(3):
        turn(now + minutes * MINUTE)
    assert (Post.objects.get(pk=post.pk).state, len(network.timeline)) == ("posted", 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_deleted_waits_for_the_account(
    network: FakeNetwork, turn: Turn, holding: Account, now: datetime
) -> None:
    post = PostFactory.create(account=holding, state="deleting", network_id="1", posted_at=now)
    network.before = [Permanent("Suspended.", stops_account=True)]
    turn(now)
    assert queries.account("courier").stopped_reason == "Suspended."
    Account.objects.update(stopped_reason="")
    turn(now + MINUTE)
    assert (Post.objects.get(pk=post.pk).state, network.deleted) == ("deleted", ["1"])
