"""What an edition is made of: its articles in their order, and its two lines of words."""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.newsletters.models import Edition, Placement

# Gmail cuts a mail off at 102 kB of HTML; a story takes up to 3 kB.
_MOST_ARTICLES = 30
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """An edition as an editor wants it; "" as the subject takes the first article's title."""

    article_ids: tuple[int, ...]
    subject: str = ""
    preheader: str = ""


def lay_out(edition: Edition, plan: Plan) -> None:
    """Write a plan's articles and words; raises Refused where it names none or strange ones."""
    chosen = _chosen(plan.article_ids)
    edition.subject = plan.subject.strip() or chosen[0].title
    edition.preheader = plan.preheader.strip()
    if max(len(edition.subject), len(edition.preheader)) > _LONGEST:
        raise Refused(f"A subject or preheader has room for {_LONGEST} characters; use fewer.")
    edition.save(update_fields=["subject", "preheader"])
    Placement.objects.filter(edition=edition).delete()
    Placement.objects.bulk_create(
        Placement(edition=edition, article=article, position=position)
        for position, article in enumerate(chosen)
    )


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
