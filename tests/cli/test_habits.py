"""`publisher accounts change`, `show` and `hours`."""

from datetime import timedelta

import pytest

from publisher import clock
from publisher.social.models import Account, Announcement, Outcome
from tests.cli.conftest import Ask, Run
from tests.factories import AccountFactory, ArticleFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def courier() -> Account:
    return AccountFactory.create(name="courier")


def test_every_habit_is_changed_and_shown(ask: Ask, publisher: Run) -> None:
    section = ArticleFactory.create().section
    assert section
    words = (
        *("--announce", "--timeline", "now +2h +1d", "--slots", "mon-fri 08:00 12:30; sat 10:00"),
        *("--quiet", "22:00-07:00", "--gap", "10m", "--most-per-day", "12", "--most-late", "2h"),
        *("--budget", "50", "--evergreen", "3", "--evergreen-gap", "30d", "--hashtags", "2"),
        *("--section", section.name, "--time-zone", "Europe/Amsterdam", "--short-links"),
        *("--no-pictures", "--needs-approval", "--links-first", "--number-threads"),
        *("--utm-source", "gull", "--figures", "100"),
    )
    assert publisher("accounts", "change", "courier", *words).stdout == "'courier' is changed.\n"
    shown = ask("accounts", "show", "courier")
    told = {key: shown[key] for key in ("timeline", "slots", "quiet", "gap", "most_per_day")}
    assert told == {
        "timeline": "now +2h +1d",
        "slots": "mon-fri 08:00 12:30; sat 10:00",
        "quiet": "22:00-07:00",
        "gap": "10m",
        "most_per_day": 12,
    }
    assert (shown["evergreen"], shown["evergreen_gap"], shown["most_late"]) == (3, "30d", "2h")
    assert (shown["sections"], shown["time_zone"]) == ([section.name], "Europe/Amsterdam")
    assert (shown["hashtags"], shown["short_links"], shown["pictures"]) == (2, True, False)
    assert (shown["links_first"], shown["number_threads"]) == (True, True)
    assert (shown["utm_source"], shown["utm_medium"], shown["figures"]) == ("gull", "none", 100)
    assert shown["cost"]["budget"] == "$50.00"
    assert shown["announces_since"]
    assert shown["needs_approval"] is True


def test_what_is_not_named_stays_and_none_takes_away(ask: Ask) -> None:
    ask("accounts", "change", "courier", "--slots", "mon 8:00", "--budget", "5", "--gap", "1m")
    ask("accounts", "change", "courier", "--slots", "none", "--budget", "none", "--quiet", "none")
    shown = ask("accounts", "show", "courier")
    assert (shown["slots"], shown["cost"]["budget"], shown["gap"]) == ("none", None, "1m")


def test_an_account_that_announces_already_goes_on_from_when_it_began(ask: Ask) -> None:
    since = ask("accounts", "change", "courier", "--announce")["announces_since"]
    assert ask("accounts", "change", "courier", "--announce")["announces_since"] == since
    assert ask("accounts", "change", "courier", "--no-announce")["announces_since"] is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--timeline", "soon"), "is no timeline"),
        (("--slots", "monday"), "are no slots"),
        (("--quiet", "night"), "are no quiet hours"),
        (("--gap", "-1m"), "is no time span"),
        (("--most-late", "0m"), "is too short; write 1m or more"),
        (("--most-per-day", "0"), "is no number of posts a day"),
        (("--budget", "much"), "is no amount of dollars"),
        (("--time-zone", "Mars"), "is no time zone"),
        (("--section", "Mars"), "There is no section 'Mars'"),
        (("--visibility", "secret"), "has no visibility 'secret'"),
        (("--utm-source", "x" * 101), "is too long for a link"),
        (("--tag", "mars"), "There is no tag 'mars'"),
        ((), "Nothing is to be changed about 'courier'"),
    ],
)
def test_what_nobody_understands_is_refused_in_one_sentence(
    publisher: Run, words: tuple[str, ...], why: str
) -> None:
    result = publisher("accounts", "change", "courier", *words)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert why in result.stderr


@pytest.mark.parametrize("verb", ["change", "show", "hours"])
def test_an_account_that_nobody_knows_is_refused(publisher: Run, verb: str) -> None:
    words = ("--gap", "1m") if verb == "change" else ()
    result = publisher("accounts", verb, "herald", *words)
    assert (result.exit_code, "There is no account 'herald'" in result.stderr) == (1, True)


def test_show_tells_the_months_cost_and_what_comes_next(publisher: Run, courier: Account) -> None:
    now = clock.now()
    PostFactory.create(account=courier, state="posted", sent_at=now, price_micros=200_000)
    PostFactory.create(
        account=courier, due_at=now + timedelta(seconds=1), text="Ahoy\nLand", price_micros=15_000
    )
    article = ArticleFactory.create(slug="ferry")
    Announcement.objects.create(account=courier, article=article, created_at=now, reason="Late.")
    said = publisher("accounts", "show", "courier").stdout
    assert "$0.20 spent, $0.015 planned" in said
    assert "scheduled  $0.015  Ahoy Land" in said
    assert "ferry: Late." in said


def test_hours_are_proposed_as_a_command_once_there_are_enough_posts(
    ask: Ask, publisher: Run, courier: Account
) -> None:
    assert ask("accounts", "hours", "courier") == {"slots": None, "hours": None}
    monday = (clock.now() - timedelta(days=30)).replace(hour=8)
    monday -= timedelta(days=monday.weekday())
    for number in range(40):
        at = monday if number % 2 else monday.replace(hour=12)
        post = PostFactory.create(account=courier, state="posted", posted_at=at)
        Outcome.objects.create(post=post, likes=50 * (number % 2), read_at=at)
    said = publisher("accounts", "hours", "courier").stdout
    assert said == "publisher accounts change courier --slots 'mon 08:00'\n"
    assert ask("accounts", "hours", "courier")["hours"][0]["posts"] == 20
