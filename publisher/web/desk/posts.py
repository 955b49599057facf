"""Posts: the list, the page of one, and every button on it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from publisher import clock
from publisher.errors import Refused
from publisher.social import agenda, cards, media, posts, videos
from publisher.social import queries as social
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
class Part:
    """One part of a post, which may be its only one; `text` is what its field shows."""

    post: social.PostLine
    sentence: str
    may: buttons.OfPart
    text: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post with all of its parts; `due_at`, `alt` and `instead` are what its fields show."""

    post: social.PostLine
    account: social.AccountLine
    parts: list[Part]
    media: list[social.MediumLine]
    card: cards.Preview | None
    may: buttons.OfPost
    sentence: str
    trail: list[trail.Line]
    due_at: str
    # What speaks against the time at which it is to go out.
    warnings: list[str]
    alt: str
    instead: str
    # What its network takes of a video, "" where that takes none.
    clip: str
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
    """Show a post; a part of a thread is shown among the others."""
    first = social.thread(_post(post_id).id)[0].id
    return _shown(request, post_id) if first == post_id else redirect("desk_post", first)


@require_POST
@door.members
def change(request: HttpRequest, post_id: int) -> HttpResponse:
    """Write a post's text anew."""

    def act(by: Member, now: datetime) -> None:
        words = typed.storable(request.POST.get("text", ""), "text")
        posts.change_text(post_id, words, by=by, now=now)

    return _done(request, post_id, act)


@require_POST
@door.members
def add_picture(request: HttpRequest, post_id: int) -> HttpResponse:
    """Give a post one more picture."""

    def act(by: Member, now: datetime) -> None:
        alt = typed.storable(request.POST.get("alt", ""), "description")
        media.add(post_id, typed.picture(request.FILES.get("picture")), alt, by=by, now=now)

    return _done(request, post_id, act)


@require_POST
@door.members
def add_video(request: HttpRequest, post_id: int) -> HttpResponse:
    """Give a post a video."""

    def act(by: Member, now: datetime) -> None:
        alt = typed.storable(request.POST.get("alt", ""), "description")
        media.add_video(post_id, typed.video(request.FILES.get("video")), alt, by=by, now=now)

    return _done(request, post_id, act)


@require_POST
@door.members
def remove_picture(request: HttpRequest, post_id: int, medium_id: int) -> HttpResponse:
    """Take a picture from a post."""
    return _done(request, post_id, lambda by, now: media.remove(post_id, medium_id, by=by, now=now))


@require_POST
@door.schedulers
def delete(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take a post back from its network."""
    return _done(request, post_id, lambda by, now: posts.delete(post_id, by=by, now=now))


@require_POST
@door.schedulers
def replace(request: HttpRequest, post_id: int) -> HttpResponse:
    """Put other words in the place of a post, and show these."""
    _post(post_id)
    try:
        words = typed.storable(request.POST.get("instead", ""), "text")
        new = posts.replace(post_id, words, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, post_id, str(refusal))
    messages.success(request, sentences.of_post(_post(new)))
    return redirect("desk_post", new)


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

    def act(by: Member, now: datetime) -> None:
        known = typed.storable(request.POST.get("network_id", ""), "id")
        posts.mark(post_id, posted=is_out, network_id=known, by=by, now=now)

    return _done(request, post_id, act)


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
    """Show a post; what was typed into a refused form stands in its field again."""
    thread = social.thread(_post(post_id).id)
    first, visitor, form = thread[0], door.visitor(request), request.POST
    account = social.account(first.account)
    page = PostPage(
        post=first,
        account=account,
        parts=[
            _part(each, visitor, form.get("text") if each.id == post_id else None)
            for each in thread
        ],
        media=social.media(first.id),
        card=social.card(first.id),
        may=buttons.of_post(thread, account, visitor),
        sentence=sentences.of_thread(thread),
        trail=trail.of(*[f"post {each.id}" for each in thread]),
        due_at=form.get("due_at") or pages.local(first.due_at or _proposed(first)),
        warnings=social.warnings(first.id),
        alt=form.get("alt", ""),
        instead=form.get("instead", first.text),
        clip=videos.CLIPS[account.network].spoken() if account.network in videos.CLIPS else "",
        refused=refused,
    )
    return door.show(request, "desk/post.html", page, status=422 if refused else 200)


def _proposed(post: social.PostLine) -> datetime | None:
    """Return the next moment that nothing else of the account has; None where there is none."""
    now = clock.now()
    with suppress(Refused):
        return agenda.free_slot(post.account, now, now=now)
    return None


def _part(post: social.PostLine, visitor: Member, typed_text: str | None) -> Part:
    return Part(
        post=post,
        sentence=sentences.of_post(post),
        may=buttons.of_part(post, visitor),
        text=post.text if typed_text is None else typed_text,
    )


def _post(post_id: int) -> social.PostLine:
    try:
        return social.post(post_id)
    except Refused as refusal:
        raise Http404(post_id) from refusal
