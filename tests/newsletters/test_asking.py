"""When the house pauses an edition by itself, what it says, and who lets it go on."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from publisher.delivery import actions as ledger
from publisher.delivery.models import Batch, Delivery, Mailing
from publisher.errors import Refused
from publisher.newsletters import editions
from publisher.newsletters.editions import Plan, asking
from publisher.newsletters.models import Edition
from publisher.staff import trail
from tests.factories import ArticleFactory, NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DOWN = "No connection to mail.example:25; it is tried again."
SHUT = "mail.example:587 refused the login of courier: 535 5.7.8 wrong password."


@pytest.fixture
def due(now: datetime) -> int:
    """Return an edition for two readers that is due now, nine o'clock in Amsterdam."""
    daily = NewsletterFactory.create(slug="daily")
    SubscriptionFactory.create_batch(2, newsletter=daily)
    plan = Plan((ArticleFactory.create().pk,))
    return editions.create(daily.pk, plan, by=None, now=now, due_at=now)


@pytest.fixture
def leaving(due: int, now: datetime) -> int:
    """Return that edition while it leaves."""
    editions.start(due, now=now)
    return due


def edition() -> Edition:
    return Edition.objects.select_related("mailing").get()


def seen() -> tuple[str, bool]:
    """Return the edition's state and whether its mails are held."""
    return edition().state, Mailing.objects.get().held


def trouble(problem: str, *, held: bool) -> None:
    """Do what the ledger does when sending fails, or when it goes on."""
    Mailing.objects.update(problem=problem, held=held)


def told(edition_id: int) -> list[str]:
    return [line.did for line in trail.of(f"edition {edition_id}")]


def test_stale_news_is_not_started_but_asked_about(due: int, now: datetime) -> None:
    editions.start(due, now=now + 9 * HOUR)
    assert seen() == ("paused", True)
    assert edition().problem == (
        "It was due on Monday 23 November at 09:00 (Europe/Amsterdam), 9 hours ago, "
        "and nothing was running; resume to send it now, or cancel it."
    )
    assert not Delivery.objects.exists()
    assert told(due)[0].startswith("asked what to do: It was due on Monday")


def test_what_is_only_a_little_late_starts(due: int, now: datetime) -> None:
    editions.start(due, now=now + 6 * HOUR)
    assert seen() == ("sending", False)


def test_how_late_is_stale_is_a_setting(due: int, now: datetime, settings: Settings) -> None:
    settings.ASK_WHEN_LATE = timedelta(minutes=20)
    editions.start(due, now=now + 21 * MINUTE)
    assert edition().state == "paused"
    assert "less than an hour ago" in edition().problem


def test_stale_news_that_an_editor_resumes_starts_at_once(due: int, now: datetime) -> None:
    later = now + 9 * HOUR
    editions.start(due, now=later)
    editions.resume(due, by=None, now=later)
    assert edition().problem == ""
    assert editions.claim_due(now=later) == [due]
    editions.start(due, now=later)
    assert seen() == ("sending", False)


def test_stale_news_waits_however_often_the_ledger_is_looked_at(due: int, now: datetime) -> None:
    editions.start(due, now=now + 9 * HOUR)
    editions.follow_ledger(now=now + 9 * HOUR)
    editions.follow_ledger(now=now + 20 * HOUR)
    assert seen() == ("paused", True)
    assert editions.claim_due(now=now + 20 * HOUR) == []


def test_stale_news_that_an_editor_cancels_is_gone(due: int, now: datetime) -> None:
    editions.start(due, now=now + 9 * HOUR)
    editions.cancel(due, by=None, now=now + 9 * HOUR)
    assert (edition().state, edition().problem) == ("cancelled", "")
    assert not Mailing.objects.exists()


def test_an_edition_that_was_interrupted_for_hours_waits_with_its_batches(
    leaving: int, now: datetime
) -> None:
    editions.follow_ledger(now=now + 10 * MINUTE)
    back = now + 8 * HOUR
    editions.follow_ledger(now=back)
    assert seen() == ("paused", True)
    assert edition().problem == (
        "It stopped half-way on Monday 23 November at 09:10 (Europe/Amsterdam), 7 hours ago: "
        "nothing was running. Resume to send the rest now, or cancel it."
    )
    assert ledger.claim_due("bulk", now=back) == []
    editions.resume(leaving, by=None, now=back)
    editions.follow_ledger(now=back)
    assert seen() == ("sending", False)
    assert len(ledger.claim_due("bulk", now=back)) == 1


def test_an_edition_that_is_seen_all_along_goes_on_for_as_long_as_it_takes(
    leaving: int, now: datetime
) -> None:
    for hours in range(1, 20):
        editions.follow_ledger(now=now + hours * HOUR)
    assert seen() == ("sending", False)


def test_what_is_done_before_the_outage_is_sent_and_not_asked_about(
    leaving: int, now: datetime
) -> None:
    Delivery.objects.update(state="sent")
    Batch.objects.update(state="done")
    editions.close_finished(now=now + 9 * HOUR)
    editions.follow_ledger(now=now + 9 * HOUR)
    assert (edition().state, edition().problem) == ("sent", "")


def test_a_relay_that_is_down_pauses_it_until_the_relay_answers(
    leaving: int, now: datetime
) -> None:
    trouble(DOWN, held=False)
    editions.follow_ledger(now=now)
    assert (edition().state, edition().problem) == ("paused", DOWN)
    trouble("", held=False)
    editions.follow_ledger(now=now + MINUTE)
    assert (edition().state, edition().problem) == ("sending", "")
    assert told(leaving)[:2] == ["went on sending it", f"paused it: {DOWN}"]


def test_other_words_for_the_same_trouble_are_no_news(leaving: int, now: datetime) -> None:
    trouble(DOWN, held=False)
    editions.follow_ledger(now=now)
    lines = told(leaving)
    trouble("mail.example:25 did not answer in time.", held=False)
    editions.follow_ledger(now=now + MINUTE)
    assert edition().problem == "mail.example:25 did not answer in time."
    assert told(leaving) == lines


def test_a_relay_that_was_down_for_hours_makes_news_stale(leaving: int, now: datetime) -> None:
    trouble(DOWN, held=False)
    editions.follow_ledger(now=now)
    editions.follow_ledger(now=now + 7 * HOUR)
    assert seen() == ("paused", True)
    assert "7 hours ago: No connection to mail.example:25" in edition().problem
    assert edition().problem.endswith("Resume to send the rest now, or cancel it.")


def test_a_refused_login_waits_for_a_person(leaving: int, now: datetime) -> None:
    trouble(SHUT, held=True)
    editions.follow_ledger(now=now)
    assert (edition().state, edition().problem) == ("paused", SHUT)
    editions.follow_ledger(now=now + HOUR)
    assert edition().state == "paused"


def test_resuming_forgets_the_trouble_and_tries_at_once(leaving: int, now: datetime) -> None:
    trouble(SHUT, held=True)
    Batch.objects.update(problem=SHUT, due_at=now + HOUR)
    editions.follow_ledger(now=now)
    editions.resume(leaving, by=None, now=now + MINUTE)
    assert (edition().state, edition().problem) == ("sending", "")
    assert len(ledger.claim_due("bulk", now=now + MINUTE)) == 1
    editions.follow_ledger(now=now + MINUTE)
    assert edition().state == "sending"


def test_resuming_hurries_nothing_that_waits_for_its_time(leaving: int, now: datetime) -> None:
    Batch.objects.update(due_at=now + HOUR)
    editions.pause(leaving, by=None, now=now)
    editions.resume(leaving, by=None, now=now)
    assert ledger.claim_due("bulk", now=now + MINUTE) == []


def test_a_persons_pause_is_a_persons_to_end(leaving: int, now: datetime) -> None:
    editions.pause(leaving, by=None, now=now)
    for problem in (DOWN, ""):
        trouble(problem, held=True)
        editions.follow_ledger(now=now + 9 * HOUR)
        assert (edition().state, edition().problem) == ("paused", "")


def test_a_person_may_take_over_a_pause_that_would_end_by_itself(
    leaving: int, now: datetime
) -> None:
    trouble(DOWN, held=False)
    editions.follow_ledger(now=now)
    editions.pause(leaving, by=None, now=now)
    assert (edition().problem, seen()) == ("", ("paused", True))
    editions.follow_ledger(now=now + MINUTE)
    assert edition().state == "paused"
    with pytest.raises(Refused, match="is paused already"):
        editions.pause(leaving, by=None, now=now)


def test_looking_after_nothing_costs_one_question(
    due: int, now: datetime, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # untyped fixture
        editions.follow_ledger(now=now)


def test_looking_after_what_leaves_costs_one_question_and_once_a_minute_two(
    leaving: int, now: datetime, django_assert_num_queries: object
) -> None:
    for after, questions in ((MINUTE / 2, 1), (2 * MINUTE, 2), (2.5 * MINUTE, 1)):
        with django_assert_num_queries(questions):  # type: ignore[operator]  # untyped fixture
            editions.follow_ledger(now=now + after)


def test_the_question_is_answered_by_an_index(leaving: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = asking.under_way().explain()
    assert "edition_under_way" in plan
