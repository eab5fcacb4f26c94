"""A run of the suite: over every API of a server, with what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from api.conformance.rule import Finding, Outcome
from api.conformance.subject import Subject
from api.conformance.suite import PATIENCE, Suite, failed

__all__ = ["Run", "run"]


@dataclass
class Run:
    """What was found on a server.

    Attributes:
        url: the server.
        strict: whether rules that are not musts count as failures.
        own: whether the server was started for this run, and is gone after it.
        apis: what was tested, as name, title and version.
        findings: in the order of the rules.
        left: what could not be cleaned up.
        ended: whether all rules were checked.
    """

    url: str
    strict: bool
    own: bool = False
    apis: list[tuple[str, str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ended: bool = False

    @property
    def failures(self) -> list[Finding]:
        """The findings that count as failures."""
        return failed(self.findings, strict=self.strict)

    def count(self, outcome: Outcome, api: str | None = None) -> int:
        """How many findings there are of an outcome."""
        return sum(f.outcome is outcome and api in (None, f.api) for f in self.findings)


def run(
    subjects: Sequence[Subject],
    found: Run,
    *,
    transport: httpx.BaseTransport | None = None,
    patience: float = PATIENCE,
    tell: Callable[[Finding], None] | None = None,
) -> Run:
    """Checks every rule on every API; ``found`` is filled as it goes, so Ctrl-C leaves a part."""

    def told(finding: Finding) -> None:
        found.findings.append(finding)
        if tell:
            tell(finding)

    for subject in subjects:
        found.apis.append((subject.api, subject.spec.title, subject.spec.version))
        suite = Suite(subject, transport=transport, patience=patience)
        try:
            with suite:
                suite.run(tell=told)
        finally:
            found.left += suite.left
    found.ended = True
    return found
