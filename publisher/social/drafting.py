"""Makes drafts of posts: what templates say of an article on an account, kind by kind."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from publisher import wiring
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import (
    composing,
    fitting,
    kinds,
    material,
    rules,
    shortening,
    templates,
    text,
    threads,
)
from publisher.social.models import Account
from publisher.social.plans import Plan

# On these more tags than so many look out of place, or link nothing: Threads makes a link of one.
_MOST_HASHTAGS = {"facebook": 1, "threads": 1}
# What Post.warning holds; Mastodon counts it in with the text.
_WARNING_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plan comes to, word for word: one post, or the parts of a thread.

    `variant` is "" for an editor's own words. `link` is a link in one of the parts that no other
    post has, "" for none; where it is a short one of ours, that is still to get its code, `target`
    is where it leads.
    """

    parts: tuple[str, ...]
    variant: str = ""
    link: str = ""
    target: str = ""
    warning: str = ""

    @property
    def text(self) -> str:
        """Return all parts, one below the other."""
        return "\n\n".join(self.parts)

    def with_link(self, link: str) -> "Draft":
        """Return the same words with another link, which is as long."""
        return replace(
            self, parts=tuple(part.replace(self.link, link) for part in self.parts), link=link
        )


class Writer:
    """Words the posts of one article on one account."""

    def __init__(self, account: Account, article: Article, plan: Plan) -> None:
        self.account, self.article, self._plan = account, article, plan
        self._bare = material.of(article, account)
        self._wordings = templates.wordings(account, article)
        self._rules = rules_of(account, warning=checked_warning(plan.warning), article=article)

    def turns(self, *, first: str = "") -> Iterator[tuple[str, str]]:
        """Return kinds with their templates: the first of every kind, then all the second ones.

        The kind that is to be `first` is so, where nothing else goes before it.
        """
        kinds_in_turn = self._kinds(first)
        rounds = zip_longest(*(self._sources(kind) for kind in kinds_in_turn))
        for each in rounds:
            yield from ((kind, it) for kind, it in zip(kinds_in_turn, each, strict=True) if it)

    def require(self, kind: str) -> None:
        """Refuse a kind that the article has nothing for, or that the network does not have."""
        kinds.require(kind, self._bare)
        if not self._takes(kind):
            raise Refused(
                f"'{self.account.name}' is on {self.account.network}, which has no threads; choose"
                " another kind."
            )

    def draft(self, source: str, kind: str, variant: str) -> Draft:
        """Return what a template makes of the article; raises Refused where that cannot be."""
        target = material.link(self.article, self.account, variant) if self._plan.has_link else ""
        is_short = bool(target) and self.account.has_short_links
        url = shortening.url(shortening.PLACEHOLDER) if is_short else target
        parts = self._parts(source, kind, url)
        is_said = any(url in part for part in parts)
        return Draft(
            parts=parts,
            variant=variant,
            link=url if is_said else "",
            target=target if is_said and is_short else "",
            warning=checked_warning(self._plan.warning),
        )

    def _kinds(self, first: str) -> list[str]:
        if self._plan.variant:
            wanted = kinds.of(self._plan.variant)
            self.require(wanted)
            return [wanted]
        offered = [kind for kind in kinds.offered(self._bare) if self._takes(kind)]
        own = [kind for kind in offered if self._wordings[kind].are_own]
        others = [kind for kind in offered if kind not in own]
        turns = [*kinds.in_turn(own, self.article.pk), *kinds.in_turn(others, self.article.pk)]
        before = [kinds.BREAKING] if self._plan.is_breaking else []
        if first in turns and not own:
            before.append(first)
        return list(dict.fromkeys([*before, *turns]))

    def _takes(self, kind: str) -> bool:
        return kind != kinds.THREAD or wiring.NETWORKS[self.account.network].has_threads

    def _sources(self, kind: str) -> tuple[str, ...]:
        wordings = self._wordings[kind]
        return wordings.sources if self._plan.has_link else wordings.linkless

    def _parts(self, source: str, kind: str, url: str) -> tuple[str, ...]:
        most = min(self.account.most_hashtags, _MOST_HASHTAGS.get(self.account.network, 100))
        article = replace(self._bare, url=url)
        alternatives = composing.alternatives(source, article, most_hashtags=most)
        if kind == kinds.THREAD:
            return threads.split(alternatives[0], self._rules, self._manner(url))
        words = fitting.fit(alternatives, self._rules)
        if kind in kinds.UNCUT and words not in map(text.sendable, alternatives):
            raise Refused(
                f"The {kind} of '{self.article.slug}' does not fit into a post whole; write a"
                f" shorter one into its front matter, as {kind!r}."
            )
        return (words,)

    def _manner(self, url: str) -> threads.Manner:
        account = self.account
        return threads.Manner(account.numbers_threads, url, link_first=account.links_first)


def rules_of(account: Account, *, warning: str = "", article: Article | None = None) -> rules.Rules:
    """Return how long a post of an account may be, behind a warning and beside its picture."""
    beside_picture = account.has_pictures and article is not None and bool(article.image)
    found = rules.of(account.network, account.limits, beside_picture=beside_picture)
    # Mastodon counts both together.
    taken = found.length(warning) if account.network == "mastodon" else 0
    return replace(found, limit=found.limit - taken)


def checked_warning(warning: str) -> str:
    """Return a content warning on one line; raises Refused for one that is too long."""
    clean = " ".join(text.sendable(warning).split())
    if len(clean) > _WARNING_CHARACTERS or "\0" in clean:
        raise Refused(
            f"The content warning is {len(clean)} characters long, but must be text of at most"
            f" {_WARNING_CHARACTERS}; shorten it."
        )
    return clean
