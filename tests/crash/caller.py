"""A client of several servers that are killed now and then: it repeats what was cut off."""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.crash.servers import Server, insist

__all__ = ["FINAL", "PATIENCE", "Board", "Caller", "Json"]

Json = dict[str, Any]

BASES = {
    "productOrder": "/tmf-api/productOrderingManagement/v4/productOrder",
    "cancelProductOrder": "/tmf-api/productOrderingManagement/v4/cancelProductOrder",
    "serviceOrder": "/tmf-api/serviceOrdering/v4/serviceOrder",
    "cancelServiceOrder": "/tmf-api/serviceOrdering/v4/cancelServiceOrder",
    "service": "/tmf-api/serviceInventory/v4/service",
    "activated": "/tmf-api/ServiceActivationAndConfiguration/v4/service",
    "monitor": "/tmf-api/ServiceActivationAndConfiguration/v4/monitor",
}

FINAL = frozenset({"completed", "failed", "partial", "cancelled", "rejected"})
"""The states in which an order, or one of its items, is at its end."""

PATIENCE = 150.0
"""Seconds in which an order must come to where it is waited for."""


@dataclass
class Board:
    """What events told of each resource: those who wait for one are woken by it."""

    _states: dict[str, str] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def told(self, resource: Json) -> None:
        with self._changed:
            if self._states.get(resource["id"]) != resource.get("state"):
                self._states[resource["id"]] = str(resource.get("state"))
                self._changed.notify_all()

    def wait(self, id_: str, known: str, seconds: float) -> None:
        """Returns when the resource may be in another state than the one that is known."""
        with self._changed:
            self._changed.wait_for(lambda: self._states.get(id_, known) != known, seconds)


class Caller:
    """Calls any of the servers; a call that one could not answer goes to the next.

    Args:
        servers: all of them.
        board: what events tell.
        chance: which server is called.
        name: of this caller: no other has keys like its own.
    """

    def __init__(
        self, servers: Sequence[Server], board: Board, chance: random.Random, name: str
    ) -> None:
        self._servers = servers
        self._board = board
        self._chance = chance
        self._name = name
        self._keys = 0
        self._client = httpx.Client(timeout=30)
        self.repeated = 0

    def close(self) -> None:
        self._client.close()

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            server = self._chance.choice(self._servers)
            return self._client.request(method, server.url + path, **more)
        except httpx.TransportError:
            self.repeated += 1
            raise

    def get(self, kind: str, id_: str = "", **params: Any) -> Any:
        path = BASES[kind] + (f"/{id_}" if id_ else "")
        answer = insist(lambda: self._send("GET", path, params=params))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, kind: str, body: Json) -> str:
        """Creates once, whoever dies; the id."""
        self._keys += 1
        headers = {"Idempotency-Key": f"{self._name}-{self._keys}"}
        answer = insist(lambda: self._send("POST", BASES[kind], json=body, headers=headers))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def patch(self, kind: str, id_: str, seen: Json, body: Json) -> bool:
        """Changes what was seen; False: refused, or cut off. Whoever asks reads it again then."""
        try:
            answer = self._send(
                "PATCH",
                f"{BASES[kind]}/{id_}",
                json=body,
                headers={"If-Match": seen["etag"], "Content-Type": "application/merge-patch+json"},
            )
        except httpx.TransportError:
            return False
        assert answer.status_code in (200, 409, 412), answer.text
        return answer.status_code == 200

    def see(self, kind: str, id_: str) -> Json:
        """A resource, with its ETag as ``etag``."""
        answer = insist(lambda: self._send("GET", f"{BASES[kind]}/{id_}"))
        assert answer.status_code == 200, answer.text
        return {**answer.json(), "etag": answer.headers["ETag"]}

    def wait(self, kind: str, id_: str, *states: str, seconds: float = PATIENCE) -> Json:
        """The resource once it is in one of these states, or when the time is up."""
        deadline = time.monotonic() + seconds
        while True:
            seen = self.see(kind, id_)
            if seen["state"] in states or time.monotonic() >= deadline:
                return seen
            self._board.wait(id_, seen["state"], min(1.0, seconds))

    def settled(self, kind: str, id_: str, items: str) -> Json:
        """A final order once all its items are final: what runs when people give up goes on."""
        deadline = time.monotonic() + PATIENCE
        while True:
            seen = self.see(kind, id_)
            if {each["state"] for each in seen[items]} <= FINAL:
                return seen
            assert time.monotonic() < deadline, f"{kind} {id_} has open items: {seen}"
            time.sleep(0.3)
