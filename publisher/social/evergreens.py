"""Shares again what is worth telling again, where an account has nothing newer to say.

At most one is planned ahead for an account, and it gives way to news; see holding.py.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import agenda, planning
from publisher.social.models import Account, Post
from publisher.social.planning import Vary

# An account that has nothing to share again has nothing a second later either.
LOOK_EVERY = timedelta(minutes=10)
HANDED_OUT = 20
# Of so many articles, one has words that were not posted yet, or a template is to be written.
_TRIED = 10
_GONE = (Post.State.CANCELLED, Post.State.DELETING, Post.State.DELETED)


def claim_due(*, now: datetime) -> list[int]:
    """Take the accounts that may have something to share again, and return their ids."""
    ahead = Post.objects.filter(
        account=OuterRef("pk"), origin=Post.Origin.EVERGREEN, state__in=Post.AHEAD
    )
    due = Account.objects.filter(
        Q(evergreens_at=None) | Q(evergreens_at__lte=now), ~Exists(ahead), evergreen_repeats__gt=0
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:HANDED_OUT])
    Account.objects.filter(pk__in=ids).update(evergreens_at=now + LOOK_EVERY)
    return ids


@transaction.atomic
def plan(account_id: int, *, now: datetime, vary: Vary = planning.words) -> None:
    """Plan to share again what was shared the longest ago, where anything may be."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return
    agenda.hold(account)
    if account.posts.filter(origin=Post.Origin.EVERGREEN, state__in=Post.AHEAD).exists():
        return
    with suppress(Refused):
        due_at = agenda.next_free(account, now, now=now)
        for article in _shareable(account, due_at, now):
            if account.chooses(article) and _share(account, article, due_at, now, vary):
                return


def _shareable(account: Account, due_at: datetime, now: datetime) -> QuerySet[Article]:
    """Return articles that may be shared again at `due_at`, the longest untold first."""
    waiting = account.posts.filter(article=OuterRef("pk"), state__in=Post.AHEAD)
    here = Q(posts__account=account, posts__parent=None)
    repeated = here & Q(posts__origin=Post.Origin.EVERGREEN) & ~Q(posts__state__in=_GONE)
    found = (
        _evergreens(due_at, now)
        .annotate(
            shared_at=Max("posts__sent_at", filter=here & Q(posts__state__in=Post.SENT)),
            repeats=Count("posts", filter=repeated),
        )
        .filter(
            ~Exists(waiting),
            shared_at__lte=due_at - account.evergreen_gap,
            repeats__lt=account.evergreen_repeats,
        )
    )
    return found.order_by("shared_at", "pk")[:_TRIED]


def _evergreens(due_at: datetime, now: datetime) -> QuerySet[Article]:
    fresh = Q(evergreen_until=None) | Q(evergreen_until__gt=due_at)
    free = Q(embargo_until=None) | Q(embargo_until__lte=now)
    return Article.objects.filter(fresh, free, is_evergreen=True, published_at__lte=now)


def _share(account: Account, article: Article, due_at: datetime, now: datetime, vary: Vary) -> bool:
    """Plan a post of the next words that there is money for; return whether there are any."""
    for draft in planning.affordable(account, vary(account, article), due_at):
        post = Post(account=account, article=article, origin=Post.Origin.EVERGREEN, created_at=now)
        with suppress(Refused):
            planning.write(post, draft, due_at=due_at, now=now)
            return True
    return False
