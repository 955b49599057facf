"""Every mail looks as it was looked at: a changed template shows as a changed golden file."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from publisher.delivery.message import Frozen, Recipient, build, freeze, new_marks
from publisher.newsletters import composing, confirmations, rendering
from tests.factories import EditionFactory, NewsletterFactory
from tests.newsletters.samples import EDITION, NEWSLETTER, Reader

GOLDEN = Path(__file__).parent.parent / "golden"
DIGEST = {"edition": EDITION, "newsletter": NEWSLETTER, "reader": Reader()}
CONFIRMATION = {"newsletter": NEWSLETTER, "reader": Reader()}


@pytest.mark.parametrize(
    ("template", "fields"), [("digest", DIGEST), ("confirmation", CONFIRMATION)]
)
def test_a_mail_is_its_golden_file(
    template: str, fields: dict[str, object], tmp_path: Path
) -> None:
    mail = rendering.mail(template, **fields)
    parts = zip(rendering.FILES, (mail.subject, mail.text, mail.html), strict=True)
    assert_golden({f"{template}.{name}": content for name, content in parts}, tmp_path)


def test_the_web_version_is_its_golden_file(tmp_path: Path) -> None:
    page = rendering.page("digest", **{**DIGEST, "reader": None})
    assert_golden({"digest.web.html": page}, tmp_path)


@pytest.mark.django_db
def test_the_headers_of_an_edition_are_their_golden_file(tmp_path: Path, now: datetime) -> None:
    daily = NewsletterFactory.create(slug="daily", name="The Morning Tide", reply_to="desk@x.org")
    edition = EditionFactory.create(pk=7, newsletter=daily)
    frozen = Frozen.from_bytes(composing.frozen(edition))
    assert_golden({"digest.head.txt": head(build(frozen, ada(now)))}, tmp_path)


@pytest.mark.django_db
def test_the_headers_of_a_confirmation_are_their_golden_file(tmp_path: Path, now: datetime) -> None:
    daily = NewsletterFactory.create(slug="daily", name="The Morning Tide")
    marks = new_marks("confirm_url")
    frozen = freeze(confirmations.draft(daily, marks), marks)
    assert_golden({"confirmation.head.txt": head(build(frozen, ada(now)))}, tmp_path)


def ada(now: datetime) -> Recipient:
    """Return Ada as a mail is filled for her."""
    links = {
        f"{name}_url": f"https://courier.example/{name}/token/"
        for name in ("unsubscribe", "preferences", "confirm")
    }
    return Recipient("ada@reader.example", "Ada", now, "1a2b@courier.example", links)


def head(mail: bytes) -> str:
    """Return the header of a mail, with a boundary that stays the same."""
    octets, _, _ = mail.partition(b"\r\n\r\n")
    return re.sub("=_[0-9a-f]+", "=_boundary", octets.decode("ascii").replace("\r\n", "\n"))


def assert_golden(parts: dict[str, str], tmp_path: Path) -> None:
    """Compare with the golden files; where one differs, say how to see and how to take the new."""
    advice = []
    for name, content in parts.items():
        golden, new = GOLDEN / name, tmp_path / name
        new.write_text(content.rstrip() + "\n")
        if not golden.exists() or golden.read_text() != new.read_text():
            advice.append(f"diff {golden} {new}; if the new one is right:  cp {new} {golden}")
    assert not advice, "\n".join(advice)
