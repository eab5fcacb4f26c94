"""What came of one try of a delivery."""

from dataclasses import dataclass
from http import HTTPStatus

__all__ = ["Outcome"]


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
    def gone(self) -> bool:
        """Whether the receiver wants nothing more, ever."""
        return self.status == HTTPStatus.GONE
