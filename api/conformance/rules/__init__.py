"""The rules, by topic."""

from typing import Final

from api.conformance.rule import Rule
from api.conformance.rules import (
    creating,
    errors,
    filtering,
    hub,
    jsonpath,
    paging,
    patching,
    representation,
    revisions,
    selection,
    sorting,
)
from api.conformance.rules.document import document_rules
from api.conformance.subject import Subject

__all__ = ["TMF630", "rules_of"]

TMF630: Final[tuple[Rule, ...]] = (
    *representation.RULES,
    *selection.RULES,
    *filtering.RULES,
    *jsonpath.RULES,
    *paging.RULES,
    *sorting.RULES,
    *creating.RULES,
    *patching.RULES,
    *revisions.RULES,
    *errors.RULES,
    *hub.RULES,
)
"""The rules that hold for every resource of every API."""


def rules_of(subject: Subject) -> tuple[Rule, ...]:
    """All rules for an API: those of TMF630, and those of its document."""
    return (*TMF630, *document_rules(subject))
