"""Events provoked once and looked at by many rules."""

import ipaddress
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from api.conformance.exchange import Reply
from api.conformance.receiver import Delivery, Receiver
from api.conformance.verdict import NotApplicable, NotMet, Unchecked
from api.jsontypes import JsonObject

if TYPE_CHECKING:
    from api.conformance.trial import Made, Trial

__all__ = ["Deliveries", "register"]

_FIRST: Final = ("cancelled", "terminated", "inProgress", "active")
"""States to try first: as in `Trial`, of which this module is a part."""

_SETTLE: Final = 1.0
_CALM: Final = 0.1
"""Seconds without an event after which no more are waited for; or that part of the patience."""

_PAUSE: Final = 0.5
"""Seconds between two tries to move a resource."""


def register(trial: "Trial", callback: str, query: str | None = None) -> Reply:
    """Registers a callback at the hub of the API; it is cleaned up."""
    hub = trial.subject.hub
    if hub is None or not hub.offers("POST"):
        raise NotApplicable("the document has no hub")
    body = {"callback": callback} | ({"query": query} if query is not None else {})
    url = f"{trial.subject.url}/{hub.name}"
    headers = {"content-type": "application/json"}
    reply = trial.client.send("POST", url, content=orjson.dumps(body), headers=headers)
    if reply.ok and isinstance(id_ := reply.object.get("id"), str):
        trial.ledger.add(f"{url}/{id_}", removable=hub.offers("DELETE/{id}"))
    return reply


@dataclass
class Deliveries:
    """The callbacks of one API, and what was posted to them.

    Attributes:
        receiver: of the callbacks.
        patience: seconds to wait for what must come.
        prefix: what the paths of the callbacks begin with.
        provoked: which events were provoked, as type and id of the resource.
        refused: why a callback could not be registered, by its path.
    """

    receiver: Receiver
    patience: float
    prefix: str
    provoked: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    first: str = ""
    """The type of the resource that the queries of the callbacks are about."""
    _failed: NotApplicable | Unchecked | None = None
    _ready: bool = False

    def callback(self, path: str) -> str:
        """The URL of a callback."""
        return f"{self.receiver.url}/{self.prefix}-{path}?to=us&n=1"

    def ready(self, trial: "Trial") -> None:
        """Registers, provokes and waits, the first time. Raises NotApplicable, Unchecked."""
        if not _is_loopback(trial.subject.url):
            raise NotApplicable("callbacks are received on loopback, where the server is not")
        if self._failed is not None:
            raise self._failed
        if self._ready:
            return
        try:
            self._register(trial)
            self._provoke(trial)
        except (NotMet, NotApplicable, Unchecked) as error:
            # for every rule that asks: nothing is registered twice
            self._failed = Unchecked(str(error)) if isinstance(error, NotMet) else error
            raise self._failed from None
        self._ready = True
        self.receiver.wait(lambda: not self.missing(), self.patience)
        self.receiver.wait(lambda: self._repeated() and self._selected(), self.patience)
        self.receiver.quiet(max(_SETTLE, _CALM * self.patience), self.patience)

    def at(self, path: str) -> list[Delivery]:
        """What came to a callback. Raises Unchecked where it could not be registered."""
        if path in self.refused:
            raise Unchecked(f"the callback could not be registered: {self.refused[path]}")
        return self.receiver.at(f"{self.prefix}-{path}")

    def missing(self) -> list[str]:
        """Provoked events that did not come."""
        came = {(each.type, str(each.resource.get("id"))) for each in self.at("all")}
        return [f"{type_} of {id_}" for type_, id_ in self.provoked if (type_, id_) not in came]

    def _repeated(self) -> bool:
        found = [each.id for each in self.receiver.at(f"{self.prefix}-busy")]
        return "busy" in self.refused or len(found) > len(set(found)) > 0

    def _selected(self) -> bool:
        paths = ("type", "content", "fields", "202")
        return all(p in self.refused or self.receiver.at(f"{self.prefix}-{p}") for p in paths)

    def _register(self, trial: "Trial") -> None:
        resource = next((each for each in trial.subject.resources if each.offers("POST")), None)
        if resource is None:
            raise NotApplicable("the document offers no create, so nothing causes an event")
        self.first = resource.type
        mark = resource.texts[0] if resource.texts else "id"
        made = f"eventType={resource.type}CreateEvent"
        for path, query in (
            ("all", None),
            ("type", made),
            ("content", f"event.{resource.name}.{mark}={trial.mark}-events"),
            ("fields", f"{made}&fields=eventType,event.{resource.name}.{mark}"),
            ("busy", made),
            ("202", made),
            ("gone", None),
        ):
            reply = register(trial, self.callback(path), query)
            if not reply.ok:
                self.refused[path] = reply.short
        if "all" in self.refused:
            raise Unchecked(f"no callback could be registered: {self.refused['all']}")
        hub = trial.subject.hub
        if "gone" not in self.refused and hub is not None and hub.offers("DELETE/{id}"):
            url = f"{trial.subject.url}/{hub.name}/{reply.object['id']}"
            reply = trial.client.send("DELETE", url)
            if not reply.ok:
                self.refused["gone"] = f"DELETE answered {reply.short}"

    def _provoke(self, trial: "Trial") -> None:
        for resource in trial.subject.resources:
            if not resource.offers("POST"):
                continue
            on = trial.on(resource)
            text = {resource.texts[0]: f"{trial.mark}-events"} if resource.texts else {}
            made = on.make(**text)
            self._note(trial, resource.type, "Create", made)
            if (change := _change(on)) and on.patch(made, change).ok:
                self._note(trial, resource.type, "AttributeValueChange", made)
            if f"{resource.type}StateChangeEvent" in trial.subject.events:
                moving = on.make_of(resource.at_once(on.body()))
                if _move(on, moving, self.patience / 4):
                    self._note(trial, resource.type, "StateChange", moving)
            if resource.offers("DELETE/{id}"):
                self._delete(trial, on)

    def _note(self, trial: "Trial", type_: str, what: str, made: "Made") -> None:
        if f"{type_}{what}Event" in trial.subject.events:
            self.provoked.append((f"{type_}{what}Event", made.id))

    def _delete(self, trial: "Trial", on: "Trial") -> None:
        made = on.make()
        if on.delete(made).status == 204:  # noqa: PLR2004
            self._note(trial, on.resource.type, "Delete", made)


def _change(trial: "Trial") -> JsonObject | None:
    """A patch of plain text, where there is any that a patch may change."""
    try:
        return {trial.changeable(): "changed"}
    except NotApplicable:
        return None


def _move(trial: "Trial", made: "Made", patience: float) -> bool:
    """Brings the resource into another state, whichever the server allows, or sees it go there.

    Tries for a while: a server may have to look at a new order first.
    """
    resource, first = trial.resource, made.body.get("state")
    patched = resource.offers("PATCH/{id}") and "state" in resource.updated
    states = sorted(resource.states, key=lambda state: state not in _FIRST) if patched else []
    until = time.monotonic() + patience
    while True:
        now = trial.read(made).get("state")
        if now != first:
            return True
        if any(state != now and trial.patch(made, {"state": state}).ok for state in states):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
