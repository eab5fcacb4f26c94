"""One at a time: the queue of the requests that change one service, kept in its process state.

Pure edits. The first in the queue has its turn; a request joins at the end when it arrives and
leaves when it has ended. The queue is written with the service, by compare-and-set, so it holds
across processes and restarts. A change of the service carries the mark of its request: by it a
request that a crash broke off before its monitor's end knows that it is done, and the next one
waits for that end.
"""

from typing import Final

from api.draft import Draft
from api.store.document import Document

__all__ = ["applied", "apply", "cut_short", "first", "join", "leave", "waiting"]

_CUT_SHORT: Final = 60.0
"""Seconds after which a request that has joined the queue and has no monitor is taken for dead."""

_QUEUE: Final = "queue"
_JOINED: Final = "since"  # by request; `joined` of earlier versions was one time for all
_APPLIED: Final = "applied"


def waiting(service: Document) -> list[str]:
    """The monitors of the requests that have not ended, in order of arrival."""
    return list((service.process or {}).get(_QUEUE, ()))


def first(service: Document) -> str | None:
    """The monitor that has its turn."""
    queue = waiting(service)
    return queue[0] if queue else None


def cut_short(service: Document, monitor: str, now: float) -> bool:
    """Whether a request joined so long ago that, having no monitor yet, it is not going on."""
    joined = (service.process or {}).get(_JOINED, {})
    return float(joined.get(monitor, 0.0)) < now - _CUT_SHORT


def join(draft: Draft, monitor: str, now: float) -> None:
    """Puts a request at the end of the queue, unless it is in it."""
    queue = draft.process.setdefault(_QUEUE, [])
    if monitor not in queue:
        queue.append(monitor)
        draft.process.setdefault(_JOINED, {})[monitor] = now


def applied(service: Document) -> str | None:
    """The request whose change the service shows as the last one."""
    found = (service.process or {}).get(_APPLIED)
    return None if found is None else str(found)


def apply(draft: Draft, monitor: str) -> None:
    """Notes, in the write that makes its change, that a request is done, and ends its turn."""
    leave(draft, monitor)
    draft.process[_APPLIED] = monitor


def leave(draft: Draft, monitor: str) -> None:
    """Takes a request out of the queue."""
    queue = [each for each in draft.process.pop(_QUEUE, ()) if each != monitor]
    joined = draft.process.pop(_JOINED, {})
    if queue:
        draft.process[_QUEUE] = queue
        draft.process[_JOINED] = {each: joined[each] for each in queue if each in joined}
