"""How posts are worded: the templates of each account, and the form in which one is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from publisher import clock, wiring
from publisher.errors import Refused
from publisher.social import kinds, posts, spoken, templates
from publisher.social import queries as social
from publisher.social.templates import Rung, TemplateLine, Wish
from publisher.staff import trail
from publisher.web.desk import door, typed, writing


@dataclass(frozen=True, slots=True)
class Offer:
    """A post that an account can still make of an article, part by part."""

    variant: str
    looks: tuple[writing.Look, ...]


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """What words the posts of `account`, kind by kind; all that is written where that is ""."""

    account: str
    accounts: list[social.AccountLine]
    ladder: Mapping[str, Sequence[Rung]]
    lines: list[TemplateLine]
    may_change: bool
    # Headlines by their slugs.
    articles: dict[str, str]
    article: str
    # What the account makes of the article, None where none is chosen.
    offers: list[Offer] | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; `whose` is "account:…", "network:…", or "" for the newsroom."""

    kind: str
    whose: str
    source: str
    sections: str
    tags: str
    authors: str
    # The stamp of what is being changed, and what it is tried on.
    seen: str
    account: str
    article: str

    @property
    def wish(self) -> Wish:
        """Return what is to be kept."""
        what, _, name = typed.storable(self.whose, "account").partition(":")
        return Wish(
            typed.storable(self.kind, "kind"),
            typed.storable(self.source, "template"),
            account=name if what == "account" else "",
            network=name if what == "network" else "",
            sections=spoken.names(typed.storable(self.sections, "section")),
            tags=spoken.names(typed.storable(self.tags, "tag")),
            authors=spoken.names(typed.storable(self.authors, "author")),
        )


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """The form of a template, new where `template_id` is None, and what it makes in `looks`."""

    template_id: int | None
    typed: Typed
    accounts: list[social.AccountLine]
    # Headlines by their slugs.
    articles: dict[str, str]
    trail: list[trail.Line]
    networks: tuple[str, ...] = tuple(wiring.NETWORKS)
    kinds: tuple[str, ...] = kinds.KINDS
    looks: tuple[writing.Look, ...] = ()
    refused: str = ""


@require_safe
@door.members
def listing(request: HttpRequest) -> HttpResponse:
    """Show all that the newsroom has written, or what words the posts of one account.

    Where an article is chosen, that is followed by what the account would say of it.
    """
    account, accounts = request.GET.get("account", ""), social.accounts()
    if account and account not in {each.name for each in accounts}:
        raise Http404(account)
    article = request.GET.get("article", "") if account else ""
    page = TemplatesPage(
        account=account,
        accounts=accounts,
        ladder=templates.ladder(account) if account else {},
        lines=templates.listed(),
        may_change=door.visitor(request).may_schedule,
        articles=writing.headlines(article) if account else {},
        article=article,
    )
    try:
        page = replace(page, offers=_offers(account, article) if article else None)
    except Refused as refusal:
        page = replace(page, refused=str(refusal))
    return door.show(request, "desk/templates.html", page, status=422 if page.refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door.schedulers
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new template, show what it would make, or keep it."""
    if request.method != "POST":
        return _shown(request, None, _begun(request.GET))
    filled = _filled(request.POST)
    try:
        if "look" in request.POST:
            return _looked_at(request, None, filled)
        templates.add(filled.wish, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, None, filled, refused=str(refusal))
    messages.success(request, f"The template is kept: it words {filled.kind} posts from now on.")
    return _listed(filled)


@require_http_methods(["GET", "HEAD", "POST"])
@door.schedulers
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    """Show a template in its form, show what it would make, or keep what was changed."""
    if request.method != "POST":
        return _shown(request, template_id, _of(_line(template_id)))
    filled = _filled(request.POST)
    try:
        line = templates.template(template_id)
    except Refused:
        gone = "Somebody has removed this template meanwhile; keep yours as a new one, or leave it."
        return _shown(request, None, filled, refused=gone)
    # Whose it is and of which kind is nobody's to change.
    filled = replace(filled, kind=line.kind, whose=_whose(line))
    try:
        if "look" in request.POST:
            return _looked_at(request, template_id, filled)
        by = door.visitor(request)
        templates.change(template_id, filled.wish, seen=filled.seen, by=by, now=clock.now())
    except Refused as refusal:
        return _shown(request, template_id, filled, refused=str(refusal))
    messages.success(request, "The template is changed; posts that are written stay as they are.")
    return _listed(filled)


@require_POST
@door.schedulers
def remove(request: HttpRequest, template_id: int) -> HttpResponse:
    """Forget a template."""
    line, seen = _line(template_id), request.POST.get("seen", "")
    try:
        templates.remove(template_id, seen=seen, by=door.visitor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, template_id, _of(line), refused=str(refusal))
    messages.success(request, f"The template is gone; it words no more {line.kind} posts.")
    return _listed(_of(line))


def _offers(account: str, article: str) -> list[Offer]:
    drafts = posts.variants(account, typed.storable(article, "article"))
    return [Offer(draft.variant, writing.looks(draft, account)) for draft in drafts]


def _begun(query: QueryDict) -> Typed:
    """Return a form that begins with what posts of the kind say now."""
    kind, account = query.get("kind", kinds.HEADLINE), query.get("account", "")
    network = query.get("network", "")
    whose = f"account:{account}" if account else f"network:{network}" if network else ""
    try:
        typed.storable(whose, "account")
        source = templates.ours(kind, social.account(account).network if account else network)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal
    return replace(_filled(query), kind=kind, whose=whose, source=source)


def _of(line: TemplateLine) -> Typed:
    return Typed(
        kind=line.kind,
        whose=_whose(line),
        source=line.source,
        sections="\n".join(line.sections),
        tags="\n".join(line.tags),
        authors="\n".join(line.authors),
        seen=line.stamp,
        account=line.account,
        article="",
    )


def _whose(line: TemplateLine) -> str:
    if line.account:
        return f"account:{line.account}"
    return f"network:{line.network}" if line.network else ""


def _filled(form: QueryDict) -> Typed:
    return Typed(
        kind=form.get("kind", ""),
        whose=form.get("whose", ""),
        source=_lines(form.get("source", "")),
        sections=form.get("sections", ""),
        tags=form.get("tags", ""),
        authors=form.get("authors", ""),
        seen=form.get("seen", ""),
        account=form.get("account", ""),
        article=form.get("article", ""),
    )


def _lines(text: str) -> str:
    # Browsers send line ends as CR LF, whatever they were given.
    return text.replace("\r\n", "\n")


def _looked_at(request: HttpRequest, template_id: int | None, filled: Typed) -> HttpResponse:
    wish = filled.wish
    account = wish.account or typed.storable(filled.account, "account")
    article = typed.storable(filled.article, "article")
    if not account:
        raise Refused("There is no account to try it on; a chief adds one.")
    tried_on = article or posts.newest_for(wish.kind, account, now=clock.now())
    draft = posts.trial(wish.source, wish.kind, account, tried_on)
    # The next look is at the same article, so that only the words differ.
    filled = replace(filled, article=tried_on)
    return _shown(request, template_id, filled, writing.looks(draft, account))


def _shown(
    request: HttpRequest,
    template_id: int | None,
    filled: Typed,
    looks: tuple[writing.Look, ...] = (),
    refused: str = "",
) -> HttpResponse:
    page = TemplatePage(
        template_id=template_id,
        typed=filled,
        accounts=social.accounts(),
        articles=writing.headlines(filled.article),
        looks=looks,
        trail=trail.of(f"template {template_id}") if template_id else [],
        refused=refused,
    )
    return door.show(request, "desk/template.html", page, status=422 if refused else 200)


def _listed(filled: Typed) -> HttpResponse:
    account = filled.wish.account
    return redirect(reverse("desk_templates", query={"account": account} if account else None))


def _line(template_id: int) -> TemplateLine:
    try:
        return templates.template(template_id)
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal
