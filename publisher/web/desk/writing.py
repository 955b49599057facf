"""The form in which a post is made, of an article or of one's own words."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from publisher import clock
from publisher.articles import queries as articles
from publisher.errors import Refused
from publisher.social import kinds, posts, prices
from publisher.social import queries as social
from publisher.social.drafting import Draft
from publisher.web.desk import door, sentences, typed

_ON_OFFER = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; `more` are the parts of a thread behind `text`."""

    account: str
    article: str
    variant: str
    text: str
    more: tuple[str, ...]
    warning: str
    is_breaking: bool
    has_link: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One part as it would be posted, counted and priced as its network does."""

    text: str
    length: int
    limit: int
    price: int


@dataclass(frozen=True, slots=True)
class WritingPage:
    """The form, with what it would make in `looks`; `cost` is the account's, None before a look."""

    typed: Typed
    accounts: list[social.AccountLine]
    # Headlines by their slugs.
    articles: dict[str, str]
    kinds: tuple[str, ...] = kinds.KINDS
    looks: tuple[Look, ...] = ()
    variant: str = ""
    cost: social.Cost | None = None
    refused: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@door.members
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, show what it would make, or make it."""
    filled = _filled(request.POST or request.GET, is_posted=request.method == "POST")
    if request.method != "POST":
        return _shown(request, _page(filled))
    if "part" in request.POST:
        return _shown(request, _page(replace(filled, more=(*filled.more, ""))))
    try:
        plan = _plan(filled)
        if "look" in request.POST:
            return _shown(request, _looked_at(filled, plan))
        post_id = posts.create(plan, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, _page(filled, refused=str(refusal)))
    messages.success(request, f"Saved. {sentences.of_post(social.post(post_id))}")
    return redirect("desk_post", post_id)


def looks(draft: Draft, account: str) -> tuple[Look, ...]:
    """Return the parts of a draft as they would be posted on an account."""
    network = social.account(account).network
    counted = [(part, social.counted(account, part, draft.warning)) for part in draft.parts]
    return tuple(
        Look(part, count.length, count.limit, prices.price(network, part))
        for part, count in counted
    )


def headlines(wanted: str) -> dict[str, str]:
    """Return the newest headlines by slug, and first the one that is wanted if it is older."""
    now = clock.now()
    found = {each.slug: each.title for each in articles.listed(now, limit=_ON_OFFER)}
    is_older = wanted and wanted not in found and "\0" not in wanted
    older = articles.any_by_slug(wanted, now) if is_older else None
    return ({older.slug: older.title} if older else {}) | found


def _filled(form: QueryDict, *, is_posted: bool) -> Typed:
    return Typed(
        account=form.get("account", ""),
        article=form.get("article", ""),
        variant=form.get("variant", ""),
        text=form.get("text", ""),
        more=tuple(form.getlist("more")),
        warning=form.get("warning", ""),
        is_breaking="breaking" in form,
        has_link="link" in form or not is_posted,
    )


def _plan(filled: Typed) -> posts.Plan:
    more = (typed.storable(each, "text") for each in filled.more)
    return posts.Plan(
        account=typed.storable(filled.account, "account"),
        article_slug=typed.storable(filled.article, "article"),
        text=typed.storable(filled.text, "text"),
        more=tuple(each for each in more if each),
        variant=typed.storable(filled.variant, "kind"),
        warning=typed.storable(filled.warning, "warning"),
        is_breaking=filled.is_breaking,
        has_link=filled.has_link,
    )


def _looked_at(filled: Typed, plan: posts.Plan) -> WritingPage:
    draft = posts.compose(plan)
    cost = social.cost(plan.account, now=clock.now())
    return _page(filled, looks=looks(draft, plan.account), variant=draft.variant, cost=cost)


def _page(
    filled: Typed,
    *,
    looks: tuple[Look, ...] = (),
    variant: str = "",
    cost: social.Cost | None = None,
    refused: str = "",
) -> WritingPage:
    return WritingPage(
        typed=filled,
        accounts=social.accounts(),
        articles=headlines(filled.article),
        looks=looks,
        variant=variant,
        cost=cost,
        refused=refused,
    )


def _shown(request: HttpRequest, page: WritingPage) -> HttpResponse:
    return door.show(request, "desk/writing.html", page, status=422 if page.refused else 200)
