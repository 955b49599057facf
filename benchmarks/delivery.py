"""An edition from its due time to its last committed outcome, beside Postfix's own generator.

python -m benchmarks.delivery [READERS …]

How flat it is, in about five minutes: python -m benchmarks.delivery 10000 1000000
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from benchmarks import sinks, watching
from benchmarks.house import House, await_due, await_sent, edition, house, readers

OCTETS = 12 * 1024
_PATIENCE = timedelta(minutes=20)
# Enough for every worker to have had some.
_WARMING = 10_000
# Programs that are named, the dearest first.
_NAMED = 4


@dataclass(frozen=True)
class Cost:
    """What an edition for `readers` took: microseconds of CPU a mail, and memory at the most."""

    readers: int
    seconds: float
    cpu: Mapping[str, float]
    memory_bytes: Mapping[str, int]


def measure(home: House, newsletter_id: int, count: int) -> Cost:
    """Send to a newsletter's readers, so many."""
    edition_id = edition(home, newsletter_id, OCTETS)
    # What a newsroom takes in which nothing is sent is no cost of a mail.
    await_due(home, edition_id)
    before = watching.cpu_seconds(home.pid)
    with watching.peak(home.pid) as peak:
        seconds = await_sent(home, edition_id, _PATIENCE)
    after = watching.cpu_seconds(home.pid)
    cpu = {name: (after[name] - before.get(name, 0.0)) / count * 1e6 for name in after}
    return Cost(count, seconds, cpu, peak.by_program)


def tell(cost: Cost, peer: float | None) -> None:
    """Print what it took."""
    rate = cost.readers / cost.seconds
    beside = f"{rate / peer:5.2f} times smtp-source" if peer else "no smtp-source here"
    megabytes = {name: held / 1e6 for name, held in cost.memory_bytes.items()}
    print(
        f"{cost.readers:>9,} readers: {rate:7,.0f} mails/s, {beside}, "
        f"{sum(cost.cpu.values()):4.0f} µs of CPU a mail ({_most(cost.cpu)}), "
        f"{sum(megabytes.values()):4.0f} MB at the most ({_most(megabytes)})",
        flush=True,
    )


def compare(first: Cost, last: Cost) -> None:
    """Print how flat it is: what a mail to a longer list takes, as a multiple."""
    cpu = sum(last.cpu.values()) / sum(first.cpu.values())
    memory = sum(last.memory_bytes.values()) / sum(first.memory_bytes.values())
    print(
        f"{last.readers:,} against {first.readers:,} readers: "
        f"{cpu:.2f} times the CPU a mail, {memory:.2f} times the memory"
    )


def _most(shares: Mapping[str, float]) -> str:
    dearest = sorted(shares, key=lambda name: -shares[name])[:_NAMED]
    return ", ".join(f"{name} {shares[name]:.0f}" for name in dearest)


def main(counts: list[int]) -> None:
    """Measure each count in one house."""
    with sinks.sink() as port:
        peer = sinks.peer(port, 50_000, OCTETS)
        if peer:
            print(f"smtp-source -d -s 10: {peer:,.0f} mails/s", flush=True)
        with house(f"smtp://127.0.0.1:{port}?connections=10") as home:
            lists = [(readers(home, count), count) for count in [_WARMING, *counts]]
            # What is read or opened at the first mail of all is no cost of any other.
            measure(home, *lists[0])
            costs = []
            for newsletter_id, count in lists[1:]:
                costs.append(measure(home, newsletter_id, count))
                tell(costs[-1], peer)
            compare(costs[0], costs[-1])
        if again := sinks.peer(port, 50_000, OCTETS):
            print(f"smtp-source -d -s 10: {again:,.0f} mails/s", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000, 100_000])
