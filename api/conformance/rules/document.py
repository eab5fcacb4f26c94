"""The rules that an API's own document states; made for each of its resources and events."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from api.conformance.exchange import Reply
from api.conformance.rule import Level, Rule, Scope
from api.conformance.rules.table import Check
from api.conformance.schemas import MISSING, Attribute, put
from api.conformance.subject import ResourceSubject, Subject, reply_schema
from api.conformance.trial import Trial
from api.conformance.verdict import NotApplicable, NotMet, Unchecked
from api.jsontypes import JsonObject, JsonValue
from api.spec import Operation

__all__ = ["document_rules"]

_WRONG: Final[dict[str, JsonValue]] = {
    "string": {"not": "a text"},
    "boolean": "perhaps",
    "number": "many",
    "integer": "many",
    "array": "x",
    "object": "x",
}
_OPERATIONS: Final = (
    ("GET", "LIST"),
    ("GET/{id}", "GET"),
    ("POST", "POST"),
    ("PATCH/{id}", "PATCH"),
    ("DELETE/{id}", "DELETE"),
)


def document_rules(subject: Subject) -> tuple[Rule, ...]:
    """All rules of a document."""
    return (
        *(rule for each in subject.resources for rule in _of_resource(subject, each)),
        *_of_events(subject),
    )


def _of_resource(subject: Subject, resource: ResourceSubject) -> Iterator[Rule]:
    def rule(name: str, title: str, check: Check, level: Level = Level.MUST) -> Rule:
        id_ = f"{subject.api}-{resource.name}-{name}"
        source = f"{subject.document}, {resource.name}"
        return Rule(id_, title, source, level, "document", check, resource=resource.name)

    for key, name in _OPERATIONS:
        if operation := resource.operations.get(key):
            codes = _successes(operation)
            yield rule(
                f"{name}-STATUS", f"Its success is {' or '.join(codes)}.", _status(key, codes)
            )
            if reply_schema(operation):
                yield rule(f"{name}-SCHEMA", "Its reply is as the schema says.", _schema(key))
            if headers := _headers(operation):
                title = f"Its reply has {', '.join(headers)}."
                yield rule(f"{name}-HEADERS", title, _has_headers(key, headers))
    if resource.offers("POST"):
        yield rule("POST-MINIMAL", "What is required is enough.", _minimal)
        # a server may rightly refuse references to what it does not know
        yield rule("POST-FULL", "Every attribute is taken, and comes back.", _full, Level.SHOULD)
        yield rule("POST-REQUIRED", "Without a required attribute: 400.", _required)
        yield rule("POST-ENUM", "A value that an enumeration lacks: 400.", _enum)
        yield rule("POST-TYPES", "A value of another type: 400.", _types)
        yield rule("POST-DATES", "A date-time that is none: 400.", _dates)
        if _examples(resource.operations["POST"]):
            yield rule("POST-EXAMPLES", "The examples are taken.", _examples_taken, Level.SHOULD)
    if resource.offers("POST") and resource.offers("PATCH/{id}"):
        yield rule("PATCH-ATTRIBUTES", "Every attribute of plain text can be changed.", _patchable)
        yield rule("PATCH-ENUM", "A value that an enumeration lacks: 400.", _patch_enum)
        yield rule("PATCH-TYPES", "A value of another type: 400.", _patch_types)
    yield rule("ERROR-SCHEMA", "Its errors are as the schema says.", _error_schema)


def _of_events(subject: Subject) -> Iterator[Rule]:
    source = f"{subject.document}, events"
    for type_, schema in subject.events.items():
        id_ = f"{subject.api}-EVENT-{type_}"
        title = f"{type_} comes, as its schema says."
        check = _event(type_, schema)
        yield Rule(id_, title, source, Level.MUST, "document", check, Scope.API)


def _successes(operation: Operation) -> list[str]:
    return sorted(code for code in operation.data.get("responses", {}) if code.startswith("2"))


def _headers(operation: Operation) -> list[str]:
    """The headers that the first success of an operation is documented with."""
    responses: JsonObject = operation.data.get("responses", {})
    for code in _successes(operation):
        return list(responses[code].get("headers", {}))
    return []


def _called(trial: Trial, key: str) -> Reply:
    """A valid call of an operation."""
    if key == "GET":
        return trial.find("limit=5")
    if key == "GET/{id}":
        return trial.get(trial.some().url)
    if key == "POST":
        return trial.post(trial.body())
    if key == "PATCH/{id}":
        return trial.patch(trial.make(), {trial.changeable(): "changed"})
    return trial.delete(trial.make())


def _status(key: str, codes: list[str]) -> Check:
    def check(trial: Trial) -> None:
        trial.status(_called(trial, key), *map(int, codes))

    return check


def _schema(key: str) -> Check:
    def check(trial: Trial) -> None:
        if key != "POST" and trial.resource.offers("POST"):
            trial.some()  # so that there is something to list
        reply = _called(trial, key)
        if not reply.ok:
            raise Unchecked(f"it is not done: {reply.short}")
        schema = reply_schema(trial.resource.operations[key], str(reply.status))
        if not schema:
            raise NotApplicable(f"the document has no schema for {reply.status}")
        trial.expect("faults", trial.resource.schemas.faults(schema, reply.json), [])

    return check


def _has_headers(key: str, names: list[str]) -> Check:
    def check(trial: Trial) -> None:
        reply = _called(trial, key)
        if not reply.ok:
            raise Unchecked(f"it is not done: {reply.short}")
        answer = trial.resource.operations[key].data["responses"].get(str(reply.status), {})
        if not answer.get("headers"):
            raise NotApplicable(f"the document has no headers for {reply.status}")
        for name in names:
            came = reply.headers.get(name)
            trial.note(name, holds=came is not None, expected="there", came=came)
        trial.settle()

    return check


def _minimal(trial: Trial) -> None:
    body = {**trial.resource.minimal(), **trial.related()}
    trial.status(trial.post(body), 201, 202)


def _whole(trial: Trial) -> JsonObject:
    return {**trial.resource.full(), **trial.marked(), **trial.related()}


def _full(trial: Trial) -> None:
    body = _whole(trial)
    reply = trial.status(trial.post(body), 201, 202)
    if reply.status == 201:  # noqa: PLR2004
        kept = reply.object
        missing = sorted(name for name in body if name in trial.resource.read and name not in kept)
        trial.expect("attributes that did not come back", missing, [])


def _largest(trial: Trial) -> JsonObject:
    """A body to break: the fullest that the server takes. Raises Unchecked."""
    for body in (_whole(trial), trial.body()):
        reply = trial.post(body)
        if reply.status in (201, 202):
            return body
    raise Unchecked(f"no valid body was taken: {reply.short}")


def _broken(
    trial: Trial, wrong: Callable[[Attribute], Iterable[JsonValue]], send: Callable[..., Reply]
) -> None:
    """Every attribute of a body made wrong in turn: 400 each time."""
    body = _largest(trial)
    for each in trial.resource.schemas.walk(trial.resource.create_schema, body):
        for value in wrong(each):
            try:
                changed = put(body, each.path, value)
            except (KeyError, IndexError, TypeError):
                continue  # it is not in the body
            what = f"{each.name} {'left out' if value is MISSING else f'= {value!r}'}"
            _note_refusal(trial, what, send(changed))
    _settle(trial)


def _note_refusal(trial: Trial, what: str, reply: Reply) -> None:
    trial.note(what, holds=reply.status == 400, expected="400", came=reply.short)  # noqa: PLR2004


def _settle(trial: Trial) -> None:
    """As `Trial.settle`, where it is a matter of the document whether there is anything."""
    if not trial.observations:
        raise NotApplicable("the document has no such attribute")
    trial.settle()


def _required(trial: Trial) -> None:
    # an @type that is left out is the declared one (TMF630 part 2)
    def wrong(each: Attribute) -> list[JsonValue]:
        return [MISSING] if each.required and each.path[-1] != "@type" else []

    _broken(trial, wrong, trial.post)


def _enum(trial: Trial) -> None:
    def wrong(each: Attribute) -> list[JsonValue]:
        return ["noSuchValue"] if each.schema.get("enum") else []

    _broken(trial, wrong, trial.post)


def _wrong_type(each: Attribute) -> list[JsonValue]:
    kind = each.schema.get("type")
    return [_WRONG[kind]] if kind in _WRONG else []


def _types(trial: Trial) -> None:
    _broken(trial, _wrong_type, trial.post)


def _dates(trial: Trial) -> None:
    def wrong(each: Attribute) -> list[JsonValue]:
        return ["tomorrow"] if each.schema.get("format") == "date-time" else []

    _broken(trial, wrong, trial.post)


def _examples(operation: Operation) -> list[JsonObject]:
    content: JsonObject = operation.data.get("requestBody", {}).get("content", {})
    return [each for media in content.values() for each in media.get("examples", {}).values()]


def _examples_taken(trial: Trial) -> None:
    resource = trial.resource
    for each in _examples(resource.operations["POST"]):
        example = resource.schemas.follow(each)
        body = {**example.get("value", {}), **trial.marked(), **trial.related()}
        trial.refused(trial.post(body), 201, 202)
    trial.settle()


def _patchable(trial: Trial) -> None:
    trial.changeable()
    names = [name for name in trial.resource.texts if name in trial.resource.updated]
    made = trial.make()
    for name in names:
        reply = trial.patch(made, {name: f"{trial.mark}-changed"})
        came = trial.read(made).get(name)
        holds = reply.ok and came == f"{trial.mark}-changed"
        trial.note(
            name, holds=holds, expected=f"{trial.mark}-changed", came=f"{reply.status} {came}"
        )
    trial.settle()


def _patch_broken(trial: Trial, wrong: Callable[[Attribute], list[JsonValue]]) -> None:
    made = trial.make()
    for name, each in trial.resource.updated.items():
        if name in ("id", "href") or each.schema.get("readOnly"):
            continue
        for value in wrong(each):
            _note_refusal(trial, f"{name} = {value!r}", trial.patch(made, {name: value}))
    _settle(trial)


def _patch_enum(trial: Trial) -> None:
    def wrong(each: Attribute) -> list[JsonValue]:
        return ["noSuchValue"] if each.schema.get("enum") else []

    _patch_broken(trial, wrong)


def _patch_types(trial: Trial) -> None:
    _patch_broken(trial, _wrong_type)


def _error_schema(trial: Trial) -> None:
    schemas, seen = trial.resource.schemas, 0
    provoked: tuple[tuple[str, Callable[[], Reply]], ...] = (
        ("GET/{id}", lambda: trial.get(trial.url_of("no-such-id"))),
        ("POST", lambda: trial.post(b"{}")),
        ("GET", lambda: trial.find("offset=x")),
    )
    for key, send in provoked:
        operation = trial.resource.operations.get(key)
        if operation is None:
            continue
        reply = send()
        answer = operation.data.get("responses", {}).get(str(reply.status))
        schema = _content_schema(schemas.follow(answer or {}))
        if reply.ok or not schema:
            continue
        seen += 1
        faults = schemas.faults(schema, reply.json)
        trial.note(f"faults in the {reply.status}", holds=not faults, expected="none", came=faults)
    if not seen:
        raise NotMet("an error that the document knows", "none")
    trial.settle()


def _content_schema(answer: JsonObject) -> JsonObject:
    for content in answer.get("content", {}).values():
        return dict(content.get("schema", {}))
    return {}


def _event(type_: str, schema: JsonObject) -> Check:
    def check(trial: Trial) -> None:
        found = trial.deliveries
        if found is None:
            raise NotApplicable("there is no receiver of callbacks")
        found.ready(trial)
        came = [each for each in found.at("all") if each.type == type_]
        if not came and type_ not in {each for each, _ in found.provoked}:
            raise NotApplicable("no request of a client could be found that causes it")
        if not came:
            raise NotMet(f"a {type_} at the callback", "none")
        schemas = trial.subject.resources[0].schemas
        for each in came:
            faults = schemas.faults(schema, each.body)
            trial.note(f"faults of {each.id}", holds=not faults, expected="none", came=faults)
        trial.settle()

    return check
