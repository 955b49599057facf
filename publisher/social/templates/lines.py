"""Templates as editors see them: each by itself, all of them, and in their order on an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Q, QuerySet

from publisher import wiring
from publisher.errors import Refused
from publisher.social import kinds
from publisher.social.models import Account, PostTemplate
from publisher.social.templates import builtin

_IN_ORDER = ("kind", "position")


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


def listed() -> list[TemplateLine]:
    """Return all templates that are kept: accounts' own by account, then the newsroom's."""
    return [line(each) for each in rows().order_by("account__name", "network", *_IN_ORDER)]


def template(template_id: int) -> TemplateLine:
    """Return a template; raises Refused where there is none with this id."""
    found = rows().filter(pk=template_id).first()
    if found is None:
        raise unknown(template_id)
    return line(found)


def ladder(name: str) -> Mapping[str, Sequence[Rung]]:
    """Return the templates of every kind on an account, in the order in which they are tried.

    They go from the account's own by its network's to the newsroom's, and ours come last. A thread
    is not among the kinds where the network has none.
    """
    account = Account.objects.named(name)
    kept = rows().filter(Q(account=account) | Q(account=None, network__in=("", account.network)))
    lines = [line(each) for each in kept.order_by("account__name", "-network", *_IN_ORDER)]
    has_threads = wiring.NETWORKS[account.network].has_threads
    known = [kind for kind in kinds.KINDS if has_threads or kind != kinds.THREAD]
    return {kind: _rungs(kind, account, lines) for kind in known}


def rows() -> QuerySet[PostTemplate]:
    """Return all rows, with what a line needs of them."""
    found = PostTemplate.objects.select_related("account")
    return found.prefetch_related("sections", "tags", "authors")


def line(row: PostTemplate) -> TemplateLine:
    """Return a row as editors see it."""
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


def unknown(template_id: int) -> Refused:
    """Return why a template is not found."""
    return Refused(f"There is no template {template_id}; look into the list of them.")


def _rungs(kind: str, account: Account, lines: Sequence[TemplateLine]) -> list[Rung]:
    rungs = [Rung(_origin(each), each.source, each) for each in lines if each.kind == kind]
    ours, linkless = builtin.sources(account.network, kind), builtin.linkless(account.network, kind)
    rungs += [Rung("ours", source) for source in ours]
    # Of most kinds; a thread says the same with its link and without.
    return rungs + [Rung("ours, without a link", each) for each in linkless if each not in ours]


def _origin(line: TemplateLine) -> str:
    if line.account:
        return "the account's own"
    return f"the newsroom's on {line.network}" if line.network else "the newsroom's"
