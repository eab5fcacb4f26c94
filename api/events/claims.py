"""Takes this process's share of the subscriptions that nobody delivers."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import structlog

from api.errors import ApiError, Stale
from api.events.delivery import Delivery
from api.events.holdings import Holdings
from api.events.means import Means
from api.events.member import reached
from api.events.members import Members
from api.events.share import Share
from api.events.subscription import ACTIVE, SUBSCRIPTIONS
from api.store.document import Document

__all__ = ["Claims"]

_log = structlog.get_logger(__name__)

_PATIENCE = 3.0
"""Seconds after which a process takes more than its share: of what nobody else takes."""

_PAGE = 200

_BATCH = 64
"""Subscriptions claimed at once, so that they share the store's commits."""


class Claims:
    """Looks for subscriptions that nobody delivers, again and again.

    Args:
        means: shared by all deliveries.
        members: the processes that deliver, this one among them.
        holdings: what it delivers; takes what is claimed.
        apis: whose subscriptions it delivers.
    """

    def __init__(
        self,
        means: Means,
        members: Members,
        holdings: Holdings,
        apis: frozenset[str],
    ) -> None:
        self._means = means
        self._store = means.store
        self._clock = means.clock
        self._members = members
        self._holdings = holdings
        self._apis = apis
        self._dead: dict[str, int] = {}
        self._settled = 0.0
        self._unusable: set[str] = set()

    def registered(self, id_: str) -> None:
        """A registration was just made, perhaps of what could not be used before."""
        self._unusable.discard(id_)

    async def step(self, now: asyncio.Event) -> None:
        """Takes its share; waits for the next look, which the event brings on at once."""
        now.clear()
        await self.tell()
        others, self._dead = await self._members.look()
        if self._members.alive:
            await self._claim(others)
            await self._go_on()
            await self.tell()
            self._even_out(others)
        await self._clock.wait(now, self._means.limits.claim)

    async def renew(self) -> None:
        """Keeps what this process holds, whatever else it is busy with."""
        await self._clock.sleep(2 * self._members.tick)
        await self.tell()

    async def tell(self) -> None:
        """Tells the others how this process stands, if it is time to."""
        await self._members.tell(len(self._holdings), self._position)

    def _position(self) -> int:
        return self._holdings.position(self._means.tail.position)

    async def _claim(self, others: Sequence[int]) -> None:
        until = self._clock.now()
        known: set[str] = set()
        while True:
            known |= self._unusable | self._holdings.known
            limit = _PAGE + len(known)
            documents = await self._store.due(SUBSCRIPTIONS.name, until, limit)
            for document in documents:
                await self._holdings.look(document)
            fresh = [each for each in documents if each.id not in known]
            await self._take(fresh, others)
            known.update(each.id for each in fresh)
            if len(documents) < limit or not fresh:
                return

    async def _go_on(self) -> None:
        """Takes up again what was broken off, unless another process has it."""
        for id_ in set(self._holdings.broken_off) - self._holdings.known:
            document = await self._store.get(SUBSCRIPTIONS.name, id_)
            if document is None or id_ in self._unusable or not self._members.mine(document):
                self._holdings.broken_off.pop(id_, None)
            else:
                await self._begin(document)

    async def _take(self, documents: Sequence[Document], others: Sequence[int]) -> None:
        """Takes over what of these falls to this process, and what nobody else takes either."""
        free = [each for each in documents if not self._members.taken(each)]
        room = Share(len(self._holdings), others, len(free)).room
        left = self._clock.now() - _PATIENCE
        mine = [each for at, each in enumerate(free) if at < room or (each.due or 0.0) < left]
        for start in range(0, len(mine), _BATCH):
            await asyncio.gather(*map(self._begin, mine[start : start + _BATCH]))

    def _even_out(self, others: Sequence[int]) -> None:
        """Gives away what is more than the share of this process, if others have less."""
        excess = Share(len(self._holdings), others, 0).excess
        if not excess or self._clock.now() < self._settled:
            return
        # before the others have told what they took of it, nobody knows what is even
        self._settled = self._clock.now() + _PATIENCE
        for delivery in self._holdings.active[:excess]:
            self._holdings.give(delivery)

    async def _begin(self, document: Document) -> None:
        # what kept up with a process that is dead has come as far as that process told
        process = document.process or {}
        document = replace(document, process={**process, "position": reached(process, self._dead)})
        if not _active(document):
            await self._lay_aside(document)
            return
        try:
            delivery = Delivery(self._means, document, self._holdings.lose, self._holdings.note)
        except (ApiError, KeyError) as error:
            _log.error(
                "subscription cannot be delivered: delete and register it again",
                subscription=document.id,
                error=repr(error),
            )
            self._unusable.add(document.id)
            return
        if delivery.api not in self._apis:
            self._unusable.add(document.id)
        elif await delivery.claim():
            self._holdings.begin(delivery)
            return
        await delivery.abandon()

    async def _lay_aside(self, document: Document) -> None:
        """Nobody delivers it, and nobody is to: it need not be looked at again."""
        process = {**(document.process or {}), "follows": None}
        idle = replace(document, rev=document.rev + 1, process=process, lease=None, due=None)
        with suppress(Stale):
            await self._store.replace(SUBSCRIPTIONS.name, idle)


def _active(document: Document) -> bool:
    return bool((document.process or {}).get("state", ACTIVE) == ACTIVE)
