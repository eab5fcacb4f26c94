"""Tells those who wait for an order that it has come to where they can go on.

Who is to be told stands in the order's own process state, written with the change that it is told
of; it is taken out when all are told. So a crash in between tells again, and nobody asks.
"""

from collections.abc import Callable

from api.commands import Commands
from api.draft import Draft
from api.errors import NotFound
from api.process.controller import Work
from api.store.document import Document
from tmf641_service_ordering.precedence import left
from tmf641_service_ordering.states import ORDER

__all__ = ["Waking"]


class Waking:
    """Has documents looked at.

    Args:
        commands: gives the commands of a resource of TMF641.
    """

    def __init__(self, commands: Callable[[str], Commands]) -> None:
        self._commands = commands

    async def run(self, work: Work) -> None:
        """Tells all who are to be told."""
        waiting = [tuple(each) for each in (work.document.process or {}).get("wake", ())]
        if not waiting:
            return
        for resource, id_ in waiting:
            await self.wake(resource, id_)

        now = self._commands("serviceOrder").clock.now()

        def told(draft: Draft) -> None:
            rest = [each for each in draft.process.get("wake", ()) if tuple(each) not in waiting]
            if rest:
                draft.process["wake"] = rest
            else:
                draft.process.pop("wake", None)
            if draft.state in ORDER.final:
                # what it claimed is still to be given back, also if this process ends here
                draft.due = now if left(draft.process) else None

        await work.change(told)

    async def wake(self, resource: str, id_: str) -> None:
        """Has one document looked at now; one that is gone needs no look."""
        commands = self._commands(resource)
        now = commands.clock.now()

        def edit(_: Document, draft: Draft) -> None:
            draft.due = now

        try:
            await commands.update(id_, edit)
        except NotFound:
            return
