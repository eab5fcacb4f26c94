"""What a check works with: the server, something to try on it, and ways to say what is expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import orjson

from api.conformance.exchange import Client, Reply
from api.conformance.ledger import Ledger
from api.conformance.rule import Observation
from api.conformance.subject import ResourceSubject, Subject
from api.conformance.verdict import NotApplicable, NotMet, Unchecked
from api.jsontypes import JsonObject, JsonValue

if TYPE_CHECKING:
    from api.conformance.deliveries import Deliveries
    from api.conformance.family import Family

__all__ = ["ENDS", "JSON", "MERGE_PATCH", "Made", "Trial"]

ENDS: Final = ("cancelled", "terminated")
"""States in which something is called off and bothers nobody any more."""

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
_CREATED: Final = (200, 201, 202)
_ACCEPTED: Final = 202
_SHOWN: Final = 300
_POLLS: Final = 40


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that the suite has created.

    Attributes:
        id: its id.
        url: where it is.
        sent: the body that created it.
        body: as the server gave it.
        reply: to the create.
    """

    id: str
    url: str
    sent: JsonObject
    body: JsonObject
    reply: Reply


@dataclass
class Trial:
    """One check on one resource.

    Attributes:
        subject: the API under test.
        client: sends, and keeps what was sent.
        ledger: what to clean up.
        mark: what the suite's own resources carry.
        tested: the resource; None for a rule about the whole API.
        families: resources with known values, by the name of the resource.
        paged: those of which all carry the mark in an attribute.
        deliveries: the callbacks, and what came to them.
        observations: what was looked at so far.
    """

    subject: Subject
    client: Client
    ledger: Ledger
    mark: str
    tested: ResourceSubject | None = None
    families: "Mapping[str, Family]" = field(default_factory=dict)
    paged: "Mapping[str, Family]" = field(default_factory=dict)
    deliveries: "Deliveries | None" = None
    observations: list[Observation] = field(default_factory=list)

    # what is tested

    @property
    def resource(self) -> ResourceSubject:
        """The resource under test."""
        assert self.tested is not None  # noqa: S101 - rules of an API do not ask
        return self.tested

    @property
    def collection(self) -> str:
        """The URL of the resource's list."""
        return f"{self.subject.url}/{self.resource.name}"

    @property
    def family(self) -> "Family":
        """Resources with known values, to search among."""
        return self.families[self.resource.name]

    @property
    def pages(self) -> "Trial":
        """The same with a family whose members all carry the mark: it can be listed alone."""
        return replace(self, families=self.paged)

    def url_of(self, id_: str) -> str:
        """The URL of one of the resource."""
        return f"{self.collection}/{quote(id_, safe='')}"

    def need(self, *operations: str) -> None:
        """Raises NotApplicable where the document lacks one of these operations."""
        for operation in operations:
            if not self.resource.offers(operation):
                raise NotApplicable(f"the document offers no {operation.replace('/', ' /')}")

    # what is expected

    def expect(self, what: str, came: object, expected: object) -> None:
        """Raises NotMet unless it is that."""
        self.check(what, holds=came == expected, expected=expected, came=came)

    def check(self, what: str, *, holds: bool, expected: object, came: object) -> None:
        """Notes what was looked at; raises NotMet unless it holds."""
        self.note(what, holds=holds, expected=expected, came=came)
        if not holds:
            raise NotMet(f"{what}: {_shown(expected)}", _shown(came))

    def note(self, what: str, *, holds: bool, expected: object, came: object) -> None:
        """Notes what was looked at and goes on; `settle` ends it."""
        if not holds:
            self.client.tell()
        self.observations.append(Observation(what, _shown(expected), _shown(came), holds))

    def settle(self) -> None:
        """Raises NotMet where something that was noted does not hold; Unchecked for nothing."""
        if not self.observations:
            raise Unchecked("there was nothing to look at")
        broken = [each for each in self.observations if not each.holds]
        if broken:
            first = broken[0]
            more = f" (and {len(broken) - 1} more like it)" if broken[1:] else ""
            raise NotMet(f"{first.what}: {first.expected}", first.came + more)

    def status(self, reply: Reply, *allowed: int) -> Reply:
        """Raises NotMet unless the reply has one of these statuses."""
        expected = " or ".join(map(str, allowed))
        self.check(
            reply.request, holds=reply.status in allowed, expected=expected, came=reply.short
        )
        return reply

    def refused(self, reply: Reply, *allowed: int) -> None:
        """Notes whether the reply has one of these statuses; `settle` ends it."""
        expected = " or ".join(map(str, allowed))
        self.note(reply.request, holds=reply.status in allowed, expected=expected, came=reply.short)

    # requests

    def get(self, url: str, **headers: str) -> Reply:
        """A GET; underscores in names of headers stand for hyphens."""
        return self.client.send("GET", url, headers=_headers(headers))

    def find(self, query: str = "") -> Reply:
        """GET of the list, with a raw query string."""
        return self.get(f"{self.collection}?{query}" if query else self.collection)

    def post(self, body: JsonValue, query: str = "", **headers: str) -> Reply:
        """A create; what comes of it is cleaned up."""
        url = f"{self.collection}?{query}" if query else self.collection
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"content-type": JSON, **_headers(headers)}
        reply = self.client.send("POST", url, content=content, headers=sent)
        if reply.status in _CREATED:
            self._record(reply)
        return reply

    def _record(self, reply: Reply) -> None:
        try:
            id_ = reply.object.get("id")
        except NotMet:
            return
        if isinstance(id_, str) and reply.status != _ACCEPTED:
            self._add(id_)

    def _add(self, id_: str) -> None:
        # after the ends the other states: an end may be reached by way of one of them only
        ends = sorted(self.resource.states, key=lambda state: (state not in ENDS, state))
        removable = self.resource.offers("DELETE/{id}")
        self.ledger.add(self.url_of(id_), removable=removable, ends=ends)

    def body(self, **more: JsonValue) -> JsonObject:
        """A body for a create that carries the mark."""
        return self.resource.usual() | self.marked() | self.related() | more

    def marked(self) -> JsonObject:
        """The attribute that carries the mark, with it."""
        return dict.fromkeys(self.resource.texts[:1], self.mark)

    def related(self) -> JsonObject:
        """References to other resources of the API, which are created for it."""
        found: JsonObject = {}
        for name in self.resource.created:
            other = self.subject.resource(name)
            if other is not None and other is not self.resource and other.offers("POST"):
                made = self.on(other).make()
                inner = self.resource.schemas.sample(self.resource.create_schema).get(name)
                found[name] = {**(inner if isinstance(inner, dict) else {}), "id": made.id}
                if isinstance(href := made.body.get("href"), str):
                    found[name]["href"] = href
        return found

    def on(self, resource: ResourceSubject) -> "Trial":
        """The same for another resource."""
        return Trial(
            self.subject,
            self.client,
            self.ledger,
            self.mark,
            resource,
            self.families,
            self.paged,
            self.deliveries,
        )

    def make(self, **more: JsonValue) -> Made:
        """A new resource. Raises NotApplicable or Unchecked where there can be none."""
        return self.make_of(self.body(**more) if self.resource.offers("POST") else {})

    def make_of(self, body: JsonObject) -> Made:
        """A new resource of this body; raises as `make` does."""
        self.need("POST")
        reply = self.post(body)
        if reply.status not in _CREATED:
            raise Unchecked(f"nothing could be created: POST answered {reply.short}")
        found = reply.object
        if reply.status == _ACCEPTED:
            found = self._awaited(reply)
        id_ = found.get("id")
        if not isinstance(id_, str) or not id_:
            raise Unchecked(f"the created resource has no id: {reply.short}")
        self._add(id_)
        return Made(id_, self.url_of(id_), body, found, reply)

    def _awaited(self, reply: Reply) -> JsonObject:
        """What a create that is done later has come to, by the monitor that it names."""
        location = reply.headers.get("location", "")
        for _ in range(_POLLS if location else 0):
            monitor = self.get(location)
            source = monitor.object.get("sourceHref") if monitor.ok else None
            if isinstance(source, str) and (found := self.get(source)).ok:
                return found.object
        raise Unchecked(f"the create was accepted (202), and leads to no resource: {reply.short}")

    def some(self) -> Made:
        """A resource to read: one of the family, else one that is there."""
        if self.resource.offers("POST"):
            return self.family.first(self)
        self.need("GET")
        for body in self.find("limit=1").list:
            id_ = str(body.get("id", ""))
            return Made(id_, self.url_of(id_), {}, body, self.get(self.url_of(id_)))
        raise NotApplicable("the document offers no create of it, and there is none to read")

    def some_url(self) -> str:
        """The URL of one that is there; of none where there is none."""
        try:
            return self.some().url
        except (NotApplicable, NotMet, Unchecked):
            return self.url_of("no-such-id")

    def patch(self, made: Made, document: JsonValue, media: str = "", **headers: str) -> Reply:
        """A PATCH; by default a merge-patch as the document has it, with what it requires."""
        content = document if isinstance(document, bytes) else orjson.dumps(document)
        if not media and isinstance(document, dict):
            content = orjson.dumps(self.required(made) | document)
        sent = {"content-type": media or JSON, **_headers(headers)}
        return self.client.send("PATCH", made.url, content=content, headers=sent)

    def required(self, made: Made) -> JsonObject:
        """What the document wants in every update, as it is now."""
        names = [name for name, each in self.resource.updated.items() if each.required]
        now = self.get(made.url).object if names else {}
        return {name: now[name] for name in names if name in now}

    def changeable(self) -> str:
        """An attribute of plain text that a patch may change."""
        self.need("POST", "PATCH/{id}")
        for name in reversed(self.resource.texts[:2]):
            if name in self.resource.updated or not self.resource.updated:
                return name
        for name in self.resource.texts:
            if name in self.resource.updated:
                return name
        raise NotApplicable("the document has no attribute of plain text that a patch may change")

    def read(self, made: Made) -> JsonObject:
        """The resource as it is now. Raises NotMet."""
        return self.status(self.get(made.url), 200).object

    def delete(self, made: Made, **headers: str) -> Reply:
        """A DELETE."""
        reply = self.client.send("DELETE", made.url, headers=_headers(headers))
        if reply.status == 204:  # noqa: PLR2004
            self.ledger.gone(made.url)
        return reply

    def labels(self, query: str) -> list[str]:
        """Which of the family a query finds, in the order of the list. Raises NotMet."""
        reply = self.status(self.find(query), 200, 206)
        return self.family.labels(reply.list)


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}


def _shown(value: object) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, Mapping | list):
        text = orjson.dumps(value, default=str).decode()
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        text = ", ".join(map(str, value))
    else:
        text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
