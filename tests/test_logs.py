"""What the log of this house does not tell."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from publisher import links, logs
from publisher.audience.models import Subscription
from publisher.delivery.throttles import slowdowns
from tests.factories import SubscriptionFactory

BUSY = "450 4.7.28 <ada.lovelace@gmail.com>: too much mail, try again later"


@pytest.fixture
def line(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Have what is logged formatted as this house does."""
    caplog.handler.setFormatter(logs.Line("%(levelname).1s %(name)s: %(message)s"))
    return caplog


def test_the_house_writes_its_log_that_way() -> None:
    (handler,) = [each for each in logging.root.handlers if type(each) is logging.StreamHandler]
    assert isinstance(handler.formatter, logs.Line)


@pytest.mark.django_db
@pytest.mark.parametrize("link", [links.unsubscribe, links.confirm, links.preferences])
def test_no_token_is_logged(
    client: Client, line: pytest.LogCaptureFixture, link: Callable[[int], str]
) -> None:
    wish: Subscription = SubscriptionFactory.create()
    path = link(wish.pk).removeprefix(settings.PUBLISHER_BASE_URL)
    wish.delete()
    assert client.get(path).status_code == 404
    assert path.split("/")[-2] not in line.text
    assert f"Not Found: /{path.split('/')[1]}/…/" in line.text


@pytest.mark.django_db
def test_no_secret_of_a_mail_service_is_logged(
    client: Client, line: pytest.LogCaptureFixture
) -> None:
    client.post("/hooks/frankfurt/AAAAAAABkm2UDyKGstSZgoMGrkoq/")
    assert "AAAAAAABkm2UDyKGstSZgoMGrkoq" not in line.text


@pytest.mark.django_db
def test_nobody_is_named_by_what_a_server_says(
    line: pytest.LogCaptureFixture, now: datetime
) -> None:
    slowdowns.note("harbour", "gmail", BUSY, None, now=now)
    assert "ada.lovelace" not in line.text
    assert "<…@gmail.com>: too much mail" in line.text


def test_nobody_is_named_by_a_traceback() -> None:
    try:
        raise ValueError("Key (email)=(ada@reader.example) already exists.")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "broken", (), sys.exc_info())
    assert "(email)=(…@reader.example)" in logs.Line().format(record)


@pytest.mark.parametrize(
    "said", ["see https://courier.example/articles/a-story-of-twenty-eight-chars-long/", "5 @ 4.50"]
)
def test_everything_else_stays_as_it_is(said: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, said, (), None)
    assert logs.Line().format(record) == said
