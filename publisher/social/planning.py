"""Speaks of articles by itself: each once on every account that it is for, by its timeline.

The dispatcher finds what has just come out and writes an announcement for every account; a worker
makes posts of it, in one transaction with the announcement. So an article is announced once,
however many look, and wholly or not at all.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import agenda, budgets, holding, media, prices, slots, wording
from publisher.social.drafting import Draft
from publisher.social.models import Account, Announcement, Post
from publisher.social.plans import Plan
from publisher.social.posts import rows, writing
from publisher.staff import trail

Vary = Callable[[Account, Article], Sequence[Draft]]

# How long an id may lie on the queue, and a worker fetch pictures, before it is handed out again.
LEASE = timedelta(seconds=60)
HANDED_OUT = 50
# News is dead in two days: what is found later, after an outage, is not even asked about.
LOOKED_BACK = timedelta(days=2)


def claim_due(*, now: datetime) -> list[int]:
    """Find what has come out, and take what is to be announced; return the announcements' ids."""
    _discover(now)
    with transaction.atomic():
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        due = Announcement.objects.select_for_update(skip_locked=True).filter(free, due_at__lte=now)
        ids = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:HANDED_OUT])
        Announcement.objects.filter(pk__in=ids).update(leased_until=now + LEASE)
    return ids


def words(account: Account, article: Article) -> list[Draft]:
    """Return what an account can still say of an article, the next first; raises Refused.

    Where its money is counted, the same without a link comes last: it costs less.
    """
    drafts = wording.variants(account, article)
    if account.budget_micros is None:
        return drafts
    return [*drafts, *wording.variants(account, article, Plan(account.name, has_link=False))]


@transaction.atomic
def announce(announcement_id: int, *, now: datetime, vary: Vary = words) -> None:
    """Write the posts by which an account speaks of an article, or down why there are none."""
    mine = Announcement.objects.select_for_update(skip_locked=True, of=("self",))
    todo = mine.filter(pk=announcement_id, due_at__lte=now).select_related("account", "article")
    announcement = todo.first()
    if announcement is None:
        return
    account, article = announcement.account, announcement.article
    if not article.is_out(now):
        # It was withdrawn again. When it comes out after all, it is announced.
        announcement.delete()
        return
    agenda.hold(account)
    reason = _speak(account, article, vary, now)
    Announcement.objects.filter(pk=announcement_id).update(
        due_at=None, leased_until=None, reason=reason
    )


def write(first: Post, draft: Draft, *, due_at: datetime | None, now: datetime) -> None:
    """Write a post or a thread that nobody asked for; it waits for approval where that is needed.

    With `due_at` None it is a draft, whose reason says why. Raises Refused where the account has
    these words, or this variant, already.
    """
    first.variant, first.warning = draft.variant, draft.warning
    with rows.no_twin(first.account.name):
        writing.chain(first, draft)
    if first.article and (lack := media.attach_lead(first, first.article)):
        trail.note(None, f"post {first.pk}", lack, now=now)
    is_draft = first.account.needs_approval or due_at is None
    rows.thread(first).update(
        state=Post.State.DRAFT if is_draft else Post.State.SCHEDULED,
        due_at=due_at,
        planned_at=due_at,
    )
    when = f"for {rows.spoken(due_at)}" if due_at else "without a time"
    trail.note(None, f"post {first.pk}", f"written by the {first.origin}, {when}", now=now)


def affordable(account: Account, drafts: Sequence[Draft], due_at: datetime) -> list[Draft]:
    """Return those drafts for which the budget of that month still has the money."""
    remains = budgets.unplanned(account, now=due_at)
    if remains is None:
        return list(drafts)
    return [each for each in drafts if _price(account, each) <= max(0, remains)]


def _discover(now: datetime) -> None:
    """Write down what each account that speaks by itself has to look at."""
    speakers = Account.objects.filter(announces_since__isnull=False)
    for article in _news(now).only("published_at", "embargo_until").order_by("pk"):
        Announcement.objects.bulk_create(
            [
                Announcement(account=account, article=article, created_at=now, due_at=now)
                for account in speakers.filter(announces_since__lte=article.out_at)
            ],
            ignore_conflicts=True,
        )


def _news(now: datetime) -> QuerySet[Article]:
    """Return articles that have come out and that an account has not looked at."""
    looked_at = Announcement.objects.filter(
        account=OuterRef("pk"), article=OuterRef(OuterRef("pk"))
    )
    speakers = Account.objects.filter(
        ~Exists(looked_at), announces_since__lte=OuterRef("came_out_at")
    )
    since = now - LOOKED_BACK
    # Named one by one, for the two indexes.
    lately = Q(published_at__gt=since) | Q(embargo_until__gt=since)
    # PostgreSQL's greatest() passes over NULL.
    articles = Article.objects.alias(came_out_at=Greatest("published_at", "embargo_until"))
    return articles.filter(lately, Exists(speakers), published_at__lte=now, came_out_at__lte=now)


def _speak(account: Account, article: Article, vary: Vary, now: datetime) -> str:
    """Write posts; return why there are none, or "" where there are."""
    if not account.chooses(article):
        return "It has none of the sections, tags or authors that this account is for."
    try:
        reason = _speak_in_time(account, article, list(vary(account, article)), now)
    except Refused as refusal:
        reason = str(refusal)
    if reason:
        did = f"did not announce '{article.slug}': {reason}"
        trail.note(None, f"account {account.name}", did, now=now)
    return reason


def _speak_in_time(account: Account, article: Article, drafts: list[Draft], now: datetime) -> str:
    out_at = article.out_at or now
    if not drafts:
        return "No template has words for it that the account has not posted already."
    if now - out_at > account.most_late:
        return _ask(account, article, drafts[0], now - out_at, now)
    reasons = [
        _take_step(account, article, drafts, max(now, out_at + timedelta(seconds=seconds)), now)
        for seconds in account.timeline
    ]
    return "" if "" in reasons else next(iter(reasons), "Its timeline is empty.")


def _take_step(
    account: Account, article: Article, drafts: list[Draft], wanted: datetime, now: datetime
) -> str:
    """Write the next variant that there is money for, and strike it off; return why not."""
    try:
        due_at = slots.first(agenda.rules(account), wanted, _news_times(account, wanted))
    except Refused as refusal:
        return str(refusal)
    for draft in affordable(account, drafts, due_at):
        drafts.remove(draft)
        # Somebody else has said so meanwhile.
        with suppress(Refused):
            write(_post(account, article, now), draft, due_at=due_at, now=now)
            return ""
    return f"The month's budget of '{account.name}' does not allow it."


def _ask(account: Account, article: Article, draft: Draft, late: timedelta, now: datetime) -> str:
    """Leave a draft to an editor, and return why."""
    reason = f"It came out {holding.spoken(late)} before it was found; schedule it or cancel it."
    post = _post(account, article, now)
    post.reason = reason
    write(post, draft, due_at=None, now=now)
    return reason


def _post(account: Account, article: Article, now: datetime) -> Post:
    return Post(
        account=account,
        article=article,
        origin=Post.Origin.TIMELINE,
        created_at=now,
    )


def _news_times(account: Account, wanted: datetime) -> list[datetime]:
    # Evergreens give way to news when their time has come, so their times are free for it.
    yielding = Q(origin=Post.Origin.EVERGREEN, state__in=Post.AHEAD)
    return agenda.taken(Post.objects.exclude(yielding), account, wanted)


def _price(account: Account, draft: Draft) -> int:
    return sum(prices.price(account.network, text) for text in draft.parts)
