"""Subscribing, confirming, leaving.

Each of them is a form that anybody may send, or that a signed link opens: there is no session that
a foreign page could borrow, so there is no CSRF token either, and readers get no cookie.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from publisher import clock, links
from publisher.audience import actions as audience
from publisher.audience import queries as readers
from publisher.errors import Refused
from publisher.web import pages
from publisher.web.site import keys
from publisher.web.site.framing import Frame, frame

_SHOW_AND_SEND = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote into the form."""

    email: str = ""
    name: str = ""
    newsletters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscribePage:
    """The form; `refused` is what was wrong with what was typed."""

    frame: Frame
    typed: Typed
    refused: str = ""


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """The answer to the form, the same whoever's address it was."""

    frame: Frame
    email: str


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A subscription that waits for its reader's yes, or has it by now."""

    frame: Frame
    newsletter: str
    state: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class LeavePage:
    """A subscription that somebody wants to end, or has ended."""

    frame: Frame
    newsletter: str
    has_ended: bool
    preferences: str


@csrf_exempt
@_SHOW_AND_SEND
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it."""
    now = clock.now()
    around = frame(now)
    if request.method != "POST":
        return pages.show(request, "site/subscribe.html", SubscribePage(around, Typed()))
    typed = Typed(
        email=request.POST.get("email", ""),
        name=request.POST.get("name", ""),
        newsletters=tuple(request.POST.getlist("newsletter")),
    )
    try:
        wanted = _wanted(typed, around)
        # Only a program fills in a field that nobody sees.
        for newsletter_id in () if request.POST.get("website") else wanted:
            form = audience.Form(typed.email, typed.name, source="form")
            audience.sign_up(form, newsletter_id, now=now)
    except Refused as refusal:
        page = SubscribePage(around, typed, str(refusal))
        return pages.show(request, "site/subscribe.html", page, status=422)
    return pages.show(request, "site/mailbox.html", MailboxPage(around, typed.email.strip()))


def _wanted(typed: Typed, around: Frame) -> list[int]:
    wanted = [title.id for title in around.newsletters if title.slug in typed.newsletters]
    if not wanted:
        raise Refused("No newsletter is chosen; tick at least one.")
    return wanted


@csrf_exempt
@_SHOW_AND_SEND
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button, because programs that look after a mailbox open every link; it confirms."""
    subscription_id = keys.subscription("confirm", token)
    now = clock.now()
    is_new = request.method == "POST" and audience.confirm(subscription_id, now=now)
    wish = readers.wish(subscription_id)
    if wish is None:
        raise Http404(token)
    page = ConfirmPage(frame(now), wish.newsletter, wish.state, is_new)
    return pages.show(request, "site/confirm.html", page)


@csrf_exempt
@_SHOW_AND_SEND
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button that ends a subscription; a mail program ends it in one step (RFC 8058)."""
    subscription_id = keys.subscription("unsubscribe", token)
    now = clock.now()
    if request.method == "POST":
        audience.unsubscribe(subscription_id, now=now)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse("You are unsubscribed.\n", content_type="text/plain")
    wish = readers.wish(subscription_id)
    if wish is None:
        raise Http404(token)
    page = LeavePage(
        frame=frame(now),
        newsletter=wish.newsletter,
        has_ended=wish.state == "ended",
        preferences=links.preferences(subscription_id),
    )
    return pages.show(request, "site/unsubscribe.html", page)
