"""What an article brings: its own words first, then what its body says, and whom it names."""

from datetime import datetime

import pytest

from publisher.articles.models import Article
from publisher.social import handles, languages, material
from publisher.social.models import Account
from tests.factories import AccountFactory
from tests.social.samples import night_ferry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ferry(now: datetime) -> Article:
    return night_ferry(now)


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(name="courier")


def test_what_an_editor_wrote_goes_before_the_body(ferry: Article, courier: Account) -> None:
    ferry.quote, ferry.question = "“At last.” — Ben", "Who steers?"
    found = material.of(ferry, courier)
    assert (found.quote, found.speaker, found.question) == ("“At last.”", "Ben", "Who steers?")
    assert found.numbers == "The service costs €1.3 million a year."


def test_a_network_mentions_whom_it_knows_and_names_the_others(
    ferry: Article, courier: Account, now: datetime
) -> None:
    for name, handle in {"Ben Bakker": "ben", "Ada Vos": "ada", "Harbour Board": "board"}.items():
        handles.add(name, "x", handle, now=now)
    here, elsewhere = (
        material.of(ferry, account)
        for account in (courier, AccountFactory.create(network="linkedin"))
    )
    assert (here.authors, here.speaker, here.handles) == (("@ben",), "@ada", ("@board",))
    assert (elsewhere.authors, elsewhere.speaker) == (("Ben Bakker",), "Ada Vos")
    assert "Harbour Board" not in here.tags, "whoever is mentioned needs no hashtag beside it"
    assert "Harbour Board" in elsewhere.tags


def test_what_a_speaker_is_stays_behind_their_handle(
    ferry: Article, courier: Account, now: datetime
) -> None:
    handles.add("Ada Vos", "x", "ada", now=now)
    ferry.quote = "“At last.” — Ada Vos, skipper"
    assert material.of(ferry, courier).speaker == "@ada, skipper"


@pytest.mark.parametrize(
    ("language", "quoted", "breaking"),
    [
        ("en-GB", "“Yes”", "Breaking"),
        ("de", "„Yes“", "Eilmeldung"),
        ("fr-CA", "«\u202fYes\u202f»", "Alerte info"),
        ("ja", "「Yes」", "速報"),
        ("zh-Hant-TW", "「Yes」", "快訊"),
        ("xx", "“Yes”", "Breaking"),
    ],
)
def test_our_own_marks_and_words_are_in_the_articles_language(
    language: str, quoted: str, breaking: str
) -> None:
    assert languages.quoted("Yes", language) == quoted
    assert languages.breaking(language) == breaking
    assert languages.quoted("", language) == ""
    assert languages.quoted("“Yes”, she said", language) == "“Yes”, she said"
