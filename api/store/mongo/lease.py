"""The lease by which one relay at a time moves events, across all processes."""

from dataclasses import dataclass

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from api.clock import Clock
from api.store.mongo.envelope import Raw

__all__ = ["Held", "LeaseBook"]

SECONDS = 5.0
_ID = "relay"


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that was taken; the token tells it from all that were taken before and after."""

    owner: str
    token: int


class LeaseBook:
    """Takes, keeps and gives back the relay's lease.

    Clocks of several machines may differ: then two may believe to hold it. That costs time, never
    order: see `api.store.mongo.relay`.
    """

    def __init__(self, collection: "AsyncCollection[Raw]", clock: Clock) -> None:
        self._collection = collection
        self._clock = clock

    async def prepare(self) -> None:
        """Makes the one document, if it is missing."""
        try:
            await self._collection.insert_one({"_id": _ID, "owner": "", "until": 0.0, "token": 0})
        except DuplicateKeyError:
            return

    async def take(self) -> Held | None:
        """The lease, or None while somebody else has it."""
        now = self._clock.now()
        owner = self._clock.new_id()  # new each time: reading it back proves that this call won
        result = await self._collection.update_one(
            {"_id": _ID, "until": {"$lte": now}},
            {"$set": {"owner": owner, "until": now + SECONDS}, "$inc": {"token": 1}},
        )
        if not result.matched_count:
            return None
        raw = await self._collection.find_one({"_id": _ID})
        if raw is None or raw["owner"] != owner:
            return None
        return Held(owner, int(raw["token"]))

    async def keep(self, held: Held) -> bool:
        """Prolongs it; False: it was lost to somebody else."""
        result = await self._collection.update_one(
            {"_id": _ID, "owner": held.owner, "token": held.token},
            {"$set": {"until": self._clock.now() + SECONDS}},
        )
        return bool(result.matched_count)

    async def give_back(self, held: Held) -> None:
        """Lets anybody have it at once."""
        await self._collection.update_one(
            {"_id": _ID, "owner": held.owner, "token": held.token}, {"$set": {"until": 0.0}}
        )
