"""The form in which a post is made, of an article or of one's own words."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from publisher import clock
from publisher.articles import queries as articles
from publisher.errors import Refused
from publisher.social import posts
from publisher.social import queries as social
from publisher.web.desk import door, sentences, typed

_ON_OFFER = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    account: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class WritingPage:
    """The form; `length` is how much of `limit` the words in `look` take, as the network counts."""

    typed: Typed
    accounts: list[social.AccountLine]
    # Headlines by their slugs.
    articles: dict[str, str]
    look: str = ""
    length: int = 0
    limit: int = 0
    refused: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, show what it would make, or make it."""
    filled = _filled(request.POST or request.GET)
    if request.method != "POST":
        return _shown(request, filled)
    now = clock.now()
    try:
        plan = _plan(filled)
        if "look" in request.POST:
            return _shown(request, filled, look=posts.compose_text(plan, now=now))
        post_id = posts.create(plan, by=door.visitor(request), now=now)
    except Refused as refusal:
        return _shown(request, filled, refused=str(refusal))
    messages.success(request, f"Saved. {sentences.of_post(social.post(post_id))}")
    return redirect("desk_post", post_id)


def _filled(form: QueryDict) -> Typed:
    return Typed(form.get("account", ""), form.get("article", ""), form.get("text", ""))


def _plan(filled: Typed) -> posts.Plan:
    return posts.Plan(
        account=typed.storable(filled.account, "account"),
        article_slug=typed.storable(filled.article, "article"),
        text=typed.storable(filled.text, "text"),
    )


def _headlines(wanted: str) -> dict[str, str]:
    """Return the newest articles, and before them the one that is wanted if it is older."""
    now = clock.now()
    found = {each.slug: each.title for each in articles.listed(now, limit=_ON_OFFER)}
    older = articles.any_by_slug(wanted, now) if wanted and wanted not in found else None
    return ({older.slug: older.title} if older else {}) | found


def _shown(
    request: HttpRequest, filled: Typed, *, look: str = "", refused: str = ""
) -> HttpResponse:
    counted = social.counted(filled.account, look) if look else social.Counted(0, 0)
    page = WritingPage(
        typed=filled,
        accounts=social.accounts(),
        articles=_headlines(filled.article),
        look=look,
        length=counted.length,
        limit=counted.limit,
        refused=refused,
    )
    return door.show(request, "desk/writing.html", page, status=422 if refused else 200)
