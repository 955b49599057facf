"""A mail server that takes everything and forgets it, after waiting if it is told to."""

import asyncio
import sys
from typing import cast

import uvloop

_END = b"\r\n.\r\n"


class Session(asyncio.Protocol):
    """One client's conversation; answers to what was pipelined go out together."""

    def __init__(self, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._heard = bytearray()
        self._in_data = False
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Take commands and messages."""
        self._heard += data
        self._go_on()

    def _go_on(self) -> None:
        answers = bytearray()
        while not self._paused:
            if self._in_data:
                if not self._took_message():
                    break
                if self._wait_seconds:
                    self._paused = True
                    loop = asyncio.get_running_loop()
                    loop.call_later(self._wait_seconds, self._taken)
                else:
                    answers += b"250 2.0.0 taken\r\n"
                continue
            end = self._heard.find(b"\r\n")
            if end < 0:
                break
            answers += self._answer(bytes(self._heard[:4]).upper())
            del self._heard[: end + 2]
        if answers:
            self._transport.write(bytes(answers))

    def _taken(self) -> None:
        self._paused = False
        self._transport.write(b"250 2.0.0 taken\r\n")
        self._go_on()

    def _took_message(self) -> bool:
        end = self._heard.find(_END)
        if end < 0:
            return False
        del self._heard[: end + len(_END)]
        self._in_data = False
        return True

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"DATA":
            self._in_data = True
            return b"354 go ahead\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n"


async def main(port: int, wait_seconds: float) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(wait_seconds), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]) / 1000))
