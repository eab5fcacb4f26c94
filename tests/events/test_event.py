"""An event as it goes on the wire."""

import orjson
import pytest

from api.events.event import render_event
from api.store.document import Body, LogEntry, NewEvent


def rendered(type_: str, **envelope: str) -> dict[str, object]:
    event = NewEvent("e", type_, "tmf641", "thing", "1", "2026-03-02T10:00:00.000Z", envelope)
    found: dict[str, object] = orjson.loads(
        render_event(LogEntry(7, 1, event, Body(data={"id": "1"}), 0), "http://h/thing/1")
    )
    return found


def test_the_whole_of_it() -> None:
    """Everything that the official documents name, spelled as they do."""
    assert rendered("ThingStateChangeEvent", title="Thing StateChange") == {
        "eventId": "e",
        "eventTime": "2026-03-02T10:00:00.000Z",
        "eventType": "ThingStateChangeEvent",
        "timeOcurred": "2026-03-02T10:00:00.000Z",
        "correlationId": "1",
        "domain": "TMF641",
        "title": "Thing StateChange",
        "description": "Its state has changed.",
        "priority": "Normal",
        "event": {"thing": {"id": "1", "href": "http://h/thing/1"}},
    }


@pytest.mark.parametrize(
    ("what", "priority"),
    [
        ("Create", "Normal"),
        ("AttributeValueChange", "Normal"),
        ("Delete", "Normal"),
        ("Milestone", "Normal"),
        ("Jeopardy", "High"),
        ("InformationRequired", "High"),
    ],
)
def test_what_presses(what: str, priority: str) -> None:
    """What somebody should act on has high priority; each says what it is."""
    found = rendered(f"Thing{what}Event")
    assert found["priority"] == priority
    assert str(found["description"]).endswith(".")


def test_an_event_of_no_official_type() -> None:
    """A subscription's test says what it is in its title."""
    assert not {"description", "priority"} & rendered("Odd").keys()
