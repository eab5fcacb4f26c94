"""How a resource is represented."""

import re
from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, rule
from api.conformance.schemas import FAR
from api.conformance.trial import Trial
from api.conformance.verdict import NotApplicable
from api.dates import parse_date
from api.errors import BadRequest

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, representation"
_TYPES: Final = f"{PART1}, media types"
_EXTENSION: Final = "TMF630 part 2, extension"
_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@rule("REP-ID-HREF", "Every resource has an id and a href.", _HERE, Level.MUST)
def id_and_href(trial: Trial) -> None:
    body = trial.read(trial.some())
    for name in ("id", "href"):
        value = body.get(name)
        holds = isinstance(value, str) and bool(value)
        trial.check(name, holds=holds, expected="a text", came=value)


@rule("REP-ID-SAME", "What is read under an id has that id.", _HERE, Level.MUST)
def id_is_the_same(trial: Trial) -> None:
    made = trial.some()
    trial.expect("id", trial.read(made).get("id"), made.id)


@rule("REP-HREF-ABSOLUTE", "href is an absolute URL.", _HERE, Level.SHOULD)
def href_is_absolute(trial: Trial) -> None:
    href = str(trial.read(trial.some()).get("href"))
    holds = href.startswith(("http://", "https://"))
    trial.check("href", holds=holds, expected="http://… or https://…", came=href)


@rule("REP-HREF-LEADS", "href leads to the resource.", _HERE, Level.SHOULD)
def href_leads_to_it(trial: Trial) -> None:
    made = trial.some()
    href = str(trial.read(made).get("href"))
    if not href.startswith(("http://", "https://")):
        trial.check("href", holds=False, expected="a URL to follow", came=href)
    trial.expect("id read at href", trial.status(trial.get(href), 200).object.get("id"), made.id)


@rule("REP-HREF-IN-LIST", "In a list, resources have the same id and href.", _HERE, Level.MUST)
def href_in_list(trial: Trial) -> None:
    trial.need("GET")
    made = trial.some()
    href = trial.read(made).get("href")
    query = trial.family.fill(trial, "{mine}") if trial.resource.offers("POST") else ""
    found = {str(each.get("id")): each.get("href") for each in trial.find(query).list}
    trial.expect(f"href of {made.id} in the list", found.get(made.id), href)


@rule("REP-MEDIA-TYPE", "Replies with a body are application/json.", _TYPES, Level.MUST)
def media_type(trial: Trial) -> None:
    trial.need("GET")
    for reply in (trial.find(), trial.get(trial.url_of("no-such-id"))):
        media = reply.header("content-type").partition(";")[0].strip()
        trial.expect(f"media type of {reply.request}", media, "application/json")


@rule("REP-CHARSET", "The media type names the charset, utf-8.", _TYPES, Level.OURS)
def charset(trial: Trial) -> None:
    trial.need("GET")
    media = trial.find().header("content-type").replace(" ", "").lower()
    trial.expect("content-type", media, "application/json;charset=utf-8")


@rule("REP-ACCEPT", "Who accepts JSON among others gets it.", _TYPES, Level.MUST)
def accepted(trial: Trial) -> None:
    trial.need("GET")
    for accept in ("application/json", "*/*", "text/html, application/json;q=0.5", "application/*"):
        trial.status(trial.get(trial.collection, accept=accept), 200, 206)


@rule("REP-NOT-ACCEPTABLE", "Who accepts no JSON gets 406.", _TYPES, Level.SHOULD)
def not_acceptable(trial: Trial) -> None:
    trial.need("GET")
    trial.status(trial.get(trial.collection, accept="text/html"), 406)


@rule("REP-CONTENT-TYPE", "A body that is not JSON is 415.", _TYPES, Level.SHOULD)
def content_type(trial: Trial) -> None:
    trial.need("POST")
    for media in ("text/plain", "application/xml"):
        trial.refused(trial.post(trial.body(), content_type=media), 415)
    trial.settle()


@rule("REP-UTF-8", "Any character comes back as it was sent.", _HERE, Level.MUST)
def characters(trial: Trial) -> None:
    if len(trial.resource.texts) < 1:
        raise NotApplicable("the document has no attribute of plain text that a create may set")
    name = trial.resource.texts[-1]
    text = 'Zürich \u4e2d\u6587 \U0001f600 "quotes" \\ / <&>'
    trial.expect(name, trial.read(trial.make(**{name: text})).get(name), text)


@rule("REP-TYPE", "A resource that is read has its @type.", _EXTENSION, Level.SHOULD)
def type_is_there(trial: Trial) -> None:
    value = trial.read(trial.some()).get("@type")
    trial.check(
        "@type", holds=isinstance(value, str) and bool(value), expected="a text", came=value
    )


@rule("REP-BASETYPE", "A resource that is read has its @baseType.", _EXTENSION, Level.OURS)
def base_type_is_there(trial: Trial) -> None:
    value = trial.read(trial.some()).get("@baseType")
    holds = isinstance(value, str) and bool(value)
    trial.check("@baseType", holds=holds, expected="a text", came=value)


@rule("REP-TYPE-KEPT", "The @type of a sub-type is kept.", _EXTENSION, Level.SHOULD)
def type_is_kept(trial: Trial) -> None:
    given = {"@type": f"Special{trial.resource.type}", "@baseType": trial.resource.type}
    body = trial.read(trial.make(**given))
    trial.expect("@type", {name: body.get(name) for name in given}, given)


@rule("REP-EXTENSION", "Attributes that the document lacks are kept.", _EXTENSION, Level.OURS)
def extension_is_kept(trial: Trial) -> None:
    given = {"colour": "red", "size": 7, "deep": {"list": [1, {"a": None}], "b": False}}
    body = trial.read(trial.make(**given))
    trial.expect("extension", {name: body.get(name) for name in given}, given)


@rule("REP-NO-NULLS", "Attributes without a value are left out.", _HERE, Level.OURS)
def no_nulls(trial: Trial) -> None:
    made = trial.make(extension=None)
    empty = [name for name, value in trial.read(made).items() if value is None]
    trial.expect("attributes that are null", empty, [])


@rule("REP-DATES", "Dates go out as RFC 3339 date-times.", _HERE, Level.MUST)
def dates(trial: Trial) -> None:
    body = trial.read(trial.some())
    for each in trial.resource.schemas.walk(trial.resource.read_schema, body):
        if each.schema.get("format") != "date-time":
            continue
        value = _at(body, each.path)
        if isinstance(value, str):
            trial.note(each.name, holds=_is_date(value), expected="RFC 3339", came=value)
    if not trial.observations:
        raise NotApplicable("it has no date")
    trial.settle()


@rule("REP-DATES-UTC", "Dates go out in UTC with milliseconds and Z.", _HERE, Level.OURS)
def dates_in_utc(trial: Trial) -> None:
    name = _date(trial)
    value = str(trial.read(trial.make(**{name: "2097-05-06T07:08:09.1+02:00"})).get(name))
    trial.check(name, holds=bool(_UTC.fullmatch(value)), expected="2097-…:09.100Z", came=value)


@rule("REP-DATES-INSTANT", "A date comes back as the instant that was sent.", _HERE, Level.MUST)
def dates_are_kept(trial: Trial) -> None:
    name = _date(trial)
    sent = "2097-05-06T07:08:09+02:00"
    value = str(trial.read(trial.make(**{name: sent})).get(name))
    holds = _is_date(value) and parse_date(value) == parse_date(sent)
    trial.check(name, holds=holds, expected=f"the instant {sent}", came=value)


@rule("REP-DATES-FIND", "A date as it was read finds its resource.", _HERE, Level.SHOULD)
def dates_find(trial: Trial) -> None:
    trial.need("GET")
    made = trial.some()
    body = trial.read(made)
    for name in trial.resource.dates or [n for n, v in body.items() if _is_date(v)]:
        if isinstance(body.get(name), str):
            found = trial.find(trial.family.fill(trial, f"{name}={body[name]}&{{mine}}")).list
            ids = [str(each.get("id")) for each in found]
            trial.check(name, holds=made.id in ids, expected=f"{made.id} is found", came=ids)
    if not trial.observations:
        raise NotApplicable("it has no date")


@rule("REP-DATES-REFUSED", "What is no date is 400 in a date's place.", _HERE, Level.MUST)
def dates_refused(trial: Trial) -> None:
    name = _date(trial)
    trial.make(**{name: FAR})  # a real one is taken
    for wrong in ("tomorrow", "", "2097-13-01T00:00:00Z", "01.02.2097"):
        trial.refused(trial.post(trial.body(**{name: wrong})), 400)
    trial.settle()


def _date(trial: Trial) -> str:
    trial.need("POST")
    if not trial.resource.dates:
        raise NotApplicable("the document has no date that a create may set")
    return trial.resource.dates[0]


def _is_date(value: object) -> bool:
    try:
        parse_date(str(value))
    except BadRequest:
        return False
    return True


def _at(body: object, path: tuple[str | int, ...]) -> object:
    for step in path:
        if isinstance(body, dict) and isinstance(step, str):
            body = body.get(step)
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            body = body[step]
        else:
            return None
    return body


RULES: Final[tuple[Rule, ...]] = (
    id_and_href,
    id_is_the_same,
    href_is_absolute,
    href_leads_to_it,
    href_in_list,
    media_type,
    charset,
    accepted,
    not_acceptable,
    content_type,
    characters,
    type_is_there,
    base_type_is_there,
    type_is_kept,
    extension_is_kept,
    no_nulls,
    dates,
    dates_in_utc,
    dates_are_kept,
    dates_find,
    dates_refused,
)
