"""What services report is noted once; what anybody else says changes nothing."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from publisher import clock, links
from publisher.delivery import relays
from publisher.delivery.models import Batch, Delivery, Mailing, Relay, Report
from publisher.delivery.relays import Terms
from tests.factories import NOW, SubscriberFactory
from tests.loopback import Answer, serving
from tests.web.hooks.services import SAMPLES, Posted, Sample

pytestmark = pytest.mark.django_db
SIGNED = sorted({"mailersend", "mailgun", "resend", "sendgrid"})
DATED = sorted({"mailgun", "resend", "sendgrid"})


@pytest.fixture(params=sorted(SAMPLES))
def name(request: pytest.FixtureRequest) -> str:
    """Return each service in turn."""
    return str(request.param)


@pytest.fixture
def delivery() -> Delivery:
    """Return a delivery that was sent."""
    mailing = Mailing.objects.create(
        lane="bulk", state="open", sender="d@c.example", domain="c.example", created_at=NOW
    )
    batch = Batch.objects.create(mailing=mailing, lane="bulk", state="done", due_at=NOW)
    return Delivery.objects.create(
        mailing=mailing, batch=batch, subscriber=SubscriberFactory.create(), state="sent"
    )


@pytest.fixture
def mark(delivery: Delivery) -> str:
    """Return what services were told about the delivery."""
    return links.Personal("c.example").message_id(delivery.pk).partition("@")[0]


def hook(service: str, credentials: dict[str, str] | None = None) -> str:
    """Add a relay and return where it reports to."""
    told = SAMPLES[service].credentials if credentials is None else credentials
    relays.add("main", service, told, Terms(), now=NOW)
    return relays.line("main").hook_url.partition("://")[2].partition("/")[2]


def post(path: str, posted: Posted) -> int:
    """Post a report; return the status."""
    answer = Client(raise_request_exception=False).post(
        f"/{path}", posted.body, content_type="application/json", headers=dict(posted.headers)
    )
    return answer.status_code


def signed(service: str, said: Any, at: datetime | None = None) -> Posted:
    """Return a report as the service would sign it now, or then."""
    return SAMPLES[service].sign(said, at or clock.now())


def test_a_hard_bounce_is_noted_with_the_services_words(
    name: str, delivery: Delivery, mark: str
) -> None:
    assert post(hook(name), signed(name, SAMPLES[name].bounced(mark))) == 200
    report = Report.objects.get()
    assert (report.delivery_id, report.kind, report.source) == (delivery.pk, "bounce", "webhook")
    assert (report.hard, report.permanent, report.group) == (True, True, "invalid")
    assert delivery.subscriber
    assert report.digest == delivery.subscriber.digest
    assert report.reason


def test_a_complaint_and_a_delivery_are_told_apart(name: str, mark: str) -> None:
    path, sample = hook(name), SAMPLES[name]
    assert post(path, signed(name, sample.delivered(mark))) == 200
    assert post(path, signed(name, sample.complained(mark))) == 200
    kinds = Report.objects.values_list("kind", "hard", "permanent").order_by("kind")
    assert list(kinds) == [("complaint", True, False), ("delivered", False, False)]


@pytest.mark.parametrize("name", sorted(n for n, sample in SAMPLES.items() if sample.deferred))
def test_what_is_only_late_is_neither_hard_nor_dead(name: str, mark: str) -> None:
    deferred = SAMPLES[name].deferred
    assert deferred
    assert post(hook(name), signed(name, deferred(mark))) == 200
    report = Report.objects.get()
    assert (report.kind, report.hard, report.permanent) == ("bounce", False, False)


def test_the_same_report_again_is_noted_once(name: str, mark: str) -> None:
    path, posted = hook(name), signed(name, SAMPLES[name].bounced(mark))
    assert [post(path, posted), post(path, posted)] == [200, 200]
    assert Report.objects.count() == 1


def test_a_mail_that_is_not_ours_is_passed_over(name: str, mark: str) -> None:
    other = mark[:-4] + "AAAA"
    assert post(hook(name), signed(name, SAMPLES[name].bounced(other))) == 200
    assert not Report.objects.exists()


def test_a_delivery_that_is_forgotten_is_passed_over(
    name: str, delivery: Delivery, mark: str
) -> None:
    delivery.delete()
    assert post(hook(name), signed(name, SAMPLES[name].bounced(mark))) == 200


def test_a_full_mailbox_is_no_reason_to_suppress(mark: str) -> None:
    said = SAMPLES["mailgun"].bounced(mark)
    said["event-data"]["delivery-status"]["message"] = "552 5.2.2 Mailbox full"
    assert post(hook("mailgun"), signed("mailgun", said)) == 200
    report = Report.objects.get()
    assert (report.group, report.hard, report.permanent) == ("full", False, True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"event": "unsubscribe"}, ("complaint", "unsubscribed", True)),
        ({"event": "dropped", "reason": "Bounced Address"}, ("bounce", "invalid", True)),
        (
            {"event": "bounce", "type": "blocked", "reason": "554 5.7.1"},
            ("bounce", "policy", False),
        ),
    ],
)
def test_what_else_a_service_says(said: dict[str, str], expected: object, mark: str) -> None:
    base = SAMPLES["sendgrid"].delivered(mark)[0]
    assert post(hook("sendgrid"), signed("sendgrid", [{**base, **said}])) == 200
    report = Report.objects.get()
    assert (report.kind, report.group, report.hard) == expected


def test_opens_and_clicks_are_counted_by_us(mark: str) -> None:
    base = SAMPLES["sendgrid"].delivered(mark)[0]
    both = [{**base, "event": "open"}, {**base, "event": "click", "url": "https://x.example"}]
    assert post(hook("sendgrid"), signed("sendgrid", both)) == 200
    assert not Report.objects.exists()


def test_somebody_asks_whether_anybody_is_there(name: str) -> None:
    assert Client().head(f"/{hook(name)}").status_code == 200
    assert Client().get(f"/{hook_of('main')}").status_code == 405


def hook_of(relay: str) -> str:
    """Return where a relay that exists reports to."""
    return relays.line(relay).hook_url.partition("://")[2].partition("/")[2]


# ---- Who is not believed.


def forged(name: str, mark: str, path: str, posted: Posted | None = None) -> None:
    """Check that a report is refused and nothing has changed."""
    posted = posted or signed(name, SAMPLES[name].bounced(mark))
    assert post(path, posted) == 400
    assert not Report.objects.exists()


def test_another_secret_is_refused(name: str, mark: str) -> None:
    path = hook(name)
    forged(name, mark, path[:-3] + "xx/")


def test_the_secret_of_another_relay_is_refused(name: str, mark: str) -> None:
    path = hook(name)
    relays.add("other", name, SAMPLES[name].credentials, Terms(), now=NOW)
    forged(name, mark, path.replace("/main/", "/other/"))


def test_a_relay_that_was_removed_is_refused(name: str, mark: str) -> None:
    path = hook(name)
    relays.remove("main")
    forged(name, mark, path)


def test_a_mail_server_reports_nothing(mark: str) -> None:
    relays.add("main", "smtp", {"url": "smtp://mx.example"}, Terms(), now=NOW)
    path = links.hook("main", Relay.objects.get().pk).partition("://")[2].partition("/")[2]
    forged("postmark", mark, path)


@pytest.mark.parametrize("name", SIGNED)
def test_no_signature_is_refused(name: str, mark: str) -> None:
    unsigned = Posted(json.dumps(SAMPLES[name].bounced(mark)).encode())
    forged(name, mark, hook(name), unsigned)


@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_report_is_refused(name: str, mark: str) -> None:
    posted = signed(name, SAMPLES[name].bounced(mark))
    changed = replace(posted, body=posted.body.replace(b'"timestamp": "1', b'"timestamp": "2'))
    if name != "mailgun":
        changed = replace(posted, body=posted.body + b" ")
    forged(name, mark, hook(name), changed)


@pytest.mark.parametrize("name", SIGNED)
def test_another_account_of_the_service_is_refused(name: str, mark: str) -> None:
    other = {
        "mailersend": "another-key",
        "mailgun": "another-key",
        "resend": "whsec_YW5vdGhlciBrZXk=",
        # A key of the same curve: the point is NIST's base point.
        "sendgrid": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==",  # noqa: E501
    }[name]
    forged(name, mark, hook(name, {**SAMPLES[name].credentials, "signing_key": other}))


@pytest.mark.parametrize("name", SIGNED)
def test_without_a_signing_key_nothing_is_believed(name: str, mark: str) -> None:
    credentials = {k: v for k, v in SAMPLES[name].credentials.items() if k != "signing_key"}
    forged(name, mark, hook(name, credentials))


@pytest.mark.parametrize("name", SIGNED)
def test_a_signing_key_that_is_none_is_no_bug(name: str, mark: str) -> None:
    forged(name, mark, hook(name, {**SAMPLES[name].credentials, "signing_key": "not-base64!"}))


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("age", [timedelta(days=2), timedelta(days=-2)])
def test_an_old_report_is_refused(name: str, mark: str, age: timedelta) -> None:
    posted = signed(name, SAMPLES[name].bounced(mark), clock.now() - age)
    forged(name, mark, hook(name), posted)


def test_amazons_headers_must_agree_with_what_they_head(mark: str) -> None:
    posted = signed("amazon_ses", SAMPLES["amazon_ses"].bounced(mark))
    forged("amazon_ses", mark, hook("amazon_ses"), replace(posted, headers={}))


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"{}", b"null", b"7", b'"x"', b"[1]", b"[[]]", b'{"event": []}'),
        *(b"\xff\xfe", b"[" * 100_000, b'{"type": {}, "data": 1}', b'[{"msys": 1}]'),
        *(b'{"event-data": null}', b'{"RecordType": ["a"]}', b'{"eventType": 1, "mail": 2}'),
    ],
)
def test_what_makes_no_sense_is_refused_or_passed_over(name: str, body: bytes) -> None:
    sample = SAMPLES[name]
    posted = Posted(body)
    if name in SIGNED and body[:1] == b"{":
        posted = shaped(sample, body) or posted
    assert post(hook(name), posted) in (200, 400)
    assert not Report.objects.exists()


def shaped(sample: Sample, body: bytes) -> Posted | None:
    """Return nonsense that is signed all the same."""
    try:
        return sample.sign(json.loads(body), clock.now())
    except (ValueError, TypeError):
        return None


# ---- Amazon asks first.


def confirmation() -> Posted:
    """Return what SNS asks before it reports anything."""
    said = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "sns-0",
        "TopicArn": "arn:aws:sns:eu-west-1:1:reports",
        "Token": "the-token",
    }
    headers = {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": "sns-0",
    }
    return Posted(json.dumps(said).encode(), headers)


@pytest.mark.parametrize(("status", "expected"), [(200, 200), (403, 503)])
def test_a_topic_is_confirmed_with_the_relays_keys(status: int, expected: int) -> None:
    said = (
        b"<ConfirmSubscriptionResponse><ConfirmSubscriptionResult/></ConfirmSubscriptionResponse>"
    )
    with serving() as site:
        site.respond = lambda _: Answer(said, status, {"Content-Type": "text/xml"})
        path = hook("amazon_ses", {**SAMPLES["amazon_ses"].credentials, "api_url": site.url})
        assert post(path, confirmation()) == expected
        assert b"Token=the-token" in site.posted[0].body


def test_no_body_is_logged(caplog: pytest.LogCaptureFixture, mark: str) -> None:
    hook("postmark")
    post(hook_of("main"), Posted(b'{"RecordType": "Inbound", "Email": "reader@example.org"}'))
    assert "not believed" in caplog.text
    assert "reader@example.org" not in caplog.text
