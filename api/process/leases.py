"""Leases: which process works on a document, and until when no other may.

A lease stands in the document and is taken and renewed by the compare-and-set writes of the
document itself. A leased document is due when its lease ends, at the latest, so that what a dead
process held comes up by itself.
"""

from api.clock import Clock
from api.errors import TurnupError
from api.process.owner import dead_owner, new_owner
from api.store.document import Document, Lease

__all__ = ["Leases", "LostLease", "earliest"]


class LostLease(TurnupError):
    """Another process has taken over the document, or it is gone: leave it alone.

    Attributes:
        until: when the other's lease ends; None: the document is gone.
    """

    def __init__(self, what: str, until: float | None = None) -> None:
        super().__init__(f"{what} is in other hands")
        self.until = until


class Leases:
    """The leases of this process.

    Args:
        clock: time.
        seconds: how long a lease lasts beyond its last renewal.
        owner: who this is; made up when not given.
    """

    def __init__(self, clock: Clock, seconds: float, owner: str | None = None) -> None:
        self._clock = clock
        self.seconds = seconds
        self.owner = owner or new_owner(clock)

    def fresh(self) -> Lease:
        """A lease from now on."""
        return Lease(self.owner, self._clock.now() + self.seconds)

    def mine(self, lease: Lease | None) -> bool:
        """Whether it is ours; it may have run out, and is still ours until another takes it."""
        return lease is not None and lease.owner == self.owner

    def worn(self, lease: Lease) -> bool:
        """Whether less than half of it is left, so that it is time to renew it."""
        return lease.until - self._clock.now() < self.seconds / 2

    def kept(self, lease: Lease | None) -> Lease:
        """The same one while it is ours and good, so that it need not be written; else a fresh."""
        if lease is None or not self.mine(lease) or self.worn(lease):
            return self.fresh()
        return lease

    def taken(self, document: Document) -> float | None:
        """Until when a living other process holds the document; None: it is free for us."""
        lease = document.lease
        if lease is None or self.mine(lease) or lease.until <= self._clock.now():
            return None
        return None if dead_owner(lease.owner) else lease.until


def earliest(*times: float | None) -> float | None:
    """The first of those times that there are."""
    return min((time for time in times if time is not None), default=None)
