"""Keeps a process's shares filled, a few times a second, beside the sending.

It may wait for the database, and for Redis 2 seconds at the most; the throttle never waits for it.
"""

import math
import secrets
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from publisher import pulse
from publisher.delivery.models import Domain
from publisher.delivery.throttles import quotas, shares, slowdowns, warming
from publisher.delivery.throttles.limits import Limits
from publisher.delivery.throttles.metering import Ask, Meter, SharedMeter, burst
from publisher.delivery.throttles.quotas import Window
from publisher.delivery.throttles.shares import Shares
from publisher.delivery.throttles.throttle import Throttle

# How often to ask who asked to slow down, and how old the sending domains are.
LOOK_EVERY_SECONDS = 1.0
# How often a worker at least says that it is there.
CALL_EVERY_SECONDS = 2.0
# What is worth a transaction, where anything was asked for.
BLOCK = 50
# The most of an hour or a day that one worker reserves ahead: what the fastest sends till the
# supply comes by again.
MOST_AHEAD = 10_000
# When an hour or a day is used up, how often to look whether somebody has given some back.
TRY_AGAIN_SECONDS = 10.0


class Supply:
    """What fills the shares of one throttle; `relay` is the name that its limits are counted by."""

    def __init__(self, relay: str, throttle: Throttle, meter: Meter) -> None:
        self._relay = relay
        self._throttle = throttle
        self._limits = throttle.limits
        self._held = throttle.held
        self._clock = throttle.clock
        self._meter = meter
        # Messages a second by limit, and a day by sending domain that is new.
        self._rates: dict[str, float] = {}
        self._allowances: dict[str, int] = {}
        # In which five minutes what is left of a limit was reserved, and when to try again.
        self._slots: dict[str, datetime] = {}
        self._try_at: dict[str, float] = {}
        self._look_at = self._call_at = -math.inf

    def refill(self, *, now: datetime) -> None:
        """Tell what was heard, hear what others were told, and reserve what is needed next.

        For one thread at a time, and first of all before anything is sent.
        """
        if self._note(now) or self._clock() >= self._look_at:
            self._look(now)
        for name, windows in self._windows(now).items():
            self._reserve(name, windows, now)
        self._ask()

    def close(self) -> None:
        """Give back what is left; the next `refill` begins anew."""
        for name, slot in self._slots.items():
            if left := self._take_back(name):
                quotas.give_back(self._row(name), slot, left)
        left_of = {name: self._take_back(name) for name in self._rates}
        asks = [Ask(name, self._rates[name], -left) for name, left in left_of.items() if left]
        if asks:
            self._meter.ask(asks)

    def _note(self, now: datetime) -> bool:
        complaints = self._throttle.complaints()
        for group, said in complaints.items():
            slowdowns.note(self._relay, group, said, self._limits.usual(group), now=now)
        return bool(complaints)

    def _look(self, now: datetime) -> None:
        paces = slowdowns.paces(self._relay, now=now)
        slow = {
            group: (max((pace.rests_until - now).total_seconds(), 0.0), rate or pace.rate)
            for group, pace in paces.items()
            if (rate := pace.at(now, self._limits.usual(group))) is not None
        }
        self._rates = self._limits.rates() | {
            shares.of_group(group): rate for group, (_, rate) in slow.items()
        }
        self._throttle.slow(slow)
        self._allowances = _allowances(now)
        self._throttle.warm_up(self._allowances)
        self._look_at = self._clock() + LOOK_EVERY_SECONDS

    def _windows(self, now: datetime) -> dict[str, list[Window]]:
        spans = ((quotas.HOUR, self._limits.per_hour), (quotas.DAY, self._limits.per_day))
        own = [quotas.last(span, most, now=now) for span, most in spans if most]
        zone = ZoneInfo(settings.TIME_ZONE)
        young = {
            shares.of_domain(domain): [quotas.today(most, zone, now=now)]
            for domain, most in self._allowances.items()
        }
        return {shares.QUOTA: own, **young} if own else young

    def _reserve(self, name: str, windows: list[Window], now: datetime) -> None:
        moment, slot = self._clock(), quotas.slot_of(now)
        reserved_in = self._slots.setdefault(name, slot)
        share = self._held.of(name)
        with self._held.lock:
            # What leaves from here on counts from here on.
            surplus = share.take_back() if reserved_in != slot else 0
            need = share.need(least=BLOCK, most=MOST_AHEAD, now=moment)
        if surplus := surplus + max(-need, 0):
            quotas.give_back(self._row(name), reserved_in, surplus)
        self._slots[name] = slot
        if need > 0 and moment >= self._try_at.get(name, moment):
            reserved = quotas.reserve(self._row(name), windows, need, now=now)
            ask_in = (reserved.again_at - now).total_seconds()
            self._try_at[name] = moment + min(ask_in, TRY_AGAIN_SECONDS)
            with self._held.lock:
                share.grant(reserved.count, ask_in=ask_in, now=self._clock())

    def _ask(self) -> None:
        moment = self._clock()
        with self._held.lock:
            needs = {
                name: self._held.of(name).need(least=1, most=math.ceil(burst(rate)), now=moment)
                for name, rate in self._rates.items()
            }
        asks = [Ask(name, self._rates[name], need) for name, need in needs.items() if need]
        if not asks and moment < self._call_at:
            return
        grants = self._meter.ask(asks)
        self._call_at = moment + CALL_EVERY_SECONDS
        with self._held.lock:
            for ask, grant in zip(asks, grants, strict=True):
                if ask.need > 0:
                    share = self._held.of(ask.name)
                    share.grant(grant.count, ask_in=grant.ask_in, now=self._clock())
        self._throttle.bound(self._meter.workers)

    def _take_back(self, name: str) -> int:
        with self._held.lock:
            return self._held.of(name).take_back()

    def _row(self, name: str) -> str:
        return quotas.of_relay(self._relay) if name == shares.QUOTA else name


def opened(relay: str, limits: Limits) -> tuple[Throttle, Supply]:
    """Return what holds this process's mail by one relay to its limits, and what supplies it.

    Once a process and relay: whatever process opens the same name shares the limits.
    """
    clock = time.monotonic
    throttle = Throttle(limits, Shares(), clock)
    meter = SharedMeter(relay, pulse.client(), clock, worker=secrets.token_hex(8))
    return throttle, Supply(relay, throttle, meter)


def _allowances(now: datetime) -> dict[str, int]:
    """Return what each sending domain that is still new may send today."""
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    young = Domain.objects.exclude(warm_up_from=None)
    allowed = {domain.name: warming.allowance(domain, day) for domain in young}
    return {name: most for name, most in allowed.items() if most is not None}
