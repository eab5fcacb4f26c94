"""One process that delivers, as it tells of itself in a document of its own.

The document is the lease of all subscriptions that the process holds: as long as it is renewed they
are its, and an idle one costs nothing. It also tells up to which position of the log all those have
come that keep up with it, so that these need not write down each for itself how far they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from api.jsontypes import JsonObject
from api.process.owner import dead_owner
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["MEMBERS", "Member", "MemberState", "reached", "read_members", "told_positions"]

MEMBERS = Collection("hub_member")

_MOST = 1000


class MemberState(StrEnum):
    """Alive; lapsed: it may write nothing more; cleared: and what it held is free."""

    ALIVE = "alive"
    LAPSED = "lapsed"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Member:
    """A process.

    Attributes:
        owner: its name, as in the leases of its subscriptions.
        apis: whose subscriptions it delivers.
        count: how many it delivers.
        position: every subscription that follows it has come that far.
        state: whether it may still deliver. Who is no longer alive never is again.
        until: alive: for how long without a further word; else: when this can be forgotten.
        stored: as it is in the store; None: not yet.
    """

    owner: str
    apis: Sequence[str]
    count: int
    position: int
    state: MemberState
    until: float
    stored: Document | None = None

    @classmethod
    def of(cls, document: Document) -> "Member":
        """As it is stored."""
        body = document.body.data
        return cls(
            owner=document.id,
            apis=body["apis"],
            count=int(body["count"]),
            position=int(body.get("position", 0)),
            state=MemberState(body.get("state", MemberState.ALIVE)),
            until=document.due or 0.0,
            stored=document,
        )

    def over(self, now: float) -> bool:
        """Whether it was alive, and counts as dead."""
        alive = self.state is MemberState.ALIVE
        return alive and (self.until <= now or dead_owner(self.owner))

    async def write(self, store: Store, now: float) -> "Member":
        """Writes it. Raises Stale or DuplicateId where another has written it meanwhile."""
        body = {
            "id": self.owner,
            "apis": list(self.apis),
            "count": self.count,
            "position": self.position,
            "state": self.state.value,
        }
        before = self.stored
        after = Document(self.owner, Body(data=body), int(now * 1_000_000), due=self.until)
        if before is None:
            await store.insert(MEMBERS.name, after)
        else:
            after = replace(after, created=before.created, rev=before.rev + 1)
            await store.replace(MEMBERS.name, after)
        return replace(self, stored=after)


async def read_members(store: Store) -> list[Member]:
    """All of whom anything is known."""
    return [Member.of(each) for each in await store.find(MEMBERS.name, limit=_MOST)]


async def told_positions(store: Store) -> dict[str, int]:
    """How far the followers of each process have come."""
    return {each.owner: each.position for each in await read_members(store)}


def reached(process: JsonObject, told: Mapping[str, int]) -> int:
    """The position up to which a subscription has all that it is to get, or a record of it.

    Args:
        process: of its document.
        told: see `told_positions`.
    """
    position = int(process.get("position", 0))
    return max(position, told.get(process.get("follows") or "", position))
