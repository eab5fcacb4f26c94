"""A rule: what must hold, who says so, how much it weighs, and the function that checks it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from api.conformance.exchange import Exchange

if TYPE_CHECKING:
    from api.conformance.trial import Trial

__all__ = ["Finding", "Level", "Observation", "Outcome", "Rule", "Scope", "outcome_of"]


class Level(StrEnum):
    """How much a rule weighs."""

    MUST = "must"
    SHOULD = "should"
    OURS = "ours"
    """A decision of ours where the guidelines leave room: another server may differ."""


class Scope(StrEnum):
    """What a rule is checked on."""

    RESOURCE = "resource"
    API = "api"


class Outcome(StrEnum):
    """What a check found."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    WARNING = "warning"
    DIFFERS = "differs"
    UNCHECKED = "not checked"
    NOT_APPLICABLE = "n/a"


_BROKEN = {
    Level.MUST: Outcome.FAIL,
    Level.SHOULD: Outcome.WARNING,
    Level.OURS: Outcome.DIFFERS,
}


def outcome_of(level: Level) -> Outcome:
    """What it is called that a rule of this level does not hold."""
    return _BROKEN[level]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: e.g. ``TMF630-FILTER-GT``, ``TMF641-serviceOrder-POST-REQUIRED``.
        title: what must hold, in one sentence.
        source: the part of TMF630, or the document, that says so.
        level: how much it weighs.
        topic: what it belongs to, e.g. ``filtering``.
        check: does it; returns where the rule holds, and raises what `Trial` offers where not.
        scope: whether it is checked on every resource, or once per API.
        resource: the only resource it is about; None: any.
    """

    id: str
    title: str
    source: str
    level: Level
    topic: str
    check: "Callable[[Trial], None]"
    scope: Scope = Scope.RESOURCE
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a check looked at."""

    what: str
    expected: str
    came: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check of one rule found, on one resource or API.

    Attributes:
        rule: the rule.
        api: e.g. ``TMF641``.
        resource: its name; None for a rule about the whole API.
        outcome: whether it holds.
        reason: why it was not applicable or could not be checked; else what came instead.
        observations: what was looked at: what was expected, what came.
        exchanges: what was sent, and what came back.
    """

    rule: Rule
    api: str
    resource: str | None
    outcome: Outcome
    reason: str = ""
    observations: tuple[Observation, ...] = ()
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
