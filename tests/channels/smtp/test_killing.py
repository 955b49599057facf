"""Whatever is answered to a sender that was killed is written down all the same."""

import asyncio
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.channels.smtp import Outcome
from tests.channels.smtp.sender import in_full
from tests.channels.smtp.servers import HANG_UP, Server


class Doomed(Server):
    """A server whose client, `sender`, is killed."""

    sender: subprocess.Popen[bytes]

    @property
    def answered(self) -> int:
        """Return how many messages came whole."""
        return sum(commands.count(".") for commands in self.connections)


async def outlived(server: Doomed, journal: Path, *dies_before: str) -> list[Outcome]:
    """Return what is in the journal of a sender that was killed, or killed itself."""
    async with server.serving():
        arguments = [str(server.port), str(journal), "30", "3", *dies_before]
        command = [sys.executable, "-m", "tests.channels.smtp.sender", *arguments]
        server.sender = subprocess.Popen(command, cwd=Path(__file__).parents[3])
        await asyncio.to_thread(server.sender.wait)
        return await asyncio.to_thread(in_full, journal)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelined", "lock-step"])
@pytest.mark.parametrize("answer", ["250 2.0.0 taken", "452 4.2.2 full", "554 5.7.1 spam"])
def test_whatever_is_answered_to_a_killed_worker_is_in_its_journal(
    tmp_path: Path, extensions: tuple[str, ...], answer: str
) -> None:
    answered = itertools.count(1)

    def script(command: str) -> str | None:
        if command == "." and next(answered) == 10:
            server.sender.kill()
            server.sender.wait()
        return answer if command == "." else None

    server = Doomed(script, extensions)
    outcomes = asyncio.run(outlived(server, tmp_path / "journal"))
    assert len({outcome.key for outcome in outcomes}) == server.answered
    assert {f"{outcome.code} {outcome.detail}" for outcome in outcomes} == {answer}


def test_an_answer_that_its_worker_read_and_did_not_write_down_is_in_the_journal(
    tmp_path: Path,
) -> None:
    server = Doomed()
    outcomes = asyncio.run(outlived(server, tmp_path / "journal", "17"))
    keys = {outcome.key for outcome in outcomes}
    assert 17 in keys
    assert len(keys) == server.answered


def test_a_server_that_hangs_up_on_a_killed_worker_leaves_its_mail_in_doubt(
    tmp_path: Path,
) -> None:
    def script(command: str) -> str | None:
        if command != "." or (server.sender.poll() is None and server.answered < 9):
            return None
        server.sender.kill()
        server.sender.wait()
        return HANG_UP

    server = Doomed(script)
    outcomes = asyncio.run(outlived(server, tmp_path / "journal"))
    assert len({outcome.key for outcome in outcomes}) == len(server.mails)
