"""The hub: registering, querying and removing callbacks, and what is posted to them."""

from typing import Final

import orjson

from api.conformance.deliveries import Deliveries, register
from api.conformance.exchange import Reply
from api.conformance.receiver import Delivery
from api.conformance.rule import Level, Rule, Scope
from api.conformance.rules.table import PART1, rule
from api.conformance.trial import JSON, Trial
from api.conformance.verdict import NotApplicable, NotMet, Unchecked
from api.dates import parse_date
from api.errors import BadRequest

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, hub"
_EVENTS: Final = f"{PART1}, events"
_API: Final = Scope.API


def _callback(trial: Trial, name: str) -> str:
    """A callback that nothing comes to; each check has its own."""
    base = trial.deliveries.receiver.url if trial.deliveries else "http://conformance.invalid"
    return f"{base}/{trial.mark}-{trial.subject.api}-{name}"


def _registered(trial: Trial, name: str, query: str | None = None) -> Reply:
    reply = register(trial, _callback(trial, name), query)
    if not reply.ok:
        raise Unchecked(f"nothing could be registered: POST answered {reply.short}")
    return reply


def _hub(trial: Trial) -> str:
    if trial.subject.hub is None:
        raise NotApplicable("the document has no hub")
    return f"{trial.subject.url}/{trial.subject.hub.name}"


def _delete(trial: Trial, id_: object) -> Reply:
    if trial.subject.hub and not trial.subject.hub.offers("DELETE/{id}"):
        raise NotApplicable("the document offers no DELETE of a registration")
    return trial.client.send("DELETE", f"{_hub(trial)}/{id_}")


@rule(
    "HUB-POST", "A registration is 201 with id, callback and query.", _HERE, Level.MUST, scope=_API
)
def post(trial: Trial) -> None:
    event = next(iter(trial.subject.events), "SomeEvent")
    query = f"eventType={event}"
    reply = trial.status(register(trial, _callback(trial, "post"), query), 201)
    body = reply.object
    trial.check("id", holds=bool(body.get("id")), expected="there", came=body)
    trial.expect("callback", body.get("callback"), _callback(trial, "post"))
    trial.expect("query", body.get("query"), query)


@rule("HUB-LOCATION", "Location names the registration.", _HERE, Level.SHOULD, scope=_API)
def location(trial: Trial) -> None:
    reply = _registered(trial, "location")
    place, id_ = reply.header("location"), str(reply.object.get("id"))
    trial.check("Location", holds=place.endswith(f"/{id_}"), expected=f"…/{id_}", came=place)


@rule("HUB-DUPLICATE", "The same callback and query again is 409.", _HERE, Level.MUST, scope=_API)
def duplicate(trial: Trial) -> None:
    _registered(trial, "duplicate")
    trial.status(register(trial, _callback(trial, "duplicate")), 409)


@rule("HUB-OTHER-QUERY", "The same callback with another query is another registration.", _HERE,
      Level.OURS, scope=_API)  # fmt: skip
def other_query(trial: Trial) -> None:
    first = _registered(trial, "other").object.get("id")
    event = next(iter(trial.subject.events), "SomeEvent")
    second = trial.status(register(trial, _callback(trial, "other"), f"eventType={event}"), 201)
    trial.check("id", holds=second.object.get("id") != first, expected="another", came=first)


@rule("HUB-NO-CALLBACK", "A registration without a callback is 400.", _HERE, Level.MUST, scope=_API)
def no_callback(trial: Trial) -> None:
    headers = {"content-type": JSON}
    for body in ({}, {"query": ""}, {"callback": None}, {"callback": 7}):
        content = orjson.dumps(body)
        trial.refused(trial.client.send("POST", _hub(trial), content=content, headers=headers), 400)
    trial.settle()


@rule("HUB-BAD-CALLBACK", "A callback that is no http or https URL is 400.", _HERE, Level.SHOULD,
      scope=_API)  # fmt: skip
def bad_callback(trial: Trial) -> None:
    for callback in ("", "nonsense", "ftp://example.com/x", "file:///etc/passwd", "http://"):
        trial.refused(register(trial, callback), 400)
    trial.settle()


@rule("HUB-BAD-QUERY", "A query that cannot be read is 400.", _HERE, Level.OURS, scope=_API)
def bad_query(trial: Trial) -> None:
    inside = [
        f"event.{each.name}.{condition}"
        for each in trial.subject.resources
        for condition in (
            *(f"{name}.gt=soon" for name in each.dates[:1]),
            *(f"{name}.like=x" for name in each.texts[:1]),
        )
    ]
    for query in ("eventType.regex=(", "filter=$[?(@.a=='1')", "=x", *inside):
        trial.refused(register(trial, _callback(trial, "bad-query"), query), 400)
    trial.settle()


@rule("HUB-DELETE", "Removing a registration is 204 without a body.", _HERE, Level.MUST, scope=_API)
def delete(trial: Trial) -> None:
    reply = trial.status(_delete(trial, _registered(trial, "delete").object.get("id")), 204)
    trial.expect("the body", reply.text, "")


@rule("HUB-DELETE-GONE", "Removing it again is 404.", _HERE, Level.MUST, scope=_API)
def delete_again(trial: Trial) -> None:
    id_ = _registered(trial, "again").object.get("id")
    trial.status(_delete(trial, id_), 204)
    trial.status(_delete(trial, id_), 404)


@rule("HUB-DELETE-UNKNOWN", "Removing what there is not is 404.", _HERE, Level.MUST, scope=_API)
def delete_unknown(trial: Trial) -> None:
    trial.status(_delete(trial, "no-such-id"), 404)


@rule("HUB-AFRESH", "What was removed can be registered again.", _HERE, Level.MUST, scope=_API)
def afresh(trial: Trial) -> None:
    trial.status(_delete(trial, _registered(trial, "afresh").object.get("id")), 204)
    trial.status(register(trial, _callback(trial, "afresh")), 201)


@rule("HUB-GET", "A registration can be read.", _HERE, Level.OURS, scope=_API)
def get(trial: Trial) -> None:
    made = _registered(trial, "get").object
    body = trial.status(trial.get(f"{_hub(trial)}/{made.get('id')}"), 200).object
    trial.expect("callback", body.get("callback"), _callback(trial, "get"))
    trial.status(trial.get(f"{_hub(trial)}/no-such-id"), 404)


@rule("HUB-LIST", "The registrations can be listed.", _HERE, Level.OURS, scope=_API)
def listed(trial: Trial) -> None:
    id_ = _registered(trial, "list").object.get("id")
    found = trial.status(trial.get(f"{_hub(trial)}?limit=1000"), 200, 206).list
    ids = [each.get("id") for each in found]
    trial.check("ids", holds=id_ in ids, expected=id_, came=ids)


# what is posted to them


def _deliveries(trial: Trial) -> Deliveries:
    if trial.deliveries is None:
        raise NotApplicable("there is no receiver of callbacks")
    trial.deliveries.ready(trial)
    return trial.deliveries


def _came(trial: Trial, path: str) -> list[Delivery]:
    """What came to a callback, which must be something."""
    came = _deliveries(trial).at(path)
    if not came:
        raise NotMet(f"an event at the callback /{path}", "nothing came")
    return came


@rule("EVENT-DELIVERED", "Every event goes to every callback that takes it.", _EVENTS, Level.MUST,
      scope=_API)  # fmt: skip
def delivered(trial: Trial) -> None:
    found = _deliveries(trial)
    trial.check("events that were provoked", holds=bool(found.provoked), expected="some", came="")
    trial.expect("events that did not come", found.missing(), [])


@rule("EVENT-MEDIA-TYPE", "Events are posted as application/json.", _EVENTS, Level.MUST, scope=_API)
def media_type(trial: Trial) -> None:
    types = sorted({each.media_type.partition(";")[0].strip() for each in _came(trial, "all")})
    trial.expect("media types", types, [JSON])


@rule("EVENT-CALLBACK", "They go to the callback as it was registered.", _EVENTS, Level.MUST,
      scope=_API)  # fmt: skip
def as_registered(trial: Trial) -> None:
    found = _deliveries(trial)
    targets = sorted({each.target for each in _came(trial, "all")})
    trial.expect(
        "targets", [found.receiver.url + each for each in targets], [found.callback("all")]
    )


@rule("EVENT-ENVELOPE", "An event has eventId, eventTime, eventType and event.", _EVENTS,
      Level.MUST, scope=_API)  # fmt: skip
def envelope(trial: Trial) -> None:
    for each in _came(trial, "all"):
        names = ("eventId", "eventTime", "eventType", "event")
        missing = [name for name in names if not each.body.get(name)]
        trial.note(each.type, holds=not missing, expected=", ".join(names), came=list(each.body))
    trial.settle()


@rule("EVENT-TIME", "eventTime is an RFC 3339 date-time.", _EVENTS, Level.MUST, scope=_API)
def time(trial: Trial) -> None:
    for each in _came(trial, "all"):
        value = str(each.body.get("eventTime"))
        try:
            parse_date(value)
            holds = True
        except BadRequest:
            holds = False
        trial.note(f"eventTime of {each.type}", holds=holds, expected="RFC 3339", came=value)
    trial.settle()


@rule("EVENT-ID", "Every event has an eventId of its own.", _EVENTS, Level.SHOULD, scope=_API)
def unique(trial: Trial) -> None:
    ids = [each.id for each in _came(trial, "all")]
    trial.expect("different ids", len(set(ids)), len(ids))


@rule("EVENT-TYPES", "Event types are those of the document.", _EVENTS, Level.MUST, scope=_API)
def types(trial: Trial) -> None:
    known = trial.subject.events
    if not known:
        raise NotApplicable("the document names no events")
    more = sorted({each.type for each in _came(trial, "all")} - known.keys())
    trial.expect("types that the document lacks", more, [])


@rule("EVENT-PAYLOAD", "event holds the resource under its name.", _EVENTS, Level.MUST, scope=_API)
def payload(trial: Trial) -> None:
    names = {each.name for each in trial.subject.resources}
    for each in _came(trial, "all"):
        event = each.body.get("event")
        keys = list(event) if isinstance(event, dict) else []
        holds = len(keys) == 1 and keys[0] in names and bool(each.resource.get("id"))
        trial.note(each.type, holds=holds, expected="{resource: {id: …}}", came=event)
    trial.settle()


@rule("EVENT-ORDER", "What is told of one resource comes in the order in which it happened.",
      _EVENTS, Level.SHOULD, scope=_API)  # fmt: skip
def order(trial: Trial) -> None:
    times: dict[str, list[str]] = {}
    for each in _came(trial, "all"):
        moment = str(each.body.get("eventTime"))
        times.setdefault(str(each.resource.get("id")), []).append(moment)
    for id_, found in times.items():
        trial.note(
            f"eventTime of {id_}", holds=found == sorted(found), expected="rising", came=found
        )
    trial.settle()


@rule("EVENT-QUERY-TYPE", "eventType= in a query picks by type.", _EVENTS, Level.MUST, scope=_API)
def by_type(trial: Trial) -> None:
    found = sorted({each.type for each in _came(trial, "type")})
    trial.expect("types", found, [f"{_deliveries(trial).first}CreateEvent"])


@rule("EVENT-QUERY-CONTENT", "A query picks by what is in the resource.", _EVENTS, Level.SHOULD,
      scope=_API)  # fmt: skip
def by_content(trial: Trial) -> None:
    ids = {str(each.resource.get("id")) for each in _came(trial, "content")}
    first = _deliveries(trial).first
    every = {id_ for type_, id_ in _deliveries(trial).provoked if type_ == f"{first}CreateEvent"}
    trial.check("ids", holds=ids == every, expected=sorted(every), came=sorted(ids))


@rule(
    "EVENT-QUERY-FIELDS", "fields= in a query cuts what is posted.", _EVENTS, Level.OURS, scope=_API
)
def fields(trial: Trial) -> None:
    for each in _came(trial, "fields"):
        inner = [n for n in each.resource if n not in ("id", "href") and not n.startswith("@")]
        trial.note("of the resource", holds=len(inner) == 1, expected="one", came=inner)
    trial.settle()


@rule(
    "EVENT-REMOVED", "Nothing goes to a callback that was removed.", _EVENTS, Level.MUST, scope=_API
)
def removed(trial: Trial) -> None:
    _came(trial, "all")  # the others were told
    trial.expect("events at it", [each.type for each in _deliveries(trial).at("gone")], [])


@rule(
    "EVENT-RETRY",
    "What a callback did not take is posted again.",
    _EVENTS,
    Level.SHOULD,
    scope=_API,
)
def retry(trial: Trial) -> None:
    ids = [each.id for each in _came(trial, "busy")]
    trial.check("posts", holds=len(ids) > len(set(ids)), expected="one event twice", came=ids)


@rule("EVENT-RECEIPT", "Any 2xx is a receipt: it is not posted again.", _EVENTS, Level.SHOULD,
      scope=_API)  # fmt: skip
def receipt(trial: Trial) -> None:
    ids = [each.id for each in _came(trial, "202")]
    trial.expect("different ids", len(set(ids)), len(ids))


RULES: Final[tuple[Rule, ...]] = (
    post,
    location,
    duplicate,
    other_query,
    no_callback,
    bad_callback,
    bad_query,
    delete,
    delete_again,
    delete_unknown,
    afresh,
    get,
    listed,
    delivered,
    media_type,
    as_registered,
    envelope,
    time,
    unique,
    types,
    payload,
    order,
    by_type,
    by_content,
    fields,
    removed,
    retry,
    receipt,
)
