"""The desk: only for members, only by their role, and every refusal on the page."""

from datetime import timedelta

import pytest
from django.test import Client

from publisher import clock
from publisher.newsletters import editions
from publisher.newsletters.models import Edition
from publisher.staff.models import Member
from tests.factories import EditionFactory, MemberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
VERBS = ["submit", "approve", "schedule", "pause", "resume", "cancel", "test"]


@pytest.fixture
def edition() -> Edition:
    edition = EditionFactory.create()
    SubscriptionFactory.create(newsletter=edition.newsletter)
    return edition


def at_the_desk(role: str) -> Client:
    """Return the browser of a member who has logged in."""
    client = Client()
    client.force_login(MemberFactory.create(role=role))
    return client


@pytest.mark.parametrize("verb", VERBS)
def test_looking_changes_nothing(edition: Edition, verb: str) -> None:
    assert at_the_desk("chief").get(f"/desk/editions/{edition.pk}/{verb}/").status_code == 405


def test_a_press_without_the_forms_token_is_refused(edition: Edition) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(MemberFactory.create())
    answer = client.post(f"/desk/editions/{edition.pk}/schedule/", {"when": "now"})
    assert answer.status_code == 403
    assert Edition.objects.get().state == "draft"


def test_an_editor_schedules_pauses_resumes_and_cancels(edition: Edition) -> None:
    desk = at_the_desk("editor")
    here = f"/desk/editions/{edition.pk}/"
    for verb, typed, state in (
        ("schedule", {"due_at": "2999-01-01T07:00"}, "scheduled"),
        ("pause", {}, "paused"),
        ("resume", {}, "scheduled"),
        ("cancel", {}, "cancelled"),
    ):
        assert desk.post(f"{here}{verb}/", typed, follow=True).status_code == 200
        assert Edition.objects.get().state == state
    assert "cancelled" in desk.get(here).content.decode()


def test_an_edition_is_scheduled_as_breaking_news_or_spread(edition: Edition) -> None:
    desk = at_the_desk("editor")
    here = f"/desk/editions/{edition.pk}/"
    when = {"due_at": "2999-01-01T07:00"}
    desk.post(f"{here}schedule/", {**when, "breaking": "on", "spread": "0"})
    assert Edition.objects.get().breaking
    assert 'name="breaking" type="checkbox" checked' in " ".join(
        desk.get(here).content.decode().split()
    )
    desk.post(f"{here}schedule/", {**when, "spread": "120"})
    spread = Edition.objects.get()
    assert (spread.breaking, spread.spread) == (False, timedelta(hours=2))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"breaking": "on", "spread": "60"}, "choose one or the other"),
        ({"spread": "1441"}, "a day at most"),
        ({"spread": "9" * 30}, "a day at most"),
        ({"spread": "-5"}, "is no number of minutes"),
    ],
)
def test_a_manner_that_makes_no_sense_is_refused_on_the_page(
    edition: Edition, typed: dict[str, str], said: str
) -> None:
    here = f"/desk/editions/{edition.pk}/schedule/"
    answer = at_the_desk("editor").post(here, {"due_at": "2999-01-01T07:00", **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Edition.objects.get().state == "draft"


def test_what_gmail_would_cut_off_is_scheduled_once_that_is_accepted(edition: Edition) -> None:
    edition.articles.update(standfirst="Ä" * 20_000)
    desk = at_the_desk("editor")
    here = f"/desk/editions/{edition.pk}/"
    when = {"due_at": "2999-01-01T07:00"}
    assert "accept_clipping" not in desk.get(here).content.decode()
    refused = desk.post(f"{here}schedule/", when)
    assert refused.status_code == 422
    assert 'name="accept_clipping"' in refused.content.decode()
    desk.post(f"{here}schedule/", {**when, "accept_clipping": "on"})
    assert Edition.objects.get().state == "scheduled"
    assert "Gmail cuts it off: its HTML is" in desk.get(here).content.decode()


def test_an_edition_that_asks_is_resumed_from_its_page(edition: Edition) -> None:
    desk = at_the_desk("editor")
    here = f"/desk/editions/{edition.pk}/"
    desk.post(f"{here}schedule/", {"when": "now"})
    late = edition.created_at + timedelta(days=400)
    editions.start(edition.pk, now=late)
    page = desk.get(here).content.decode()
    assert "Needs a decision" in page
    assert "Waits for you to decide" in page
    desk.post(f"{here}resume/")
    assert Edition.objects.get().state == "scheduled"
    assert "Needs a decision" not in desk.get(here).content.decode()


def test_an_edition_that_is_sent_says_why_some_still_wait(edition: Edition) -> None:
    now = clock.now()
    Edition.objects.update(spread=timedelta(hours=2))
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    page = at_the_desk("author").get(f"/desk/editions/{edition.pk}/").content.decode()
    assert "Why some still wait" in page
    assert "It is spread over 2 hours: the last readers get theirs at about" in page


def test_the_script_gets_how_far_an_edition_is_and_nothing_around_it(edition: Edition) -> None:
    now = clock.now()
    editions.schedule(edition.pk, now, by=None, now=now)
    editions.start(edition.pk, now=now)
    desk, here = at_the_desk("author"), f"/desk/editions/{edition.pk}/"
    fragment = desk.get(f"{here}progress/").content.decode()
    assert "Is going to 1 reader now" in fragment
    assert "<html" not in fragment
    page = desk.get(here).content.decode()
    assert fragment.strip() in page
    assert f'data-fresh="{here}progress/"' in page


def test_a_time_that_has_passed_is_refused_on_the_page(edition: Edition) -> None:
    here = f"/desk/editions/{edition.pk}/schedule/"
    answer = at_the_desk("editor").post(here, {"due_at": "2020-01-01T07:00"}, follow=True)
    assert "is in the past" in answer.content.decode()
    assert Edition.objects.get().state == "draft"


def test_an_author_may_draft_and_nothing_leaves_by_them(edition: Edition) -> None:
    desk = at_the_desk(Member.Role.AUTHOR)
    desk.post(f"/desk/editions/{edition.pk}/schedule/", {"due_at": "2999-01-01T07:00"})
    assert Edition.objects.get().state == "draft"


@pytest.mark.parametrize("next_page", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_logging_in_leads_nowhere_else(client: Client, next_page: str) -> None:
    member = MemberFactory.create()
    typed = {"username": member.email, "password": "a long enough one", "next": next_page}
    answer = client.post("/desk/login/", typed)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/")


def test_the_preview_runs_no_script_and_belongs_to_nobody(edition: Edition) -> None:
    answer = at_the_desk("editor").get(f"/desk/editions/{edition.pk}/preview/phone/")
    assert answer.status_code == 200
    assert "sandbox" in answer["Content-Security-Policy"]
