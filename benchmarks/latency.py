"""Mail servers that take their time: nothing idles beside them, and workers add up.

python -m benchmarks.latency
"""

from datetime import timedelta

from benchmarks import sinks
from benchmarks.house import await_sent, edition, house, readers

_OCTETS = 12 * 1024
_PATIENCE = timedelta(minutes=10)
# Two workers with so many connections each leave most of two cores free.
_CONNECTIONS = 30


def rate(count: int, *, wait_ms: int, connections: int, workers: int) -> float:
    """Return the mails a second by a server that waits before it takes each."""
    with (
        sinks.sink(wait_ms=wait_ms) as port,
        house(f"smtp://127.0.0.1:{port}?connections={connections}", mail_workers=workers) as home,
    ):
        edition_id = edition(home, readers(home, count), _OCTETS)
        return count / await_sent(home, edition_id, _PATIENCE)


def measure(count: int, *, wait_ms: int, connections: int, workers: int) -> float:
    """Print that rate beside what the server can take; return it."""
    most = connections * workers * 1000 / wait_ms
    reached = rate(count, wait_ms=wait_ms, connections=connections, workers=workers)
    print(
        f"{wait_ms:>4} ms a mail, {workers} worker(s) with {connections:>2} connections: "
        f"{reached:6,.0f} mails/s, {reached / most:4.0%} of what the server takes",
        flush=True,
    )
    return reached


def main() -> None:
    """Measure two workers beside one, and ten connections beside five times as many."""
    one = measure(40_000, wait_ms=20, connections=_CONNECTIONS, workers=1)
    two = measure(40_000, wait_ms=20, connections=_CONNECTIONS, workers=2)
    print(f"     two workers send {two / one:.2f} times as many as one", flush=True)
    few = measure(2_000, wait_ms=100, connections=10, workers=1)
    many = measure(10_000, wait_ms=100, connections=50, workers=1)
    print(f"     five times the connections send {many / few:.2f} times as many", flush=True)


if __name__ == "__main__":
    main()
