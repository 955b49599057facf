"""How a line of the log reads: whoever finds it can open no link and write to nobody."""

import logging
import re

# The paths of `urls` that end in one, whole or cut; a mail service's has its relay's name first.
_TOKEN = re.compile(r"(/(?:confirm|unsubscribe|preferences|hooks/[\w-]+)/)[\w-]+")
# A mail server likes to say whose mailbox it is that does not exist.
_ADDRESS = re.compile(r"[^\s<>\"'()\[\]=,;:/@]+@(?=[\w-]+\.[\w.-]*\w)")


class Line(logging.Formatter):
    """Writes "…" for every token of a link, and for whose mailbox an address is."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with what follows it, such as a traceback."""
        return _ADDRESS.sub("…@", _TOKEN.sub(r"\1…", super().format(record)))
