"""Changes when and of what an account speaks, what it may cost, and what its posts are made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from publisher import wiring
from publisher.articles.models import Author, Section, Tag
from publisher.errors import Refused
from publisher.social import spoken
from publisher.social.models import Account, Slot
from publisher.social.spoken import Slots
from publisher.staff import trail
from publisher.staff.models import Member

_KINDS: dict[str, type[Section | Tag | Author]] = {
    "sections": Section,
    "tags": Tag,
    "authors": Author,
}


MOST_REPEATS = 100
MOST_HASHTAGS = 30
# A call for 100 of them every 15 minutes, as X takes them.
MOST_FIGURES = 9_600


@dataclass(frozen=True, slots=True)
class Habits:
    """What is to be changed, and nothing else.

    `columns` are columns of Account. `announces` lets it speak by itself, from now on, or no more.
    `slots` take the place of all that there are. `chooses` are slugs or names of sections, tags and
    authors, under these words; none lets the account be for all.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    announces: bool | None = None
    slots: Slots | None = None
    chooses: Mapping[str, Sequence[str]] = field(default_factory=dict)


# By what a person calls them: the column that it is about, and who reads it.
_COLUMNS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "timeline": ("timeline", spoken.timeline),
    "gap": ("gap", spoken.span),
    "most_per_day": ("most_per_day", spoken.most),
    "most_late": ("most_late", partial(spoken.span, at_least=timedelta(minutes=1))),
    "budget": ("budget_micros", spoken.budget),
    "evergreen": ("evergreen_repeats", partial(spoken.count, at_most=MOST_REPEATS)),
    "evergreen_gap": ("evergreen_gap", partial(spoken.span, at_least=timedelta(hours=1))),
    "time_zone": ("time_zone", spoken.zone),
    "hashtags": ("most_hashtags", partial(spoken.count, at_most=MOST_HASHTAGS)),
    "figures": ("most_figures_per_day", partial(spoken.count, at_most=MOST_FIGURES)),
    "visibility": ("visibility", spoken.word),
    "utm_source": ("utm_source", spoken.word),
    "utm_medium": ("utm_medium", spoken.word),
    "utm_campaign": ("utm_campaign", spoken.word),
}
# What a person writes; sections, tags and authors in lines of their own.
WRITTEN = (*_COLUMNS, "slots", "quiet", *_KINDS)
# What is on or off, and the column that it is about.
TICKED = {
    "pictures": "has_pictures",
    "short_links": "has_short_links",
    "number_threads": "numbers_threads",
    "links_first": "links_first",
    "needs_approval": "needs_approval",
}


def read(written: Mapping[str, str], ticked: Mapping[str, bool | None]) -> Habits:
    """Return what a person has said of an account's habits; "" and None leave one as it is.

    It knows what `WRITTEN` and `TICKED` name; raises Refused for what cannot be read.
    """
    given = {name: raw for name, raw in written.items() if raw}
    columns: dict[str, Any] = {
        TICKED[name]: is_on for name, is_on in ticked.items() if is_on is not None
    }
    for name, raw in given.items():
        if name in _COLUMNS:
            column, reader = _COLUMNS[name]
            columns[column] = reader(raw)
    if "quiet" in given:
        columns["quiet_from"], columns["quiet_to"] = spoken.quiet(given["quiet"]) or (None, None)
    return Habits(
        columns,
        slots=spoken.slots(given["slots"]) if "slots" in given else None,
        chooses={kind: spoken.names(given[kind]) for kind in _KINDS if kind in given},
    )


@transaction.atomic
def change(name: str, habits: Habits, *, by: Member | None, now: datetime) -> None:
    """Change an account's habits; what is planned already stays as it is.

    Raises Refused for an unknown account, section, tag or author, and where nothing is to change.
    """
    account = Account.objects.select_for_update().named(name)
    _require_something(name, habits)
    _require_visibility(account, habits.columns.get("visibility"))
    wanted = {**habits.columns, **_announcing(account, habits, now)}
    columns = {column: it for column, it in wanted.items() if getattr(account, column) != it}
    # It is looked at once again whether there is something to share.
    Account.objects.filter(pk=account.pk).update(**columns, evergreens_at=None)
    changed = [*columns, *_choose(account, habits.chooses), *_set_slots(account, habits.slots)]
    if changed:
        did = f"changed: {', '.join(changed)}".replace("_", " ")
        trail.note(by, f"account {name}", did, now=now)


def _require_something(name: str, habits: Habits) -> None:
    if habits == Habits():
        raise Refused(f"Nothing is to be changed about '{name}'; say what, as options.")


def _require_visibility(account: Account, visibility: str | None) -> None:
    known = wiring.NETWORKS[account.network].visibilities
    if visibility and visibility not in known:
        choices = ", ".join([*known, spoken.NONE])
        raise Refused(
            f"'{account.name}' has no visibility {visibility[:50]!r}; choose one of {choices}."
        )


def _choose(account: Account, chooses: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Let an account be for these; yield those of the kinds that are others now."""
    for kind, words in chooses.items():
        chosen, wanted = getattr(account, kind), {_found(kind, word) for word in words}
        if wanted != set(chosen.values_list("pk", flat=True)):
            chosen.set(wanted)
            yield kind


def _set_slots(account: Account, slots: Slots | None) -> Iterator[str]:
    if slots is None or set(slots) == set(account.slots.values_list("weekday", "at")):
        return
    account.slots.all().delete()
    Slot.objects.bulk_create(Slot(account=account, weekday=day, at=at) for day, at in slots)
    yield "slots"


def _announcing(account: Account, habits: Habits, now: datetime) -> dict[str, Any]:
    has_announced = account.announces_since is not None
    if habits.announces is None or habits.announces == has_announced:
        return {}
    # What came out before is not news any more.
    return {"announces_since": now if habits.announces else None}


def _found(kind: str, word: str) -> int:
    rows = _KINDS[kind].objects.filter(Q(slug=word) | Q(name=word)).order_by("pk")
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise Refused(
            f"There is no {kind.removesuffix('s')} '{word}'; write an article with it first."
        )
    return found
