"""The rows behind the verbs: found, moved from state to state, or refused in a sentence."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social.models import Post
from publisher.staff.models import Member

_SPOKEN = {
    "draft": "a draft",
    "posting": "being posted now",
    "deleting": "being deleted now",
}


def article(slug: str) -> Article | None:
    """Return an article, None for no slug at all; Refused where there is none of this name."""
    if not slug:
        return None
    found = Article.objects.select_related("section").filter(slug=slug).first()
    if found is None:
        raise Refused(f"There is no article '{slug}'.")
    return found


def post(post_id: int) -> Post:
    """Return a post; Refused where there is none with this id."""
    found = Post.objects.select_related("account", "article").filter(pk=post_id).first()
    if found is None:
        raise Refused(f"There is no post {post_id}.")
    return found


def thread(post: Post) -> QuerySet[Post]:
    """Return all parts of a post's thread, which may be itself alone."""
    first = post.thread_id or post.pk
    return Post.objects.filter(Q(pk=first) | Q(thread=first))


def move(post: Post, states: Sequence[str], verb: str, **changes: Any) -> None:
    """Change those parts of a thread that are in `states`; Refused where none is."""
    if not thread(post).filter(state__in=states).update(**changes):
        raise refusal(post.pk, verb)


def move_one(post_id: int, states: Sequence[str], verb: str, **changes: Any) -> None:
    """Change one post; Refused where it is in none of `states`."""
    if not Post.objects.filter(pk=post_id, state__in=states).update(**changes):
        raise refusal(post_id, verb)


def refusal(post_id: int, verb: str) -> Refused:
    """Return why a post cannot be `verb`, "cancelled" say: the state that somebody left it in."""
    state = Post.objects.filter(pk=post_id).values_list("state", flat=True).first()
    if state is None:
        return Refused(f"There is no post {post_id}.")
    spoken = _SPOKEN.get(state, f"{state} already")
    return Refused(f"Post {post_id} is {spoken}, so it cannot be {verb}.")


def reach(by: Member | None, states: Sequence[str]) -> Sequence[str]:
    """Return those of `states` from which this person may move a post: authors only from draft."""
    return states if by is None or by.may_schedule else (Post.State.DRAFT,)


def require_scheduler(by: Member | None) -> None:
    """Refuse an author, who writes posts and does not decide when they go out."""
    if by is not None and not by.may_schedule:
        raise Refused("Authors write posts, editors decide when they go out; ask one of them.")


def spoken(moment: datetime) -> str:
    """Return a moment in the newsroom's zone, as a trail and a refusal say it."""
    return f"{localtime(moment):%Y-%m-%d %H:%M %Z}"


@contextmanager
def no_twin(account: str) -> Iterator[None]:
    """Turn the database's refusals of a second post into sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "post_text_once" in str(error):
            raise Refused(
                f"Another post on '{account}' says the same and is not out yet, and the network"
                " would refuse the second; change the text."
            ) from error
        if "post_variant_once" in str(error):
            raise Refused(
                f"'{account}' has this post of the article already; choose another variant, or"
                " write your own words."
            ) from error
        raise
