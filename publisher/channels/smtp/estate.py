"""What a worker leaves behind: a page of memory, shared with its heir, for each of its lines.

A page says whose message is in flight and holds every octet that was read since that one left. The
kernel copies what arrives straight onto the page, so there is no moment, however short, in which an
answer is neither in the socket nor on the page: whenever the worker dies, the heir finds the whole
answer in the one, the other, or begun on the page and continued in the socket.
"""

import mmap
import os
import tempfile

# A page of the processor's. No answer to a message comes near it (RFC 5321 section 4.5.3.1.5: 512).
PAGE_OCTETS = 4096
# Two relays with as many lines as a server may be asked for; a line that finds none left goes
# without, and so does its heir. What was never used takes no memory.
PAGES = 100
# Two 64-bit numbers: whether a message is in flight, and its key.
_HEAD_OCTETS = 16
_BUSY, _KEY = 0, 1
_ROOM_OCTETS = PAGE_OCTETS - _HEAD_OCTETS


class Page:
    """Where one line's answers are read to; in memory of its own until the line has an heir."""

    __slots__ = ("_filled", "_head", "_octets", "_used")

    def __init__(self, memory: memoryview) -> None:
        self._head = memory[:_HEAD_OCTETS].cast("q")
        self._octets = memory[_HEAD_OCTETS:]
        # How much was read since the message in flight left, and how far anything ever was.
        self._filled = 0
        self._used = _ROOM_OCTETS

    # The worker's side. It may die between any two of these statements.

    def room(self) -> memoryview:
        """Return where to read to; never empty."""
        return self._octets[self._filled :] if self._filled else self._octets

    def received(self, count: int) -> bytes:
        """Return the `count` octets that were just read."""
        start = self._filled
        end = start + count
        if end > self._used:
            self._used = end
        if self._head[_BUSY]:
            # A longer answer than there is room for is better in doubt than misread.
            if end == _ROOM_OCTETS:
                self.settle()
            else:
                self._filled = end
        return self._octets[start:end].tobytes()

    def leave(self, key: int) -> None:
        """Say, before the message's last octet leaves, that its answer is what comes next.

        All answers to what was said before must have been taken, and the last outcome settled.
        """
        # The heir takes all that is not NUL for the answer: what was read before has to go, and no
        # key may be seen with it. A death after the last statement and before the message leaves
        # makes the heir wait for an answer that does not come, and write nothing: as it should be.
        used, self._used = self._used, 0
        self._octets[:used] = bytes(used)
        head = self._head
        head[_KEY] = key
        head[_BUSY] = 1

    def settle(self) -> None:
        """Say that nothing is in flight, after its outcome was written down.

        A death between the two makes the heir write the same outcome again, which changes nothing.
        """
        self._head[_BUSY] = 0
        self._filled = 0

    # The heir's side, once the worker is dead.

    @property
    def in_flight(self) -> int | None:
        """Return whose answer is still to come, or None."""
        return self._head[_KEY] if self._head[_BUSY] else None

    @property
    def answer(self) -> bytes:
        """Return the part of the answer that the worker has read."""
        return bytes(self._octets).rstrip(b"\0")


def loose_page() -> Page:
    """Return a page that nobody inherits."""
    return Page(memoryview(bytearray(PAGE_OCTETS)))


class Estate:
    """All pages of a worker; `fd` is how another process gets at them."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        os.ftruncate(fd, PAGES * PAGE_OCTETS)
        self._memory = memoryview(mmap.mmap(fd, PAGES * PAGE_OCTETS))

    def page(self, number: int) -> Page:
        """Return a page as it is; numbers begin at 0."""
        start = number * PAGE_OCTETS
        return Page(self._memory[start : start + PAGE_OCTETS])


def new_estate() -> Estate:
    """Return an estate with empty pages; raises OSError."""
    # A file on a disk would do, but now and then writing to it waits for the disk.
    if hasattr(os, "memfd_create"):
        return Estate(os.memfd_create("estate"))
    with tempfile.TemporaryFile() as file:
        return Estate(os.dup(file.fileno()))
