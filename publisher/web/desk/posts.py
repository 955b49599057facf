"""Posts: the list, the page of one, and every button on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from publisher import clock
from publisher.errors import Refused
from publisher.social import posts
from publisher.social import queries as social
from publisher.social.text import LIMIT
from publisher.staff import trail
from publisher.staff.models import Member
from publisher.web import pages
from publisher.web.desk import buttons, door, sentences, typed

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class PostsPage:
    """The newest posts, and the accounts that they go out on."""

    now: datetime
    posts: list[social.PostLine]
    accounts: list[social.AccountLine]


@dataclass(frozen=True, slots=True)
class PostPage:
    """One post; `text` and `due_at` are what its fields show."""

    post: social.PostLine
    account: social.AccountLine
    may: buttons.OfPost
    sentence: str
    trail: list[trail.Line]
    text: str
    due_at: str
    limit: int = LIMIT
    refused: str = ""


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newest posts."""
    page = PostsPage(clock.now(), social.posts(limit=_SHOWN), social.accounts())
    return door.show(request, "desk/posts.html", page)


@require_safe
@door.members
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Show a post."""
    return _shown(request, post_id)


@require_POST
@door.members
def change(request: HttpRequest, post_id: int) -> HttpResponse:
    """Write a post's text anew."""

    def act(by: Member, now: datetime) -> None:
        words = typed.storable(request.POST.get("text", ""), "text")
        posts.change_text(post_id, words, by=by, now=now)

    return _done(request, post_id, act)


@require_POST
@door.schedulers
def schedule(request: HttpRequest, post_id: int) -> HttpResponse:
    """Send a post at the moment that was chosen."""

    def act(by: Member, now: datetime) -> None:
        due_at = typed.due_at(request.POST, settings.TIME_ZONE, now=now)
        posts.schedule(post_id, due_at, by=by, now=now)

    return _done(request, post_id, act)


@require_POST
@door.schedulers
def settle(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say whether a post that nobody is sure of is out; if it is not, it is scheduled again."""
    is_out = request.POST.get("posted") == "yes"
    return _done(
        request, post_id, lambda by, now: posts.mark(post_id, posted=is_out, by=by, now=now)
    )


@require_POST
@door.approvers
def approve(request: HttpRequest, post_id: int) -> HttpResponse:
    """Let a post go out."""
    return _done(request, post_id, lambda by, now: posts.approve(post_id, by=by, now=now))


@require_POST
@door.schedulers
def cancel(request: HttpRequest, post_id: int) -> HttpResponse:
    """Keep a post from going out."""
    return _done(request, post_id, lambda by, now: posts.cancel(post_id, by=by, now=now))


def _done(
    request: HttpRequest, post_id: int, act: Callable[[Member, datetime], None]
) -> HttpResponse:
    """Act, and show the post with what happens next, or with why nothing was done."""
    _post(post_id)
    try:
        act(door.visitor(request), clock.now())
    except Refused as refusal:
        return _shown(request, post_id, str(refusal))
    messages.success(request, sentences.of_post(_post(post_id)))
    return redirect("desk_post", post_id)


def _shown(request: HttpRequest, post_id: int, refused: str = "") -> HttpResponse:
    shown = _post(post_id)
    account = social.account(shown.account)
    page = PostPage(
        post=shown,
        account=account,
        may=buttons.of_post(shown, account, door.visitor(request)),
        sentence=sentences.of_post(shown),
        trail=trail.of(f"post {post_id}"),
        text=request.POST.get("text", shown.text),
        due_at=request.POST.get("due_at") or pages.local(shown.due_at),
        refused=refused,
    )
    return door.show(request, "desk/post.html", page, status=422 if refused else 200)


def _post(post_id: int) -> social.PostLine:
    try:
        return social.post(post_id)
    except Refused as refusal:
        raise Http404(post_id) from refusal
