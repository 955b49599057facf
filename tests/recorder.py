"""A mail server for tests: writes down what it is given before it says that it has it."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# What the recorder answers to a recipient's message; None closes the connection unanswered.
Answer = Callable[[str], str | None]


@dataclass
class Recorder:
    """The mails that came, in order, and what is answered to the next."""

    port: int = 0
    extensions: tuple[str, ...] = ("PIPELINING",)
    answer: Answer = lambda _: "250 2.0.0 taken"
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    senders: set[str] = field(default_factory=set)
    connections: int = 0
    # Called in the server's thread when a mail has come.
    on_mail: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """Return the address for PUBLISHER_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}?connections=3"

    @property
    def copies(self) -> Counter[str]:
        """Return how often each recipient got it."""
        return Counter(recipient for recipient, _ in self.mails)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP on one connection."""
        self.connections += 1
        writer.write(b"220 recorder\r\n")
        recipient = ""
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"MAIL":
                    self.senders.add(line[line.index(b"<") + 1 : line.index(b">")].decode())
                if verb == b"RCPT":
                    recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
                if verb == b"DATA":
                    writer.write(b"354 go ahead\r\n")
                    body = await reader.readuntil(b"\r\n.\r\n")
                    if not self._take(recipient, body, writer):
                        break
                elif verb == b"EHLO":
                    *others, last = ("recorder", *self.extensions)
                    writer.write("".join(f"250-{word}\r\n" for word in others).encode())
                    writer.write(f"250 {last}\r\n".encode())
                else:
                    writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _take(self, recipient: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        answer = self.answer(recipient)
        if answer is None or answer.startswith("2"):
            self.mails.append((recipient, body.removesuffix(b".\r\n")))
            self.on_mail()
        if answer:
            writer.write(f"{answer}\r\n".encode())
        return answer is not None

    async def run(self, begun: threading.Event, ended: asyncio.Event) -> None:
        """Listen on a free port of the loopback until `ended`."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        begun.set()
        await ended.wait()
        # Not `async with`: from Python 3.12 on that would wait until the last client has left.
        server.close()


@contextmanager
def recording() -> Iterator[Recorder]:
    """Run a recorder in a thread of its own."""
    recorder, begun = Recorder(), threading.Event()
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        thread = threading.Thread(target=runner.run, args=(recorder.run(begun, ended),))
        thread.start()
        begun.wait()
        try:
            yield recorder
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join()
