"""What came of one try of a delivery."""

from dataclasses import dataclass
from http import HTTPStatus

__all__ = ["Outcome"]

_AWAY = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""What is answered for a server that has too much to do, or by another that does not reach it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try.

    Attributes:
        delivered: whether the receiver has it: any 2xx.
        detail: what was answered or went wrong, for people.
        status: of the answer; None: there was none.
        reply: the beginning of the answer's body.
        retry_after: seconds for which the receiver wants to be left alone, bounded.
        seconds: that it took.
        made: whether there was a try at all; not while the endpoint is taken for dead.
    """

    delivered: bool
    detail: str
    status: int | None = None
    reply: str = ""
    retry_after: float | None = None
    seconds: float = 0.0
    made: bool = True

    @property
    def away(self) -> bool:
        """Whether it says that the whole endpoint is away or overloaded, not that URL alone."""
        return not self.delivered and (self.status is None or self.status in _AWAY)

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing more, ever."""
        return self.status == HTTPStatus.GONE
