"""How posts are worded where nobody in the newsroom has written another template."""

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from publisher.social import templating

_FOLDER = settings.ROOT / "templates" / "post"


@cache
def sources(network: str, kind: str) -> tuple[str, ...]:
    """Return ours for posts of a kind on a network: one, or none."""
    paths = (_FOLDER / network / f"{kind}.txt", _FOLDER / "any" / f"{kind}.txt")
    return tuple(path.read_text(encoding="utf-8") for path in paths if path.is_file())[:1]


@cache
def linkless(network: str, kind: str) -> tuple[str, ...]:
    """Return ours for posts of a kind that may have no link: one, or none."""
    # A thread's link is put in where it is split, so that its words are the same without.
    return sources(network, f"{kind}.without-link") or tuple(without_link(sources(network, kind)))


def without_link(written: Sequence[str]) -> list[str]:
    """Return those of some templates that do not say an article's address."""
    return [source for source in written if not templating.asks_for(source, "url")]
