"""An edition from its due time to its last committed outcome, beside Postfix's own generator.

python -m benchmarks.delivery [READERS …]
"""

import sys
from datetime import timedelta

from benchmarks import sinks, watching
from benchmarks.house import House, await_sent, edition, house, readers

OCTETS = 12 * 1024
_PATIENCE = timedelta(minutes=20)


def measure(home: House, count: int, peer: float | None) -> None:
    """Send to that many readers and print what it took."""
    edition_id = edition(home, readers(home, count), OCTETS)
    before = watching.cpu_seconds(home.pid)
    with watching.peak(home.pid) as peak:
        seconds = await_sent(home, edition_id, _PATIENCE)
    after = watching.cpu_seconds(home.pid)
    # Microseconds a mail, by program.
    spent = {name: (after[name] - before.get(name, 0.0)) / count * 1e6 for name in after}
    dearest = sorted(spent, key=lambda name: -spent[name])[:4]
    shares = ", ".join(f"{name} {spent[name]:.0f}" for name in dearest)
    rate = count / seconds
    beside = f"{rate / peer:5.2f} times smtp-source" if peer else "no smtp-source here"
    print(
        f"{count:>9,} readers: {rate:7,.0f} mails/s, {beside}, "
        f"{sum(spent.values()):4.0f} µs of CPU a mail ("
        f"{shares}), {peak.memory_bytes / 1e6:4.0f} MB at the most",
        flush=True,
    )


def main(counts: list[int]) -> None:
    """Measure each count in one house."""
    with sinks.sink() as port:
        peer = sinks.peer(port, 50_000, OCTETS)
        if peer:
            print(f"smtp-source -d -s 10: {peer:,.0f} mails/s", flush=True)
        with house(f"smtp://127.0.0.1:{port}?connections=10") as home:
            for count in counts:
                measure(home, count, peer)
        if again := sinks.peer(port, 50_000, OCTETS):
            print(f"smtp-source -d -s 10: {again:,.0f} mails/s", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000, 100_000])
