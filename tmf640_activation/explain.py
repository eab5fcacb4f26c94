"""What a request on the network waits for: attempts, the last failure, its turn. Pure."""

from typing import Final

from api.dates import format_date
from api.declare import View
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf640_activation import turns
from tmf640_activation.job import Job

__all__ = ["EXPLAIN", "explain"]

EXPLAIN: Final = View(
    name="explain",
    summary="What the request waits for: how often it was tried, why that failed, when it goes on.",
    schemas={
        "MonitorExplanation": {
            "type": "object",
            "description": "What a request waits for.",
            "required": ["id", "state", "summary", "attempts"],
            "properties": {
                "id": {"type": "string", "description": "Of the monitor."},
                "state": {"type": "string", "description": "Of the monitor."},
                "summary": {"type": "string", "description": "Where it stands, in sentences."},
                "attempts": {
                    "type": "integer",
                    "description": "How often the network was asked, the present try included.",
                },
                "failure": {
                    "type": "string",
                    "description": "Why the last attempt that failed for now did so.",
                },
                "nextAttemptDate": {
                    "type": "string",
                    "format": "date-time",
                    "description": "When it is tried again, where it waits for that.",
                },
                "behind": {
                    "type": "string",
                    "description": "The monitor of the request that comes before it.",
                },
            },
        },
    },
)
"""The declared view."""


def explain(monitor: Document, job: Job, service: Document | None) -> JsonObject:
    """A ``MonitorExplanation``; ``service`` is the one that the request changes, if any."""
    state = str(monitor.body.data["state"])
    known: JsonObject = {"failure": job.failure}
    if state == "InProgress":
        known["behind"] = _before(monitor.id, service)
        if job.failure is not None and monitor.due is not None:
            known["nextAttemptDate"] = format_date(monitor.due)
    known = {name: value for name, value in known.items() if value is not None}
    return {
        "id": monitor.id,
        "state": state,
        "summary": _summary(state, job, known),
        "attempts": job.attempts,
        **known,
    }


def _before(monitor: str, service: Document | None) -> str | None:
    """The request whose turn it is; None where that is this one, or nobody waits."""
    first = None if service is None else turns.first(service)
    return None if first == monitor else first


def _summary(state: str, job: Job, known: JsonObject) -> str:
    match state:
        case "Completed":
            return "The request is done."
        case "InError":
            return "The request has failed; the monitor's response says why."
    if "behind" in known:
        return f"It waits for monitor {known['behind']}, which changes the same service."
    if job.attempts == 0:
        return "It is about to begin."
    if "nextAttemptDate" in known:
        again = f"it is tried again at {known['nextAttemptDate']}"
        return f"Attempt {job.attempts} failed: {job.failure}; {again}."
    before = "" if job.failure is None else f"; the one before failed: {job.failure}"
    return f"Attempt {job.attempts} is under way{before}."
