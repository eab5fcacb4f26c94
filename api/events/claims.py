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
from api.events.members import Members, Share
from api.events.subscription import ACTIVE, SUBSCRIPTIONS
from api.store.document import Document

__all__ = ["Claims"]

_log = structlog.get_logger(__name__)

_PATIENCE = 3.0
"""Seconds after which a process takes more than its share: of what nobody else takes."""

_PAGE = 200


class Claims:
    """Looks for subscriptions that nobody delivers, again and again.

    Args:
        means: shared by all deliveries.
        members: the processes that deliver, this one among them.
        holdings: what it delivers; takes what is claimed.
        apis: whose subscriptions it delivers.
        ahead: seconds until which the first look looks: it is to find what an earlier run held.
    """

    def __init__(
        self,
        means: Means,
        members: Members,
        holdings: Holdings,
        apis: frozenset[str],
        ahead: float,
    ) -> None:
        self._means = means
        self._store = means.store
        self._clock = means.clock
        self._members = members
        self._holdings = holdings
        self._apis = apis
        self._ahead = ahead
        self._settled = 0.0
        self._unusable: set[str] = set()

    def registered(self, id_: str) -> None:
        """A registration was just made, perhaps of what could not be used before."""
        self._unusable.discard(id_)

    async def step(self, now: asyncio.Event) -> None:
        """Takes its share; waits for the next look, which the event brings on at once."""
        now.clear()
        await self._members.tell(len(self._holdings))
        others = await self._members.others()
        await self._claim(others)
        await self._go_on()
        self._ahead = 0.0
        await self._members.tell(len(self._holdings))
        self._even_out(others)
        await self._clock.wait(now, self._means.limits.claim)

    async def _claim(self, others: Sequence[int]) -> None:
        until = self._clock.now() + self._ahead
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
        for id_ in list(self._holdings.broken_off - self._holdings.known):
            document = await self._store.get(SUBSCRIPTIONS.name, id_)
            if document is None or not _active(document) or self._means.leases.taken(document):
                self._holdings.broken_off.discard(id_)
            else:
                await self._begin(document)
        self._holdings.broken_off -= self._holdings.known | self._unusable

    async def _take(self, documents: Sequence[Document], others: Sequence[int]) -> None:
        """Takes over what of these falls to this process, and what nobody else takes either."""
        free = [each for each in documents if self._means.leases.taken(each) is None]
        room = Share(len(self._holdings), others, len(free)).room
        left = self._clock.now() - _PATIENCE
        for document in free:
            if room > 0 or (document.due or 0.0) < left:
                room -= 1
                await self._begin(document)

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
        if not _active(document):
            await self._lay_aside(document)
            return
        try:
            delivery = Delivery(self._means, document, self._holdings.lose)
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
        idle = replace(document, rev=document.rev + 1, lease=None, due=None)
        with suppress(Stale):
            await self._store.replace(SUBSCRIPTIONS.name, idle)


def _active(document: Document) -> bool:
    return bool((document.process or {}).get("state", ACTIVE) == ACTIVE)
