"""What in a post is a hashtag, a mention or a cashtag to X, by the grammar of twitter-text 3.1.0.

Its letters are those of Unicode 7; tables.py has the difference.
"""

import re
from collections.abc import Iterator

import regex

from publisher.social import finding
from publisher.social.tables import LATER_DIGITS, LATER_LETTERS, PRIVATE_LETTERS, characters

# twitter-text's hashtagSpecialChars.
JOINERS = (
    r"_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB\u3003\u0F0B\u0F0C"
    r"\u00B7"
)
_LETTER = rf"[[\p{{L}}\p{{M}}{characters(PRIVATE_LETTERS)}]--[{characters(LATER_LETTERS)}]]"
_WORDLY = rf"[{_LETTER}[\p{{Nd}}--[{characters(LATER_DIGITS)}]]{JOINERS}]"
# All three come with the character before them, which then stands before nothing else, and with
# what must not follow: "#a#b", "@a@b" and "#http://" hold none.
_HASHTAG = regex.compile(
    rf"(?:^|[\uFE0E\uFE0F]|(?!{_WORDLY}|&)(?s:.))"
    rf"(?P<tag>[#\uFF03](?![\uFE0F\u20E3])(?={_WORDLY}*?{_LETTER}){_WORDLY}+)"
    r"(?P<spoilt>(?=[#\uFF03]|://))?",
    regex.VERSION1,
)
_MENTION = re.compile(
    r"(?:^|[^a-zA-Z0-9_!#$%&*@\uFF20]|(?:^|[^a-zA-Z0-9_+~.-])[rR][tT]:?)"
    r"(?P<tag>[@\uFF20][a-zA-Z0-9_]{1,20})"
    r"(?P<spoilt>/[a-zA-Z][a-zA-Z0-9_-]{0,24}"
    r"|(?=[@\uFF20]|://|[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259"
    r"\u025B\u0263\u0268\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF]))?"
)
_SPACES = r"\t-\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_CASHTAG = re.compile(
    rf"(?:^|[{_SPACES}\u0085\u180E])(?P<tag>\$[a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?)"
    rf"(?=$|[{_SPACES}\uFEFF!'#%&()*+,\\./:;<=>?@\[\]^_{{|}}~$-])"
)


def hashtags(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the hashtags are, outside of links, as start and end of each."""
    tags = list(_tags(_HASHTAG, text))
    if not tags:
        return []
    links = finding.links(text)
    return [tag for tag in tags if not any(link[0] <= tag[0] < link[1] for link in links)]


def mentions(text: str) -> list[tuple[int, int]]:
    """Return where in `text` people are mentioned; a list (`@ada/readers`) is no mention."""
    return list(_tags(_MENTION, text))


def cashtags(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the cashtags are (`$TWTR`), as start and end of each."""
    return [match.span("tag") for match in _CASHTAG.finditer(text)]


def _tags(grammar: "re.Pattern[str] | regex.Pattern[str]", text: str) -> Iterator[tuple[int, int]]:
    for match in grammar.finditer(text):
        if match["spoilt"] is None:
            yield match.span("tag")
