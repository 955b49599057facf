"""Newsletters and editions as people read of them: small frozen dataclasses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from publisher.audience import queries as audience
from publisher.delivery import queries as deliveries
from publisher.errors import Refused
from publisher.newsletters import weighing
from publisher.newsletters.models import Edition, Newsletter, Placement

# Recipients in these states are still to get it.
_STILL_OPEN = ("queued", "sending", "deferred")


@dataclass(frozen=True, slots=True)
class Offer:
    """A newsletter as anybody is offered it; nothing is counted for it."""

    id: int
    slug: str
    name: str
    description: str
    time_zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Past:
    """An edition whose mails have begun to leave, as anybody may read it."""

    id: int
    subject: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Title:
    """A newsletter; `readers` is whom an edition would be sent to now."""

    id: int
    slug: str
    name: str
    description: str
    sender_name: str
    sender_address: str
    reply_to: str
    template: str
    time_zone: str
    language: str
    needs_approval: bool
    route: str
    readers: int


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition with what became of it so far.

    `articles` are slugs with titles. `recipients` is whom it was sent to or, before it starts,
    would be sent to now. `problem` says why it does not get on, "" if it does; with `asks` it waits
    for a person to decide, without it goes on by itself. `warnings` are sentences about what will
    leave.
    """

    id: int
    newsletter: str
    newsletter_slug: str
    time_zone: str
    subject: str
    preheader: str
    state: str
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    needs_approval: bool
    articles: tuple[tuple[str, str], ...]
    mailing_id: int | None
    counts: dict[str, int]
    recipients: int
    problem: str
    asks: bool
    breaking: bool
    spread: timedelta | None
    warnings: tuple[str, ...]

    @property
    def done(self) -> int:
        """Return how many recipients are through, whatever became of them."""
        return self.recipients - sum(self.counts[state] for state in _STILL_OPEN)


def offers() -> list[Offer]:
    """Return all newsletters by name, for every page of the site: one small query."""
    columns = ("pk", "slug", "name", "description", "time_zone", "language")
    return [Offer(*row) for row in Newsletter.objects.order_by("name", "pk").values_list(*columns)]


def newsletters() -> list[Title]:
    """Return all newsletters by name."""
    return [_title(found) for found in Newsletter.objects.order_by("name", "pk")]


def newsletter(slug: str) -> Title:
    """Return a newsletter; raises Refused where there is none of that slug."""
    found = Newsletter.objects.filter(slug=slug).first()
    if found is None:
        raise Refused(f"There is no newsletter {slug[:80]!r}.")
    return _title(found)


def row(edition_id: int) -> Edition:
    """Return an edition's row with its newsletter; raises Refused where there is none."""
    found = _editions().filter(pk=edition_id).first()
    if found is None:
        raise Refused(f"There is no edition {edition_id}.")
    return found


def edition(edition_id: int) -> Issue:
    """Return an edition; raises Refused where there is none of that number."""
    return next(_issues([row(edition_id)]))


def editions(
    *, newsletter: str | None = None, states: Sequence[str] | None = None, limit: int = 50
) -> list[Issue]:
    """Return editions, of one newsletter (its slug) and in some states only where given.

    The latest first, by when they are due or, where that is open, were begun.
    """
    chosen = _editions()
    if newsletter is not None:
        chosen = chosen.filter(newsletter__slug=newsletter)
    if states is not None:
        chosen = chosen.filter(state__in=states)
    return list(_issues(chosen[:limit]))


def public_edition(newsletter_slug: str, edition_id: int) -> Past | None:
    """Return an edition whose mails have begun to leave, else None: its web version is public."""
    return next(_past(_public(newsletter_slug).filter(pk=edition_id)), None)


def past_editions(newsletter_slug: str, limit: int = 50) -> list[Past]:
    """Return the editions of a newsletter that are public, the latest first."""
    return list(_past(_public(newsletter_slug).order_by("-started_at", "-pk")[:limit]))


def _past(found: QuerySet[Edition]) -> Iterator[Past]:
    for edition_id, subject, started_at in found.values_list("pk", "subject", "started_at"):
        if started_at:
            yield Past(edition_id, subject, started_at)


def _editions() -> QuerySet[Edition]:
    placements = Placement.objects.select_related("article").defer("article__body")
    return (
        Edition.objects.select_related("newsletter", "mailing")
        .defer("mailing__frozen")
        .prefetch_related(Prefetch("placement_set", placements))
        .order_by("-due_at", "-pk")
    )


def _public(newsletter_slug: str) -> QuerySet[Edition]:
    left = Q(state__in=(Edition.State.SENDING, Edition.State.SENT))
    stopped = Q(state=Edition.State.PAUSED, started_at__isnull=False)
    return Edition.objects.filter(left | stopped, newsletter__slug=newsletter_slug)


def _title(found: Newsletter) -> Title:
    return Title(
        id=found.pk,
        slug=found.slug,
        name=found.name,
        description=found.description,
        sender_name=found.sender_name,
        sender_address=found.sender_address,
        reply_to=found.reply_to,
        template=found.template,
        time_zone=found.time_zone,
        language=found.language,
        needs_approval=found.needs_approval,
        route=found.route,
        readers=audience.active_readers(found.pk),
    )


def _issues(found: Iterable[Edition]) -> Iterator[Issue]:
    # Counted once for every newsletter, however many of its editions wait.
    readers: dict[int, int] = {}
    for each in found:
        counts = deliveries.counts(each.mailing_id)
        if each.started_at:
            recipients = sum(counts.values())
        else:
            of = each.newsletter_id
            recipients = readers.get(of) or readers.setdefault(of, audience.active_readers(of))
        yield _issue(each, counts, recipients)


def _issue(each: Edition, counts: dict[str, int], recipients: int) -> Issue:
    return Issue(
        id=each.pk,
        newsletter=each.newsletter.name,
        newsletter_slug=each.newsletter.slug,
        time_zone=each.newsletter.time_zone,
        subject=each.subject,
        preheader=each.preheader,
        state=each.state,
        due_at=each.due_at,
        started_at=each.started_at,
        finished_at=each.finished_at,
        needs_approval=each.newsletter.needs_approval,
        articles=tuple(
            (place.article.slug, place.article.title) for place in each.placement_set.all()
        ),
        mailing_id=each.mailing_id,
        counts=counts,
        recipients=recipients,
        problem=each.problem or deliveries.problem(each.mailing_id),
        asks=bool(each.problem and each.mailing and each.mailing.held),
        breaking=each.breaking,
        spread=each.spread,
        warnings=weighing.warnings(each.html_octets),
    )
