"""How attributes of events are compared: as in lists of the resources in them."""

from functools import cache
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ApiError
from api.events.filter import Filter
from api.events.kinds import EventKinds, untyped
from api.events.message import Message
from api.jsontypes import JsonObject
from api.query.parse import Types, parse_query
from api.query.tree import Kind
from api.store.document import Body, LogEntry, NewEvent
from tests.http.apis import apis

LEAP = "2024-02-29T18:00:00.000Z"
KNOWN = {"at": Kind.DATE, "size": Kind.NUMBER, "name": Kind.STRING}
TERMS = st.builds(
    "{}{}={}".format,
    st.sampled_from(
        (
            "state",
            "startDate",
            "isBundle",
            "note",
            "note.text",
            "note.date",
            "priority",
            "orderDate",
            "productOrderItem.quantity",
            "productOrderItem.product.isBundle",
            "serviceOrderItem.service.startDate",
            "extension.of",
            "relatedParty.@type",
        )
    ),
    st.sampled_from(("", ".ne", ".gt", ".regex", ".like", ".eq.gt")),
    st.sampled_from(("", "1", "zz", "true", "True", "2024-02-29T19:00:00%2B01:00", "a,2")),
)


@cache
def kinds() -> EventKinds:
    return EventKinds(
        {
            (each.api.name, name): schema.kinds
            for each in apis()
            for name, schema in each.schemas.items()
        }
    )


def types_of(**kinds: Kind) -> Types:
    return lambda path: kinds.get(".".join(path), Kind.ANY)


def message(api: str, resource: str, body: JsonObject) -> Message:
    type_ = f"{resource[:1].upper()}{resource[1:]}CreateEvent"
    event = NewEvent("e", type_, api, resource, "a", "2026-01-31T12:00:00.000Z", {"title": "a"})
    entry = LogEntry(1, 1, event, Body(data={"id": "a", **body}))
    return Message(entry, lambda *_: "http://turnup.test/x/a")


SERVICE = message("tmf638", "service", {"startDate": LEAP, "state": "active"})
ITEM = {"quantity": 9, "product": {"isBundle": True}}
ORDER = message("tmf622", "productOrder", {"requestedStartDate": LEAP, "productOrderItem": [ITEM]})


@pytest.mark.parametrize(
    ("event", "condition", "wanted"),
    [
        (SERVICE, "event.service.startDate=2024-02-29T18:00:00Z", True),
        (SERVICE, "event.service.startDate=2024-02-29T19:00:00%2B01:00", True),
        (SERVICE, "event.service.startDate.ne=2024-02-29T18:00:00Z", False),
        (SERVICE, "event.service.startDate.gte=2024-02-29T18:00:00Z", True),
        (SERVICE, "event.service.startDate.gt=2024-02-29T18:00:00Z", False),
        (SERVICE, "event.service.startDate.gte=2024-02-29T19:00:00%2B02:00", True),
        (SERVICE, "event.service.startDate.lte=2024-02-29T19:00:00%2B02:00", False),
        (SERVICE, "filter=$[?(@.event.service.startDate>='2024-02-29T19:00:00+02:00')]", True),
        (SERVICE, "filter=$.event.service[?(@.startDate<='2024-02-29T19:00:00+02:00')]", False),
        (SERVICE, "filter=$.event.service[?(@.startDate=='2024-02-29T18:00:00Z')]", True),
        (ORDER, "event.productOrder.requestedStartDate=2024-02-29T18:00:00Z", True),
        (ORDER, "event.productOrder.requestedStartDate.lt=2024-02-29T18:00:00Z", False),
        (ORDER, "event.productOrder.productOrderItem.quantity.gt=10", False),
        (ORDER, "event.productOrder.productOrderItem.quantity=9.0", True),
        (ORDER, "event.productOrder.productOrderItem.product.isBundle=true", True),
    ],
)
def test_what_is_in_the_resource_is_compared_as_in_its_lists(
    event: Message, condition: str, wanted: bool
) -> None:
    """By the hub of its API and in the log of all."""
    if condition.startswith("filter="):
        condition = "filter=" + quote_plus(condition.removeprefix("filter="))
    query = f"eventType={event.entry.event.type}&{condition}"
    for types in (kinds().of(event.api), kinds().every):
        assert Filter(query, types).matches(event) is wanted


@given(TERMS)
def test_a_condition_is_refused_where_a_list_refuses_it(term: str) -> None:
    """Of every resource of every API: values that cannot be read, and operators."""
    for loaded in apis():
        for name, schema in loaded.schemas.items():
            verdicts = [
                _refused(term, schema.kinds),
                _refused(f"event.{name}.{term}", kinds().of(loaded.api.name)),
            ]
            assert verdicts[0] == verdicts[1], (name, term)


def _refused(query: str, types: Types) -> str | None:
    try:
        parse_query(query, types)
    except ApiError as error:
        return type(error).__name__
    return None


def test_resources_of_one_name_have_the_kinds_that_they_agree_on() -> None:
    """Of all APIs; each one's own events have its own."""
    both = {("a", "thing"): types_of(**KNOWN), ("b", "thing"): types_of(at=Kind.DATE)}
    kinds = EventKinds({**both, ("b", "other"): types_of(name=Kind.BOOLEAN)})
    thing = ("event", "thing")
    names = ("at", "size", "name", "else")
    assert [kinds.of("a")((*thing, name)) for name in names] == [*KNOWN.values(), Kind.ANY]
    assert [kinds.of("b")((*thing, name)) for name in names] == [Kind.DATE, *[Kind.ANY] * 3]
    assert [kinds.every((*thing, name)) for name in names] == [Kind.DATE, *[Kind.ANY] * 3]
    assert kinds.every(("event", "other", "name")) is Kind.BOOLEAN
    assert kinds.of("a")(("event", "other", "name")) is Kind.ANY
    assert kinds.of("none")((*thing, "at")) is Kind.ANY


@pytest.mark.parametrize(
    ("path", "kind", "without"),
    [
        ("eventTime", Kind.DATE, Kind.DATE),
        ("timeOcurred", Kind.DATE, Kind.DATE),
        ("eventType", Kind.STRING, Kind.STRING),
        ("domain", Kind.STRING, Kind.ANY),
        ("event", Kind.ANY, Kind.ANY),
        ("event.thing", Kind.ANY, Kind.ANY),
        ("event.thing.at", Kind.DATE, Kind.ANY),
        ("event.at", Kind.ANY, Kind.ANY),
        ("thing.at", Kind.ANY, Kind.ANY),
        ("at", Kind.ANY, Kind.ANY),
    ],
)
def test_where_attributes_stand(path: str, kind: Kind, without: Kind) -> None:
    """What is around the resource has kinds of its own; ``untyped`` knows little of that."""
    names = tuple(path.split("."))
    assert EventKinds({("a", "thing"): types_of(**KNOWN)}).of("a")(names) is kind
    assert untyped(names) is without
