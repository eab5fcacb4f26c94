"""One subscription's dealings with the endpoint of its callback.

What its own URL answers counts against the subscription alone: it has a window and a breaker of its
own. Against the endpoint, and so against all who are there, counts only what says that the whole of
it is away or overloaded, and that only if it has answered nobody else meanwhile.
"""

from collections.abc import Callable
from typing import Protocol

from api.clock import Clock
from api.events.breaker import Breaker, BreakerState
from api.events.endpoint import Endpoint, Ticket
from api.events.limits import Limits
from api.events.outcome import Outcome

__all__ = ["Contact", "Party"]


class Party(Protocol):
    """A subscription, as its contact calls it. All of these return at once."""

    def run(self, ticket: Ticket) -> bool:
        """Makes one turn of deliveries, and gives the ticket back then; tells if more wait."""
        ...

    def probe(self) -> bool:
        """Asks for a turn with something that it would not try yet; False: there is nothing."""
        ...

    def opened(self) -> None:
        """The endpoint, or the subscription's own URL, is taken for dead."""
        ...

    def closed(self) -> None:
        """It is alive again."""
        ...


class Contact:
    """Stands between a subscription and the endpoint, as the endpoint's client.

    Args:
        endpoint: where its callback is.
        party: the subscription.
        clock: time and chance.
        limits: ``parallel`` and ``breaking``.
        wake: has `ring` called at that time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        party: Party,
        clock: Clock,
        limits: Limits,
        wake: Callable[[float], None],
    ) -> None:
        self._endpoint = endpoint
        self._party = party
        self._clock = clock
        self._parallel = limits.parallel
        self._wake = wake
        self._breaker = Breaker(limits.breaking)
        self._window = 1
        self._running = 0
        self._wanting = False
        self._failed_at: int | None = None
        self.sure = False
        """Whether its last delivery was answered."""
        self.answered = 0.0
        """When one was answered last, in seconds since 1970; 0: never."""
        endpoint.join(self)

    # -- how it is

    @property
    def state(self) -> BreakerState:
        """Of the breaker that holds it up; of both, if both do, the endpoint's."""
        return self._endpoint.state if self._endpoint.dead else self._breaker.state

    @property
    def silent(self) -> bool:
        """Whether it is taken for dead, and did not even answer when it was last tried."""
        return (self._endpoint.dead and self._endpoint.silent) or (
            self._breaker.state is not BreakerState.CLOSED and self._breaker.silent
        )

    @property
    def down(self) -> bool:
        """Whether it is taken for dead, and its time for a probe has not come."""
        return self._endpoint.down or not self._breaker.admits(self._clock.now())

    @property
    def next(self) -> float | None:
        """When something may be sent again; None: now."""
        until = self._endpoint.next
        if self._breaker.state is BreakerState.OPEN and self._breaker.until > self._clock.now():
            return max(until or 0.0, self._breaker.until)
        return until

    def prefers_old(self, ticket: Ticket) -> bool:
        """Whether that turn is best made with what has failed before, since any probes as well."""
        return (ticket.probe and self._endpoint.silent) or (ticket.trial and self._breaker.silent)

    # -- what the subscription wants

    def want(self) -> None:
        """It has something to deliver."""
        self._wanting = True
        if self._admits():
            self._endpoint.want(self)

    def leave(self) -> None:
        """It wants nothing more."""
        self._wanting = False
        self._endpoint.leave(self)

    def ring(self) -> None:
        """The time for a probe of its own may have come."""
        if self._breaker.state is not BreakerState.OPEN:
            return
        if self._wanting:
            self.want()
        elif self._admits():
            self._party.probe()

    def again(self, ticket: Ticket) -> bool:
        """Whether the holder of a ticket may make a further delivery now."""
        if ticket.trial:
            return True  # not used yet
        return self._breaker.state is BreakerState.CLOSED and self._endpoint.again(ticket)

    def note(self, ticket: Ticket, outcome: Outcome, resource: str) -> None:
        """What came of a delivery."""
        before = self._breaker.state
        trial, ticket.trial = ticket.trial, False
        if outcome.away:
            self._unanswered(ticket, outcome, resource, trial=trial)
        else:
            self._failed_at, self.sure, self.answered = None, True, self._clock.now()
            if outcome.delivered:
                self._window = min(self._parallel, 2 * self._window)
                self._breaker.succeeded()
            else:
                self._fail(resource)
            self._endpoint.answered(ticket)
        ticket.answers = self._endpoint.answers
        if self._breaker.state is not before:
            self._changed(before)

    def done(self, ticket: Ticket) -> None:
        """The holder gives a ticket back."""
        self._running -= 1
        if ticket.trial:
            self._breaker.probe_lost(self._clock.now())
        if self._wanting and self._admits():
            self._endpoint.want(self)
        self._endpoint.done(ticket)

    # -- what the endpoint calls, see `api.events.endpoint.Client`

    def run(self, ticket: Ticket) -> bool:
        """Makes a turn; tells whether it wants another one at once."""
        self._running += 1
        if self._breaker.state is not BreakerState.CLOSED:
            self._breaker.probe()
            ticket.trial = True
        self._wanting = False
        if self._party.run(ticket):
            self._wanting = True
        return self._wanting and self._admits()

    def probe(self) -> bool:
        """Asks for a turn with something that it would not try yet; False: there is none now."""
        return self._breaker.admits(self._clock.now()) and self._party.probe()

    def opened(self) -> None:
        """The endpoint is taken for dead."""
        self._party.opened()

    def closed(self) -> None:
        """The endpoint is alive again."""
        if self._breaker.state is BreakerState.CLOSED:
            self._party.closed()

    # -- its own breaker

    def _admits(self) -> bool:
        """Whether it may have a turn; if not, it is woken where time will tell."""
        if self._breaker.admits(self._clock.now()):
            return self._running < self._window
        if self._breaker.state is BreakerState.OPEN:
            self._wake(self._breaker.until)
        return False

    def _unanswered(self, ticket: Ticket, outcome: Outcome, resource: str, *, trial: bool) -> None:
        """Counts against the endpoint, or, if others were answered meanwhile, against itself."""
        answers = self._endpoint.answers
        since = ticket.answers if self._failed_at is None else min(ticket.answers, self._failed_at)
        alone = answers > since
        self._failed_at, self.sure, self._window = answers, False, 1
        self._endpoint.forget(self)  # its next turn is another one's: that of who may hang
        if alone or trial:
            self._fail(resource if outcome.status is not None else None)
        self._endpoint.failed(ticket, outcome, resource, counts=not alone)

    def _fail(self, resource: str | None) -> None:
        self._breaker.failed(self._clock.now(), self._clock.chance(), resource)

    def _changed(self, before: BreakerState) -> None:
        if self._breaker.state is BreakerState.OPEN:
            self._endpoint.forget(self)
            self._wake(self._breaker.until)
            if before is BreakerState.CLOSED:
                self._party.opened()
        elif self._breaker.state is BreakerState.CLOSED:
            self._party.closed()
