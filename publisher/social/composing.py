"""Makes the words of a post out of an article and a template that an editor may have written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import regex

from publisher.social import fitting, templating
from publisher.social.rules import Rules

MOST_HASHTAGS = 3
_BETWEEN_ALTERNATIVES = regex.compile(r"^[ \t]*---[ \t]*$", regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class PostArticle:
    """What a post template may say of an article; `url` is absolute, `tags` are plain words.

    `url` is "" in a post without a link. `quote` has its quotation marks, and `authors` are called
    what the network calls them, as far as the directory knows; so are those who are named in the
    article, in `handles`. `breaking` says in the article's language that this is just in.
    """

    title: str
    url: str
    standfirst: str = ""
    section: str = ""
    authors: Sequence[str] = ()
    tags: Sequence[str] = ()
    quote: str = ""
    speaker: str = ""
    question: str = ""
    numbers: str = ""
    key_points: Sequence[str] = ()
    handles: Sequence[str] = ()
    breaking: str = "Breaking"


def compose(
    source: str,
    article: PostArticle,
    rules: Rules,
    *,
    most_hashtags: int = MOST_HASHTAGS,
) -> str:
    """Return the post that a template makes of `article`, as long as a network takes.

    See `alternatives`, and `fitting.fit` for which of them it is.
    """
    return fitting.fit(alternatives(source, article, most_hashtags=most_hashtags), rules)


def alternatives(
    source: str, article: PostArticle, *, most_hashtags: int = MOST_HASHTAGS
) -> list[str]:
    """Return what a template says, longest first: its alternatives, parted by a line of `---`.

    The template knows `article`, `hashtags` (each with its #), `handles` (each with its @) and
    `breaking`. Raises Refused, with the line, where it is wrong.
    """
    tidied = _on_one_line(article)
    context = {
        "article": tidied,
        "hashtags": _hashtags(tidied)[:most_hashtags],
        "handles": tidied.handles,
        "breaking": tidied.breaking,
    }
    whole = templating.rendered(source, context)
    return [_tidy(each) for each in _BETWEEN_ALTERNATIVES.split(whole)]


def _on_one_line(article: PostArticle) -> PostArticle:
    """Keep a line break in a headline from being read as the end of an alternative."""
    return replace(
        article,
        title=_joined(article.title),
        standfirst=_joined(article.standfirst),
        section=_joined(article.section),
        authors=tuple(map(_joined, article.authors)),
        tags=tuple(map(_joined, article.tags)),
        quote=_joined(article.quote),
        speaker=_joined(article.speaker),
        question=_joined(article.question),
        numbers=_joined(article.numbers),
        key_points=tuple(map(_joined, article.key_points)),
    )


def _joined(words: str) -> str:
    return " ".join(words.split())


def _hashtags(article: PostArticle) -> list[str]:
    return _unlike(filter(None, map(fitting.hashtag, article.tags)))


def _unlike(hashtags: Iterable[str]) -> list[str]:
    # X does not tell #Ai from #AI; the first spelling stays.
    return list({each.casefold(): each for each in reversed(list(hashtags))}.values())[::-1]


def _tidy(alternative: str) -> str:
    """Drop the space and the empty lines that a missing standfirst leaves behind."""
    lines = "\n".join(line.rstrip() for line in alternative.strip().splitlines())
    return regex.sub(r"\n{3,}", "\n\n", lines)
