"""What in a post X takes for one emoji, whatever it is made of.

The grammar is that of twemoji-parser 11.0.2, which twitter-text 3.1.0 counts with. An emoji that
came later and is made of several (a person with red hair, say) counts as its parts.
"""

import re
from collections.abc import Iterator

from publisher.social.tables import FLAGS, WITH_GENDER, WITH_SELECTOR, WITH_TONE, characters

_TONE = r"[\U0001F3FB-\U0001F3FF]"
_SELECTOR = r"\uFE0F"
_JOINER = r"\u200D"


def _letters(word: str, first: int) -> str:
    return "".join(chr(ord(letter) - ord("a") + first) for letter in word.lower())


def _flag(countries: str) -> str:
    first, *others = list(_letters(countries, 0x1F1E6))
    return f"{first}[{''.join(others)}]"


_JOB = f"[👨👩]{_TONE}?{_JOINER}(?:[⚕⚖✈]{_SELECTOR}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳])"
_GENDERED = (
    f"(?:[⛹🏋🏌🕴🕵](?:{_TONE}|{_SELECTOR})|[{characters(WITH_GENDER)}]{_TONE}?|[👯🤼🧞🧟])"
    f"{_JOINER}[♀♂]{_SELECTOR}"
)
_IN_LOVE = f"{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?"
_COUPLE = f"(?:👨{_IN_LOVE}👨|👩{_IN_LOVE}[👨👩])"
_FAMILY = (
    f"(?:👨{_JOINER}[👨👩]|👩{_JOINER}👩|[👨👩]){_JOINER}(?:👧{_JOINER}[👦👧]|👦{_JOINER}👦|[👦👧])"
)
_SIGN = f"(?:🏳{_SELECTOR}{_JOINER}🌈|🏴{_JOINER}☠{_SELECTOR}|👁{_JOINER}🗨)"
_KEYCAP = rf"[#*0-9]{_SELECTOR}?\u20E3"
_TONED = f"(?:[☝⛷⛹✌✍🏋🏌🕴🕵🖐]{_SELECTOR}?|[{characters(WITH_TONE)}]){_TONE}"
_SELECTED = f"[{characters(WITH_SELECTOR)}]{_SELECTOR}"
# England, Scotland and Wales, in letters that show only in a flag.
_REGIONS = "|".join(_letters(region, 0xE0061) for region in ("gbeng", "gbsct", "gbwls"))
_FLAG = "|".join([rf"🏴(?:{_REGIONS})\U000E007F", *map(_flag, FLAGS.split())])

# What is a single character counts as an emoji does, but for what needs its selector (© and ®).
_EMOJI = re.compile(
    "|".join([_JOB, _GENDERED, _COUPLE, _FAMILY, _SIGN, _KEYCAP, _TONED, _SELECTED, _FLAG])
)


def found(text: str) -> Iterator[tuple[int, int]]:
    """Yield where in `text` the emoji of several characters are, as start and end of each."""
    if not text.isascii():
        for match in _EMOJI.finditer(text):
            yield match.span()
