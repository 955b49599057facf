"""IMAP and POP3 on this machine, as little of them as a mailbox of returned mail is asked for."""

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSWORD = "tide"


@dataclass(slots=True)
class Account:
    """An account with its mail, by UID; `port` is where its server listens.

    `cut_off` is the command at which it hangs up.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    offers: str = "IMAP4rev1 UIDPLUS MOVE STARTTLS"
    keywords: str = "\\*"
    cut_off: str = ""
    port: int = 0
    commands: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    is_encrypted: bool = False

    def url(self, scheme: str, path: str = "") -> str:
        """Return how to read it."""
        return f"{scheme}://ada:{PASSWORD}@127.0.0.1:{self.port}{path}"

    def drop(self, uids: list[int]) -> None:
        """Remove mails for good."""
        for uid in uids:
            self.mails.pop(uid, None)


@contextmanager
def imap(
    *mails: bytes, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> Iterator[Account]:
    """Run an IMAP server; `tls` encrypts from the beginning, or when it is asked to."""
    with _serving(_Imap, mails, tls, implicit=implicit) as account:
        yield account


@contextmanager
def pop3(
    *mails: bytes, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> Iterator[Account]:
    """Run a POP3 server; `tls` encrypts from the beginning, or when it is asked to."""
    with _serving(_Pop3, mails, tls, implicit=implicit) as account:
        yield account


class _Talk(socketserver.StreamRequestHandler):
    """One connection, a line at a time."""

    greeting = b""
    # An answer in pieces waits for nobody.
    disable_nagle_algorithm = True

    @property
    def account(self) -> Account:
        assert isinstance(self.server, _Server)
        return self.server.account

    def handle(self) -> None:
        try:
            if self.account.is_encrypted:
                self.encrypt()
            if self.account.cut_off == "greeting":
                return
            self.say(self.greeting)
            while line := self.rfile.readline():
                self.account.commands.append(line.decode().strip())
                if self.account.cut_off and self.account.cut_off in line.decode():
                    return
                self.answer(line.decode().strip())
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            # Where it is encrypted, it is another one than the server closes.
            self.connection.close()

    def encrypt(self) -> None:
        assert self.account.tls
        self.connection = self.account.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def say(self, octets: bytes) -> None:
        self.wfile.write(octets + b"\r\n")

    def answer(self, line: str) -> None:
        raise NotImplementedError


class _Imap(_Talk):
    greeting = b"* OK here"

    def answer(self, line: str) -> None:
        tag, _, rest = line.partition(" ")
        verb, _, words = rest.partition(" ")
        if verb == "UID":
            verb, _, words = words.partition(" ")
        told = getattr(self, f"do_{verb.lower()}")(words)
        self.say(f"{tag} {told or 'OK done'}".encode())
        if verb == "STARTTLS":
            self.encrypt()

    def do_capability(self, words: str) -> None:
        del words
        self.say(f"* CAPABILITY {self.account.offers}".encode())

    def do_starttls(self, words: str) -> None:
        """Say yes; the caller does it."""

    def do_login(self, words: str) -> str:
        is_right = words == f'ada "{PASSWORD}"'
        return "" if is_right else "NO [AUTHENTICATIONFAILED] wrong password"

    def do_select(self, words: str) -> str:
        if words != '"INBOX"':
            return f"NO there is no {words}"
        self.say(f"* {len(self.account.mails)} EXISTS".encode())
        self.say(f"* OK [PERMANENTFLAGS (\\Deleted \\Seen {self.account.keywords})] kept".encode())
        return "OK [READ-WRITE] selected"

    def do_search(self, words: str) -> None:
        unwanted = {"\\Deleted", words.rpartition("UNKEYWORD ")[2]}
        unwanted |= {"\\Seen"} if "UNSEEN" in words else set()
        flags = self.account.flags
        found = [uid for uid in self.account.mails if not flags.get(uid, set()) & unwanted]
        self.say(f"* SEARCH {' '.join(map(str, found))}".encode())

    def do_fetch(self, words: str) -> None:
        number, cut = re.match(r"(\d+) \(BODY.PEEK\[\]<0\.(\d+)>\)", words).groups()  # type: ignore[union-attr] # nothing else is asked
        raw = self.account.mails[int(number)][: int(cut)]
        self.wfile.write(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw)
        self.say(b")")

    def do_store(self, words: str) -> None:
        uids, flag = re.match(r"([\d,]+) \+FLAGS.SILENT \((\S+)\)", words).groups()  # type: ignore[union-attr] # nothing else is asked
        for uid in _numbers(uids):
            self.account.flags.setdefault(uid, set()).add(flag)

    def do_expunge(self, words: str) -> None:
        self.account.drop(_numbers(words))

    def do_copy(self, words: str) -> None:
        uids, folder = words.split(" ", 1)
        kept = self.account.moved.setdefault(folder.strip('"'), [])
        kept.extend(self.account.mails[uid] for uid in _numbers(uids))

    def do_move(self, words: str) -> None:
        self.do_copy(words)
        self.account.drop(_numbers(words.split(" ")[0]))

    def do_logout(self, words: str) -> None:
        del words
        self.say(b"* BYE")


class _Pop3(_Talk):
    greeting = b"+OK here"

    def setup(self) -> None:
        super().setup()
        self.doomed: list[int] = []

    def answer(self, line: str) -> None:
        verb, _, words = line.partition(" ")
        match verb:
            case "PASS" if words != PASSWORD:
                self.say(b"-ERR [AUTH] wrong password")
            case "CAPA":
                self.many("STLS", "TOP")
            case "STLS":
                self.say(b"+OK begin")
                self.encrypt()
            case "LIST":
                sizes = {uid: len(raw) for uid, raw in self.account.mails.items()}
                self.many(*(f"{uid} {size}" for uid, size in sizes.items()))
            case "RETR":
                self.mail(self.account.mails[int(words)])
            case "TOP":
                number, lines = map(int, words.split())
                self.mail(b"\r\n".join(self.account.mails[number].split(b"\r\n")[:lines]))
            case "DELE":
                self.doomed.append(int(words))
                self.say(b"+OK later")
            case "QUIT":
                self.account.drop(self.doomed)
                self.say(b"+OK bye")
            case _:
                self.say(b"+OK")

    def many(self, *lines: str) -> None:
        self.say("\r\n".join(["+OK", *lines, "."]).encode())

    def mail(self, raw: bytes) -> None:
        stuffed = re.sub(rb"(?m)^\.", b"..", raw)
        self.say(b"+OK\r\n" + stuffed + b"\r\n.")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    account: Account


@contextmanager
def _serving(
    talk: Callable[..., _Talk],
    mails: tuple[bytes, ...],
    tls: ssl.SSLContext | None,
    *,
    implicit: bool,
) -> Iterator[Account]:
    server = _Server(("127.0.0.1", 0), talk)
    numbered = dict(enumerate(mails, 1))
    port = server.server_address[1]
    server.account = Account(numbered, port=port, tls=tls, is_encrypted=implicit)
    thread = threading.Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield server.account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _numbers(uids: str) -> list[int]:
    return [int(uid) for uid in uids.split(",")]
