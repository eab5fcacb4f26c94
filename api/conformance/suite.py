"""Running the rules against an API, and cleaning up behind them."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import httpx

from api.conformance.deliveries import Deliveries
from api.conformance.exchange import Client, Exchange
from api.conformance.family import Family
from api.conformance.ledger import Ledger
from api.conformance.receiver import Receiver
from api.conformance.rule import Finding, Level, Outcome, Rule, Scope, outcome_of
from api.conformance.rules import rules_of
from api.conformance.subject import ResourceSubject, Subject
from api.conformance.trial import Trial
from api.conformance.verdict import NotApplicable, NotMet, Unchecked

__all__ = ["BAD", "Suite", "failed", "new_mark"]

PATIENCE: Final = 10.0
"""Seconds to wait for events, by default."""

_KEPT: Final = 3
_KEPT_OF_BROKEN: Final = 20

_NOT_FOUND: Final = 404
_HUB: Final = "hub"
_ABOUT_HUB: Final = ("hub", "events")
_TELLS: Final = ("TMF630-HUB-POST",)
_LISTED: Final = ("-LIST-STATUS",)
"""Rules that tell that there is no hub, or no such resource: the others are not checked then."""

BAD: Final = (Outcome.FAIL, Outcome.WARNING, Outcome.DIFFERS, Outcome.UNCHECKED)
"""All that is not as it should be."""


def new_mark() -> str:
    """What the resources of one run carry, so that they are known among others."""
    return f"conformance-{secrets.token_hex(4)}"


def failed(findings: Iterable[Finding], *, strict: bool) -> list[Finding]:
    """The findings that count as failures; the strict reading lets nothing pass.

    A must that could not be checked is one: nobody knows whether it holds.
    """
    found = [each for each in findings if each.outcome in BAD]
    return found if strict else [each for each in found if each.rule.level is Level.MUST]


@dataclass
class Suite:
    """One run against one API. Use it in a ``with`` block: leaving it cleans up.

    Attributes:
        subject: the API.
        transport: in place of the network.
        patience: seconds to wait for events.
        receiver: of callbacks.
        mark: what the run's resources carry.
        left: after the block: what could not be cleaned up.
    """

    subject: Subject
    transport: httpx.BaseTransport | None = None
    patience: float = PATIENCE
    receiver: Receiver = field(default_factory=Receiver)
    mark: str = field(default_factory=new_mark)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Wires what the checks share."""
        self._stack = ExitStack()
        self._served: dict[str, str] = {}
        self._ledger = Ledger()
        self._families = {each.name: Family() for each in self.subject.resources}
        # where the only text attribute must tell the members apart, others share the mark
        self._paged = {
            each.name: self._families[each.name] if len(each.texts) > 1 else Family(paged=True)
            for each in self.subject.resources
        }

    def __enter__(self) -> Self:
        """Opens the client and the receiver of callbacks."""
        self._client = self._stack.enter_context(Client(transport=self.transport))
        self._stack.enter_context(self.receiver)
        prefix = f"{self.mark}-{self.subject.api}"
        self._deliveries = Deliveries(self.receiver, self.patience, prefix)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Takes away what was created, whatever happened."""
        try:
            self.left = self._ledger.clean(self._client)
        except BaseException:
            self.left = self._ledger.rest()  # Ctrl-C once more
            raise
        finally:
            self._stack.close()

    def rules(self) -> tuple[Rule, ...]:
        """All rules for the API."""
        return rules_of(self.subject)

    def run(
        self, rules: Iterable[Rule] | None = None, tell: Callable[[Finding], None] | None = None
    ) -> list[Finding]:
        """Checks the rules, by default all; tells of every finding as it is made."""
        findings = []
        for rule in self.rules() if rules is None else rules:
            for resource in self._tested(rule):
                finding = self._check(rule, resource)
                findings.append(finding)
                if tell:
                    tell(finding)
        return findings

    def _tested(self, rule: Rule) -> Iterator[ResourceSubject | None]:
        if rule.scope is Scope.API:
            yield None
            return
        for each in self.subject.resources:
            if rule.resource in (None, each.name):
                yield each

    def _check(self, rule: Rule, resource: ResourceSubject | None) -> Finding:
        trial = Trial(
            self.subject,
            self._client,
            self._ledger,
            self.mark,
            resource,
            self._families,
            self._paged,
            self._deliveries,
        )
        self._client.take()
        if missing := self._missing(rule, trial):
            outcome, reason = Outcome.UNCHECKED, missing
        else:
            outcome, reason = _outcome(rule, trial)
        return Finding(
            rule=rule,
            api=self.subject.api,
            resource=resource.name if resource else None,
            outcome=outcome,
            reason=reason,
            observations=tuple(trial.observations),
            exchanges=_kept(self._client.take(), broken=outcome in BAD),
        )

    def _missing(self, rule: Rule, trial: Trial) -> str:
        """What the server has not got at all, and why the rule cannot be checked without it."""
        if rule.id in _TELLS or rule.id.endswith(_LISTED):
            return ""
        hub = self.subject.hub.name if self.subject.hub else _HUB
        name = trial.tested.name if trial.tested else hub if rule.topic in _ABOUT_HUB else ""
        if name not in self._served:
            self._served[name] = _served(trial, name) if name else ""
        return self._served[name]


def _served(trial: Trial, name: str) -> str:
    """Empty where the server has the resource, or the hub; else what it answered."""
    url = f"{trial.subject.url}/{name}"
    headers = {"content-type": "application/json"}
    try:
        if trial.tested is None:
            reply = trial.client.send("POST", url, content=b"{}", headers=headers)
        elif trial.resource.offers("GET"):
            reply = trial.client.send("GET", f"{url}?limit=1")
        else:
            return ""
    except NotMet as error:
        return str(error)
    missing = reply.status == _NOT_FOUND
    return f"the server has no {name}: {reply.request} answered {reply.short}" if missing else ""


def _outcome(rule: Rule, trial: Trial) -> tuple[Outcome, str]:
    try:
        rule.check(trial)
    except NotMet as error:
        return outcome_of(rule.level), str(error)
    except NotApplicable as error:
        return Outcome.NOT_APPLICABLE, str(error)
    except Unchecked as error:
        return Outcome.UNCHECKED, str(error)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        # a reply of a shape that the check does not know is no reason to end the run
        return outcome_of(rule.level), f"a reply could not be read: {type(error).__name__}: {error}"
    if not trial.observations:
        return Outcome.UNCHECKED, "the check looked at nothing"
    return Outcome.PASS, ""


def _kept(exchanges: tuple[Exchange, ...], *, broken: bool) -> tuple[Exchange, ...]:
    """What a report shows: the last ones; where something is wrong those that were about it."""
    if not broken:
        return exchanges[-_KEPT:]
    told = [each for each in exchanges if each.told]
    return tuple(told[:_KEPT_OF_BROKEN] or exchanges[-_KEPT_OF_BROKEN:])
