"""A CSV file of readers: streamed, judged row by row, and consent is never invented."""

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from publisher.audience import actions, exporting, importing
from publisher.audience.importing import Import, Result
from publisher.audience.models import Signup, Subscriber, Subscription
from publisher.errors import Refused
from publisher.newsletters.models import Newsletter
from tests.factories import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
HEADER = "email,name,time_zone,tags\n"


@pytest.fixture
def daily() -> Newsletter:
    return NewsletterFactory.create()


@pytest.fixture
def order(daily: Newsletter, now: datetime) -> Import:
    return Import(daily.pk, "paper form, 2025", now)


def take(tmp_path: Path, content: str | bytes, order: Import) -> Result:
    """Import a file with this content."""
    path = tmp_path / "readers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return importing.import_csv(path, order, progress=lambda _: None)


def test_readers_with_consent_are_active_at_once(tmp_path: Path, order: Import) -> None:
    result = take(tmp_path, HEADER + 'Ada@Example.org,"Lovelace, Ada",Europe/London,a;b\n', order)
    assert (result.added, result.refused) == (1, 0)
    ada = Subscriber.objects.get()
    assert (ada.email, ada.name, ada.tags) == ("ada@example.org", "Lovelace, Ada", ["a", "b"])
    wish = Subscription.objects.get()
    assert (wish.state, wish.source) == ("active", "paper form, 2025")


def test_readers_without_consent_are_asked_by_mail(
    tmp_path: Path, daily: Newsletter, now: datetime
) -> None:
    result = take(tmp_path, "email\nada@example.org\n", Import(daily.pk, "", now))
    assert result.asked == 1
    assert not Subscription.objects.exists()
    assert Signup.objects.get().email == "ada@example.org"


def test_a_broken_row_is_named_and_stops_nobody_else(tmp_path: Path, order: Import) -> None:
    rows = "ada@example.org,Ada,,\nnot an address,Eve,,\nben@example.org,Ben,Mars/Base,\nx\n"
    result = take(tmp_path, f"{HEADER}{rows}cleo@example.org,Cleo,,\n", order)
    assert result.added == 2
    assert [problem.split(":")[0] for problem in result.problems] == ["line 3", "line 4", "line 5"]
    assert "Mars/Base" in result.problems[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("email\nJos\xe9@example.org\n".encode("latin-1"), "is not UTF-8: see line 2"),
        ("email\nada@example.org\n".encode("utf-16"), "is not UTF-8: see line 1"),
        (b"email\na\0b@example.org\n", "line 2 has a NUL"),
        (b"name\nAda\n", "with 'email' among them"),
        (b"email,password\nada@example.org,x\n", "Column 'password' is unknown"),
        (b"", "with 'email' among them"),
    ],
)
def test_an_unfit_file_changes_nothing(
    tmp_path: Path, order: Import, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        take(tmp_path, content, order)
    assert not Subscriber.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, order: Import) -> None:
    with pytest.raises(Refused, match=r"nothing\.csv cannot be read: No such file"):
        importing.import_csv(tmp_path / "nothing.csv", order, progress=lambda _: None)


def test_importing_twice_changes_nothing(tmp_path: Path, order: Import) -> None:
    take(tmp_path, HEADER + "ada@example.org,Ada,,\n", order)
    again = take(tmp_path, HEADER + "ADA@example.org,Someone else,,\n", order)
    assert (again.added, again.unchanged) == (0, 1)
    assert Subscriber.objects.get().name == "Ada"


def test_one_address_twice_in_a_file_is_one_reader(tmp_path: Path, order: Import) -> None:
    assert take(tmp_path, "email\nada@example.org\nAda@example.org\n", order).added == 1


def test_who_has_left_stays_away(tmp_path: Path, order: Import, now: datetime) -> None:
    wish = SubscriptionFactory.create(newsletter_id=order.newsletter_id)
    actions.unsubscribe(wish.pk, now=now)
    result = take(tmp_path, f"email\n{wish.subscriber.email}\n", order)
    assert (result.added, result.unchanged) == (0, 1)
    assert Subscription.objects.get().state == "ended"


def test_a_byte_order_mark_and_semicolons_are_understood(tmp_path: Path, order: Import) -> None:
    result = take(tmp_path, "\ufeffemail;name\r\nada@example.org;Ada\r\n", order)
    assert result.added == 1
    assert Subscriber.objects.get().name == "Ada"


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+cmd", "-2+3", "@SUM(A1)", "'=quoted"])
def test_an_exported_cell_is_no_formula_and_comes_back_as_it_was(
    tmp_path: Path, order: Import, cell: str
) -> None:
    take(tmp_path, f'email,name\nada@example.org,"{cell}"\n', order)
    before = Subscriber.objects.get().name
    exported = StringIO()
    assert exporting.export_csv(exported, order.newsletter_id) == 1
    assert not exported.getvalue().splitlines()[1].split(",")[1].startswith(("=", "+", "-", "@"))
    Subscriber.objects.all().delete()
    take(tmp_path, exported.getvalue(), order)
    assert Subscriber.objects.get().name == before
