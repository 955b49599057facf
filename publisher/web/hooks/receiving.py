"""The address that a mail service reports to: verified by anymail, read by anymail, and noted."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError
from anymail.signals import AnymailTrackingEvent
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from publisher import clock
from publisher.delivery import relays, reports
from publisher.delivery.relays import Reporter
from publisher.web.hooks import signatures
from publisher.web.hooks.events import finding

log = logging.getLogger(__name__)

# What is caught of warnings is the process's, not the thread's.
_ONE_AT_A_TIME = threading.Lock()
# Everything that a body can be wrong in, whoever wrote it.
_MALFORMED = (
    # The second is said of a report that is no tracking event.
    *(AnymailError, AnymailConfigurationError),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError),
)
_VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailersend": "MailerSendTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
}
# What anymail calls the key that a service signs with.
_SIGNING_KEYS = {
    "mailersend": "signing_secret",
    "mailgun": "webhook_signing_key",
    "sendgrid": "tracking_webhook_verification_key",
}
_SNS_SECONDS = 10


class _Unconfirmed(Exception):
    """Amazon could not be told that we want what it reports; it asks again later."""


# A service has no session, and so nothing that could be forged in its name.
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive(request: HttpRequest, name: str, secret: str) -> HttpResponse:
    """Note what a service reports; 400, and nothing is changed, where it is not to be believed."""
    reporter = relays.reporter(name, secret)
    if reporter is None:
        return HttpResponse(status=400)
    if request.method == "HEAD":
        # Some ask whether anybody is there.
        return HttpResponse()
    now = clock.now()
    try:
        events = _events(request, reporter)
        signatures.check_age(reporter.service, request, now=now)
        findings = [found for event in events if (found := finding(reporter.service, event))]
    except (SuspiciousOperation, *_MALFORMED) as error:
        # Of what it says, only of which kind it is: the rest was written by a stranger.
        log.warning("a report to relay %s is not believed: %s", name, type(error).__name__)
        return HttpResponse(status=400)
    except _Unconfirmed as error:
        log.warning("relay %s cannot confirm Amazon's topic: %s", name, error)
        return HttpResponse(status=503)
    reports.take(findings, now=now)
    return HttpResponse()


def _events(request: HttpRequest, reporter: Reporter) -> list[AnymailTrackingEvent]:
    """Return what a verified report says; raises one of _MALFORMED, or SuspiciousOperation."""
    view = _view(reporter)
    view.setup(request)
    view.run_validators(request)
    if reporter.service == "resend":
        signatures.check_resend(request, reporter.signing_key)
    # Amazon wants a topic's subscription confirmed, which anymail does for whoever was asked for a
    # password: here it is the secret in the address that has let them in.
    view.basic_auth = ["the secret in the address"]
    with _amazons_errors() if reporter.service == "amazon_ses" else nullcontext():
        return list(view.parse_events(request))


@contextmanager
def _amazons_errors() -> Iterator[None]:
    # Only who sends by Amazon needs boto3.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise _Unconfirmed(type(error).__name__) from error


def _view(reporter: Reporter) -> Any:
    """Return anymail's view of a service, with the relay's keys."""
    options: dict[str, Any] = {}
    if reporter.must_sign and not reporter.signing_key:
        raise SuspiciousOperation("the relay has no signing key")
    if word := _SIGNING_KEYS.get(reporter.service):
        options[word] = reporter.signing_key
    if reporter.service == "amazon_ses":
        options["client_params"] = _sns(reporter)
    view = getattr(import_module(f"anymail.webhooks.{reporter.service}"), _VIEWS[reporter.service])
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # That a view without a password is open to anyone: it is, behind the secret address.
        warnings.simplefilter("ignore")
        return view(**options)


def _sns(reporter: Reporter) -> dict[str, Any]:
    secrets = reporter.secrets
    endpoint = {"endpoint_url": secrets["api_url"]} if "api_url" in secrets else {}
    return {
        "aws_access_key_id": secrets["key"],
        "aws_secret_access_key": secrets["secret"],
        "config": {
            "connect_timeout": _SNS_SECONDS,
            "read_timeout": _SNS_SECONDS,
            "retries": {"total_max_attempts": 1},
        },
        **endpoint,
    }
