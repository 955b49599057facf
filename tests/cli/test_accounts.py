"""`publisher accounts`."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.cli.conftest import Ask, Run
from tests.factories import AccountFactory, ArticleFactory

pytestmark = pytest.mark.django_db
KEYS = ("--consumer-key", "ck", "--consumer-secret", "cs", "--access-token", "1-at")
SECRET = ("--access-token-secret", "ats")


def test_adding_one_prints_its_name_alone(publisher: Run) -> None:
    result = publisher("accounts", "add", "x", "courier", *KEYS, *SECRET)
    assert (result.exit_code, result.stdout) == (0, "courier\n")


def test_no_key_is_ever_shown(publisher: Run) -> None:
    publisher("accounts", "add", "x", "courier", *KEYS, *SECRET)
    said = publisher("accounts", "list", "--json").stdout
    assert '"courier"' in said
    assert "1-at" not in said


def test_an_account_words_its_posts_in_its_own_way(publisher: Run, tmp_path: Path) -> None:
    (words := tmp_path / "words.txt").write_text("Read this: {{ article.url }}")
    publisher("accounts", "add", "x", "courier", *KEYS, *SECRET, "--template", words)
    ArticleFactory.create(slug="ferry")
    said = publisher("posts", "preview", "courier", "--article", "ferry").stdout
    assert said.startswith("Read this: http")


@pytest.mark.parametrize(
    ("words", "why"), [(b"{{ article.colour }}", "colour"), (b"\xff", "not UTF-8")]
)
def test_a_template_that_does_not_work_is_refused(
    publisher: Run, tmp_path: Path, words: bytes, why: str
) -> None:
    (file := tmp_path / "words.txt").write_bytes(words)
    result = publisher("accounts", "add", "x", "courier", *KEYS, *SECRET, "--template", file)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert why in result.stderr
    assert publisher("accounts", "list", "--json").stdout.strip() == "[]"


def test_a_missing_key_is_named(publisher: Run) -> None:
    result = publisher("accounts", "add", "x", "courier", *KEYS)
    assert result.exit_code == 2
    assert "--access-token-secret" in result.stderr


def test_a_network_that_nobody_knows_is_wrong_usage(publisher: Run) -> None:
    assert publisher("accounts", "add", "minitel", "courier").exit_code == 2


def test_the_list_says_why_one_is_stopped(ask: Ask) -> None:
    AccountFactory.create(name="courier", stopped_reason="The keys were revoked.")
    (account,) = ask("accounts", "list")
    assert (account["state"], account["reason"]) == ("stopped", "The keys were revoked.")


def test_new_keys_set_a_stopped_account_going(ask: Ask, publisher: Run) -> None:
    AccountFactory.create(name="courier", stopped_reason="The keys were revoked.")
    assert publisher("accounts", "renew", "courier", *KEYS).exit_code == 2
    assert ask("accounts", "renew", "courier", *KEYS, *SECRET)["state"] == "ready"
    nobody = publisher("accounts", "renew", "nobody", *KEYS, *SECRET)
    assert (nobody.exit_code, nobody.stderr) == (
        1,
        "There is no account 'nobody'; add it first.\n",
    )


def test_a_network_out_of_reach_is_a_sentence(publisher: Run, settings: Settings) -> None:
    settings.PUBLISHER_X_API_URL = "http://127.0.0.1:9"
    AccountFactory.create(name="courier")
    result = publisher("accounts", "test", "courier")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("network", "given"),
    [
        ("x", ("--client-id", "1", "--oauth2-access-token", "2", "--oauth2-refresh-token", "3")),
        ("bluesky", ("--identifier", "courier.example", "--app-password", "abcd-efgh")),
        ("telegram", ("--bot-token", "1:ab", "--chat-id", "@courier")),
        ("facebook", ("--page-id", "1", "--access-token", "2")),
    ],
)
def test_every_network_is_added_by_what_it_needs(
    ask: Ask, publisher: Run, network: str, given: tuple[str, ...]
) -> None:
    assert publisher("accounts", "add", network, "courier", *given).stdout == "courier\n"
    (account,) = ask("accounts", "list")
    assert account["network"] == network


def test_what_the_network_gives_itself_is_not_asked_for(publisher: Run) -> None:
    assert "--app-password" in publisher("accounts", "add", "bluesky", "--help").stdout
    assert "--refresh-jwt" not in publisher("accounts", "add", "bluesky", "--help").stdout
