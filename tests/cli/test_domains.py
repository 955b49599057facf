"""`publisher domains`, and what `publisher doctor` says of them; our own DNS server answers."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests import nameserver
from tests.cli.conftest import Ask, Run
from tests.factories import NewsletterFactory
from tests.nameserver import NameServer

pytestmark = pytest.mark.django_db
NAME = "courier.example"


@pytest.fixture(autouse=True)
def dns(settings: Settings) -> Iterator[NameServer]:
    """Give the DNS server that is asked, in which a mail server stands and nothing else."""
    zone: nameserver.Zone = {
        ("mail.courier.example", "A"): ["192.0.2.10"],
        ("10.2.0.192.in-addr.arpa", "PTR"): ["mail.courier.example."],
    }
    with nameserver.serving(zone) as server:
        settings.PUBLISHER_DNS_SERVER = server.where
        settings.PUBLISHER_SENDING_ADDRESSES = ("192.0.2.10",)
        settings.PUBLISHER_BASE_URL = "https://mail.courier.example"
        yield server


def publish(dns: NameServer, told: str) -> None:
    """Publish all records in a command's output, as whoever pastes them into a zone file does."""
    for line in told.splitlines():
        if " IN " in line and not line.startswith(";"):
            name, _, kind, text = line.split(" ", 3)
            dns.zone[name.rstrip("."), kind] = [text]


def test_a_domain_is_added_published_and_found_well(
    ask: Ask, publisher: Run, dns: NameServer
) -> None:
    told = publisher("domains", "add", NAME, "--bounces-to", f"bounces@{NAME}").stdout
    assert publisher("domains", "check", NAME).exit_code == 1
    publish(dns, told)
    assert {each["state"] for each in ask("domains", "check", NAME)} == {"ok"}


def test_the_records_are_told_again_and_to_programs(ask: Ask, publisher: Run) -> None:
    added = ask("domains", "add", NAME, "--warm-up", 200)
    assert added == ask("domains", "show", NAME)
    assert (added["selectors"], added["warm_up_first_day"]) == (["p2026-1-rsa", "p2026-1-ed"], 200)
    assert added["records"][2]["value"] == "v=spf1 ip4:192.0.2.10 ~all"
    shown = publisher("domains", "show", NAME).stdout
    assert all(f"\n{each['name']}. IN {each['type']} " in shown for each in added["records"])


def test_new_keys_sign_when_the_dns_has_them(ask: Ask, publisher: Run, dns: NameServer) -> None:
    publish(dns, publisher("domains", "add", NAME).stdout)
    told = publisher("domains", "rotate", NAME).stdout
    assert told.count(" IN TXT ") == 2
    early = publisher("domains", "rotate", NAME)
    assert (early.exit_code, "does not have p2026-2-rsa" in early.stderr) == (1, True)
    publish(dns, told)
    assert ask("domains", "rotate", NAME)["selectors"] == ["p2026-2-rsa", "p2026-2-ed"]
    (line,) = ask("domains", "list")
    assert (line["state"], line["waiting"]) == ("signing", [])


def test_the_doctor_has_nothing_against_having_no_domain(ask: Ask) -> None:
    (look,) = ask("doctor", "--only", "domains")
    assert (look["state"], look["found"]) == ("ok", "no sending domain.")


def test_the_doctor_warns_of_mail_that_nobody_signs(ask: Ask) -> None:
    NewsletterFactory.create(slug="daily", sender_address=f"daily@news.{NAME}")
    (look,) = ask("doctor", "--only", "domains")
    assert look["state"] == "ok"
    assert f"'daily' is not signed: 'publisher domains add news.{NAME}'" in look["found"]


def test_the_doctor_says_what_is_wrong_and_then_right(
    ask: Ask, publisher: Run, dns: NameServer
) -> None:
    NewsletterFactory.create(sender_address=f"daily@{NAME}")
    told = publisher("domains", "add", NAME).stdout
    wrong = publisher("doctor", "--only", "domains")
    assert (wrong.exit_code, f"{NAME} has no SPF record" in wrong.stdout) == (1, True)
    publish(dns, told)
    dns.zone[NAME, "MX"] = ["10 mail.courier.example."]
    assert ask("doctor", "--only", "domains")[0]["found"] == f"the DNS is right about {NAME}."


def test_a_dns_that_fails_is_said_to(publisher: Run, dns: NameServer) -> None:
    publisher("domains", "add", NAME)
    dns.zone[f"p2026-1-rsa._domainkey.{NAME}", "TXT"] = nameserver.FAILS
    look = publisher("doctor", "--only", "domains")
    assert look.exit_code == 1
    assert "The DNS servers fail to answer about p2026-1-rsa." in look.stdout
    checked = publisher("domains", "check", NAME)
    assert (checked.exit_code, "fail to answer" in checked.stderr) == (1, True)


def test_a_domain_that_a_newsletter_needs_stays(ask: Ask, publisher: Run) -> None:
    ask("domains", "add", NAME)
    NewsletterFactory.create(slug="daily", sender_address=f"daily@news.{NAME}")
    refused = publisher("domains", "remove", NAME)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert f"{NAME} signs for 'daily'; add a sending domain" in refused.stderr
    ask("domains", "add", f"news.{NAME}")
    assert ask("domains", "remove", NAME)["name"] == NAME
    assert [each["name"] for each in ask("domains", "list")] == [f"news.{NAME}"]


def test_what_is_no_domain_is_refused_in_a_sentence(publisher: Run) -> None:
    for words in (
        ("add", "localhost"),
        ("show", "x.example"),
        ("rotate", "x.example"),
        ("remove", "x.example"),
    ):
        result = publisher("domains", *words)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
