"""What somebody waits for, while an edition for many is being sent: a confirmation, breaking news.

python -m benchmarks.lanes [READERS]
"""

import sys
from datetime import timedelta

from benchmarks import sinks
from benchmarks.house import House, await_sent, edition, house, readers

_OCTETS = 12 * 1024
_FEW = 1_000
_PATIENCE = timedelta(minutes=20)


def await_confirmation(home: House, newsletter_id: int) -> float:
    """Sign somebody up; return the seconds from the form to the server that took the mail."""
    asked_at = home.run("benchmarks.preparing", "signup", newsletter_id)
    return home.await_answer(_CONFIRMED, asked_at, limit=_PATIENCE)


def main(count: int) -> None:
    """Send to many, and meanwhile to one and to a few."""
    with sinks.sink() as port, house(f"smtp://127.0.0.1:{port}?connections=10") as home:
        many, few = readers(home, count), readers(home, _FEW)
        digest = edition(home, many, _OCTETS)
        breaking = edition(home, few, _OCTETS, "breaking")
        confirmed = await_confirmation(home, few)
        told = await_sent(home, breaking, _PATIENCE)
        waiting = home.ask(_LEFT, digest)
        took = await_sent(home, digest, _PATIENCE)
        print(
            f"{count:,} readers in {took:.1f} s; meanwhile, with {waiting:,.0f} of them to go, "
            f"{_FEW:,} had breaking news after {told:.2f} s, "
            f"and who signed up their mail after {confirmed:.2f} s",
            flush=True,
        )


_CONFIRMED = """
    SELECT extract(epoch FROM delivery.finished_at - %s::timestamptz)
    FROM delivery_delivery delivery
    JOIN delivery_mailing mailing ON mailing.id = delivery.mailing_id
    WHERE mailing.lane = 'urgent' AND delivery.state = 'sent'
"""
_LEFT = """
    SELECT count(*) FROM newsletters_edition edition
    JOIN delivery_delivery delivery ON delivery.mailing_id = edition.mailing_id
    WHERE edition.id = %s AND delivery.state = 'queued'
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200_000)
