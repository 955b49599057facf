"""Writing a post, or a thread of them, and changing its words."""

from datetime import datetime
from typing import Any

from django.db import transaction

from publisher.articles import queries as articles
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import kinds, material, media, prices, shortening, wording
from publisher.social.drafting import Draft
from publisher.social.models import Account, Post
from publisher.social.plans import Plan
from publisher.social.posts import rows
from publisher.social.posts.deciding import check_time, schedule
from publisher.staff import trail
from publisher.staff.models import Member

# Among so many of the newest something for every kind is found, or there is none.
_LATEST = 40


def compose(plan: Plan) -> Draft:
    """Return what `create` would post, for a preview; raises Refused where it would."""
    account, article = Account.objects.named(plan.account), rows.article(plan.article_slug)
    return wording.compose(plan, account, article)


def variants(account: str, article_slug: str) -> list[Draft]:
    """Return what an account can still say of an article, in turn; Refused for unknown names."""
    return wording.variants(Account.objects.named(account), _article(article_slug))


def trial(source: str, kind: str, account: str, article_slug: str) -> Draft:
    """Return what a template that nobody has kept yet makes of an article on an account."""
    return wording.trial(source, kind, Account.objects.named(account), _article(article_slug))


def newest_for(kind: str, account: str, *, now: datetime) -> str:
    """Return the slug of the newest article that readers see and that has something for a kind.

    Raises Refused where none of the latest has.
    """
    kinds.check(kind)
    row = Account.objects.named(account)
    latest = (_article(each.slug) for each in articles.newest(now, limit=_LATEST))
    suiting = (each.slug for each in latest if kinds.suits(kind, material.of(each, row)))
    if found := next(suiting, ""):
        return found
    raise Refused(f"No article of late has anything for a {kind}; choose one, or publish one.")


def _article(slug: str) -> Article:
    found = rows.article(slug)
    if found is None:
        raise Refused("No article is named; give the slug of one.")
    return found


def compose_text(plan: Plan, *, now: datetime) -> str:
    """Return the words of what `create` would post; raises Refused where it would."""
    del now  # The words of a post do not depend on when it goes out.
    return compose(plan).text


@transaction.atomic
def create(plan: Plan, *, by: Member | None, now: datetime, due_at: datetime | None = None) -> int:
    """Write a post down, or a thread, and return its id; of a thread that of its first part.

    With `due_at` it is scheduled at once; where its account needs approval it stays a draft that is
    wanted then. Raises Refused, and nothing is made.
    """
    account, article = Account.objects.named(plan.account), rows.article(plan.article_slug)
    draft = wording.compose(plan, account, article)
    first = Post(
        account=account,
        article=article,
        variant=draft.variant,
        warning=draft.warning,
        is_breaking=plan.is_breaking,
        created_at=now,
    )
    with rows.no_twin(account.name):
        post_id = chain(first, draft)
    trail.note(by, f"post {post_id}", "written", now=now)
    if article and (lack := media.attach_lead(first, article)):
        trail.note(None, f"post {post_id}", lack, now=now)
    if due_at is not None and account.needs_approval:
        check_time(article, due_at, now)
        rows.thread(first).update(due_at=due_at)
    elif due_at is not None:
        schedule(post_id, due_at, by=by, now=now)
    return post_id


def chain(first: Post, draft: Draft) -> int:
    """Save a draft as one post or as the parts of a thread, each like `first`; return its id.

    A short link gets its code, and is kept with the part that it stands in.
    """
    code = shortening.new_code() if draft.target else ""
    final = draft.with_link(shortening.url(code)) if code else draft
    part: Post | None = None
    for text in final.parts:
        following = first if part is None else _following(first, part)
        following.text = text
        following.link = final.link if final.link and final.link in text else ""
        following.price_micros = prices.price(following.account.network, text)
        following.save(force_insert=True)
        if code and following.link:
            shortening.keep(code, draft.target, following, now=first.created_at)
        part = following
    return first.pk


def _following(first: Post, before: Post) -> Post:
    return Post(
        account=first.account,
        article=first.article,
        origin=first.origin,
        variant=first.variant,
        warning=first.warning,
        is_breaking=first.is_breaking,
        created_at=first.created_at,
        thread=first,
        parent=before,
    )


@transaction.atomic
def change_text(post_id: int, text: str, *, by: Member | None, now: datetime) -> None:
    """Give one post, or one part of a thread, other words; what was approved must be again."""
    post = rows.post(post_id)
    clean = wording.checked(text, post.account, post.warning)
    # A doubt was about the old words, and so were the key and what became of it.
    changes: dict[str, Any] = {"text": clean, "unsure_since": None, "key": "", "reason": ""}
    changes["price_micros"] = prices.price(post.account.network, clean)
    states = rows.reach(by, Post.CHANGEABLE)
    with rows.no_twin(post.account.name):
        rows.move_one(post_id, states, "changed", **changes)
    if post.account.needs_approval:
        # The other parts wait with it: half a thread must not go out.
        rows.move(post, Post.CHANGEABLE, "changed", state=Post.State.DRAFT)
    trail.note(by, f"post {post_id}", "changed", now=now)
