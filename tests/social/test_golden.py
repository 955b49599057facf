"""Every post reads as it was read: a changed template shows as a changed golden file."""

from datetime import datetime
from pathlib import Path

import pytest

from publisher import wiring
from publisher.social import handles, kinds, wording
from publisher.social.plans import Plan
from tests.factories import AccountFactory
from tests.social.samples import night_ferry

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent.parent / "golden" / "posts"
# What the board of the harbour is called where people can be mentioned.
HANDLES = {
    "x": "harbour_board",
    "bluesky": "board.harbour.example",
    "mastodon": "board@harbour.example",
    "telegram": "harbour_board",
    "threads": "harbour.board",
}
CASES = [
    (network, kind)
    for network, known in wiring.NETWORKS.items()
    for kind in kinds.KINDS
    if known.has_threads or kind != kinds.THREAD
]


@pytest.mark.parametrize(("network", "kind"), CASES)
def test_a_post_is_its_golden_file(network: str, kind: str, tmp_path: Path, now: datetime) -> None:
    account = AccountFactory.create(name="courier", network=network)
    if network in HANDLES:
        handles.add("Harbour Board", network, HANDLES[network], now=now)
    article = night_ferry(now)
    plans = (Plan("courier", variant=kind, has_link=has_link) for has_link in (True, False))
    drafts = [wording.compose(plan, account, article) for plan in plans]
    shown = "\n===== without a link\n".join("\n-----\n".join(each.parts) for each in drafts)
    assert_golden(GOLDEN / network / f"{kind}.txt", f"{shown}\n", tmp_path)


def assert_golden(golden: Path, content: str, tmp_path: Path) -> None:
    """Compare with the golden file; where it differs, say how to see and how to take the new."""
    (new := tmp_path / golden.name).write_text(content, encoding="utf-8")
    known = golden.read_text(encoding="utf-8") if golden.exists() else ""
    assert content == known, f"diff {golden} {new}; if the new one is right:  cp {new} {golden}"
