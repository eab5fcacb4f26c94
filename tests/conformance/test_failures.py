"""Which findings count as failures."""

from dataclasses import replace

import pytest

from api.conformance.rule import Finding, Level, Outcome
from api.conformance.rules.representation import RULES
from api.conformance.suite import failed


@pytest.mark.parametrize(
    ("level", "outcome", "lenient", "strict"),
    [
        (Level.MUST, Outcome.PASS, False, False),
        (Level.MUST, Outcome.NOT_APPLICABLE, False, False),
        (Level.MUST, Outcome.FAIL, True, True),
        (Level.MUST, Outcome.UNCHECKED, True, True),
        (Level.SHOULD, Outcome.UNCHECKED, False, True),
        (Level.SHOULD, Outcome.WARNING, False, True),
        (Level.OURS, Outcome.DIFFERS, False, True),
        (Level.OURS, Outcome.UNCHECKED, False, True),
    ],
)
def test_what_counts(level: Level, outcome: Outcome, *, lenient: bool, strict: bool) -> None:
    """A must that nobody could check does not hold for all that is known."""
    rule = replace(RULES[0], level=level)
    finding = Finding(rule, "TMF638", "service", outcome)
    assert bool(failed([finding], strict=False)) is lenient
    assert bool(failed([finding], strict=True)) is strict
