"""The processes that deliver, and how the subscriptions are shared out among them.

Each tells of itself in a document of its own: that it is there, and how many subscriptions it
delivers. Nobody is in charge: each goes by what all tell, takes what is free up to its share, and
gives back what it has beyond that as soon as another has less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from api.clock import Clock
from api.errors import DuplicateId, Stale
from api.events.subscription import SUBSCRIPTIONS
from api.process.owner import dead_owner
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["MEMBERS", "Members", "Share"]

MEMBERS = Collection("hub_member")

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Share:
    """How much falls to one of several processes. Pure.

    Attributes:
        mine: subscriptions that it delivers.
        others: how many each of the others delivers.
        free: how many nobody delivers.
    """

    mine: int
    others: Sequence[int]
    free: int

    @property
    def fair(self) -> int:
        """How many each should have, at most."""
        return -(-(self.mine + sum(self.others) + self.free) // (len(self.others) + 1))

    @property
    def room(self) -> int:
        """How many of the free ones it should take."""
        return max(0, self.fair - self.mine)

    @property
    def excess(self) -> int:
        """How many it should give away: others have room for them."""
        wanting = sum(max(0, self.fair - each) for each in self.others)
        return min(max(0, self.mine - self.fair), wanting)


class Members:
    """The processes that deliver, as one of them sees the others.

    Args:
        store: where all tell of themselves.
        clock: time.
        owner: the name of this process, as in its leases.
        seconds: for how long it counts as alive without a further word.
        apis: whose subscriptions it delivers; it shares with those that deliver the same ones.
    """

    def __init__(
        self, store: Store, clock: Clock, owner: str, seconds: float, apis: frozenset[str]
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._seconds = seconds
        self._apis = sorted(apis)
        self._document: Document | None = None

    async def tell(self, count: int) -> None:
        """Tells the others that this process is there, and how many subscriptions it has."""
        now, before = self._clock.now(), self._document
        body = {"id": self._owner, "apis": self._apis, "count": count}
        fresh = before is not None and (before.due or 0.0) - now > self._seconds / 2
        if before is not None and fresh and before.body.data == body:
            return
        due = now + self._seconds
        try:
            if before is None:
                after = Document(self._owner, Body(data=body), int(now * 1_000_000), due=due)
                await self._store.insert(MEMBERS.name, after)
            else:
                after = Document(
                    self._owner, Body(data=body), before.created, before.rev + 1, due=due
                )
                await self._store.replace(MEMBERS.name, after)
        except (Stale, DuplicateId):  # another took this process for dead
            self._document = await self._store.get(MEMBERS.name, self._owner)
        else:
            self._document = after

    async def others(self) -> list[int]:
        """How many subscriptions each of the others has; what dead ones had becomes free."""
        counts = []
        now = self._clock.now()
        for document in await self._store.find(MEMBERS.name, limit=_MOST):
            body = document.body.data
            if document.id == self._owner:
                continue
            dead = dead_owner(document.id)
            if dead:
                await self._store.release(SUBSCRIPTIONS.name, document.id, now)
            if dead or (document.due or 0.0) <= now:
                await self._remove(document)
            elif body["apis"] == self._apis:
                counts.append(int(body["count"]))
        return counts

    async def leave(self) -> None:
        """Tells the others that this process delivers nothing any more."""
        document, self._document = self._document, None
        if document is not None:
            await self._remove(document)

    async def _remove(self, document: Document) -> None:
        try:
            await self._store.delete(MEMBERS.name, document)
        except Stale:
            return  # it was gone already, or is alive after all
