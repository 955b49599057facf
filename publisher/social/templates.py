"""Post templates that a newsroom has written, and which of them, or of ours, an article takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from publisher import wiring
from publisher.articles.models import Article, Author, Section, Tag
from publisher.errors import Refused
from publisher.social import composing, kinds, rules, templating
from publisher.social.models import Account, PostTemplate
from publisher.staff import trail
from publisher.staff.models import Member

# A template is tried on this before it is kept.
SAMPLE = composing.PostArticle(
    title="The night ferry returns",
    url="https://courier.example/articles/night-ferry/",
    standfirst="After eleven years it sails again.",
    section="Harbour",
    authors=("Ada Vos",),
    tags=("ferry",),
    quote="\u201cYou cannot imagine the luxury.\u201d",
    speaker="Ben Bakker",
    question="Who pays for it?",
    numbers="The service costs \u20ac1.3 million a year.",
    key_points=("It sails at 23:10.", "It takes 214 people."),
    handles=("@harbour",),
)
Named = TypeVar("Named", Section, Tag, Author)

_IN_ORDER = ("kind", "position")
_FOLDER = settings.ROOT / "templates" / "post"


@dataclass(frozen=True, slots=True)
class Wish:
    """A template to be kept: for one account, for all of a network's, or for all.

    It is for articles of one of these sections, with one of these tags and by one of these authors,
    as far as any are named.
    """

    kind: str
    source: str
    account: str = ""
    network: str = ""
    sections: Sequence[str] = ()
    tags: Sequence[str] = ()
    authors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template that is kept; `account` is "" for the newsroom's own, `network` for all."""

    id: int
    kind: str
    account: str
    network: str
    source: str
    sections: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]

    @property
    def filters(self) -> tuple[str, ...]:
        """Return all names of what an article must have."""
        return (*self.sections, *self.tags, *self.authors)

    @property
    def stamp(self) -> str:
        """Return what is another one once the source, or what articles it is for, is."""
        chosen = (sorted(self.sections), sorted(self.tags), sorted(self.authors))
        return sha256(repr((self.source, *chosen)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rung:
    """One template among those of a kind on an account; the first that is for an article words it.

    `origin` says whose it is; `line` is None where nobody wrote it for this newsroom.
    """

    origin: str
    source: str
    line: TemplateLine | None = None


@dataclass(frozen=True, slots=True)
class Wordings:
    """The templates of one kind that an article takes on an account, the first one first.

    `linkless` are those for posts that may have no link; `are_own` where the account, and not the
    whole newsroom, words these posts so.
    """

    sources: tuple[str, ...]
    linkless: tuple[str, ...]
    are_own: bool = False


@transaction.atomic
def add(wish: Wish, *, by: Member | None = None, now: datetime) -> int:
    """Keep a template behind those of its kind; return its id.

    Raises Refused for a template that does not work, and for a kind, account, network, section, tag
    or author that is not known.
    """
    kinds.check(wish.kind)
    check(wish.source)
    account, network = _account(wish.account), _network(wish.network)
    if account and network:
        raise Refused("An account is on one network; name the account or the network, not both.")
    beside = PostTemplate.objects.filter(account=account, network=network, kind=wish.kind)
    last = beside.aggregate(last=Max("position"))["last"]
    template = PostTemplate(
        account=account,
        network=network,
        kind=wish.kind,
        source=wish.source,
        position=0 if last is None else last + 1,
        created_at=now,
    )
    try:
        template.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "Somebody has kept another one of these at the same moment; keep yours again."
        ) from error
    _choose(template, wish)
    trail.note(by, f"template {template.pk}", f"added for {wish.kind} posts", now=now)
    return template.pk


@transaction.atomic
def change(
    template_id: int, wish: Wish, *, seen: str, by: Member | None = None, now: datetime
) -> None:
    """Give a template the source and the articles of `wish`; what it has worded stays as it is.

    `seen` is the stamp of what was changed: raises Refused where it is another by now, and as `add`
    does.
    """
    template = _unchanged(template_id, seen)
    check(wish.source)
    PostTemplate.objects.filter(pk=template_id).update(source=wish.source)
    _choose(template, wish)
    trail.note(by, f"template {template_id}", "changed", now=now)


@transaction.atomic
def remove(template_id: int, *, seen: str = "", by: Member | None = None, now: datetime) -> None:
    """Forget a template; what it has worded stays as it is.

    `seen` is as in `change`; "" where it is to go whatever it says by now.
    """
    _unchanged(template_id, seen).delete()
    trail.note(by, f"template {template_id}", "removed", now=now)


def listed() -> list[TemplateLine]:
    """Return all templates that are kept: accounts' own by account, then the newsroom's."""
    return [_line(each) for each in _rows().order_by("account__name", "network", *_IN_ORDER)]


def template(template_id: int) -> TemplateLine:
    """Return a template; raises Refused where there is none with this id."""
    found = _rows().filter(pk=template_id).first()
    if found is None:
        raise _unknown(template_id)
    return _line(found)


def ladder(name: str) -> Mapping[str, Sequence[Rung]]:
    """Return the templates of every kind on an account, in the order in which they are tried.

    They go from the account's own by its network's to the newsroom's, and ours come last. A thread
    is not among the kinds where the network has none.
    """
    account = Account.objects.named(name)
    kept = _rows().filter(Q(account=account) | Q(account=None, network__in=("", account.network)))
    lines = [_line(each) for each in kept.order_by("account__name", "-network", *_IN_ORDER)]
    has_threads = wiring.NETWORKS[account.network].has_threads
    known = [kind for kind in kinds.KINDS if has_threads or kind != kinds.THREAD]
    return {kind: _rungs(kind, account, lines) for kind in known}


def ours(kind: str, network: str) -> str:
    """Return what posts of a kind say where nobody has written another template."""
    kinds.check(kind)
    return _ours(_network(network) or "any", kind)[0]


def check(source: str) -> None:
    """Refuse a template that does not work, by trying it on an article."""
    composing.compose(source, SAMPLE, rules.of("webhook"))


def wordings(account: Account, article: Article) -> Mapping[str, Wordings]:
    """Return the templates of every kind: the account's own, else the newsroom's, else ours."""
    level = Q(account=account) | Q(account=None, network__in=("", account.network))
    rows = [row for row in PostTemplate.objects.filter(level) if row.chooses(article)]
    return {kind: _wordings(kind, account, rows) for kind in kinds.KINDS}


def _wordings(kind: str, account: Account, rows: Sequence[PostTemplate]) -> Wordings:
    of_kind = [row for row in rows if row.kind == kind]
    own = [row.source for row in of_kind if row.account_id]
    of_network = [row.source for row in of_kind if not row.account_id and row.network]
    of_all = [row.source for row in of_kind if not row.account_id and not row.network]
    written = (own, of_network, of_all)
    return Wordings(
        sources=_first((*written, _ours(account.network, kind))),
        linkless=_first((*map(_linkless, written), _ours_linkless(account.network, kind))),
        are_own=bool(own),
    )


def _rungs(kind: str, account: Account, lines: Sequence[TemplateLine]) -> list[Rung]:
    rungs = [Rung(_origin(line), line.source, line) for line in lines if line.kind == kind]
    ours, linkless = _ours(account.network, kind), _ours_linkless(account.network, kind)
    rungs += [Rung("ours", source) for source in ours]
    # Of most kinds; a thread says the same with its link and without.
    return rungs + [Rung("ours, without a link", each) for each in linkless if each not in ours]


def _origin(line: TemplateLine) -> str:
    if line.account:
        return "the account's own"
    return f"the newsroom's on {line.network}" if line.network else "the newsroom's"


def _rows() -> QuerySet[PostTemplate]:
    found = PostTemplate.objects.select_related("account")
    return found.prefetch_related("sections", "tags", "authors")


def _choose(template: PostTemplate, wish: Wish) -> None:
    template.sections.set(_named(Section.objects.all(), "section", wish.sections))
    template.tags.set(_named(Tag.objects.all(), "tag", wish.tags))
    template.authors.set(_named(Author.objects.all(), "author", wish.authors))


def _unchanged(template_id: int, seen: str) -> PostTemplate:
    """Return a template, which nobody else changes until this is through."""
    found = _rows().select_for_update(of=("self",)).filter(pk=template_id).first()
    if found is None:
        raise _unknown(template_id)
    if seen and _line(found).stamp != seen:
        raise Refused(
            "Somebody has changed this template meanwhile; open it anew in another window, and"
            " decide whose words stay."
        )
    return found


def _unknown(template_id: int) -> Refused:
    return Refused(f"There is no template {template_id}; look into the list of them.")


def _first(levels: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(next(filter(None, levels), ()))


def _linkless(sources: Sequence[str]) -> list[str]:
    return [source for source in sources if not templating.asks_for(source, "url")]


@cache
def _ours(network: str, kind: str) -> tuple[str, ...]:
    paths = (_FOLDER / network / f"{kind}.txt", _FOLDER / "any" / f"{kind}.txt")
    return tuple(path.read_text(encoding="utf-8") for path in paths if path.is_file())[:1]


@cache
def _ours_linkless(network: str, kind: str) -> tuple[str, ...]:
    # A thread's link is put in where it is split, so that its words are the same without.
    return _ours(network, f"{kind}.without-link") or tuple(_linkless(_ours(network, kind)))


def _account(name: str) -> Account | None:
    return Account.objects.named(name) if name else None


def _network(name: str) -> str:
    if name and name not in wiring.NETWORKS:
        known = ", ".join(wiring.NETWORKS)
        raise Refused(f"There is no network '{name}'; choose one of {known}.")
    return name


def _named(all_rows: QuerySet[Named], what: str, names: Sequence[str]) -> list[Named]:
    found = [(name, all_rows.filter(name__iexact=name).first()) for name in names]
    if unknown := [name for name, row in found if row is None]:
        raise Refused(f"No article has the {what} '{unknown[0]}'; write it as articles do.")
    return [row for _, row in found if row is not None]


def _line(row: PostTemplate) -> TemplateLine:
    return TemplateLine(
        id=row.pk,
        kind=row.kind,
        account=row.account.name if row.account else "",
        network=row.network,
        source=row.source,
        sections=tuple(map(str, row.sections.all())),
        tags=tuple(map(str, row.tags.all())),
        authors=tuple(map(str, row.authors.all())),
    )
