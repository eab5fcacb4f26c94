"""Where callbacks go: what all subscriptions with callbacks at one origin share.

An endpoint is a scheme, host and port. How much it is given at once, how fast, and whether it is
given anything at all, depends on what came of the deliveries before: of all its subscriptions. What
one subscription's own URL answers says nothing about the others: see `api.events.contact`.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from api.clock import Clock
from api.events.breaker import Breaker, BreakerState
from api.events.bucket import Bucket
from api.events.gate import Gate
from api.events.limits import Limits
from api.events.outcome import Outcome
from api.process.timers import Timers

__all__ = ["Client", "Endpoint", "Ticket"]

_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class Client(Protocol):
    """A subscription's side of it. All of these return at once."""

    @property
    def sure(self) -> bool:
        """Whether its last delivery was answered; what is not may hang, and has few places."""
        ...

    @property
    def answered(self) -> float:
        """When a delivery of it was answered last, in seconds since 1970; 0: never."""
        ...

    def run(self, ticket: "Ticket") -> bool:
        """Makes one turn of deliveries, and gives the ticket back then; tells if more wait."""
        ...

    def probe(self) -> bool:
        """Asks for a turn with something that it would not try yet; False: there is nothing."""
        ...

    def opened(self) -> None:
        """The endpoint is taken for dead."""
        ...

    def closed(self) -> None:
        """The endpoint is alive again."""
        ...


@dataclass(slots=True, eq=False)
class Ticket:
    """The right to make deliveries, one at a time.

    Attributes:
        gate: that it counts at.
        probe: whether the next delivery is to find out if the endpoint is alive again.
        sure: whether its client was sure.
        trial: whether the next delivery is to find out if the client's own URL works again.
        answers: how many the endpoint had given when the delivery began.
    """

    gate: Gate
    probe: bool
    sure: bool
    trial: bool = False
    answers: int = 0


class Endpoint:
    """One endpoint.

    Args:
        origin: its scheme, host and port.
        clock: time and chance.
        limits: ``parallel``, ``unsure``, ``rate``, ``breaking`` and ``slowing``.
        gates: for deliveries of clients that are sure and of others.
        timers: wake it; by origin.
    """

    def __init__(
        self,
        origin: str,
        clock: Clock,
        limits: Limits,
        gates: tuple[Gate, Gate],
        timers: Timers[str],
    ) -> None:
        self.origin = origin
        self._clock = clock
        self._limits = limits
        self._gates = gates
        self._timers = timers
        self._breaker = Breaker(limits.breaking)
        self._bucket = Bucket(limits.rate)
        self._window = min(limits.parallel, limits.unsure)
        self._running = 0
        self._unsure = 0
        self._busy = 0
        self._until = 0.0
        self._turn = False
        self._by_merit = True
        self._waiting: dict[bool, dict[Client, None]] = {True: {}, False: {}}
        self._clients: dict[Client, None] = {}
        self.answers = 0
        """How many deliveries were answered by the endpoint itself, well or badly."""

    @property
    def state(self) -> BreakerState:
        """Of its breaker."""
        return self._breaker.state

    @property
    def dead(self) -> bool:
        """Whether it is taken for dead, be it that it is being probed."""
        return self._breaker.state is not BreakerState.CLOSED

    @property
    def silent(self) -> bool:
        """Whether it did not even answer when it was last tried: any delivery probes it as well."""
        return self._breaker.silent

    @property
    def down(self) -> bool:
        """Whether it is taken for dead, and its time for a probe has not come."""
        return not self._breaker.admits(self._clock.now())

    @property
    def next(self) -> float | None:
        """When something may be sent again; None: now."""
        until = self._until
        if self._breaker.state is BreakerState.OPEN:
            until = max(until, self._breaker.until)
        return until if until > self._clock.now() else None

    @property
    def unused(self) -> bool:
        """Whether nobody would miss it."""
        return not (self._clients or self._running)

    # -- clients

    def join(self, client: Client) -> None:
        """Has the client told of what becomes of the endpoint."""
        self._clients[client] = None

    def leave(self, client: Client) -> None:
        """The client wants nothing more."""
        self._clients.pop(client, None)
        self.forget(client)

    def want(self, client: Client) -> None:
        """The client has something to deliver: it gets its turn when there is room."""
        self._wait(client)
        self.go()

    def forget(self, client: Client) -> None:
        """The client wants no turn for now."""
        for waiting in self._waiting.values():
            waiting.pop(client, None)

    def go(self) -> None:
        """Gives turns to those who wait, one after the other."""
        while (client := self._next()) is not None:
            ticket = self._ticket(client)
            if ticket is None:
                return
            self.forget(client)
            if client.run(ticket):
                self._wait(client)

    def _wait(self, client: Client) -> None:
        self._waiting[not client.sure].pop(client, None)
        self._waiting[client.sure][client] = None  # who waits there already keeps its place

    def _next(self) -> Client | None:
        """Whose turn it is: of those who are sure and of others alternately, each in turn."""
        sure, unsure = self._waiting[True], self._waiting[False]
        if self.dead:
            return self._prober([*sure, *unsure]) if sure or unsure else None
        room = self._unsure < self._limits.unsure
        if unsure and room and (not sure or self._turn):
            return next(iter(unsure))
        return next(iter(sure), None)

    def _prober(self, clients: list[Client]) -> Client:
        """Who finds out if the endpoint is alive again.

        Every second time who was answered last: a URL that is well finds it out best, but there
        may be none like that any more. Else each in turn.
        """
        if self._by_merit and not self.down:
            return max(clients, key=lambda client: client.answered)
        return clients[0]

    def ring(self) -> None:
        """A time has come: of a probe, or of the end of a wait."""
        if self._breaker.state is BreakerState.OPEN and self._clear():
            self._ask()
        self.go()

    def _ask(self) -> None:
        """Has those who should probe and do not wait for a turn ask for one."""
        clients = list(self._clients)
        if self._by_merit:
            clients.sort(key=lambda client: client.answered, reverse=True)
        elif any(self._waiting.values()):
            return
        for client in clients:
            if any(client in waiting for waiting in self._waiting.values()):
                return
            # whoever is asked now is asked last the next time
            self._clients[client] = self._clients.pop(client)
            if client.probe():
                return

    # -- deliveries

    def again(self, ticket: Ticket) -> bool:
        """Whether the holder of a ticket may make a further delivery now."""
        if ticket.probe:
            return True  # not used yet
        if not self._clear():
            return False
        ticket.probe = self._spend()
        ticket.answers = self.answers
        return True

    def answered(self, ticket: Ticket) -> None:
        """A delivery was answered, well or badly: the endpoint is alive."""
        ticket.probe = False
        before = self._breaker.state
        self.answers += 1
        self._busy = 0
        self._window = min(self._limits.parallel, 2 * self._window)
        self._breaker.succeeded()
        if self._breaker.state is not before:
            self._changed(before)

    def failed(self, ticket: Ticket, outcome: Outcome, resource: str, *, counts: bool) -> None:
        """A delivery failed in a way that says that the endpoint is away or overloaded.

        It ``counts`` unless it is known that others were answered meanwhile.
        """
        probe, ticket.probe = ticket.probe, False
        before = self._breaker.state
        now = self._clock.now()
        if outcome.status in _BUSY:
            self._slow_down(now, outcome)
        if counts or probe:
            self._window = min(self._window, self._limits.unsure)
            answered = outcome.status is not None
            self._breaker.failed(now, self._clock.chance(), resource if answered else None)
        if self._breaker.state is not before:
            self._changed(before)

    def done(self, ticket: Ticket) -> None:
        """The holder gives a ticket back."""
        self._running -= 1
        self._unsure -= not ticket.sure
        if ticket.probe:
            self._breaker.probe_lost(self._clock.now())
        ticket.gate.leave()
        self.go()

    def _ticket(self, client: Client) -> Ticket | None:
        if self._running >= self._window or not self._clear():
            return None
        sure = client.sure
        gate = self._gates[0 if sure else 1]
        if not gate.enter(self):
            return None
        self._running += 1
        self._unsure += not sure
        self._turn = sure
        return Ticket(gate, self._spend(), sure, answers=self.answers)

    def _clear(self) -> bool:
        """Whether a delivery may be made; if not, a timer is set where time will tell."""
        now = self._clock.now()
        time = max(self._until, now + self._bucket.wait(now))
        if self._breaker.state is BreakerState.OPEN:
            time = max(time, self._breaker.until)
        if time > now:
            self._timers.set(self.origin, time)
            return False
        return self._breaker.admits(now)

    def _spend(self) -> bool:
        """Counts a delivery as made; tells whether it is a probe."""
        self._bucket.take()
        if self._breaker.state is BreakerState.CLOSED:
            return False
        self._breaker.probe()
        self._by_merit = not self._by_merit
        return True

    def _slow_down(self, now: float, outcome: Outcome) -> None:
        wait = outcome.retry_after
        if wait is None:
            wait = self._limits.slowing.wait(self._busy)
        self._busy += 1
        self._window = 1
        self._until = max(self._until, now + wait)

    def _changed(self, before: BreakerState) -> None:
        if self._breaker.state is BreakerState.OPEN:
            self._clear()
            if before is BreakerState.CLOSED:
                for client in list(self._clients):
                    client.opened()
        elif self._breaker.state is BreakerState.CLOSED:
            self._by_merit = True
            for client in list(self._clients):
                client.closed()
