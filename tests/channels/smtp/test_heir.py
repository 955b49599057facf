"""An heir hears the answers that its worker did not live to hear, and is no trouble before."""

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvloop

from publisher.channels.smtp import Heir, Outcome, Relay
from publisher.channels.smtp.estate import Page
from publisher.channels.smtp.outcomes import to_line
from tests.channels.smtp.certificates import self_signed, trusting
from tests.channels.smtp.sender import in_full
from tests.channels.smtp.servers import Ledger, Server, envelope, envelopes

HEARD_BEFORE = Outcome(6, "sent", 250, "2.0.0 taken")
TAKEN = Outcome(7, "sent", 250, "2.0.0 taken")


@dataclass
class Worker:
    """A worker that has told its heir of one line and of its journal."""

    heir: Heir
    page: Page
    server: socket.socket
    journal: Path

    def die(self) -> None:
        """Do to the heir what the end of a process does."""
        assert self.heir._will
        self.heir._will.close()

    def outcomes(self) -> list[Outcome]:
        """Return what is in the journal in the end."""
        return in_full(self.journal)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    heir, path = Heir(), tmp_path / "7-1.jsonl"
    line, server = socket.socketpair()
    with server:
        with path.open("wb", buffering=0) as journal, line:
            fcntl.flock(journal, fcntl.LOCK_EX)
            # The last thing that it wrote was cut short by its death.
            journal.write(to_line(HEARD_BEFORE) + b'[7, "se')
            # Entered and never left: this is where the worker dies.
            run = heir.entrusted(journal.fileno())
            run.__enter__()
            page = heir.inherit(line.fileno())
        assert page
        yield Worker(heir, page, server, path)
    heir.dismiss()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"250 2.0.0 taken\r\n", TAKEN),
        (b"250-2.0.0 taken\r\n250 2.0.0 as 42\r\n", Outcome(7, "sent", 250, "2.0.0 taken as 42")),
        (b"452 4.2.2 mailbox full\r\n", Outcome(7, "deferred", 452, "4.2.2 mailbox full")),
        (b"421 4.3.2 shutting down\r\n", Outcome(7, "deferred", 421, "4.3.2 shutting down")),
        (b"554 5.7.1 spam\r\n", Outcome(7, "refused", 554, "5.7.1 spam")),
        (b"250 2.0.0 taken\r\n250 MAIL\r\n250 RCPT\r\n354 DATA\r\n", TAKEN),
    ],
)
def test_the_heir_writes_down_what_its_worker_would_have(
    worker: Worker, answer: bytes, outcome: Outcome
) -> None:
    worker.page.leave(7)
    worker.die()
    worker.server.sendall(answer)
    assert worker.outcomes() == [HEARD_BEFORE, outcome]


@pytest.mark.parametrize("cut", range(len(b"250-2.0.0 taken\r\n250 2.0.0 as 42\r\n") + 1))
def test_an_answer_is_whole_however_much_of_it_the_worker_had_read(
    worker: Worker, cut: int
) -> None:
    answer = b"250-2.0.0 taken\r\n250 2.0.0 as 42\r\n"
    worker.page.received(7)
    worker.page.leave(7)
    worker.page.room()[:cut] = answer[:cut]
    worker.die()
    worker.server.sendall(answer[cut:])
    assert worker.outcomes() == [HEARD_BEFORE, Outcome(7, "sent", 250, "2.0.0 taken as 42")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"250 2.0.0 tak",
        b"250-2.0.0 taken\r\n",
        b"HTTP/1.1 400 No\r\n",
        b"354 go ahead\r\n",
        b"530 5.7.0 Authentication required\r\n",
    ],
)
def test_what_is_no_answer_to_the_message_leaves_it_in_doubt(worker: Worker, answer: bytes) -> None:
    worker.page.leave(7)
    worker.die()
    worker.server.sendall(answer)
    worker.server.close()
    assert worker.outcomes() == [HEARD_BEFORE]


def test_a_line_ends_in_a_way_that_nobody_takes_for_the_end_of_a_message(tmp_path: Path) -> None:
    heir = Heir()
    with (tmp_path / "journal").open("wb") as file, socket.create_server(("127.0.0.1", 0)) as door:
        run = heir.entrusted(file.fileno())
        run.__enter__()
        with socket.create_connection(door.getsockname()) as line:
            page = heir.inherit(line.fileno())
            assert page
            page.leave(7)
        server, _ = door.accept()
    assert heir._will
    heir._will.close()
    with server:
        server.sendall(b"250 2.0.0 taken\r\n354 go ahead\r\n")
        with pytest.raises(ConnectionResetError):
            server.recv(1)
    heir.dismiss()


def test_an_heir_with_nothing_to_wait_for_is_gone_at_once(worker: Worker) -> None:
    worker.page.leave(7)
    worker.page.settle()
    worker.die()
    assert worker.heir._process
    assert worker.heir._process.wait() == 0
    assert worker.server.recv(1) == b""


def test_an_heir_lets_go_of_what_has_ended(worker: Worker) -> None:
    (line,) = worker.heir._lines.values()
    worker.heir.forget(line)
    # Were the heir holding it still, this would not come to an end.
    assert worker.server.recv(1) == b""


def test_a_line_is_not_mistaken_for_the_one_whose_page_it_has(worker: Worker) -> None:
    worker.page.leave(7)
    (line,) = worker.heir._lines.values()
    worker.heir.forget(line)
    after, server = socket.socketpair()
    with after, server:
        worker.heir.inherit(after.fileno())
        worker.die()
        server.sendall(b"250 to the next MAIL\r\n")
        assert worker.outcomes() == [HEARD_BEFORE]


def test_an_heir_is_in_a_session_of_its_own_and_does_not_stop_when_asked(worker: Worker) -> None:
    assert worker.heir._process
    pid = worker.heir._process.pid
    assert os.getsid(pid) == pid
    # It is there for its signals to be ignored once it has let go of the line.
    test_an_heir_lets_go_of_what_has_ended(worker)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    worker.die()
    assert worker.heir._process.wait() == 0


def test_an_heir_is_without_the_rest_of_its_workers_files(tmp_path: Path) -> None:
    fds = Path("/proc/self/fd")
    if not fds.exists():
        pytest.skip("the system does not tell which files a process has")
    heir = Heir()
    with socket.create_server(("127.0.0.1", 0)) as listening, (tmp_path / "j").open("wb") as file:
        listening.set_inheritable(True)
        with heir.entrusted(file.fileno()):
            assert heir._process
            held = {fd.readlink() for fd in Path(f"/proc/{heir._process.pid}/fd").iterdir()}
        assert (fds / str(listening.fileno())).readlink() not in held
    heir.dismiss()


def test_without_an_heir_mail_leaves_all_the_same_and_the_next_run_has_a_new_one(
    tmp_path: Path,
) -> None:
    server, ledger, heir = Server(), Ledger(), Heir()

    async def act() -> None:
        async with server.serving():
            relay = Relay(server.url(2), heir=heir)
            with (tmp_path / "journal").open("wb") as journal:
                for _ in range(3):
                    with heir.entrusted(journal.fileno()):
                        assert heir._process
                        heir._process.kill()
                        heir._process.wait()
                        mails = [envelope(len(server.mails) + n) for n in range(10)]
                        await ledger.send(relay, mails)
            await relay.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(act())
    heir.dismiss()
    assert len(server.mails) == len(ledger.verdicts) == 30
    assert len(server.connections) == 2
    assert server.open_now == 0


def test_an_heir_that_does_not_listen_does_not_hold_up_its_worker(worker: Worker) -> None:
    assert worker.heir._process
    stopped = worker.heir._process
    stopped.send_signal(signal.SIGSTOP)
    with socket.socket() as line:
        while worker.heir._process:
            worker.heir.inherit(line.fileno())
            worker.heir.forget(line.fileno())
    assert stopped.returncode == -signal.SIGKILL


def test_an_encrypted_line_has_no_heir(tmp_path: Path) -> None:
    server, heir = Server(), Heir()

    async def act() -> None:
        tls = self_signed(tmp_path)
        async with await asyncio.start_server(server._serve, "127.0.0.1", 0, ssl=tls) as listening:
            server.port = listening.sockets[0].getsockname()[1]
            url = replace(server.url(), security="tls")
            relay = Relay(url, tls=trusting(tmp_path), heir=heir)
            with (tmp_path / "journal").open("wb") as journal, heir.entrusted(journal.fileno()):
                await Ledger().send(relay, envelopes(3))
                assert not heir._lines
            await relay.close()

    asyncio.run(act())
    heir.dismiss()
    assert len(server.mails) == 3
