"""Who is told of an event: the index finds exactly those whose filters match."""

import random
from collections.abc import Sequence
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.events.audience import Audience, demand_of
from api.events.filter import Filter
from api.events.kinds import untyped
from api.events.message import Message
from api.jsontypes import JsonObject
from api.query.evaluate import evaluate
from api.query.tree import Node
from api.store.document import Body, LogEntry, NewEvent
from tests.store.test_query_agreement import bodies, queries

TYPES = ("ThingCreateEvent", "ThingStateChangeEvent")
LITERALS = ("1", "1.0", "true", "a", "b", "a,1", "", "null", "2026-01-31T12:00:00.000Z")

attributes = st.sampled_from(("state", "note", "note.text", "note.author", "id"))
plain = st.builds(
    "event.thing.{}{}={}".format,
    attributes,
    st.sampled_from(("", "", "", ".ne", ".gt", ".regex")),
    st.sampled_from(LITERALS).map(quote_plus),
)
typed = st.lists(st.sampled_from((*TYPES, "Other")), min_size=1, max_size=2).map(
    lambda types: f"eventType={','.join(types)}"
)
paths = st.sampled_from(
    (
        "filter=$.event.thing.note[?(@.text=='a' && @.author=='b')]",
        "filter=$[?(@.event.thing.state=='a' || @.event.thing.state==1)]",
        "filter=$[?(@.event.thing.state=='a' || @.event.thing.id=='b')]",
        "filter=$[?(!@.event.thing.state)]",
    )
).map(lambda text: "filter=" + quote_plus(text.removeprefix("filter=")))
texts = st.lists(plain | typed | paths, max_size=3).map("&".join)
scalars = st.sampled_from(("a", "b", "1", "true", 1, 1.0, 2, True, False, None))
notes = st.dictionaries(st.sampled_from(("text", "author")), scalars)
things = st.fixed_dictionaries(
    {"id": st.sampled_from(("a", "b"))},
    optional={
        "state": scalars | st.lists(scalars, max_size=3),
        "note": scalars | notes | st.lists(notes | scalars, max_size=3),
    },
)


def _message(thing: JsonObject, type_: str, api: str = "test") -> Message:
    time = "2026-01-31T12:00:00.000Z"
    event = NewEvent("e", type_, api, "thing", str(thing["id"]), time, {"title": "a"})
    entry = LogEntry(1, 1, event, Body(data=thing))
    return Message(entry, lambda *_: f"http://turnup.test/test/thing/{thing['id']}")


@given(queries, bodies)
def test_whatever_matches_has_what_is_demanded(query: Node, body: JsonObject) -> None:
    """A demand leaves nothing out: where the query matches, one of the values is there."""
    demand = demand_of(query)
    if demand is not None and evaluate(query, body):
        assert demand.met(body)


def listeners(queries: Sequence[str]) -> tuple[dict[str, Filter], Audience[str]]:
    """Their filters, and the audience that they are."""
    filters = {str(number): Filter(text, untyped) for number, text in enumerate(queries)}
    audience: Audience[str] = Audience()
    for key, filter_ in filters.items():
        audience.add(key, "test", filter_, key)
    return filters, audience


@given(
    st.lists(texts, max_size=8),
    st.lists(st.tuples(things, st.sampled_from(TYPES), st.sampled_from(("test", "other")))),
    st.randoms(),
)
def test_the_index_finds_whom_the_filters_pick(
    queries: Sequence[str], events: Sequence[tuple[JsonObject, str, str]], chance: random.Random
) -> None:
    """The same members as asking each filter, also after some have gone."""
    filters, audience = listeners(queries)
    for event in events:
        message = _message(*event)
        picked = [key for key, each in filters.items() if each.matches(message)]
        expected = picked if message.api == "test" else []
        assert sorted(audience.of(message)) == expected
        if filters and chance.random() < 0.5:
            gone = chance.choice(sorted(filters))
            audience.remove(gone, "test", filters.pop(gone))


alternatives = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(
        lambda values: st.sampled_from(
            (
                f"event.thing.note.text={','.join(values)}",
                "&".join(f"event.thing.note.text={value}" for value in values),
                ";".join(f"event.thing.note.text={value}" for value in values),
                "filter="
                + quote_plus(
                    "[?(@.event.thing.note[?("
                    + "||".join(f"@.text=='{value}'" for value in values)
                    + ")])]"
                ),
            )
        )
    ),
    max_size=6,
).flatmap(lambda each: st.tuples(*each))
several = st.lists(
    st.fixed_dictionaries({"text": st.sampled_from("abc")}), min_size=1, max_size=4
).map(lambda notes: {"id": "a", "note": notes})


@given(alternatives, st.lists(several, max_size=4), st.randoms())
def test_whoever_asks_for_several_values_is_told_once_of_an_event_that_has_them(
    queries: Sequence[str], events: Sequence[JsonObject], chance: random.Random
) -> None:
    """However the alternatives are written, and whoever asks for the same or goes meanwhile."""
    filters, audience = listeners(queries)
    for event in events:
        message = _message(event, "ThingCreateEvent")
        expected = [key for key, each in filters.items() if each.matches(message)]
        assert sorted(audience.of(message)) == expected
        if filters:
            gone = chance.choice(sorted(filters))
            audience.remove(gone, "test", filters.pop(gone))


def test_what_nobody_demands_any_more_is_forgotten() -> None:
    """After all have gone nothing is kept of them."""
    audience: Audience[int] = Audience()
    filters = [
        Filter("eventType=ThingCreateEvent&event.thing.state=a,b", untyped),
        Filter("id=1", untyped),
        Filter("", untyped),
    ]
    for number, each in enumerate(filters):
        audience.add(str(number), "test", each, number)
    for number, each in enumerate(filters):
        audience.remove(str(number), "test", each)
    assert audience._groups == {}


@pytest.mark.parametrize(
    ("query", "evaluated"),
    [
        ("event.thing.state=nobody{}", 0),
        ("eventType=ThingCreateEvent&event.thing.state=nobody{}", 0),
        ("event.thing.state=a,b", 1),
        ("event.thing.state.ne=a", 1),
        ("event.thing.state.ne=a{}", 100),
    ],
)
def test_few_filters_are_evaluated(
    query: str, evaluated: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those that demand another value none is; equal ones are evaluated once."""
    audience: Audience[int] = Audience()
    for number in range(100):
        audience.add(str(number), "test", Filter(query.format(number), untyped), number)
    count = 0

    def matches(_self: Filter, _message: Message) -> bool:
        nonlocal count
        count += 1
        return False

    monkeypatch.setattr(Filter, "matches", matches)
    audience.of(_message({"id": "a", "state": ["a", "b"]}, "ThingCreateEvent"))
    assert count == evaluated
