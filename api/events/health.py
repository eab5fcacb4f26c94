"""How a subscription is doing: what its holder knows of it, and what is told of it."""

from collections.abc import Mapping

from api.dates import format_date
from api.events.member import reached
from api.events.outcome import Outcome
from api.events.subscription import ACTIVE
from api.jsontypes import JsonObject
from api.store.document import Document

__all__ = ["FAILING", "Health", "health_of"]

FAILING = "failing"
"""The state of an active subscription whose deliveries do not all succeed now."""


class Health:
    """What the holder of a subscription has seen; written with its position.

    Args:
        stored: as an earlier holder wrote it.
    """

    def __init__(self, stored: JsonObject | None = None) -> None:
        stored = stored or {}
        self._success: float | None = stored.get("success")
        self._failure: JsonObject | None = stored.get("failure")

    def note(self, outcome: Outcome, event_id: str, now: float) -> None:
        """What came of a try."""
        if outcome.delivered:
            self._success = now
        elif outcome.made:
            self._failure = {"time": now, "detail": outcome.detail, "eventId": event_id}

    def stored(self, *, waiting: int, parked: int, next_: float | None, breaker: str) -> JsonObject:
        """As it is stored, with how the deliveries stand."""
        return {
            "success": self._success,
            "failure": self._failure,
            "waiting": waiting,
            "parked": parked,
            "next": next_,
            "breaker": breaker,
        }


def health_of(document: Document, log_end: int, told: Mapping[str, int], now: float) -> JsonObject:
    """What is told of a subscription's health.

    Args:
        document: the subscription.
        log_end: position of the last event.
        told: how far those have come that follow a process.
        now: a next attempt that was to be before is waiting for its turn: its time is not known.
    """
    process = document.process or {}
    stored: JsonObject = process.get("health") or {}
    state = str(process.get("state", ACTIVE))
    waiting, breaker = int(stored.get("waiting", 0)), str(stored.get("breaker", "closed"))
    if state == ACTIVE and (waiting or breaker != "closed"):
        state = FAILING
    position = min(reached(process, told), log_end)
    health: JsonObject = {
        "state": state,
        "position": position,
        "lag": max(0, log_end - position),
        "waiting": waiting,
        "parked": int(stored.get("parked", 0)),
        "breaker": breaker,
    }
    if stored.get("success"):
        health["lastSuccess"] = format_date(stored["success"])
    failure = process.get("ended") or stored.get("failure")
    if failure:
        health["lastFailure"] = {**failure, "time": format_date(failure["time"])}
    if state == FAILING and (stored.get("next") or 0.0) > now:
        health["nextAttempt"] = format_date(stored["next"])
    return health
