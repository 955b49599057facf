"""The pages for when there is no page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from publisher.web import pages


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, in a headline and a sentence."""

    headline: str
    sentence: str


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense."""
    del exception
    return _answer(request, 400, "We did not understand that", "Go back and try once more.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may not do this."""
    del exception
    return _answer(
        request, 403, "That is not yours to do", "Ask an editor or a chief, whose role allows it."
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one that is too old."""
    del reason
    return _answer(
        request, 403, "That form is out of date", "Go back, reload the page and send it again."
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that is not there, or not there any more."""
    del exception
    return _answer(
        request,
        404,
        "There is no such page",
        "The address may be misspelled, or what stood here is gone.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after a bug; the page needs neither the database nor a session."""
    return _answer(
        request, 500, "Something broke on our side", "It has been written down. Try again shortly."
    )


def _answer(request: HttpRequest, status: int, headline: str, sentence: str) -> HttpResponse:
    return pages.show(request, "site/error.html", ErrorPage(headline, sentence), status=status)
