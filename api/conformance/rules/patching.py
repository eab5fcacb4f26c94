"""PATCH with its four media types."""

from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, Check, rule
from api.conformance.schemas import FAR
from api.conformance.subject import ArrayPath
from api.conformance.trial import JSON, MERGE_PATCH, Made, Trial
from api.conformance.verdict import NotApplicable, Unchecked
from api.jsontypes import JsonObject

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, patching"
_JSON_PATCH: Final = "application/json-patch+json"
_QUERY: Final = "application/json-patch-query+json"
_PART5: Final = "TMF630 part 5, patching"


def _start(trial: Trial) -> tuple[Made, str]:
    """A new resource, and an attribute of it to change."""
    name = trial.changeable()
    return trial.make(), name


def _merges(media: str) -> Check:
    def check(trial: Trial) -> None:
        made, name = _start(trial)
        before = trial.read(made)
        document = trial.required(made) | {name: f"{trial.mark}-changed"}
        reply = trial.status(trial.patch(made, document, media), 200, 202)
        after = trial.read(made)
        trial.expect(name, after.get(name), f"{trial.mark}-changed")
        lost = sorted(before.keys() - after.keys())
        trial.expect("attributes that are lost", lost, [])
        if reply.status == 200:  # noqa: PLR2004
            trial.expect(f"{name} in the reply", reply.object.get(name), after.get(name))

    return check


@rule("PATCH-REPLY", "The reply holds the whole new resource.", _HERE, Level.MUST)
def whole_body(trial: Trial) -> None:
    made, name = _start(trial)
    reply = trial.status(trial.patch(made, {name: "changed"}), 200, 202)
    missing = sorted(trial.read(made).keys() - reply.object.keys())
    trial.expect("attributes that are not in the reply", missing, [])


@rule("PATCH-NULL", "null in a merge-patch removes an attribute.", _HERE, Level.SHOULD)
def null(trial: Trial) -> None:
    made, name = _start(trial)
    if trial.resource.created[name].required:
        raise NotApplicable("the document has no attribute of plain text that can be removed")
    trial.status(trial.patch(made, {name: None}), 200, 202)
    trial.expect(name, trial.read(made).get(name), None)


def _array(trial: Trial) -> tuple[ArrayPath, JsonObject]:
    """An array that a patch may change, and a valid element of it. Raises NotApplicable."""
    trial.changeable()
    found = trial.resource.array
    if found is None or (trial.resource.updated and found.name not in trial.resource.updated):
        raise NotApplicable("the document has no array of objects that a patch may change")
    items = trial.resource.created[found.name].schema.get("items", {})
    return found, trial.resource.schemas.sample(items)


@rule("PATCH-ARRAY", "A merge-patch replaces an array whole.", _HERE, Level.SHOULD)
def array(trial: Trial) -> None:
    found, one = _array(trial)
    first = [{**one, found.first: "one"}, {**one, found.first: "two"}]
    made = trial.make(**{found.name: first})
    trial.status(trial.patch(made, {found.name: [{**one, found.first: "three"}]}), 200, 202)
    parts = trial.read(made).get(found.name)
    came = [part.get(found.first) for part in parts] if isinstance(parts, list) else parts
    trial.check(found.name, holds=came == ["three"], expected=["three"], came=came)


@rule("PATCH-NESTED", "A merge-patch goes into objects and leaves the rest.", _HERE, Level.OURS)
def nested(trial: Trial) -> None:
    trial.changeable()
    made = trial.make(extension={"kept": 1, "changed": 1, "gone": 1})
    trial.status(trial.patch(made, {"extension": {"changed": 2, "gone": None}}), 200, 202)
    trial.expect("extension", trial.read(made).get("extension"), {"kept": 1, "changed": 2})


def _refused(trial: Trial, made: Made, document: JsonObject, *statuses: int) -> None:
    """A patch that is refused, and leaves everything as it was."""
    name = next(iter(document))
    before = trial.read(made).get(name)
    reply = trial.patch(made, document)
    trial.refused(reply, *statuses)
    came = trial.read(made).get(name)
    trial.note(f"{name} afterwards", holds=came == before, expected=before, came=came)


@rule("PATCH-ID", "id and href cannot be changed.", _HERE, Level.MUST)
def id_and_href(trial: Trial) -> None:
    made, _ = _start(trial)
    for name in ("id", "href"):
        before = trial.read(made).get(name)
        trial.patch(made, {name: "https://example.com/other"})
        trial.expect(name, trial.read(made).get(name), before)


@rule("PATCH-ID-REFUSED", "A patch of id or href is 400.", _HERE, Level.SHOULD)
def id_and_href_refused(trial: Trial) -> None:
    made, _ = _start(trial)
    for name in ("id", "href"):
        _refused(trial, made, {name: "https://example.com/other"}, 400)
    trial.settle()


@rule("PATCH-TYPE", "@type cannot be changed: 400.", _HERE, Level.OURS)
def type_(trial: Trial) -> None:
    made, _ = _start(trial)
    _refused(trial, made, {"@type": "SomethingElse"}, 400)
    trial.settle()


@rule("PATCH-OWNED", "Attributes that clients may not change: 400.", _HERE, Level.SHOULD)
def owned(trial: Trial) -> None:
    made, _ = _start(trial)
    resource = trial.resource
    names = [
        name
        for name, each in resource.read.items()
        if resource.updated
        and name not in resource.updated
        and name not in resource.created
        and each.schema.get("format") == "date-time"
    ]
    if not names:
        raise NotApplicable("the document has no date that only the server sets")
    for name in names:
        _refused(trial, made, {name: FAR}, 400, 409)
    trial.settle()


@rule(
    "PATCH-PRESENT", "Present values of what clients may not change are taken.", _HERE, Level.OURS
)
def present(trial: Trial) -> None:
    made, name = _start(trial)
    body = trial.read(made)
    same = {key: body[key] for key in ("id", "href", "@type") if key in body}
    trial.status(trial.patch(made, {**same, name: "changed"}), 200, 202)
    trial.expect(name, trial.read(made).get(name), "changed")


@rule("PATCH-UNKNOWN", "Patching what there is not is 404.", _HERE, Level.MUST)
def unknown(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()
    nobody = Made("no-such-id", trial.url_of("no-such-id"), {}, {}, made.reply)
    document = trial.required(made) | {name: "changed"}
    trial.status(trial.patch(nobody, document, JSON), 404)


@rule("PATCH-MALFORMED", "A patch that is no JSON object is 400.", _HERE, Level.MUST)
def malformed(trial: Trial) -> None:
    made, _ = _start(trial)
    for body in (b"", b'{"a": 1', b"hello", b"[]", b'"x"', b"null"):
        trial.refused(trial.patch(made, body, JSON), 400)
    trial.settle()


@rule("PATCH-MEDIA-TYPE", "A patch of another media type is 415.", _HERE, Level.SHOULD)
def media_type(trial: Trial) -> None:
    made, name = _start(trial)
    for media in ("text/plain", "application/xml"):
        trial.refused(trial.patch(made, {name: "changed"}, media), 415)
    trial.settle()


@rule("PATCH-ACCEPT-PATCH", "The 415 says in Accept-Patch what is taken.", _HERE, Level.OURS)
def accept_patch(trial: Trial) -> None:
    made, name = _start(trial)
    reply = trial.status(trial.patch(made, {name: "changed"}, "text/plain"), 415)
    came = reply.header("accept-patch")
    for media in (MERGE_PATCH, JSON, _JSON_PATCH, _QUERY):
        trial.check("Accept-Patch", holds=media in came.split(", "), expected=media, came=came)


@rule("PATCH-STATE-SAME", "The present state may be sent: nothing happens.", _HERE, Level.OURS)
def same_state(trial: Trial) -> None:
    made, _ = _start(trial)
    state = trial.read(made).get("state")
    if state is None or "state" not in trial.resource.updated:
        raise NotApplicable("it has no state that a patch may change")
    reply = trial.status(trial.patch(made, {"state": state}), 200)
    trial.expect("state", reply.object.get("state"), state)


@rule("PATCH-STATE", "A change of state is done, or refused with 409.", _HERE, Level.SHOULD)
def states(trial: Trial) -> None:
    if "state" not in trial.resource.updated or not trial.resource.states:
        raise NotApplicable("it has no state that a patch may change")
    for state in trial.resource.states:
        made, _ = _start(trial)
        before = trial.read(made).get("state")
        reply = trial.patch(made, {"state": state})
        trial.refused(reply, 200, 202, 409)
        if reply.status not in (200, 202):
            now = trial.read(made).get("state")
            trial.note("state", holds=now == before, expected=before, came=now)
    trial.settle()


@rule("PATCH-STATE-BAD", "A state that there is none of is 400.", _HERE, Level.MUST)
def bad_state(trial: Trial) -> None:
    made, _ = _start(trial)
    if not trial.resource.states or "state" not in trial.resource.updated:
        raise NotApplicable("it has no state that a patch may change")
    trial.status(trial.patch(made, {"state": "noSuchState"}), 400)


def _json_patch(trial: Trial, made: Made, *operations: JsonObject) -> None:
    trial.status(trial.patch(made, list(operations), _JSON_PATCH), 200, 202)


@rule("JSON-PATCH", "application/json-patch+json: operations of RFC 6902.", _HERE, Level.SHOULD)
def json_patch(trial: Trial) -> None:
    made, name = _start(trial)
    _json_patch(
        trial,
        made,
        {"op": "test", "path": f"/{name}", "value": trial.read(made).get(name)},
        {"op": "replace", "path": f"/{name}", "value": "changed"},
    )
    trial.expect(name, trial.read(made).get(name), "changed")


@rule("JSON-PATCH-ADD-REMOVE", "add and remove.", _HERE, Level.SHOULD)
def json_patch_add(trial: Trial) -> None:
    made, name = _start(trial)
    if trial.resource.created[name].required:
        raise NotApplicable("the document has no attribute of plain text that can be removed")
    _json_patch(trial, made, {"op": "remove", "path": f"/{name}"})
    trial.expect(name, trial.read(made).get(name), None)
    _json_patch(trial, made, {"op": "add", "path": f"/{name}", "value": "again"})
    trial.expect(name, trial.read(made).get(name), "again")


def _offers_json_patch(trial: Trial) -> tuple[Made, str]:
    made, name = _start(trial)
    probe = trial.patch(made, [], _JSON_PATCH)
    if not probe.ok:
        raise Unchecked(f"a JSON Patch without operations was answered {probe.short}")
    return made, name


@rule("JSON-PATCH-TEST", "A test that fails is 409.", _HERE, Level.SHOULD)
def json_patch_test(trial: Trial) -> None:
    made, name = _offers_json_patch(trial)
    test = {"op": "test", "path": f"/{name}", "value": "something else"}
    trial.status(trial.patch(made, [test], _JSON_PATCH), 409)


@rule("JSON-PATCH-ATOMIC", "All operations are done, or none.", _HERE, Level.SHOULD)
def json_patch_atomic(trial: Trial) -> None:
    made, name = _offers_json_patch(trial)
    before = trial.read(made).get(name)
    change = {"op": "replace", "path": f"/{name}", "value": "lost"}
    wrong = {"op": "remove", "path": "/no/such/attribute"}
    trial.status(trial.patch(made, [change, wrong], _JSON_PATCH), 400, 409)
    trial.expect(name, trial.read(made).get(name), before)


@rule("JSON-PATCH-BAD", "An operation that is none is 400.", _HERE, Level.SHOULD)
def json_patch_bad(trial: Trial) -> None:
    made, name = _offers_json_patch(trial)
    for operation in ({"op": "spam", "path": f"/{name}"}, {"op": "remove"}, "remove", {}):
        trial.refused(trial.patch(made, [operation], _JSON_PATCH), 400)
    trial.settle()


@rule("JSON-PATCH-OWNED", "id cannot be changed by it either.", _HERE, Level.SHOULD)
def json_patch_owned(trial: Trial) -> None:
    made, _ = _offers_json_patch(trial)
    change = {"op": "replace", "path": "/id", "value": "other"}
    trial.status(trial.patch(made, [change], _JSON_PATCH), 400, 409)
    trial.expect("id", trial.read(made).get("id"), made.id)


@rule("JSON-PATCH-QUERY", "application/json-patch-query+json: a path may hold a query.", _PART5,
      Level.SHOULD)  # fmt: skip
def json_patch_query(trial: Trial) -> None:
    found, one = _array(trial)
    parts = [{**one, found.first: label, found.second: label} for label in ("one", "two")]
    made = trial.make(**{found.name: parts})
    path = f"/{found.name}/{found.second}?{found.name}.{found.first}=two"
    change = [{"op": "replace", "path": path, "value": "changed"}]
    trial.status(trial.patch(made, change, _QUERY), 200, 202)
    now = trial.read(made).get(found.name)
    came = [
        part.get(found.second)
        for part in (now if isinstance(now, list) else [])
        if part.get(found.first) in ("one", "two")
    ]
    trial.expect(f"{found.name}.{found.second}", came, ["one", "changed"])


@rule("JSON-PATCH-QUERY-NONE", "A query that finds nothing is 409, one that is none 400.", _PART5,
      Level.OURS)  # fmt: skip
def json_patch_query_none(trial: Trial) -> None:
    made, _ = _start(trial)
    for path, status in (("/note/text?note.author=nobody", 409), ("/note/text?note.author", 400)):
        reply = trial.patch(made, [{"op": "remove", "path": path}], _QUERY)
        trial.refused(reply, status)
    trial.settle()


def _rule(name: str, title: str, level: Level, media: str) -> Rule:
    return Rule(f"TMF630-PATCH-{name}", title, _HERE, level, "patching", _merges(media))


RULES: Final[tuple[Rule, ...]] = (
    _rule("MERGE", "application/merge-patch+json changes what it names.", Level.MUST, MERGE_PATCH),
    _rule("JSON", "application/json is taken as a merge-patch.", Level.MUST, JSON),
    whole_body,
    null,
    array,
    nested,
    id_and_href,
    id_and_href_refused,
    type_,
    owned,
    present,
    unknown,
    malformed,
    media_type,
    accept_patch,
    same_state,
    states,
    bad_state,
    json_patch,
    json_patch_add,
    json_patch_test,
    json_patch_atomic,
    json_patch_bad,
    json_patch_owned,
    json_patch_query,
    json_patch_query_none,
)
