"""DMARC's walk up the tree of names (RFC 9989 section 4.10)."""

import pytest

from publisher.delivery.domains import dmarc
from tests.delivery.domains.books import Book


def book(**records: str) -> Book:
    """Return a DNS with these DMARC records, by domain with "_" for the dots."""
    return Book({f"_dmarc.{name.replace('_', '.')}": [text] for name, text in records.items()})


@pytest.mark.parametrize(
    ("records", "organisation"),
    [
        ({}, "a.mail.example.com"),
        ({"mail_example_com": "v=DMARC1", "example_com": "v=DMARC1"}, "example.com"),
        ({"mail_example_com": "v=DMARC1; psd=n", "example_com": "v=DMARC1"}, "mail.example.com"),
        ({"com": "v=DMARC1; psd=y"}, "example.com"),
        ({"example_com": "v=DMARC1; psd=y", "com": "v=DMARC1"}, "mail.example.com"),
        ({"a_mail_example_com": "v=DMARC1; psd=y"}, "a.mail.example.com"),
    ],
)
def test_the_organisation_is_found(records: dict[str, str], organisation: str) -> None:
    assert dmarc.organisation(book(**records), "a.mail.example.com") == organisation


@pytest.mark.parametrize(
    ("records", "where", "policy"),
    [
        (
            {"a_example_com": "v=DMARC1;p=reject", "example_com": "v=DMARC1;p=none"},
            "a.example.com",
            "reject",
        ),
        ({"example_com": "v=DMARC1; p=reject; sp=quarantine"}, "example.com", "quarantine"),
        ({"example_com": "v=DMARC1; p=Reject"}, "example.com", "reject"),
        ({"example_com": "v=DMARC1; p=rejekt"}, "example.com", "none"),
        ({"com": "v=DMARC1; psd=y; p=reject"}, "com", "reject"),
    ],
)
def test_the_policy_is_found(records: dict[str, str], where: str, policy: str) -> None:
    found = dmarc.applied(book(**records), "a.example.com")
    assert found
    assert (found.domain, found.policy("a.example.com")) == (where, policy)


@pytest.mark.parametrize("text", ["v=DMARC2; p=none", "p=none; v=DMARC1", "v=dmarc1", "hello", ""])
def test_what_does_not_begin_with_the_version_is_no_record(text: str) -> None:
    assert dmarc.applied(book(example_com=text), "example.com") is None


def test_two_records_are_as_good_as_none() -> None:
    twice = Book({"_dmarc.example.com": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]})
    assert dmarc.applied(twice, "a.example.com") is None


def test_a_long_name_takes_eight_questions() -> None:
    asked = Book({})
    dmarc.organisation(asked, "a.b.c.d.e.f.g.h.i.j.mail.example.com")
    assert asked.questions[1] == "_dmarc.g.h.i.j.mail.example.com"
    assert asked.questions[-1] == "_dmarc.com"
    assert len(asked.questions) == 8
