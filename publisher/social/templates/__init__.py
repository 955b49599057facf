"""How posts are worded: by templates of an account, of its network, of the newsroom, or ours.

keeping.py    what the newsroom writes
lines.py      how editors see it
choosing.py   which of it an article takes
builtin.py    what is said where nobody has written anything
"""

from publisher.social.templates.choosing import Wordings, wordings
from publisher.social.templates.keeping import SAMPLE, Wish, add, change, check, ours, remove
from publisher.social.templates.lines import Rung, TemplateLine, ladder, listed, template

__all__ = [
    "SAMPLE",
    "Rung",
    "TemplateLine",
    "Wish",
    "Wordings",
    "add",
    "change",
    "check",
    "ladder",
    "listed",
    "ours",
    "remove",
    "template",
    "wordings",
]
