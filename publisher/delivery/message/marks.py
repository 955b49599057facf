"""Where a template wants a recipient's own words, it writes a mark that nobody else can write."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from publisher.errors import Refused

# What every mail can say about its reader; a freeze may name more, a tracked link for instance.
SLOTS = ("name", "address", "unsubscribe_url", "preferences_url")

# Everything stands in Unicode's private use area: no HTML parser, inliner or autoescape changes
# it, and no filter that folds case does either.
_NONCE_BASE = 0xE100
_NONCE_OCTETS = 12
_LETTER_BASE = 0xE000
_END = "\ue0ff"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one freeze; `marks.name` is the text that stands for the reader's name.

    An unknown attribute is undefined in Jinja, so that a mistyped slot fails the template.
    """

    nonce: str
    names: frozenset[str]

    def __getattr__(self, name: str) -> str:
        """Return the mark of the slot `name`."""
        if name not in self.names:
            raise AttributeError(f"there is no slot {name!r}")
        return f"{self.nonce}{''.join(chr(_LETTER_BASE + ord(c)) for c in name)}{_END}"

    def split(self, text: str, field: str) -> list[str]:
        """Return the literal text at the even places, and between them the names of the slots.

        Raises Refused where a template has changed a mark, so that it could not be filled.
        """
        pieces = re.split(f"{self.nonce}([\ue000-\ue07f]+){_END}", text)
        pieces[1::2] = (_readable(name) for name in pieces[1::2])
        rest = "".join(pieces[::2])
        # A cut mark keeps its start; a link filter writes it in percent signs.
        start = self.nonce[:4]
        if start in rest or quote(start) in rest:
            raise Refused(
                f"The {field} passes a reader's slot through a filter that cuts or encodes it; "
                "write the slot without filters."
            )
        return pieces

    def literal(self, text: str, field: str) -> str:
        """Return `text`, in which no slot may stand; raises Refused."""
        if len(self.split(text, field)) > 1:
            raise Refused(f"The {field} is the same for every reader and cannot hold a slot.")
        return text


def new_marks(*more: str) -> Marks:
    """Return fresh marks for SLOTS and for `more` names, each lower case letters, digits and _."""
    for name in more:
        if not _NAME.fullmatch(name) or hasattr(Marks, name):
            raise Refused(f"{name!r} cannot name a slot: use another word of a-z, 0-9 and _.")
    nonce = "".join(chr(_NONCE_BASE + octet) for octet in secrets.token_bytes(_NONCE_OCTETS))
    return Marks(nonce, frozenset((*SLOTS, *more)))


def _readable(letters: str) -> str:
    return "".join(chr(ord(letter) - _LETTER_BASE) for letter in letters)
