"""What programs say, as whole lines with the name of the speaker in front."""

import codecs
import contextlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_LONGEST_LINE = 8192
# Parts of a line may come from strangers; none of them moves the cursor of this terminal.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def write(line: str) -> None:
    """Write one line to standard output at once."""
    write_to(sys.stdout, line)


def note(line: str) -> None:
    """Write one line to standard error at once, beside what a command prints."""
    write_to(sys.stderr, line)


def write_to(file: TextIO, line: str) -> None:
    """Write one line; where its reader is gone or its disk is full, it is dropped."""
    with contextlib.suppress(OSError):
        file.write(f"{line}\n")
        file.flush()


def prefixes(names: Sequence[str]) -> dict[str, str]:
    """Return what stands before the lines of each name, padded to one width."""
    width = max(map(len, names), default=0)
    return {name: f"{name:<{width}} | " for name in names}


def coloured(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes for a terminal, each in a colour of its own as far as they go."""
    return {
        name: f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{prefix}\x1b[0m"
        for number, (name, prefix) in enumerate(prefixes.items())
    }


class Splitter:
    """Cuts octets into printable lines; one of endless length is cut, not collected."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def feed(self, octets: bytes) -> None:
        """Hand on every line that `octets` completes."""
        *whole, self._rest = (self._rest + self._decoder.decode(octets)).split("\n")
        for line in whole:
            self._take(_INVISIBLE.sub("", line))
        if len(self._rest) >= _LONGEST_LINE:
            self.finish()

    def finish(self) -> None:
        """Hand on what has come of a line that nobody will complete."""
        if self._rest:
            self._take(_INVISIBLE.sub("", self._rest))
            self._rest = ""
