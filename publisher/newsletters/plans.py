"""What an edition is made of, and how it leaves: articles in their order, words, haste."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.newsletters.models import Edition, Placement

# Gmail cuts a mail off at 102 KB of HTML; a story takes up to 3 KB.
_MOST_ARTICLES = 30
_LONGEST = 300
# What takes longer than a day to reach everybody is no news to the last of them.
_LONGEST_SPREAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Manner:
    """How an edition leaves; None leaves it as it was.

    `breaking`: before all others. `spread`: over how long, 0 as fast as the relays take it.
    `clipping_accepted`: even though Gmail will cut it off.
    """

    breaking: bool | None = None
    spread: timedelta | None = None
    clipping_accepted: bool | None = None


AS_IT_WAS = Manner()


@dataclass(frozen=True, slots=True)
class Plan:
    """An edition as an editor wants it; "" as the subject takes the first article's title."""

    article_ids: tuple[int, ...]
    subject: str = ""
    preheader: str = ""
    manner: Manner = AS_IT_WAS


def lay_out(edition: Edition, plan: Plan) -> None:
    """Write a plan's articles and words; raises Refused where it names none or strange ones."""
    chosen = _chosen(plan.article_ids)
    edition.subject = plan.subject.strip() or chosen[0].title
    edition.preheader = plan.preheader.strip()
    if max(len(edition.subject), len(edition.preheader)) > _LONGEST:
        raise Refused(f"A subject or preheader has room for {_LONGEST} characters; use fewer.")
    edition.save(update_fields=["subject", "preheader"])
    choose_manner(edition, plan.manner)
    Placement.objects.filter(edition=edition).delete()
    Placement.objects.bulk_create(
        Placement(edition=edition, article=article, position=position)
        for position, article in enumerate(chosen)
    )


def choose_manner(edition: Edition, manner: Manner) -> None:
    """Write how an edition is to leave; raises Refused for a spread that makes no sense."""
    if manner.breaking is not None:
        edition.breaking = manner.breaking
    if manner.spread is not None:
        edition.spread = manner.spread or None
    if manner.clipping_accepted is not None:
        edition.clipping_accepted = manner.clipping_accepted
    if edition.spread and not timedelta(0) < edition.spread <= _LONGEST_SPREAD:
        raise Refused("An edition is spread over a day at most; choose a shorter time.")
    if edition.spread and edition.breaking:
        raise Refused("Breaking news is not spread over hours; choose one or the other.")
    edition.save(update_fields=["breaking", "spread", "clipping_accepted"])


def _chosen(ids: Sequence[int]) -> list[Article]:
    """Return the articles in their order; one that is named twice stands where it stood first."""
    unique = list(dict.fromkeys(ids))
    if not unique:
        raise Refused("An edition needs at least one article.")
    if len(unique) > _MOST_ARTICLES:
        raise Refused(
            f"{len(unique)} articles are too many for one edition; choose up to {_MOST_ARTICLES}."
        )
    found = Article.objects.in_bulk(unique)
    if unknown := [each for each in unique if each not in found]:
        raise Refused(f"There is no article {unknown[0]}.")
    return [found[each] for each in unique]
