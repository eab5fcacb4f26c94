"""Making rules out of tables: most are a query, and what it must find."""

from collections.abc import Callable, Iterable
from typing import Final

from api.conformance.rule import Level, Rule, Scope
from api.conformance.trial import Trial
from api.conformance.verdict import Unchecked

__all__ = ["PART1", "Check", "asks", "finds", "orders", "rule"]

PART1: Final = "TMF630 part 1"

Check = Callable[[Trial], None]


def rule(
    id_: str,
    title: str,
    source: str,
    level: Level,
    *,
    scope: Scope = Scope.RESOURCE,
) -> Callable[[Check], Rule]:
    """Makes a rule of the check below it; its topic is the last word of the source."""

    def made(check: Check) -> Rule:
        return Rule(f"TMF630-{id_}", title, source, level, source.rpartition(", ")[2], check, scope)

    return made


def finds(template: str, labels: Iterable[str]) -> Check:
    """A check that a query finds these of the family and none of the others."""
    wanted = sorted(labels)

    def check(trial: Trial) -> None:
        query = trial.family.fill(trial, template)
        found = trial.status(trial.find(query), 200, 206).list
        trial.expect(f"found by {query}", sorted(trial.family.labels(found)), wanted)
        if not wanted or (trial.family.confined and "{mine}" in template):
            others = len(found) - len(wanted)
            trial.expect(f"others found by {query}", others, 0)

    return check


def orders(template: str, *allowed: list[str]) -> Check:
    """A check that a query gives all of the family in one of these orders."""

    def check(trial: Trial) -> None:
        query = trial.family.fill(trial, template)
        came = trial.labels(query)
        if sorted(came) != sorted(allowed[0]):
            raise Unchecked(f"a list by {query} does not hold the suite's own resources")
        trial.check(
            f"order by {query}", holds=came in allowed, expected=list(allowed[0]), came=came
        )

    return check


def asks(query: str, *statuses: int) -> Check:
    """A check that the list answers a query with one of these statuses."""

    def check(trial: Trial) -> None:
        trial.need("GET")
        trial.status(trial.find(query), *statuses)

    return check
