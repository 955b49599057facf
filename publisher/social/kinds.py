"""The kinds of posts: what each of them needs of an article, and in which order they take turns."""

from collections.abc import Callable, Mapping, Sequence

import regex

from publisher.errors import Refused
from publisher.social.composing import PostArticle

HEADLINE = "headline"
BREAKING = "breaking"
THREAD = "thread"
_FEWEST_POINTS = 2

# What an article must have for a post of a kind, and what its front matter calls that.
_NEEDS: Mapping[str, tuple[Callable[[PostArticle], object], str]] = {
    HEADLINE: (lambda article: article.title, "title"),
    "hook": (lambda article: article.standfirst, "standfirst"),
    "quote": (lambda article: article.quote, "quote"),
    "question": (lambda article: article.question, "question"),
    "numbers": (lambda article: article.numbers, "numbers"),
    THREAD: (lambda article: len(article.key_points) >= _FEWEST_POINTS, "key_points"),
    BREAKING: (lambda article: article.title, "title"),
}
KINDS = tuple(_NEEDS)
# In these an ellipsis would put words into somebody's mouth, or change a figure: whole or not.
UNCUT = frozenset({"quote", "question", "numbers"})
# A kind's second post of an article is "hook-2".
_VARIANT = regex.compile(r"(?P<kind>.+?)(?:-\d+)?")


def of(variant: str) -> str:
    """Return the kind of a variant; raises Refused where there is none like it."""
    named = _VARIANT.fullmatch(variant)
    kind = named["kind"] if named else variant
    check(kind)
    return kind


def check(kind: str) -> None:
    """Refuse what is no kind of post."""
    if kind not in KINDS:
        raise Refused(f"There is no kind of post '{kind[:50]}'; choose one of {', '.join(KINDS)}.")


def suits(kind: str, article: PostArticle) -> bool:
    """Say whether an article has something for a kind."""
    has_it, _ = _NEEDS[kind]
    return bool(has_it(article))


def require(kind: str, article: PostArticle) -> None:
    """Refuse a kind that the article has nothing for."""
    if not suits(kind, article):
        _, key = _NEEDS[kind]
        raise Refused(
            f"The article has nothing for a post of the kind '{kind}'; write {key!r} into its"
            " front matter, or choose another kind."
        )


def offered(article: PostArticle) -> list[str]:
    """Return the kinds that an article has something for, without that for breaking news."""
    return [kind for kind in KINDS if kind != BREAKING and suits(kind, article)]


def in_turn(kinds: Sequence[str], article_id: int) -> list[str]:
    """Return `kinds` in the order of an article: each begins with another one than the last did."""
    first = article_id % len(kinds) if kinds else 0
    return [*kinds[first:], *kinds[:first]]
