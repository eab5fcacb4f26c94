"""What the suite has created on the server, so that it can take it away again."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from api.conformance.exchange import Client, Reply
from api.conformance.verdict import NotMet

__all__ = ["Ledger"]

_GONE = (200, 202, 204, 404, 410)
_PAUSES = (0.0, 0.5, 1.5, 3.0, 6.0)
"""Seconds before each try to clean up."""


@dataclass(slots=True)
class Ledger:
    """URLs of what was created, in order."""

    _created: dict[str, tuple[bool, tuple[str, ...]]] = field(default_factory=dict)

    def add(self, url: str, *, removable: bool, ends: Iterable[str] = ()) -> None:
        """Something new: whether it can be deleted, and by which states it comes to its end."""
        self._created[url] = (removable, tuple(ends))

    def gone(self, url: str) -> None:
        """It was deleted."""
        self._created.pop(url, None)

    def clean(self, client: Client) -> list[str]:
        """Deletes all that can be deleted, the last first; gives what is left, and why."""
        left: dict[str, str] = {}
        for pause in _PAUSES:  # what is being cancelled can be deleted after a while
            time.sleep(pause)
            left = self._pass(client)
            if all(not removable for removable, _ in self._created.values()):
                break
        client.take()
        self._created.clear()
        return [f"{url} ({why})" for url, why in left.items()]

    def rest(self) -> list[str]:
        """What is not known to be gone where cleaning up was broken off."""
        return [f"{url} (cleaning up was broken off)" for url in self._created]

    def _pass(self, client: Client) -> dict[str, str]:
        """Goes once over all that there is; gives why something is left."""
        left: dict[str, str] = {}
        for url, (removable, ends) in reversed(list(self._created.items())):
            if not removable:
                left[url] = "the document offers no DELETE"
                continue
            try:
                reply = _removed(client, url, ends)
            except NotMet as error:
                left[url] = error.came
                continue
            if reply.status in _GONE:
                self.gone(url)
            else:
                left[url] = f"DELETE answered {reply.short}"
        return left


def _removed(client: Client, url: str, ends: tuple[str, ...]) -> Reply:
    """The reply to a DELETE; what cannot be deleted in its state is brought to its end first."""
    reply = client.send("DELETE", url)
    for state in ends:
        if reply.status in _GONE:
            break
        headers = {"content-type": "application/json"}
        client.send("PATCH", url, content=orjson.dumps({"state": state}), headers=headers)
        reply = client.send("DELETE", url)
    return reply
