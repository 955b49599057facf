"""Which templates an article takes on an account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from publisher.articles.models import Article
from publisher.social import kinds
from publisher.social.models import Account, PostTemplate
from publisher.social.templates import builtin


@dataclass(frozen=True, slots=True)
class Wordings:
    """The templates of one kind that an article takes on an account, the first one first.

    `linkless` are those for posts that may have no link; `are_own` where the account, and not the
    whole newsroom, words these posts so.
    """

    sources: tuple[str, ...]
    linkless: tuple[str, ...]
    are_own: bool = False


def wordings(account: Account, article: Article) -> Mapping[str, Wordings]:
    """Return the templates of every kind: the account's own, else the newsroom's, else ours."""
    level = Q(account=account) | Q(account=None, network__in=("", account.network))
    rows = [row for row in PostTemplate.objects.filter(level) if row.chooses(article)]
    return {kind: _wordings(kind, account, rows) for kind in kinds.KINDS}


def _wordings(kind: str, account: Account, rows: Sequence[PostTemplate]) -> Wordings:
    of_kind = [row for row in rows if row.kind == kind]
    own = [row.source for row in of_kind if row.account_id]
    of_network = [row.source for row in of_kind if not row.account_id and row.network]
    of_all = [row.source for row in of_kind if not row.account_id and not row.network]
    written = (own, of_network, of_all)
    return Wordings(
        sources=_first((*written, builtin.sources(account.network, kind))),
        linkless=_first(
            (*map(builtin.without_link, written), builtin.linkless(account.network, kind))
        ),
        are_own=bool(own),
    )


def _first(levels: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(next(filter(None, levels), ()))
