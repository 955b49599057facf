"""Every mail looks as it was looked at: a changed template shows as a changed golden file."""

from pathlib import Path

import pytest

from publisher.newsletters import rendering
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


def assert_golden(parts: dict[str, str], tmp_path: Path) -> None:
    """Compare with the golden files; where one differs, say how to see and how to take the new."""
    advice = []
    for name, content in parts.items():
        golden, new = GOLDEN / name, tmp_path / name
        new.write_text(content.rstrip() + "\n")
        if not golden.exists() or golden.read_text() != new.read_text():
            advice.append(f"diff {golden} {new}; if the new one is right:  cp {new} {golden}")
    assert not advice, "\n".join(advice)
