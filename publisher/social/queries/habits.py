"""An account's habits, what it costs and what it says next, as editors see them."""

from dataclasses import dataclass
from datetime import datetime

from publisher.social import agenda, budgets, spoken
from publisher.social.models import Account, Announcement
from publisher.social.queries.posts import PostLine, ahead

_NEXT = 5
_REASONS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What an account costs in this month, in millionths of a dollar.

    `spent` was, `planned` is still to come; `budget` and `left` are None where there is no limit.
    """

    budget: int | None
    spent: int
    planned: int
    left: int | None


@dataclass(frozen=True, slots=True)
class HabitsLine:
    """When and of what an account speaks; times, spans and slots as people write them.

    Of the visibility and of what links say "" is what is usual; `figures` are read back of so many
    posts a day. `unspoken` are the last articles that it did not speak of, with the reason, the
    latest first.
    """

    announces_since: datetime | None
    time_zone: str
    timeline: str
    slots: str
    quiet: str
    gap: str
    most_per_day: int | None
    most_late: str
    evergreen: int
    evergreen_gap: str
    sections: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    hashtags: int
    has_pictures: bool
    has_short_links: bool
    numbers_threads: bool
    links_first: bool
    visibility: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    figures: int
    cost: Cost
    next_posts: tuple[PostLine, ...]
    unspoken: tuple[tuple[str, str], ...]


def habits(name: str, *, now: datetime) -> HabitsLine:
    """Return an account's habits; raises Refused where there is none of this name."""
    row = Account.objects.named(name)
    start, end = row.quiet_from, row.quiet_to
    return HabitsLine(
        announces_since=row.announces_since,
        time_zone=agenda.zone(row).key,
        timeline=spoken.spelled_timeline(row.timeline),
        slots=spoken.spelled_slots(agenda.rules(row).slots),
        quiet=f"{start:%H:%M}-{end:%H:%M}" if start and end else spoken.NONE,
        gap=spoken.spelled_span(row.gap),
        most_per_day=row.most_per_day,
        most_late=spoken.spelled_span(row.most_late),
        evergreen=row.evergreen_repeats,
        evergreen_gap=spoken.spelled_span(row.evergreen_gap),
        sections=tuple(row.sections.order_by("name").values_list("name", flat=True)),
        tags=tuple(row.tags.order_by("name").values_list("name", flat=True)),
        authors=tuple(row.authors.order_by("name").values_list("name", flat=True)),
        hashtags=row.most_hashtags,
        has_pictures=row.has_pictures,
        has_short_links=row.has_short_links,
        numbers_threads=row.numbers_threads,
        links_first=row.links_first,
        visibility=row.visibility,
        utm_source=row.utm_source,
        utm_medium=row.utm_medium,
        utm_campaign=row.utm_campaign,
        figures=row.most_figures_per_day,
        cost=_cost(row, now),
        next_posts=tuple(ahead(row.pk, _NEXT)),
        unspoken=_unspoken(row),
    )


def cost(name: str, *, now: datetime) -> Cost:
    """Return what an account costs in the month of `now`; raises Refused as `habits` does."""
    return _cost(Account.objects.named(name), now)


def _cost(row: Account, now: datetime) -> Cost:
    return Cost(
        budget=row.budget_micros,
        spent=budgets.spent(row, now=now),
        planned=budgets.planned(row, now=now),
        left=budgets.left(row, now=now),
    )


def _unspoken(row: Account) -> tuple[tuple[str, str], ...]:
    silent = Announcement.objects.filter(account=row, due_at=None).exclude(reason="")
    latest = silent.order_by("-created_at", "-pk").values_list("article__slug", "reason")
    return tuple(latest[:_REASONS])
