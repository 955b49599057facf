"""The form in which an edition is made of articles, for a new one and for a draft."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from publisher import clock
from publisher.articles import queries as articles
from publisher.errors import Refused
from publisher.newsletters import editions, weighing
from publisher.newsletters import queries as newsletters
from publisher.web.desk import door, sentences, typed

_ON_OFFER = 40
_PLACE = "place-"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; `places` are numbers, by the slug of the article they are for."""

    newsletter: str
    subject: str
    preheader: str
    places: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """An article that may go in, and its place, "" while it has none."""

    id: int
    slug: str
    title: str
    section: str
    published_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class ComposingPage:
    """The form; `edition_id` is None for an edition that is not there yet."""

    typed: Typed
    newsletters: list[newsletters.Title]
    offers: list[Offer]
    edition_id: int | None = None
    refused: str = ""
    # Whether it was refused because Gmail would cut it off.
    clipped: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, or make an edition of it."""
    filled = _filled(request.POST or request.GET)
    if request.method != "POST":
        return _shown(request, filled)
    by = door.visitor(request)
    try:
        newsletter = newsletters.newsletter(filled.newsletter)
        edition_id = editions.create(newsletter.id, _plan(filled), by=by, now=clock.now())
    except Refused as refusal:
        return _shown(request, filled, refusal=refusal)
    return _made(request, edition_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def change(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Show the form with what an edition is made of, or change that."""
    if request.method != "POST":
        return _shown(request, _stored(edition_id), edition_id)
    filled = _filled(request.POST)
    by = door.visitor(request)
    try:
        manner = editions.Manner(clipping_accepted=typed.clipping_accepted(request.POST))
        plan = replace(_plan(filled), manner=manner)
        editions.change(edition_id, plan, by=by, now=clock.now())
    except Refused as refusal:
        return _shown(request, filled, edition_id, refusal)
    return _made(request, edition_id)


def _filled(form: QueryDict) -> Typed:
    # An article's page links here with that article in the first place.
    places = {form.get("article", ""): "1"}
    for field in form:
        if field.startswith(_PLACE):
            places[field.removeprefix(_PLACE)] = form.get(field, "").strip()
    return Typed(
        newsletter=form.get("newsletter", ""),
        subject=form.get("subject", ""),
        preheader=form.get("preheader", ""),
        places={
            slug: place for slug, place in places.items() if place and slug and "\0" not in slug
        },
    )


def _stored(edition_id: int) -> Typed:
    try:
        issue = newsletters.edition(edition_id)
    except Refused as refusal:
        raise Http404(edition_id) from refusal
    places = {slug: str(place) for place, (slug, _) in enumerate(issue.articles, 1)}
    return Typed(issue.newsletter_slug, issue.subject, issue.preheader, places)


def _plan(filled: Typed) -> editions.Plan:
    chosen = [offer for offer in _offers(filled) if offer.place]
    if wrong := [offer for offer in chosen if not offer.place.isdecimal()]:
        raise Refused(f"“{wrong[0].place}” is no place for “{wrong[0].title}”; write 1, 2, 3 …")
    chosen.sort(key=lambda offer: int(offer.place))
    return editions.Plan(
        article_ids=tuple(offer.id for offer in chosen),
        subject=typed.storable(filled.subject, "subject"),
        preheader=typed.storable(filled.preheader, "preheader"),
    )


def _offers(filled: Typed) -> list[Offer]:
    """Return the newest articles, and before them those that are in and older."""
    now = clock.now()
    newest = articles.listed(now, limit=_ON_OFFER)
    older = set(filled.places) - {each.slug for each in newest}
    found = [articles.any_by_slug(slug, now) for slug in sorted(older)] + newest
    return [
        Offer(
            id=each.id,
            slug=each.slug,
            title=each.title,
            section=each.section,
            published_at=each.published_at,
            place=filled.places.get(each.slug, ""),
        )
        for each in found
        if each
    ]


def _shown(
    request: HttpRequest,
    filled: Typed,
    edition_id: int | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    page = ComposingPage(
        typed=filled,
        newsletters=newsletters.newsletters(),
        offers=_offers(filled),
        edition_id=edition_id,
        refused=str(refusal or ""),
        clipped=isinstance(refusal, weighing.Clipped),
    )
    return door.show(request, "desk/composing.html", page, status=422 if refusal else 200)


def _made(request: HttpRequest, edition_id: int) -> HttpResponse:
    issue = newsletters.edition(edition_id)
    messages.success(request, f"Saved. {sentences.of_edition(issue)}")
    return redirect("desk_edition", edition_id)
