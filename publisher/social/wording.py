"""The words of a post: an editor's own, or those that a template makes of an article.

A preview, a post that somebody wants and one that an account writes by itself all go through here.
"""

from collections.abc import Iterable, Iterator

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import kinds, rules, said
from publisher.social.drafting import Draft, Writer, checked_warning, rules_of
from publisher.social.models import Account
from publisher.social.plans import Plan


def compose(plan: Plan, account: Account, article: Article | None) -> Draft:
    """Return what a plan comes to; a short link in it has its code once the post is written down.

    Where no kind is wanted it is the headline, and for more posts of the article whose turn it is.
    Raises Refused for words that the network would refuse, and where nothing is left to be said of
    the article in the way that is wanted.
    """
    if plan.text.strip() or article is None:
        warning = checked_warning(plan.warning)
        own = [checked(each, account, warning) for each in (plan.text, *plan.more)]
        return Draft(tuple(own), warning=warning)
    writer = Writer(account, article, plan)
    if not plan.variant:
        draft = next(_offers(writer, writer.turns(first=kinds.HEADLINE)), None)
    else:
        # Where somebody else was quicker, other words of the same kind do.
        of_kind = list(_offers(writer, writer.turns()))
        exactly = [each for each in of_kind if each.variant == plan.variant]
        draft = next(iter(exactly + of_kind), None)
    if draft is None:
        raise Refused(_all_said(account, article, plan))
    return draft


def variants(account: Account, article: Article, plan: Plan | None = None) -> list[Draft]:
    """Return what an account can still say of an article, in the order of its turns.

    Nothing that the account has said already is in it. Each article begins with another kind than
    the one before it, with breaking news where the plan says so; the kinds that the account words
    itself go before the others. Of `plan`, kind, link, warning and breaking count.
    """
    writer = Writer(account, article, plan or Plan(account.name))
    return list(_offers(writer, writer.turns()))


def trial(source: str, kind: str, account: Account, article: Article) -> Draft:
    """Return what a template that is not kept makes of an article; raises Refused as `compose`.

    So it does for an article that has nothing for the kind, which would never be posted so.
    """
    kinds.check(kind)
    writer = Writer(account, article, Plan(account.name))
    writer.require(kind)
    return writer.draft(source, kind, kind)


def checked(text: str, account: Account, warning: str = "") -> str:
    """Return an editor's own words as they will be posted; raises Refused where they cannot be."""
    return rules.checked(text, rules_of(account, warning=warning))


def _offers(writer: Writer, turns: Iterable[tuple[str, str]]) -> Iterator[Draft]:
    """Yield what was not said yet; raises Refused where that is because nothing can be."""
    told = said.by(writer.account, writer.article)
    refusals: list[Refused] = []
    has_offered = False
    for kind, source in turns:
        try:
            draft = writer.draft(source, kind, told.free_name(kind))
        except Refused as refusal:
            # What does not work for this article leaves the turn to the next one.
            refusals.append(refusal)
            continue
        if not told.knows(draft):
            told.add(draft)
            has_offered = True
            yield draft
    if refusals and not has_offered:
        raise refusals[0]


def _all_said(account: Account, article: Article, plan: Plan) -> str:
    how = f" as a {kinds.of(plan.variant)}" if plan.variant else ""
    without = "" if plan.has_link else " without a link"
    return (
        f"'{account.name}' has said of '{article.slug}' all that its templates say{how}{without};"
        " add a template with other words, or write your own."
    )
