"""The ways in which an account can still speak of an article."""

from dataclasses import dataclass

from publisher.articles.models import Article
from publisher.social import wording
from publisher.social.models import Account, Post


@dataclass(frozen=True, slots=True)
class Draft:
    """One way to word an article: a post, or the parts of a thread.

    `variant` is the kind of its template, with a number where the account has used that for the
    article before. `link` is a link in one of the parts that no other post has, "" for none.
    """

    parts: tuple[str, ...]
    variant: str
    link: str = ""
    warning: str = ""


def variants(account: Account, article: Article) -> list[Draft]:
    """Return what the account has not posted yet, the next one first; raises Refused."""
    text = wording.compose("", account, article)
    said = account.posts.filter(text=text, state__in=(*Post.AHEAD, *Post.SENT))
    return [] if said.exists() else [Draft((text,), "headline")]
