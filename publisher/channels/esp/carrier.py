"""All connections to a mail service: what the engine sends by, as if it were a mail server."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from publisher.channels import ChannelError, Permanent, Temporary, Unknown
from publisher.channels.esp.answers import Busy, Repeated, Unacceptable
from publisher.channels.esp.services import SERVICES
from publisher.channels.mail import Envelope, Outcome

T = TypeVar("T")

# How often one call is made: answered "later", or broken where making it again is harmless.
_TRIES = 3
# A longer "later" is for the engine, which has other mail to send meanwhile.
_PATIENCE_SECONDS = 5.0
_REFUSED, _OK = 550, 250
_UNWRITABLE = 553
# RFC 6531 section 3.5 has the status. Amazon says that it takes none, the others say nothing.
_NO_ACCENTS = "5.6.7 The mail service takes no addresses with accents before the @."


class Api(Protocol):
    """A connection to the service; blocking. See `http.Http.post` for what it raises."""

    def post(self, group: Sequence[Envelope]) -> list[Outcome | Permanent]:
        """Hand over mails; return what became of each."""

    def check(self) -> None:
        """Find out whether the key is accepted."""

    def close(self) -> None:
        """Part from the service."""


class Service:
    """A mail service that takes mail for everybody; a `publisher.channels.mail.Carrier`.

    `connections` are the calls that may be under way at a time, in place of the usual number.
    """

    def __init__(
        self, name: str, credentials: Mapping[str, str], *, connections: int | None = None
    ) -> None:
        self._name = name
        self._credentials = dict(credentials)
        self._service = SERVICES[name]
        self._connections = connections or self._service.connections
        self._threads = ThreadPoolExecutor(self._connections, thread_name_prefix=name)
        # For all that send at the same time together.
        self._free = asyncio.Semaphore(self._connections)
        self._idle: list[Api] = []

    async def send(
        self,
        envelopes: Iterator[Envelope],
        *,
        on_outcome: Callable[[Outcome], None],
        on_doubt: Callable[[int], None],
        may_send: Callable[[], bool],
    ) -> None:
        """Send as `Carrier.send` says; a group of envelopes is taken at a time.

        Several may send at the same time, and share the connections.
        """
        notes = _Notes(on_outcome, on_doubt)
        supply = _Supply(_writable(envelopes, notes), may_send)
        lines = (self._work(supply, notes) for _ in range(self._connections))
        ends = await asyncio.gather(*lines, return_exceptions=True)
        errors = [end for end in ends if end is not None]
        for error in sorted(errors, key=lambda error: isinstance(error, Temporary)):
            raise error

    async def probe(self) -> dict[str, str]:
        """Find out whether the key is accepted; raises Temporary or Permanent."""
        api = await self._in_thread(self._open)
        await self._in_thread(api.check)
        await self._in_thread(api.close)
        return {}

    async def close(self) -> None:
        """Part from the service."""
        idle, self._idle = self._idle, []
        for api in idle:
            await self._in_thread(api.close)

    async def _work(self, supply: "_Supply", notes: "_Notes") -> None:
        """Make one call after the other, as long as there is a connection for it."""
        try:
            while not supply.is_at_its_end:
                async with self._free:
                    if group := supply.take(self._service.most):
                        await self._hand_over(group, notes)
        finally:
            # Whatever stopped one connection would be said to the others too.
            supply.stop()

    async def _hand_over(self, group: list[Envelope], notes: "_Notes") -> None:
        """Report what became of a group; raises where it cannot be handed over now, or never."""
        api = self._idle.pop() if self._idle else await self._in_thread(self._open)
        try:
            await self._post_all(api, group, notes)
        except asyncio.CancelledError:
            # A thread may be in the middle of a call, and goes on using the connection.
            raise
        except Exception:
            self._idle.append(api)
            raise
        else:
            self._idle.append(api)

    async def _post_all(self, api: Api, group: list[Envelope], notes: "_Notes") -> None:
        waiting = [group]
        while waiting:
            some = waiting.pop()
            try:
                ends = await self._post(api, some)
            except Unknown as error:
                notes.doubt(some)
                # More of it, at once, could be more doubts: the relay rests.
                raise Temporary(error.reason) from error
            except Unacceptable as refusal:
                if len(some) == 1:
                    notes.report([_blame(refusal, some[0])])
                else:
                    # One of them is not accepted; nobody says which.
                    half = len(some) // 2
                    waiting += [some[half:], some[:half]]
            else:
                notes.report(ends)

    async def _post(self, api: Api, some: Sequence[Envelope]) -> list[Outcome | Permanent]:
        """Make a call, again where that is harmless and may help."""
        is_in_doubt = False
        for tries_left in reversed(range(_TRIES)):
            failure: ChannelError
            try:
                return await self._in_thread(api.post, some)
            except Repeated as error:
                return [Outcome(each.key, "sent", _OK, error.reason) for each in some]
            except Busy as error:
                failure = error
                if tries_left and error.seconds <= _PATIENCE_SECONDS:
                    await asyncio.sleep(error.seconds)
                    continue
            except Unknown as error:
                failure, is_in_doubt = error, True
                if tries_left and self._service.idempotency:
                    continue
            except ChannelError as error:
                failure = error
            # Whatever it says now, it may have taken them the time before.
            raise Unknown(failure.reason) if is_in_doubt else failure
        raise AssertionError("the last try neither returned nor raised")

    def _open(self) -> Api:
        if self._name == "amazon_ses":
            # Only who sends by Amazon needs boto3.
            from publisher.channels.esp.ses import Ses

            return Ses(self._credentials)
        from publisher.channels.esp.http import Http

        return Http(self._name, self._credentials)

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)


def _writable(envelopes: Iterator[Envelope], notes: "_Notes") -> Iterator[Envelope]:
    """Yield the envelopes that a service can be told, and report the others."""
    for envelope in envelopes:
        if envelope.recipient.rpartition("@")[0].isascii():
            yield envelope
        else:
            notes.report([Outcome(envelope.key, "refused", _UNWRITABLE, _NO_ACCENTS)])


class _Supply:
    """The caller's envelopes, a group at a time."""

    def __init__(self, envelopes: Iterator[Envelope], may_send: Callable[[], bool]) -> None:
        self._envelopes = envelopes
        self._may_send = may_send
        self.is_at_its_end = False

    def take(self, most: int) -> list[Envelope]:
        group: list[Envelope] = []
        while not self.is_at_its_end and len(group) < most:
            envelope = next(self._envelopes, None)
            if envelope and self._may_send():
                group.append(envelope)
            else:
                self.stop()
        return group

    def stop(self) -> None:
        self.is_at_its_end = True


@dataclass(frozen=True, slots=True)
class _Notes:
    """Where it is written down what became of an envelope."""

    on_outcome: Callable[[Outcome], None]
    on_doubt: Callable[[int], None]

    def report(self, ends: Sequence[Outcome | Permanent]) -> None:
        """Write down all outcomes; raises Permanent where one of them is none."""
        for outcome in ends:
            if isinstance(outcome, Outcome):
                self.on_outcome(outcome)
        for error in ends:
            if isinstance(error, Permanent):
                raise error

    def doubt(self, group: Sequence[Envelope]) -> None:
        for envelope in group:
            self.on_doubt(envelope.key)


def _blame(refusal: Unacceptable, envelope: Envelope) -> Outcome | Permanent:
    if refusal.is_about_recipient:
        return Outcome(envelope.key, "refused", _REFUSED, refusal.reason)
    return Permanent(refusal.reason)
