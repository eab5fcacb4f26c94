"""What a product order tells of its service order's milestones and alerts."""

import pytest

from api.draft import Draft
from api.jsontypes import JsonObject
from tmf622_product_ordering.milestones import tell

DATES = ("2030-01-01T00:00:00.000Z", "2030-01-02T00:00:00.000Z")
MAPPING = {"1": ["1.access"]}


def alert(date: str, kind: str = "itemHeld") -> JsonObject:
    items = [{"itemId": "1.access"}]
    told: JsonObject = {"jeopardyType": kind, "alertDate": date, "message": "it is held."}
    return told | {"serviceOrderItem": items}


def milestone(date: str) -> JsonObject:
    return {"name": "Ready", "milestoneDate": date}


@pytest.mark.parametrize("date", DATES)
def test_each_is_told_once(date: str) -> None:
    """Also one of the same instant as what is told already, and one from before."""
    draft = Draft("x", {"id": "x", "state": "inProgress"})
    late = alert(date, "requestedCompletionDate")
    tell(draft, {"jeopardyAlert": [late, alert(DATES[1])]}, MAPPING, 0.0)
    for _ in range(2):
        below = {"jeopardyAlert": [late, alert(DATES[1])], "milestone": [milestone(date)]}
        tell(draft, below, MAPPING, 0.0)
    texts = [note["text"] for note in draft.body["note"]]
    assert texts == ["Item 1: in jeopardy: it is held.", "milestone Ready is reached."]


def test_told_in_the_order_of_their_dates() -> None:
    """What has become known by one look is told as it has happened."""
    draft = Draft("x", {"id": "x", "state": "inProgress"})
    below = {"jeopardyAlert": [alert(DATES[0])], "milestone": [milestone(DATES[1])]}
    tell(draft, below, {}, 0.0)
    assert [note["text"][:4] for note in draft.body["note"]] == ["in j", "mile"]
