"""What articles, sections, authors and tags are called in addresses."""

import unicodedata
from collections.abc import Collection
from itertools import count

from django.utils.text import slugify

# Longer ones are cut between two words: they are read in mails and typed from paper.
_CHARACTERS = 80
# Latin letters that Unicode does not take apart into a base and an accent.
_LATIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)


def slug(text: str, characters: int = _CHARACTERS) -> str:
    """Return `text` as a slug, in ASCII if its letters are Latin; "" if nothing is left of it."""
    lowered = text.lower().translate(_LATIN)
    is_latin = all("LATIN" in unicodedata.name(c, "LATIN") for c in lowered if c.isalpha())
    whole = slugify(lowered, allow_unicode=not is_latin)
    if len(whole) <= characters:
        return whole
    cut = whole[: characters + 1].rpartition("-")[0] or whole[:characters]
    return cut.strip("-_")


def free(wanted: str, taken: Collection[str]) -> str:
    """Return the slug that is wanted, or the first of it with -2, -3, … that is not taken."""
    if wanted not in taken:
        return wanted
    return next(name for n in count(2) if (name := f"{wanted}-{n}") not in taken)
