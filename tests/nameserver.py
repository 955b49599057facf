"""A DNS server on this machine that knows what a test tells it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, UDPServer

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

# Instead of records: a server that fails, and one that says nothing.
FAILS = ["SERVFAIL"]
SILENT = ["SILENT"]
# The records of a name and a type, as a zone file has them.
Zone = dict[tuple[str, str], list[str]]


class NameServer(UDPServer):
    """Answers from `zone`, which a test may change at any time."""

    def __init__(self, zone: Zone) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.zone = zone

    @property
    def where(self) -> tuple[str, int]:
        """Return the address and the port."""
        return "127.0.0.1", self.socket.getsockname()[1]

    def answer(self, question: bytes) -> bytes:
        """Return the answer, b"" for silence."""
        asked = dns.message.from_wire(question)
        name, kind = asked.question[0].name, asked.question[0].rdtype
        found = self.zone.get((name.to_text(omit_final_dot=True).lower(), kind.name))
        if found == SILENT:
            return b""
        reply = dns.message.make_response(asked)
        reply.flags |= dns.flags.RA
        if found == FAILS:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, found))
        elif not any(name.to_text(omit_final_dot=True).lower() == known for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


@contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    """Run a server for the time of a test."""
    server = NameServer(zone)
    thread = threading.Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        question, line = self.request
        assert isinstance(self.server, NameServer)
        if answer := self.server.answer(question):
            line.sendto(answer, self.client_address)
