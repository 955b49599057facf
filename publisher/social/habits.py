"""Changes when and of what an account speaks, what it may cost, and what its posts are made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

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
    "evergreen_gap": ("evergreen_gap", partial(spoken.span, at_least=timedelta(hours=1))),
    "time_zone": ("time_zone", spoken.zone),
}


def read(written: Mapping[str, str]) -> Habits:
    """Return what a person has written of an account's habits; "" leaves one as it is.

    It knows `slots`, `quiet` and what `_COLUMNS` names; raises Refused for what cannot be read.
    """
    given = {name: raw for name, raw in written.items() if raw}
    columns = {}
    for name, raw in given.items():
        if name in _COLUMNS:
            column, reader = _COLUMNS[name]
            columns[column] = reader(raw)
    if "quiet" in given:
        columns["quiet_from"], columns["quiet_to"] = spoken.quiet(given["quiet"]) or (None, None)
    return Habits(columns, slots=spoken.slots(given["slots"]) if "slots" in given else None)


@transaction.atomic
def change(name: str, habits: Habits, *, by: Member | None, now: datetime) -> None:
    """Change an account's habits; what is planned already stays as it is.

    Raises Refused for an unknown account, section, tag or author, and where nothing is to change.
    """
    account = Account.objects.select_for_update().named(name)
    columns = {**habits.columns, **_announcing(account, habits, now)}
    if not (columns or habits.chooses or habits.slots is not None or habits.announces is not None):
        raise Refused(f"Nothing is to be changed about '{name}'; say what, as options.")
    # It is looked at once again whether there is something to share.
    Account.objects.filter(pk=account.pk).update(**columns, evergreens_at=None)
    if habits.slots is not None:
        account.slots.all().delete()
        Slot.objects.bulk_create(
            Slot(account=account, weekday=day, at=at) for day, at in habits.slots
        )
    for kind, words in habits.chooses.items():
        getattr(account, kind).set([_found(kind, word) for word in words])
    changed = [*columns, *habits.chooses, *(["slots"] if habits.slots is not None else [])]
    did = f"changed: {', '.join(changed)}" if changed else "left as it was"
    trail.note(by, f"account {name}", did.replace("_", " "), now=now)


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
