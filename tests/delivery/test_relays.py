"""Relays in rows: what is kept of them, and that mail goes round the one that fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from publisher import links, secrecy, wiring
from publisher.channels import ChannelError, Permanent, Temporary
from publisher.delivery import actions, loops, queries, relays, sending
from publisher.delivery.models import Mailing, Relay
from publisher.delivery.relays import Terms
from publisher.delivery.routing import Route, Way
from publisher.errors import Refused
from tests.channels.esp.fakes import running
from tests.recorder import Recorder, recording

AWAY = "smtp://127.0.0.1:9"


def add(name: str, url: str, now: datetime, **terms: int) -> None:
    """Add a mail server to the default route."""
    relays.add(name, "smtp", {"url": url}, Terms(**terms), now=now)  # type: ignore[arg-type] # numbers alone


def send_all(now: datetime) -> None:
    """Send every batch that is due."""
    for batch_id in actions.claim_due("bulk", now=now):
        sending.send_batch(batch_id, now=now)


def known() -> Route:
    """Return the default route with its rows as they are now."""
    route = relays.remembered("default")
    route.update(relays.ways("default"))
    return route


def fail(error: ChannelError, now: datetime) -> bool:
    """Let the next relay fail; return whether another may try."""
    way = known().next(now=now)
    assert way
    relays.remember(way, error)
    return relays.may_another(known(), way, error, now=now)


@pytest.fixture
def second() -> Iterator[Recorder]:
    """Run another mail server."""
    with recording() as recorder:
        yield recorder


@pytest.mark.django_db
def test_without_rows_there_is_the_relay_of_the_settings(settings: Settings) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://mx.example"
    assert relays.ways("default") == [Way("(settings)", url="smtp://mx.example")]
    assert relays.ways("europe") == []


@pytest.mark.django_db
def test_credentials_are_sealed_and_never_shown(now: datetime) -> None:
    add("main", "smtps://ada:s3cret@mx.example", now, per_second=20)
    row = Relay.objects.get()
    assert b"s3cret" not in bytes(row.credentials)
    assert secrecy.unseal(bytes(row.credentials)) == {"url": "smtps://ada:s3cret@mx.example"}
    (line,) = relays.lines()
    assert (line.where, line.terms.per_second) == ("mx.example:465", 20)
    assert "s3cret" not in repr(line) + repr(relays.named("main"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kind", "secrets", "reason"),
    [
        ("a b", "smtp", {"url": AWAY}, "cannot be a relay's name"),
        ("main", "smtp", {}, "must start with smtp"),
        ("main", "pigeon", {"key": "k"}, "no mail service 'pigeon'"),
        ("main", "postmark", {}, "lacks its key"),
        ("main", "mailgun", {"key": "k"}, "lacks its domain"),
        ("main", "amazon_ses", {"key": "k"}, "lacks its secret and region"),
        ("main", "postmark", {"key": "k", "domain": "d"}, "Postmark has no domain"),
        ("main", "postmark", {"key": "k\r\nX: y"}, "not plain text"),
        ("main", "sendgrid", {"key": "k", "region": "mars"}, "choose eu"),
    ],
)
def test_what_cannot_be_a_relay_is_refused(
    name: str, kind: str, secrets: dict[str, str], reason: str, now: datetime
) -> None:
    with pytest.raises(Refused, match=reason):
        relays.add(name, kind, secrets, Terms(), now=now)
    assert not Relay.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "terms", [Terms(route=""), Terms(weight=-1), Terms(weight=1001), Terms(per_day=0)]
)
def test_terms_that_cannot_be_kept_are_refused(terms: Terms, now: datetime) -> None:
    with pytest.raises(Refused):
        relays.add("main", "smtp", {"url": AWAY}, terms, now=now)


@pytest.mark.django_db
def test_a_name_is_given_once(now: datetime) -> None:
    add("main", AWAY, now)
    with pytest.raises(Refused, match="already"):
        add("main", AWAY, now)


@pytest.mark.django_db
def test_a_key_that_changed_since_stops_the_relay(settings: Settings, now: datetime) -> None:
    add("main", AWAY, now)
    settings.SECRET_KEY = "another"
    with pytest.raises(Permanent, match="PUBLISHER_SECRET_KEY has changed") as caught:
        wiring.carrier(relays.named("main"), "bulk")
    assert caught.value.stops_account
    assert relays.line("main").where == "unreadable"


@pytest.mark.django_db
def test_a_carrier_is_kept_per_lane_until_its_credentials_change(now: datetime) -> None:
    add("main", AWAY, now)
    bulk = wiring.carrier(relays.named("main"), "bulk")
    assert wiring.carrier(relays.named("main"), "bulk") is bulk
    assert wiring.carrier(relays.named("main"), "urgent") is not bulk
    relays.remove("main")
    add("main", "smtp://127.0.0.1:10", now)
    assert wiring.carrier(relays.named("main"), "bulk") is not bulk


@pytest.mark.django_db
def test_a_relay_that_cannot_be_reached_rests_and_keeps_its_row(now: datetime) -> None:
    add("main", AWAY, now)
    assert fail(Temporary("It is down."), now)
    assert known().next(now=now) is None
    assert known().next(now=now + timedelta(seconds=2)) == relays.named("main")
    assert not relays.line("main").stopped_reason


@pytest.mark.django_db
def test_a_refused_login_stops_the_row_until_somebody_starts_it(now: datetime) -> None:
    add("main", AWAY, now)
    assert fail(Permanent("535 Wrong.", stops_account=True), now)
    assert relays.line("main").stopped_reason == "535 Wrong."
    assert known().next(now=now) is None
    relays.start("main")
    assert known().next(now=now)


@pytest.mark.django_db
def test_new_credentials_are_not_stopped_for_the_old_ones(now: datetime) -> None:
    add("main", AWAY, now)
    old = relays.named("main")
    relays.remove("main")
    add("main", AWAY, now)
    relays.remember(old, Permanent("535 Wrong.", stops_account=True))
    assert not relays.line("main").stopped_reason


@pytest.mark.django_db
def test_the_relay_of_the_settings_rests_where_a_row_would_be_stopped(
    settings: Settings, now: datetime
) -> None:
    settings.PUBLISHER_SMTP_URL = "smtp://mx.example"
    assert fail(Permanent("535 Wrong.", stops_account=True), now)
    assert known().next(now=now) is None
    assert known().next(now=now + timedelta(minutes=5))


@pytest.mark.django_db
def test_a_mail_that_no_relay_would_take_is_no_relays_fault(now: datetime) -> None:
    add("main", AWAY, now)
    assert not fail(Permanent("Too large."), now)
    assert known().next(now=now)


@pytest.mark.django_db(transaction=True)
def test_two_relays_share_the_batches(
    mailing: Mailing, recorder: Recorder, second: Recorder, now: datetime
) -> None:
    add("one", recorder.url, now, weight=1)
    add("two", second.url, now, weight=2)
    send_all(now)
    # Three batches: three readers, three, one.
    assert len(recorder.mails) + len(second.mails) == 7
    assert recorder.mails
    assert second.mails
    assert queries.counts(mailing.pk)["sent"] == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("weight", [0, 1])
def test_another_relay_takes_over_within_the_batch(
    mailing: Mailing, recorder: Recorder, now: datetime, weight: int
) -> None:
    add("away", AWAY, now, weight=5)
    add("there", recorder.url, now, weight=weight)
    send_all(now)
    assert queries.counts(mailing.pk)["sent"] == 7
    assert len(recorder.mails) == len(recorder.copies) == 7
    assert queries.problem(mailing.pk) == ""


@pytest.mark.django_db(transaction=True)
def test_who_was_refused_by_one_relay_is_not_offered_to_the_next(
    mailing: Mailing, recorder: Recorder, second: Recorder, now: datetime
) -> None:
    emails = mailing.deliveries.order_by("pk").values_list("subscriber__email", flat=True)
    # The first of every batch: which of them leaves first is a matter of threads.
    unknown = set(emails[::3])
    recorder.answer = lambda to: "550 5.1.1 unknown" if to in unknown else None
    add("breaks", f"{recorder.url.partition('?')[0]}?connections=1", now, weight=1000)
    add("works", second.url, now)
    send_all(now)
    relays.stop("breaks", "Its line breaks.")
    # What is in doubt comes again, but not at once.
    send_all(now + timedelta(minutes=1))
    refused = {each.email for each in queries.results(mailing.pk, ["refused"], limit=7)}
    assert refused
    assert refused <= unknown
    assert not refused & set(second.copies)
    assert queries.counts(mailing.pk)["sent"] == len(second.copies) == 7 - len(refused)


@pytest.mark.django_db(transaction=True)
def test_only_when_no_relay_is_left_is_it_the_mailings_problem(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    add("away", AWAY, now)
    relays.add("stopped", "smtp", {"url": recorder.url}, Terms(), now=now)
    relays.stop("stopped", "Somebody stopped it.")
    send_all(now)
    assert queries.counts(mailing.pk)["queued"] == 7
    assert "127.0.0.1:9" in queries.problem(mailing.pk)
    assert "'stopped' is stopped: Somebody stopped it." in queries.problem(mailing.pk)


@pytest.mark.django_db(transaction=True)
def test_a_mailing_keeps_to_its_route(
    mailing: Mailing, recorder: Recorder, second: Recorder, now: datetime
) -> None:
    Mailing.objects.update(route="europe")
    relays.add("eu", "smtp", {"url": second.url}, Terms(route="europe"), now=now)
    send_all(now)
    assert (len(recorder.mails), len(second.mails)) == (0, 7)


@pytest.mark.django_db(transaction=True)
def test_the_engine_does_not_know_a_service_from_a_server(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    with running("postmark") as fake:
        relays.add("pm", "postmark", fake.options, Terms(), now=now)
        send_all(now)
        loops.run(wiring.close_carriers())
    assert queries.counts(mailing.pk)["sent"] == len(fake.taken) == 7
    delivery_ids = {links.delivery(mail.mark) for mail in fake.taken}
    assert delivery_ids == set(mailing.deliveries.values_list("pk", flat=True))
