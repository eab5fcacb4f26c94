"""Explanations of product orders, as a table."""

import pytest

from api.dates import parse_date
from api.jsontypes import JsonObject
from tmf622_product_ordering.explain import Below, explain

NOW = parse_date("2026-03-02T10:00:00Z")
LATER = "2026-04-01T00:00:00.000Z"
PLAN: JsonObject = {"plan": {"serviceOrder": "so", "items": {"1": ["1.a"]}, "catalog": "v"}}
HELD: JsonObject = {
    "explanation": [{"item": "1.a", "text": "Item 1.a is held.", "remedy": ["Retry it."]}]
}
MOVING: JsonObject = {
    "explanation": [{"item": "1.a", "text": "Item 1.a is under way.", "remedy": []}]
}
RESUME = 'Resume it: PATCH {"state": "inProgress"}.'
CANCEL = "Cancel it: POST cancelProductOrder."


def order(state: str, *notes: str, **more: object) -> JsonObject:
    item = {"id": "1", "action": "add", "state": more.pop("item", state)}
    texts = [{"text": text} for text in notes]
    return {"id": "o", "state": state, "productOrderItem": [item], "note": texts, **more}


@pytest.mark.parametrize(
    ("body", "process", "said", "texts", "remedies"),
    [
        (
            order("acknowledged", requestedStartDate=LATER),
            {},
            None,
            [f"It begins at {LATER}, as requestedStartDate asks."],
            ["Begin sooner: PATCH requestedStartDate.", CANCEL],
        ),
        (
            order("acknowledged"),
            {},
            None,
            ["It has come in and is being planned."],
            ["Look again in a moment."],
        ),
        (
            order("acknowledged", "Left to people: item 1: unknown."),
            {"manual": True},
            None,
            ["Left to people: item 1: unknown."],
            ['Move it along: PATCH {"state": "inProgress"}, then its end.', CANCEL],
        ),
        (
            order("inProgress"),
            PLAN,
            MOVING,
            ["Service order so: Item 1.a is under way."],
            [],
        ),
        (order("held"), PLAN, HELD, ["Service order so: Item 1.a is held."], ["Retry it."]),
        (
            order("held"),
            PLAN,
            MOVING,
            [
                "It was stopped; nothing new is begun.",
                "Service order so: Item 1.a is under way.",
            ],
            [RESUME, CANCEL],
        ),
        (
            order("inProgress"),
            PLAN,
            None,
            ["Service order so carries it; TMF641 tells how far it is."],
            [],
        ),
        (
            order("assessingCancellation"),
            {**PLAN, "cancel": {"task": "t"}},
            MOVING,
            [
                "It is being cancelled by cancelProductOrder t.",
                "Service order so: Item 1.a is under way.",
            ],
            [],
        ),
        (
            order("failed", "Item 1 failed: 1.a: no port."),
            PLAN,
            None,
            ["Item 1 failed: 1.a: no port."],
            ["Order it anew once the reason is mended."],
        ),
        (
            order("rejected", "Rejected: item 1: which?", item="rejected"),
            {},
            None,
            ["Item 1 is rejected.", "Rejected: item 1: which?"],
            ["Order it anew once the reason is mended."],
        ),
        (order("completed"), PLAN, None, [], []),
    ],
)
def test_sentences(
    body: JsonObject,
    process: JsonObject,
    said: JsonObject | None,
    texts: list[str],
    remedies: list[str],
) -> None:
    """Each state of an order says what it waits for, and the first of it what can be done."""
    below = Below("so", said, {"1.a": "1"}) if "plan" in process else None
    found = explain(body, process, below, {None: LATER}, NOW)
    assert [each["text"] for each in found["explanation"]] == texts
    assert [r for each in found["explanation"][:1] for r in each["remedy"]] == remedies
    assert found["summary"] == f"The order is {body['state']} since {LATER}."
    of_below = [e.get("item") for e in found["explanation"] if "Item 1.a" in e["text"]]
    assert set(of_below) <= {"1"}
