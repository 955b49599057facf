"""What an article brings to the posts of an account: its words, its quote, whom it names."""

from urllib.parse import quote as encoded

from publisher import links
from publisher.articles.models import Article
from publisher.social import extracting, fitting, handles, languages
from publisher.social.composing import PostArticle
from publisher.social.models import Account

# What Link.target and Post.link hold.
_LONGEST_LINK = 2000


def of(article: Article, account: Account) -> PostArticle:
    """Return what templates may say of an article on an account, still without a link."""
    found = _found(article)
    authors = list(article.byline_set.values_list("author__name", flat=True))
    tags = list(article.tags.order_by("name").values_list("name", flat=True))
    people = [_bare_name(name) for name in (*authors, found.quote.speaker)]
    named = handles.named_in(
        (article.title, article.standfirst), (*tags, *people), account.network, but=account.handle
    )
    byline = tuple(_called(name, named) for name in authors)
    speaker = _called(found.quote.speaker, named)
    subjects = [each for each in named.subjects if each not in (*byline, speaker)]
    return PostArticle(
        title=article.title,
        url="",
        standfirst=article.standfirst,
        section=article.section.name if article.section else "",
        authors=byline,
        # Whoever is mentioned needs no hashtag beside it.
        tags=tuple(tag for tag in tags if tag.casefold() not in named.mentions),
        quote=languages.quoted(found.quote.words, article.language),
        speaker=speaker,
        question=found.question,
        numbers=found.numbers,
        key_points=found.key_points,
        handles=tuple(subjects[: handles.MOST_HANDLES]),
        breaking=languages.breaking(article.language),
    )


def _bare_name(name: str) -> str:
    """Return "Ada Vos" of "Ada Vos, skipper"."""
    return name.partition(",")[0].strip()


def _called(name: str, named: handles.Named) -> str:
    """Return what a network calls somebody, with what follows their name: "@ada, skipper"."""
    bare = _bare_name(name)
    return name.replace(bare, named.mentions.get(bare.casefold(), bare), 1) if bare else name


def link(article: Article, account: Account, variant: str) -> str:
    """Return the address of an article as no other post has it: by its campaign and variant."""
    # Encoded, because X links no path in another alphabet than its own.
    plain = links.absolute(f"/articles/{encoded(article.slug)}/")
    tagged = fitting.with_utm(
        plain,
        source=account.utm_source or account.network,
        medium=account.utm_medium or "social",
        campaign=account.utm_campaign or account.name,
        content=variant,
    )
    return tagged if len(tagged) <= _LONGEST_LINK else plain


def _found(article: Article) -> extracting.Found:
    """Return what the editor has written for posts, and what stands in the body for the rest."""
    in_body = extracting.found(article.body)
    written = tuple(filter(None, map(str.strip, article.key_points.splitlines())))
    return extracting.Found(
        quote=extracting.quote(article.quote) if article.quote else in_body.quote,
        question=article.question or in_body.question,
        numbers=article.numbers or in_body.numbers,
        key_points=written or in_body.key_points,
    )
