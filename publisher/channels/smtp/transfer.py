"""The conversation about messages on one connection: the hot path of everything that is mailed.

With PIPELINING (RFC 2920) one write holds a message's body and the next one's MAIL, RCPT and
DATA, so that every message takes one round trip:

    → body of 1 · MAIL 2 · RCPT 2 · DATA        ← 250 for 1 · 250 · 250 · 354
    → body of 2 · MAIL 3 · RCPT 3 · DATA        ← 250 for 2 · 250 · 250 · 354

Without it every command waits for the answer to the one before. It all happens in the callback
that the server's answers arrive in: a task switch a message would cost as much as the message.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable

from publisher.channels import Permanent
from publisher.channels.smtp.envelopes import Unwritable, commands
from publisher.channels.smtp.line import Line
from publisher.channels.smtp.outbox import TRIES, Outbox, Ticket
from publisher.channels.smtp.outcomes import Outcome, decided
from publisher.channels.smtp.replies import LOGIN_WANTED, Reply

# Exim refuses the next MAIL after this many (smtp_accept_max_per_connection); Postfix and the
# others have no limit or a higher one, and opening a connection anew costs nothing beside these.
MESSAGES_A_LINE = 1000

_DATA = b"DATA\r\n"
_DOT_LINE = re.compile(rb"\n\.")
_LINE_START = re.compile(rb"(?:(?<=\n)|\A)\.")
_SERVICE_ENDS = 421
_ENDS = (_SERVICE_ENDS, LOGIN_WANTED)
_GO_AHEAD = 354
# RFC 5321 section 4.2.3: "mailbox name not allowed", which the server would have said.
_UNWRITABLE = 553


# A message that is to be sent next, with its MAIL and its RCPT line.
Announcement = tuple[Ticket, bytes, bytes]


class Transfer:
    """Sends from the outbox over one connection until either is at its end."""

    def __init__(self, line: Line, outbox: Outbox) -> None:
        # Whether the server decided about any message before it ended the conversation.
        self.decided = False
        self._line = line
        self._outbox = outbox
        self._pipelining = "PIPELINING" in line.extensions
        self._envelope_steps = (
            self._envelope_answered,
            self._envelope_answered,
            self._data_answered,
        )
        self._utf8 = "SMTPUTF8" in line.extensions
        # What takes the next answer, and the one after it.
        self._steps: deque[Callable[[Reply], None]] = deque()
        # Commands that wait for the answer before theirs: none of them with PIPELINING.
        self._unsaid: deque[tuple[Callable[[Reply], None], bytes]] = deque()
        # Whose MAIL, RCPT and DATA are said, or being said; forgotten once its outcome is known.
        self._announced: Ticket | None = None
        # Whose body has left, and whose outcome nobody knows until the server answers.
        self._left: Ticket | None = None
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._error: Exception | None = None

    async def run(self) -> None:
        """Send; return when nothing is left, when the line is lost, or has carried enough.

        Raises Permanent.
        """
        if self._line.lost:
            return
        self._line.listen(self)
        self._next()
        try:
            await self._done
        except asyncio.CancelledError:
            self._line.break_off("it was told to stop")
            raise
        self._line.rest()
        if self._error:
            raise self._error

    def hear(self, reply: Reply) -> None:
        """Take the server's next answer."""
        try:
            if not self._steps:
                self._line.break_off(f"it said {str(reply)!r} without being asked")
            elif reply.code in _ENDS:
                self._end(self._steps.popleft(), reply)
            else:
                self._steps.popleft()(reply)
        except Exception as error:  # noqa: BLE001 - `run` raises it
            self._fail(error)

    def lose(self, reason: str) -> None:  # noqa: ARG002 - the relay reads it on the line
        """Give back what certainly did not leave, and report what may have."""
        announced, self._announced = self._announced, None
        left, self._left = self._left, None
        if announced:
            self._outbox.put_back(announced)
        if left:
            left.doubt()
        self._finish()

    def _fail(self, error: Exception) -> None:
        self._error = error
        self._line.break_off("its sender failed")

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    # What takes an answer.

    def _envelope_answered(self, reply: Reply) -> None:
        """Take the answer to MAIL or RCPT."""
        if reply.code >= 400:
            self._turned_down(reply)
        elif reply.code >= 300:
            self._out_of_turn(reply)
        elif self._unsaid:
            step, command = self._unsaid.popleft()
            self._steps.append(step)
            self._line.write(command, self._line.patience.command)

    def _data_answered(self, reply: Reply) -> None:
        if reply.code >= 400:
            self._turned_down(reply)
            # With PIPELINING the sender is still known to the server (RFC 2920 section 3.1).
            self._void(b"RSET\r\n")
        elif reply.code != _GO_AHEAD:
            self._out_of_turn(reply)
        elif self._announced and not self._announced.may_leave:
            # Whoever has said DATA can take it back in no other way (RFC 5321 section 3.8).
            self._line.break_off("its sender has changed its mind")
        elif self._announced:
            self._leave(self._announced)
        else:
            # All recipients were refused, and it wants a message all the same: RFC 2920
            # section 3.1 gives it an empty one.
            self._void(b".\r\n")

    def _dot_answered(self, reply: Reply) -> None:
        if 300 <= reply.code < 400:
            self._out_of_turn(reply)
            return
        left, self._left = self._left, None
        self.decided = True
        if left:
            self._report(left, reply)
        self._line.page.settle()
        if self._steps:
            self._line.wait(self._line.patience.command)
        else:
            self._next()

    def _void_answered(self, reply: Reply) -> None:  # noqa: ARG002 - whatever it is
        """Take the answer to RSET, or to the dot of a message that nobody is to receive."""
        if not self._steps:
            self._next()

    def _turned_down(self, reply: Reply) -> None:
        """Report a refused MAIL, RCPT or DATA; what was said behind it is answered still."""
        announced, self._announced = self._announced, None
        self.decided = True
        if announced:
            self._report(announced, reply)
        if self._unsaid:
            self._unsaid.clear()
            self._void(b"RSET\r\n")

    def _out_of_turn(self, reply: Reply) -> None:
        # From here on nobody knows which answer is to what.
        self._line.break_off(f"it answered out of turn: {reply}")

    def _end(self, step: Callable[[Reply], None], reply: Reply) -> None:
        if reply.code == LOGIN_WANTED:
            # It would say the same to every other recipient, none of whom is to blame.
            reason = f"{self._line.authority} wants a login in the SMTP URL: {reply}."
            raise Permanent(reason, stops_account=True)
        if step == self._dot_answered and self._left:
            left, self._left = self._left, None
            self._report(left, reply)
        elif self._announced and self._announced.tries >= TRIES:
            announced, self._announced = self._announced, None
            self._report(announced, reply)
        self._line.break_off(f"it said {str(reply)!r}")

    # What is said.

    def _leave(self, ticket: Ticket) -> None:
        # Taking the next one runs the caller's code: until that is done, this one has not left.
        following = self._take() if self._pipelining else None
        self._announced, self._left = None, ticket
        self._steps.append(self._dot_answered)
        said = self._announce(following) if following else b""
        envelope = ticket.envelope
        message = envelope.message if envelope.dotless else stuffed(envelope.message)
        self._line.page.leave(envelope.key)
        self._line.write_all((message, b".\r\n" + said), self._line.patience.dot)

    def _void(self, ending: bytes) -> None:
        following = self._take() if self._pipelining else None
        self._steps.append(self._void_answered)
        said = self._announce(following) if following else b""
        self._line.write(ending + said, self._line.patience.command)

    def _next(self) -> None:
        if following := self._take():
            self._line.write(self._announce(following), self._line.patience.command)
        else:
            self._finish()

    def _take(self) -> Announcement | None:
        """Return the next message that this server can be told of."""
        while self._line.carried < MESSAGES_A_LINE and (ticket := self._outbox.take()):
            try:
                mail, rcpt = commands(ticket.envelope, utf8=self._utf8)
            except Unwritable as error:
                key = ticket.envelope.key
                ticket.decide(Outcome(key, "refused", _UNWRITABLE, f"{error}."))
                continue
            self._line.carried += 1
            return ticket, mail, rcpt
        return None

    def _announce(self, following: Announcement) -> bytes:
        """Return what to say of it now, and remember the rest."""
        self._announced, mail, rcpt = following
        if self._pipelining:
            self._steps.extend(self._envelope_steps)
            return mail + rcpt + _DATA
        self._steps.append(self._envelope_answered)
        self._unsaid.append((self._envelope_answered, rcpt))
        self._unsaid.append((self._data_answered, _DATA))
        return mail

    def _report(self, ticket: Ticket, reply: Reply) -> None:
        ticket.decide(decided(ticket.envelope.key, reply))


def stuffed(message: bytes) -> bytes:
    """Return the message as it may stand in DATA: no line of it a lone dot (RFC 5321 §4.5.2).

    A bare LF counts as a line's end, since some servers take it for one (CVE-2023-51764).
    """
    # Twice as fast as asking whether b"\n." is in it.
    if _DOT_LINE.search(message) or message.startswith(b"."):
        message = _LINE_START.sub(b"..", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"
