"""The words of a post: an editor's own, or those that a template makes of an article."""

from django.conf import settings

from publisher import links
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import composing, fitting
from publisher.social import text as rules
from publisher.social.models import Account


def compose(text: str, account: Account, article: Article | None) -> str:
    """Return an editor's own `text`, checked, or, where it is "", what a template makes."""
    if text.strip() or article is None:
        return checked(text)
    template = account.template or _default_template(account.network)
    return composing.compose(template, _post_article(article, account))


def checked(text: str) -> str:
    """Return an editor's own words as they will be posted; raises Refused where X would."""
    clean = rules.sendable(text)
    if not clean:
        raise Refused("The post is empty; write some words or link an article.")
    if "\0" in clean:
        raise Refused("The post holds a NUL character, which no text can; remove it.")
    if not rules.is_valid_post(clean):
        length = rules.weighted_length(clean)
        raise Refused(
            f"The post has {length} of {rules.LIMIT} characters that X counts;"
            f" shorten it by {length - rules.LIMIT}."
        )
    return clean


def _default_template(network: str) -> str:
    path = settings.ROOT / "templates" / "post" / network / "default.txt"
    return str(path.read_text(encoding="utf-8"))


def _post_article(article: Article, account: Account) -> composing.PostArticle:
    return composing.PostArticle(
        title=article.title,
        url=fitting.with_utm(
            links.article(article.slug),
            source=account.network,
            medium="social",
            campaign=account.name,
        ),
        standfirst=article.standfirst,
        section=article.section.name if article.section else "",
        authors=tuple(article.byline_set.values_list("author__name", flat=True)),
        tags=tuple(article.tags.order_by("name").values_list("name", flat=True)),
    )
