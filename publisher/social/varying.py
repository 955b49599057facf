"""The ways in which an account can still speak of an article."""

from dataclasses import dataclass

from publisher.articles.models import Article
from publisher.social import wording
from publisher.social.models import Account, Post


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to word an article: the kind of its template, and its text or parts of a thread.

    `link` is a link in the text that no other post has, "" for none.
    """

    kind: str
    texts: tuple[str, ...]
    link: str = ""


def variants(account: Account, article: Article) -> list[Variant]:
    """Return what the account has not posted yet, the next one first; raises Refused."""
    text = wording.compose("", account, article)
    said = account.posts.filter(text=text, state__in=(*Post.AHEAD, *Post.SENT))
    return [] if said.exists() else [Variant("headline", (text,))]
