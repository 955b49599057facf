"""Posts, as editors see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localtime

from publisher.errors import Refused
from publisher.social import agenda, cards
from publisher.social.drafting import rules_of
from publisher.social.models import Account, Medium, Post


@dataclass(frozen=True, slots=True)
class FiguresLine:
    """What came of a post when it was asked last; None for what the network does not tell."""

    impressions: int | None
    likes: int | None
    reposts: int | None
    replies: int | None
    clicks: int | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MediumLine:
    """A picture or the video of a post; `address` is below our own site.

    `is_card` says that it is its link's, and none of its own.

    `reason` says why it is not with the network, or is still on its way; "" for neither.
    """

    id: int
    address: str
    alt: str
    width: int
    height: int
    is_card: bool
    is_video: bool
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post, or one part of a thread of `parts`; `reason` says why it is not out, or "".

    `length` is what the network counts, of `limit` at the most. `price_micros` is in millionths of
    a dollar.
    """

    id: int
    account: str
    network: str
    text: str
    state: str
    due_at: datetime | None
    posted_at: datetime | None
    url: str
    reason: str
    article_slug: str
    article_title: str
    length: int
    limit: int
    variant: str
    origin: str
    is_breaking: bool
    warning: str
    price_micros: int
    parts: int
    replaces: int | None
    figures: FiguresLine | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many characters words take on a network, and how many it takes at the most."""

    length: int
    limit: int


def counted(account: str, words: str, warning: str = "") -> Counted:
    """Return how long words are as an account's network counts; Refused for no such account."""
    rules = rules_of(Account.objects.named(account), warning=warning)
    return Counted(rules.length(words), rules.limit)


def post(post_id: int) -> PostLine:
    """Return a post; raises Refused where there is none with this id."""
    found = _rows().filter(pk=post_id).first()
    if found is None:
        raise Refused(f"There is no post {post_id}.")
    return _post(found)


def posts(
    states: Sequence[str] | None = None, limit: int = 50, account: str = ""
) -> list[PostLine]:
    """Return posts, all or in some states: what has no time yet, then from the latest back.

    Of a thread only the first part, or the first that is in the same state as those behind it.
    """
    found = _rows()
    if account:
        found = found.filter(account__name=account)
    if states is None:
        found = found.filter(parent=None)
    else:
        found = found.filter(state__in=states).exclude(parent__state=F("state"))
    ordered = found.order_by(F("due_at").desc(nulls_first=True), "-pk")
    return [_post(each) for each in ordered[:limit]]


def thread(post_id: int) -> list[PostLine]:
    """Return all parts of a post's thread in their order; of a single post only itself."""
    first = Post.objects.filter(pk=post_id).values_list("thread_id", flat=True).first() or post_id
    parts = _rows().filter(Q(pk=first) | Q(thread=first))
    # A part is always written after the one before it.
    return [_post(each) for each in parts.order_by("pk")]


def ahead(account_id: int, most: int) -> list[PostLine]:
    """Return what an account says next, the first of each thread, at the most so many."""
    waiting = _rows().filter(account=account_id, state__in=Post.AHEAD, parent=None)
    return [
        _post(each) for each in waiting.filter(due_at__isnull=False).order_by("due_at", "pk")[:most]
    ]


def media(post_id: int) -> list[MediumLine]:
    """Return the pictures of a post in their order, or its video."""
    return [_medium(each) for each in Medium.objects.filter(post=post_id)]


def card(post_id: int) -> cards.Preview | None:
    """Return what readers will see of the page behind a post's link; None where no card."""
    found = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    return cards.preview(found) if found else None


def warnings(post_id: int) -> list[str]:
    """Return what speaks against the time of a post that is to go out; nothing for others."""
    found = Post.objects.select_related("account").filter(pk=post_id, state__in=Post.AHEAD).first()
    if found is None or found.due_at is None or found.is_breaking:
        return []
    return agenda.warnings_for(found.account, found.due_at, post_id=found.pk)


def _rows() -> QuerySet[Post]:
    return Post.objects.select_related("account", "article", "outcome").annotate(
        behind=Count("parts"), in_thread=Count("thread__parts")
    )


def _post(row: Post) -> PostLine:
    rules = rules_of(row.account, warning=row.warning)
    return PostLine(
        id=row.pk,
        account=row.account.name,
        network=row.account.network,
        text=row.text,
        state=row.state,
        due_at=row.due_at,
        posted_at=row.posted_at,
        url=row.url,
        reason=row.reason or _held_up(row),
        article_slug=row.article.slug if row.article else "",
        article_title=row.article.title if row.article else "",
        length=rules.length(row.text),
        limit=rules.limit,
        variant=row.variant,
        origin=row.origin,
        is_breaking=row.is_breaking,
        warning=row.warning,
        price_micros=row.price_micros,
        parts=1 + row.behind + row.in_thread,  # type: ignore[attr-defined]
        replaces=row.replaces_id,
        figures=_figures(row),
    )


def _figures(row: Post) -> FiguresLine | None:
    outcome = getattr(row, "outcome", None)
    if outcome is None or outcome.read_at is None:
        return None
    return FiguresLine(
        impressions=outcome.impressions,
        likes=outcome.likes,
        reposts=outcome.reposts,
        replies=outcome.replies,
        clicks=outcome.clicks,
        read_at=outcome.read_at,
    )


def _medium(row: Medium) -> MediumLine:
    return MediumLine(
        id=row.pk,
        address=f"{settings.MEDIA_URL}{row.path}",
        alt=row.alt,
        width=row.width,
        height=row.height,
        is_card=row.is_card,
        is_video=row.media_type == Medium.VIDEO,
        state=row.state,
        reason=row.reason,
    )


def _held_up(row: Post) -> str:
    """Return why a planned post waits though nothing is wrong with itself."""
    account = row.account
    if row.state not in (Post.State.SCHEDULED, Post.State.UNSURE) or row.due_at is None:
        return ""
    if account.stopped_reason:
        return f"The account '{account.name}' is stopped: {account.stopped_reason}"
    if account.quiet_until and account.quiet_until > row.due_at:
        until = f"{localtime(account.quiet_until):%Y-%m-%d %H:%M %Z}"
        return f"The network asked '{account.name}' to be quiet until {until}."
    return ""
