"""`publisher articles`."""

from pathlib import Path

import pytest

from publisher.articles.models import Article
from tests.cli.conftest import Ask, Run
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
FERRY = "---\ntitle: The ferry is late\nsection: City\n---\nIt was due at noon.\n"


def test_adding_a_file_prints_its_slug_alone(publisher: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferry-late.md"
    file.write_text(FERRY)
    result = publisher("articles", "add", file)
    assert (result.exit_code, result.stdout) == (0, "ferry-late\n")


def test_an_article_comes_through_a_pipe(ask: Ask) -> None:
    added = ask("articles", "add", "-", said=FERRY)
    assert (added["slug"], added["state"], added["due_at"]) == ("the-ferry-is-late", "draft", None)


def test_a_broken_file_is_refused_by_name(publisher: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferry.md"
    file.write_text("---\ntitel: The ferry\n---\n")
    result = publisher("articles", "add", file)
    assert result.exit_code == 1
    assert result.stderr == "ferry.md: 'titel' is not a key of an article; did you mean 'title'?\n"


def test_publishing_is_now_or_at_a_time(ask: Ask) -> None:
    ArticleFactory.create(slug="ferry", published_at=None)
    assert ask("articles", "publish", "ferry")["state"] == "published"
    later = ask("articles", "publish", "ferry", "--at", "2099-01-01T08:00+01:00")
    assert (later["state"], later["due_at"]) == ("scheduled", "2099-01-01T07:00:00+00:00")


def test_the_list_shows_drafts_first(ask: Ask) -> None:
    ArticleFactory.create(slug="old")
    ArticleFactory.create(slug="new", published_at=None)
    assert [line["slug"] for line in ask("articles", "list")] == ["new", "old"]


def test_showing_one_is_for_people_too(publisher: Run) -> None:
    ArticleFactory.create(slug="ferry", title="The ferry is late")
    assert "The ferry is late" in publisher("articles", "show", "ferry").stdout


def test_an_unknown_one_is_refused(publisher: Run) -> None:
    result = publisher("articles", "show", "nix")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("There is no article 'nix'")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://courier.example/1"])
def test_only_what_the_web_speaks_is_fetched(publisher: Run, url: str) -> None:
    result = publisher("articles", "add", url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"'{url}' must start with http:// or https://.\n"


def test_an_article_is_an_evergreen_for_good_until_a_day_or_no_more(
    publisher: Run, ask: Ask
) -> None:
    ArticleFactory.create(slug="ferry")
    said = publisher("articles", "evergreen", "ferry").stdout
    assert said == "'ferry' is an evergreen for good.\n"
    until = ask("articles", "evergreen", "ferry", "--until", "2050-01-01")["evergreen_until"]
    assert until == "2050-01-01T00:00:00+00:00"
    assert ask("articles", "evergreen", "ferry", "--off")["is_evergreen"] is False
    article = Article.objects.get()
    assert (article.is_evergreen, article.evergreen_until) == (False, None)


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (("ferry", "--until", "2020-01-01"), 1, "has passed; choose a time ahead"),
        (("tram",), 1, "There is no article 'tram'"),
        (("ferry", "--until", "2050-01-01", "--off"), 2, "--until"),
    ],
)
def test_an_evergreen_that_cannot_be_is_refused(
    publisher: Run, words: tuple[str, ...], status: int, why: str
) -> None:
    ArticleFactory.create(slug="ferry")
    result = publisher("articles", "evergreen", *words)
    assert (result.exit_code, result.stderr.count("\n")) == (status, 1)
    assert why in result.stderr
