"""LinkedIn's "little" format of words, in which a backslash makes a reserved character itself.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Not in the middle of a word or a link; a number alone is no hashtag.
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^}\\])*)\}")


def little(text: str) -> str:
    """Return words in LinkedIn's format: a hashtag is one, and all else means only itself."""
    parts, end = [], 0
    for tag in _HASHTAG.finditer(text):
        parts += [_escaped(text[end : tag.start()]), rf"{{hashtag|\#|{_escaped(tag[1])}}}"]
        end = tag.end()
    return "".join([*parts, _escaped(text[end:])])


def plain(commentary: str) -> str:
    """Return what words in LinkedIn's format say."""
    return _ESCAPED.sub(r"\1", _TEMPLATE.sub(r"#\1", commentary))


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)
