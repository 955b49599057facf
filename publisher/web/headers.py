"""The headers that keep a page to itself: what it may load, who may frame it, who may keep it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_PAGE = (
    "default-src 'self'; img-src 'self' https: data:; style-src 'self'; script-src 'self';"
    " frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
)
# A mail shown in a browser: no script, no form, no session, whatever its HTML tries. Its styles are
# inline because mail programs read no others.
_MAIL = (
    "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline';"
    " frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox"
)
# The same on the site, where its links lead out of the sandbox.
_WEB_VERSION = f"{_MAIL} allow-popups allow-popups-to-escape-sandbox"
# Pages behind a link that is somebody's key, and pages behind a login.
_PRIVATE = ("/desk/", "/confirm/", "/unsubscribe/", "/preferences/")

Answer = Callable[[HttpRequest], HttpResponseBase]


def security_headers(get_response: Answer) -> Answer:
    """Put the headers on every answer that has none of its own."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _PAGE)
        if request.path.startswith(_PRIVATE):
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


def preview(html: str) -> HttpResponse:
    """Answer with a mail's HTML, shut in, for the desk to frame."""
    return HttpResponse(html, headers={"Content-Security-Policy": _MAIL})


def web_version(html: str) -> HttpResponse:
    """Answer with a mail's HTML as a page of its own, whose links work."""
    return HttpResponse(html, headers={"Content-Security-Policy": _WEB_VERSION})
