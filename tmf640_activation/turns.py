"""One at a time: the queue of the requests that change one service, kept in its process state.

Pure edits. The first in the queue has its turn; a request joins at the end when it arrives and
leaves when it has ended. The queue is written with the service, by compare-and-set, so it holds
across processes and restarts.
"""

from typing import Final

from api.draft import Draft
from api.store.document import Document

__all__ = ["first", "join", "joined", "leave", "waiting"]

_QUEUE: Final = "queue"
_JOINED: Final = "joined"


def waiting(service: Document) -> list[str]:
    """The monitors of the requests that have not ended, in order of arrival."""
    return list((service.process or {}).get(_QUEUE, ()))


def first(service: Document) -> str | None:
    """The monitor that has its turn."""
    queue = waiting(service)
    return queue[0] if queue else None


def joined(service: Document) -> float:
    """When the last request joined (seconds since 1970)."""
    return float((service.process or {}).get(_JOINED, 0.0))


def join(draft: Draft, monitor: str, now: float) -> None:
    """Puts a request at the end of the queue, unless it is in it."""
    queue = draft.process.setdefault(_QUEUE, [])
    if monitor not in queue:
        queue.append(monitor)
        draft.process[_JOINED] = now


def leave(draft: Draft, monitor: str) -> None:
    """Takes a request out of the queue."""
    queue = [each for each in draft.process.get(_QUEUE, ()) if each != monitor]
    if queue:
        draft.process[_QUEUE] = queue
    else:
        draft.process.pop(_QUEUE, None)
        draft.process.pop(_JOINED, None)
