"""The templates that a newsroom writes: kept, changed and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from publisher import wiring
from publisher.articles.models import Author, Section, Tag
from publisher.errors import Refused
from publisher.social import composing, kinds, rules
from publisher.social.models import Account, PostTemplate
from publisher.social.templates import builtin, lines
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


def check(source: str) -> None:
    """Refuse a template that does not work, by trying it on an article."""
    composing.compose(source, SAMPLE, rules.of("webhook"))


def ours(kind: str, network: str) -> str:
    """Return what posts of a kind say where nobody has written another template."""
    kinds.check(kind)
    return builtin.sources(_network(network) or "any", kind)[0]


def _choose(template: PostTemplate, wish: Wish) -> None:
    template.sections.set(_named(Section.objects.all(), "section", wish.sections))
    template.tags.set(_named(Tag.objects.all(), "tag", wish.tags))
    template.authors.set(_named(Author.objects.all(), "author", wish.authors))


def _unchanged(template_id: int, seen: str) -> PostTemplate:
    """Return a template, which nobody else changes until this is through."""
    found = lines.rows().select_for_update(of=("self",)).filter(pk=template_id).first()
    if found is None:
        raise lines.unknown(template_id)
    if seen and lines.line(found).stamp != seen:
        raise Refused(
            "Somebody has changed this template meanwhile; open it anew in another window, and"
            " decide whose words stay."
        )
    return found


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
