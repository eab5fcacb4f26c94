"""What a subscription's deliveries need of it, and tell it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from api.events.message import Message
from api.events.outcome import Outcome

__all__ = ["Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """One subscription's.

    Attributes:
        subscription: its id.
        post: sends one event. Raises LostLease when this process may not any more.
        fetch: the event at a position of the log; None: it is not there any more.
        noted: called with each try: the event, the number of the try, and what came of it.
        changed: called when the position may have moved on or there is more room.
        lost: called when another process turns out to deliver this subscription.
        gone: called when the receiver wants nothing more, ever.
    """

    subscription: str
    post: Callable[[Message], Awaitable[Outcome]]
    fetch: Callable[[int], Awaitable[Message | None]]
    noted: Callable[[Message, int, Outcome], None]
    changed: Callable[[], None]
    lost: Callable[[], None]
    gone: Callable[[Outcome], None]
