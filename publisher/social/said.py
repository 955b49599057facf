"""What an account has said of an article already, so that it says nothing twice."""

from dataclasses import dataclass
from itertools import chain, count

from publisher.articles.models import Article
from publisher.social.drafting import Draft
from publisher.social.models import Account, Post

# Nothing of them is on the network, or will be.
_GONE = (Post.State.CANCELLED, Post.State.FAILED, Post.State.DELETED)
# These no longer hold their variant; see the constraint post_variant_once.
_FREED = (Post.State.CANCELLED, Post.State.DELETING, Post.State.DELETED)


@dataclass(slots=True)
class Said:
    """What an account has said of an article, without links, and under which variants."""

    account: Account
    variants: set[str]
    words: set[str]

    def free_name(self, kind: str) -> str:
        """Return the name of the next post of a kind: hook, hook-2, hook-3."""
        later = (f"{kind}-{number}" for number in count(2))
        return next(name for name in chain((kind,), later) if name not in self.variants)

    def knows(self, draft: Draft) -> bool:
        """Return whether one of the parts would repeat what was said; no network likes that."""
        if any(_without(draft.link, part) in self.words for part in draft.parts):
            return True
        # Only what has a link of its own differs from what was said of all other articles.
        linkless = [part for part in draft.parts if not draft.link or draft.link not in part]
        others = Post.objects.filter(account=self.account, text__in=linkless)
        return bool(linkless) and others.exclude(state__in=_GONE).exists()

    def add(self, draft: Draft) -> None:
        """Count a draft as said."""
        self.variants.add(draft.variant)
        self.words |= {_without(draft.link, part) for part in draft.parts}


def by(account: Account, article: Article) -> Said:
    """Return what an account has said of an article, or is going to."""
    posts = Post.objects.filter(account=account, article=article)
    told = posts.exclude(state__in=_GONE).values_list("link", "text")
    holding = posts.filter(parent=None).exclude(state__in=_FREED)
    return Said(
        account,
        variants=set(holding.values_list("variant", flat=True)),
        words={_without(link, text) for link, text in told},
    )


def _without(link: str, text: str) -> str:
    return " ".join((text.replace(link, " ") if link else text).split())
