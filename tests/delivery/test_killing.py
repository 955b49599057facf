"""A worker that is killed in the middle of a batch: nobody gets twice what it had sent."""

import fcntl
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from publisher import clock
from publisher.channels.smtp.outcomes import from_lines
from publisher.delivery import actions, queries, sending
from publisher.delivery.models import Mailing
from tests.recorder import Recorder

pytestmark = pytest.mark.django_db(transaction=True)

_ROOT = Path(__file__).parents[2]
_SEND = """
import sys
from datetime import datetime
import django
django.setup()
from publisher.delivery import sending
sending.send_batch(int(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def small_batches(settings: Settings) -> None:
    """Put all seven readers into one batch."""
    settings.BATCH_RECIPIENTS = 50


def start_worker(batch_id: int, recorder: Recorder, now: datetime) -> subprocess.Popen[bytes]:
    """Have another process send a batch to the recorder, over three lines."""
    database = connection.settings_dict
    host = database["HOST"].replace("/", "%2F")
    environment = {
        "DJANGO_SETTINGS_MODULE": "publisher.settings",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
        f"&port={database['PORT'] or 5432}",
        "PUBLISHER_SECRET_KEY": settings.SECRET_KEY,
        "PUBLISHER_HOME": settings.PLACES.home,
        "PUBLISHER_SMTP_URL": recorder.url,
    }
    told = [f"{name}={value}" for name, value in environment.items()]
    command = [sys.executable, "-c", _SEND, str(batch_id), now.isoformat()]
    return subprocess.Popen(["env", *told, *command], cwd=_ROOT)


def journaled() -> set[int]:
    """Return whose outcomes a dead worker left behind, once its heir has ended."""
    (journal,) = settings.PLACES.journal.glob("*.jsonl")
    with journal.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return {outcome.key for outcome in from_lines(file.read())}


def test_what_was_in_flight_when_a_worker_was_killed_is_not_sent_again(
    mailing: Mailing, recorder: Recorder, now: datetime
) -> None:
    (batch_id,) = actions.claim_due("bulk", now=now)

    def kill_at_the_fourth() -> None:
        # The mail is taken, and not answered before the worker is dead.
        if len(recorder.mails) == 4:
            worker.kill()
            worker.wait()

    recorder.on_mail = kill_at_the_fourth
    worker = start_worker(batch_id, recorder, now)
    worker.wait()
    assert len(journaled()) == len(recorder.mails) < 7

    later = max(now, clock.now()) + actions.LEASE * 2
    assert actions.claim_due("bulk", now=later) == [batch_id]
    sending.send_batch(batch_id, now=later)
    assert len(recorder.mails) == len(recorder.copies) == 7
    assert queries.counts(mailing.pk)["sent"] == 7
