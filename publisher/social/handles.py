"""The directory of handles: what people and organisations are called on each network."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter

import regex
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from publisher.errors import Refused
from publisher.social.models import Handle
from publisher.staff import trail
from publisher.staff.models import Member

# So many are a courtesy; more look like spam, and networks hide what does.
MOST_HANDLES = 3
COLUMNS = ("name", "network", "handle")
_NAME_CHARACTERS = 200
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+(?![0-9]){_LABEL}"
# What a network links behind an @, and an example. On those that are not here the plain name stays:
# LinkedIn and Facebook link people by their ids only.
_SHAPES = {
    # https://help.x.com/en/managing-your-account/x-username-rules
    "x": (r"[A-Za-z0-9_]{1,15}", "courier"),
    # https://atproto.com/specs/handle
    "bluesky": (rf"(?=.{{1,253}}$){_HOST}", "courier.bsky.social"),
    # MENTION_RE in Mastodon's app/models/account.rb; without a host, one of the same instance.
    "mastodon": (
        rf"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{{0,62}}[A-Za-z0-9_])?(?:@{_HOST})?",
        "courier@mastodon.example",
    ),
    # https://core.telegram.org/method/account.checkUsername
    "telegram": (r"[A-Za-z][A-Za-z0-9_]{4,31}", "courier"),
    # As on Instagram, whose accounts these are.
    "threads": (r"[A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?", "courier"),
}
NETWORKS = tuple(_SHAPES)
# Words of these scripts stand beside each other without a space.
_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_IN_A_WORD = rf"[\w--[{_WITHOUT_SPACES}]]"


@dataclass(frozen=True, slots=True)
class HandleLine:
    """One entry of the directory; `handle` has no @ before it."""

    name: str
    network: str
    handle: str


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in an article, and how a network mentions them, with the @.

    `mentions` are by casefolded name; `subjects` are of those in the words and tags, in the order
    in which they are named.
    """

    mentions: Mapping[str, str]
    subjects: tuple[str, ...] = ()


def add(
    name: str, network: str, handle: str, *, by: Member | None = None, now: datetime
) -> HandleLine:
    """Say what somebody is called on a network, anew where it is known; return the entry.

    Raises Refused for what the network would not link.
    """
    line = HandleLine(_checked_name(name), network, _checked(network, handle))
    with _no_twin(line):
        if not _entries(line.name, network).update(name=line.name, handle=line.handle):
            Handle.objects.create(**asdict(line))
        _note(line, by, now)
    return line


def keep(
    line: HandleLine, *, seen: HandleLine | None, by: Member | None = None, now: datetime
) -> HandleLine:
    """Add an entry, or put it in the place of the one that was `seen`; return it as it is kept.

    Unlike `add` it overwrites nothing else: raises Refused where somebody has a handle already, or
    where what was seen is another by now.
    """
    clean = HandleLine(_checked_name(line.name), line.network, _checked(line.network, line.handle))
    with _no_twin(clean):
        if seen is None:
            Handle.objects.create(**asdict(clean))
        elif not Handle.objects.filter(**asdict(seen)).update(**asdict(clean)):
            raise Refused(
                f"Somebody has changed '{seen.name}' on {seen.network} meanwhile; look it up anew."
            )
        _note(clean, by, now)
    return clean


@transaction.atomic
def remove(name: str, network: str, *, by: Member | None = None, now: datetime) -> None:
    """Forget what somebody is called on a network; posts say the plain name again."""
    gone, _ = _entries(name.strip(), network).delete()
    if not gone:
        raise _unknown(name, network)
    trail.note(by, f"handle {name.strip()}", f"removed on {network}", now=now)


def listed(searched: str = "", *, limit: int | None = None) -> list[HandleLine]:
    """Return the directory by name: all of it, or who is named or called like `searched`."""
    alike = Q(name__icontains=searched) | Q(handle__icontains=searched)
    return [
        _line(each) for each in Handle.objects.filter(alike).order_by("name", "network")[:limit]
    ]


def entry(name: str, network: str) -> HandleLine:
    """Return what somebody is called on a network; raises Refused where nobody has said so."""
    found = _entries(name, network).first()
    if found is None:
        raise _unknown(name, network)
    return _line(found)


@transaction.atomic
def import_csv(lines: Iterable[str], *, by: Member | None = None, now: datetime) -> int:
    """Add the entries of a CSV file with the columns name, network, handle; return how many.

    A row that is wrong refuses them all, with its line.
    """
    reader = csv.DictReader(lines)
    try:
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise Refused(f"The file has no column '{missing[0]}'; it needs {', '.join(COLUMNS)}.")
        return len([add(*(row[key] or "" for key in COLUMNS), by=by, now=now) for row in reader])
    except csv.Error as error:
        raise Refused(f"Line {reader.line_num} is not CSV: {error}.") from error
    except Refused as refusal:
        raise Refused(f"Line {reader.line_num}: {refusal}") from refusal.__cause__


def named_in(words: Sequence[str], names: Sequence[str], network: str, *, but: str = "") -> Named:
    """Return who of the directory is named on a network.

    `words` are headline and standfirst, where a name counts as it is spelled; `names` are tags and
    authors, which may be in any case. `but` is the account's own handle.
    """
    text = "\n".join((*words, *names))
    # The directory may be long and these are a few lines, so the database looks.
    found = Handle.objects.annotate(said=Value(text, TextField())).filter(
        network=network, said__icontains=F("name")
    )
    exactly = {name.casefold() for name in names}
    placed = [
        (place, each)
        for each in found.exclude(handle=but)
        if (place := _place(each.name, words, exactly)) is not None
    ]
    named = [each for _, each in sorted(placed, key=itemgetter(0))]
    return Named(
        {each.name.casefold(): f"@{each.handle}" for each in named},
        tuple(f"@{each.handle}" for each in named),
    )


def _entries(name: str, network: str) -> QuerySet[Handle]:
    """Return the one entry of a name, whatever its case, or none."""
    # As its index has it: for `iexact` the database would read the whole directory.
    spelled = Handle.objects.alias(spelled=Lower("name"))
    return spelled.filter(spelled=Lower(Value(name, TextField())), network=network)


def _line(row: Handle) -> HandleLine:
    return HandleLine(row.name, row.network, row.handle)


def _note(line: HandleLine, by: Member | None, now: datetime) -> None:
    trail.note(by, f"handle {line.name}", f"is @{line.handle} on {line.network}", now=now)


def _unknown(name: str, network: str) -> Refused:
    return Refused(f"The directory has no '{name}' on '{network}'; look into the list of it.")


@contextmanager
def _no_twin(line: HandleLine) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(
            f"'{line.name}' is in the directory on {line.network} already; look it up, and change"
            " that."
        ) from error


def _place(name: str, words: Sequence[str], exactly: set[str]) -> tuple[int, int, str] | None:
    """Return where a name stands, to sort by; None where only letters of it do."""
    whole = regex.compile(rf"(?<!{_IN_A_WORD}){regex.escape(name)}(?!{_IN_A_WORD})", regex.VERSION1)
    for number, line in enumerate(words):
        if found := whole.search(line):
            return number, found.start(), name
    return (len(words), 0, name) if name.casefold() in exactly else None


def _checked_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > _NAME_CHARACTERS or not clean.isprintable():
        raise Refused(
            f"'{clean[:50]}' cannot be a name in the directory; write it as articles do, in at"
            f" most {_NAME_CHARACTERS} characters."
        )
    return clean


def _checked(network: str, handle: str) -> str:
    if network not in _SHAPES:
        raise Refused(
            f"Nobody is mentioned on '{network[:50]}'; the directory is for {', '.join(_SHAPES)}."
        )
    shape, example = _SHAPES[network]
    bare = handle.strip().removeprefix("@")
    if not regex.fullmatch(shape, bare):
        raise Refused(
            f"{handle[:60]!r} is no handle on {network}; write it like '{example}' or '@{example}'."
        )
    return bare
