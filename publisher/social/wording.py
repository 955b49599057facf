"""The words of a post: an editor's own, or those that a template makes of an article.

A preview, a post that somebody wants and one that an account writes by itself all go through here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count, zip_longest

from publisher import wiring
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import composing, fitting, kinds, material, shortening, templates
from publisher.social import text as rules
from publisher.social.models import Account, Post
from publisher.social.plans import Plan

# On these more tags than so many look out of place, or link nothing: Threads makes a link of one.
_MOST_HASHTAGS = {"facebook": 1, "threads": 1}
# What Post.warning holds; Mastodon counts it in with the text.
_WARNING_CHARACTERS = 300
# Nothing of them is on the network, or will be.
_GONE = (Post.State.CANCELLED, Post.State.FAILED, Post.State.DELETED)
# These no longer hold their variant; see the constraint post_variant_once.
_FREED = (Post.State.CANCELLED, Post.State.DELETING, Post.State.DELETED)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plan comes to, word for word: one post, or the parts of a thread.

    `variant` is "" for an editor's own words. `link` is a link in one of the parts that no other
    post has, "" for none; `target` is where it leads where it is a short one of ours that is still
    to be kept.
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


def compose(
    plan: Plan, account: Account, article: Article | None, *, code: str = shortening.PLACEHOLDER
) -> Draft:
    """Return what a plan comes to; `code` is that of a short link, should there be one.

    Where no kind is wanted it is the headline, and for more posts of the article whose turn it is.
    Raises Refused for words that the network would refuse, and where nothing is left to be said of
    the article in the way that is wanted.
    """
    if plan.text.strip() or article is None:
        own = (checked(plan.text), *map(checked, plan.more))
        return Draft(own, warning=_checked_warning(plan.warning))
    writer = _Writer(account, article, plan, code)
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
    itself go before the others.
    """
    writer = _Writer(account, article, plan or Plan(account.name), shortening.PLACEHOLDER)
    return list(_offers(writer, writer.turns()))


def trial(source: str, kind: str, account: Account, article: Article) -> Draft:
    """Return what a template that is not kept makes of an article; raises Refused as `compose`."""
    kinds.check(kind)
    writer = _Writer(account, article, Plan(account.name), shortening.PLACEHOLDER)
    draft = writer.draft(source, kind, kind)
    if draft is None:
        raise Refused(f"The {kind} of '{article.slug}' does not fit whole; shorten it.")
    return draft


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


def _checked_warning(warning: str) -> str:
    clean = " ".join(rules.sendable(warning).split())
    if len(clean) > _WARNING_CHARACTERS or "\0" in clean:
        raise Refused(
            f"The content warning is {len(clean)} characters long, but must be text of at most"
            f" {_WARNING_CHARACTERS}; shorten it."
        )
    return clean


def _offers(writer: "_Writer", turns: Iterable[tuple[str, str]]) -> Iterator[Draft]:
    said = _said(writer.account, writer.article)
    refusals: list[Refused] = []
    offered = 0
    for kind, source in turns:
        try:
            draft = writer.draft(source, kind, said.free_name(kind))
        except Refused as refusal:
            # A template that does not work for this article leaves the turn to the next one.
            refusals.append(refusal)
            continue
        if draft is not None and not said.knows(draft):
            said.add(draft)
            offered += 1
            yield draft
    if refusals and not offered:
        raise refusals[0]


@dataclass(slots=True)
class _Said:
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


def _said(account: Account, article: Article) -> _Said:
    posts = Post.objects.filter(account=account, article=article)
    told = posts.exclude(state__in=_GONE).values_list("link", "text")
    holding = posts.filter(parent=None).exclude(state__in=_FREED)
    return _Said(
        account,
        variants=set(holding.values_list("variant", flat=True)),
        words={_without(link, text) for link, text in told},
    )


def _without(link: str, text: str) -> str:
    return " ".join((text.replace(link, " ") if link else text).split())


class _Writer:
    """Words the posts of one article on one account."""

    def __init__(self, account: Account, article: Article, plan: Plan, code: str) -> None:
        self.account, self.article, self._plan, self._code = account, article, plan, code
        self._bare = material.of(article, account)
        self._wordings = templates.wordings(account, article)

    def turns(self, *, first: str = "") -> Iterator[tuple[str, str]]:
        """Return kinds with their templates: the first of every kind, then all the second ones.

        The kind that is to be `first` is so, where nothing else goes before it.
        """
        kinds_in_turn = self._kinds(first)
        rounds = zip_longest(*(self._sources(kind) for kind in kinds_in_turn))
        for each in rounds:
            yield from ((kind, it) for kind, it in zip(kinds_in_turn, each, strict=True) if it)

    def draft(self, source: str, kind: str, variant: str) -> Draft | None:
        """Return what a template makes of the article; None where a whole quote does not fit."""
        target = material.link(self.article, self.account, variant) if self._plan.has_link else ""
        is_short = bool(target) and self.account.has_short_links
        url = shortening.url(self._code) if is_short else target
        parts = self._parts(source, kind, url)
        link = url if any(url in part for part in parts) else ""
        return (
            Draft(
                parts=parts,
                variant=variant,
                link=link,
                target=target if link and is_short else "",
                warning=_checked_warning(self._plan.warning),
            )
            if parts
            else None
        )

    def _kinds(self, first: str) -> list[str]:
        if self._plan.variant:
            wanted = kinds.of(self._plan.variant)
            kinds.require(wanted, self._bare)
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
            return _split(alternatives[0], url, self.account)
        text = fitting.fit(alternatives)
        was_cut = text not in map(rules.sendable, alternatives)
        return () if was_cut and kind in kinds.UNCUT else (text,)


def _split(text: str, url: str, account: Account) -> tuple[str, ...]:
    """Return the parts of a thread: as many paragraphs in each as fit, the link first or last."""
    paragraphs = [each for each in text.split("\n\n") if each.strip()]
    if url and account.links_first:
        paragraphs[0] = f"{paragraphs[0]}\n\n{url}"
    elif url:
        paragraphs[-1] = f"{paragraphs[-1]}\n\n{url}"
    parts: list[str] = []
    for paragraph in paragraphs:
        joined = f"{parts[-1]}\n\n{paragraph}" if parts else paragraph
        if parts and rules.is_valid_post(joined):
            parts[-1] = joined
        else:
            parts.append(fitting.fit([paragraph]))
    return tuple(parts)


def _all_said(account: Account, article: Article, plan: Plan) -> str:
    how = f" as a {kinds.of(plan.variant)}" if plan.variant else ""
    without = "" if plan.has_link else " without a link"
    return (
        f"'{account.name}' has said of '{article.slug}' all that its templates say{how}{without};"
        " add a template with other words, or write your own."
    )
