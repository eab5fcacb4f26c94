"""What a monitor tells of itself: attempts, failures, turns."""

from typing import Any

import pytest

from api.catalog.handling import Handling
from api.catalog.model import ServiceSpecification
from api.commands import Accepted
from api.jsontypes import JsonObject
from api.retry import RetryPolicy
from api.store.document import Body, Document
from tests.fakes import World, catalog_of
from tmf640_activation.explain import explain
from tmf640_activation.job import Job, Kind

LATER = 1_772_445_600.0
TOLD = "2026-03-02T10:00:00.000Z"


def monitor(state: str = "InProgress", due: float | None = None) -> Document:
    return Document("m", Body(data={"state": state}), created=0, due=due)


def job(attempts: int, failure: str | None = None) -> Job:
    return Job(Kind.PATCH, "s", {}, attempts, failure=failure)


def service(*queue: str) -> Document:
    return Document("s", Body(data={}), created=0, process={"queue": list(queue)})


@pytest.mark.parametrize(
    ("document", "request_", "of", "summary", "more"),
    [
        (monitor(), job(0), None, "It is about to begin.", {}),
        (monitor(), job(1), service("m"), "Attempt 1 is under way.", {}),
        (
            monitor(due=LATER),
            job(2, "no answer within 60 s"),
            None,
            f"Attempt 2 failed: no answer within 60 s; it is tried again at {TOLD}.",
            {"failure": "no answer within 60 s", "nextAttemptDate": TOLD},
        ),
        (
            monitor(),
            job(3, "busy"),
            service("m", "n"),
            "Attempt 3 is under way; the one before failed: busy.",
            {"failure": "busy"},
        ),
        (
            monitor(due=LATER),
            job(0),
            service("first", "m"),
            "It waits for monitor first, which changes the same service.",
            {"behind": "first"},
        ),
        (monitor("Completed"), job(1), service("n"), "The request is done.", {}),
        (
            monitor("InError"),
            job(5, "busy"),
            None,
            "The request has failed; the monitor's response says why.",
            {"failure": "busy"},
        ),
    ],
)
def test_sentences(
    document: Document, request_: Job, of: Document | None, summary: str, more: JsonObject
) -> None:
    """Each place where a request may stand is told, with what can be computed with."""
    state = document.body.data["state"]
    said = explain(document, request_, of)
    assert said == {
        "id": "m",
        "state": state,
        "summary": summary,
        "attempts": request_.attempts,
        **more,
    }


def world(**options: Any) -> World:
    retry = RetryPolicy(attempts=5, first=600.0, most=6000.0, jitter=0.0)
    return World(
        catalog_of(
            ServiceSpecification("rfs", "RFS", options=options, usual=Handling(retry=retry)),
        )
    )


async def test_what_keeps_failing_for_now_says_so() -> None:
    """While TMF640 tries again by itself, its monitor tells why, how often and when again."""
    here = world(failTimes=3)
    sent = {"state": "active", "serviceSpecification": {"id": "rfs"}}
    made = await here.during(here.commands("tmf640", "service").create(sent))
    assert isinstance(made, Accepted)
    said = await here.client("tmf640").view("monitor", made.document.id, "explain")
    assert said is not None
    assert said["attempts"] == 1
    assert said["failure"]
    assert said["nextAttemptDate"] in said["summary"]
    await here.run(9000.0)
    said = await here.client("tmf640").view("monitor", made.document.id, "explain")
    assert said is not None
    assert (said["state"], said["attempts"]) == ("Completed", 4)
    assert "nextAttemptDate" not in said


async def test_the_order_above_tells_it_too() -> None:
    """An operator who asks for the order need not know that there is a monitor."""
    here = world(failTimes=3)
    order = {
        "serviceOrderItem": [
            {"id": "1", "action": "add", "service": {"serviceSpecification": {"id": "rfs"}}}
        ]
    }
    made = await here.commands("tmf641", "serviceOrder").create(order)
    assert isinstance(made, Document)
    await here.run(300.0)
    said = await here.client("tmf641").view("serviceOrder", made.id, "explain")
    assert said is not None
    [entry] = said["explanation"]
    assert "Of the activation: Attempt 1 failed: " in entry["text"]
