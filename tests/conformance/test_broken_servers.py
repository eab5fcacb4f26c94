"""A server that breaks a rule is found out: every rule fails where it must.

Each fault stands between the suite and a server that has none; the rules beside it must not hold
then. They are those of one API with one resource; the others are made in the same way.
"""

from collections.abc import Callable
from typing import Any

import pytest

from api.conformance.rule import Outcome
from api.conformance.rules import rules_of
from api.conformance.subject import Subject, subject_of
from api.conformance.suite import Suite
from tests.conformance import faults
from tests.http.apis import apis

API = "tmf638"
BROKEN = (Outcome.FAIL, Outcome.WARNING, Outcome.DIFFERS)

FOUND: dict[faults.Fault, tuple[str, ...]] = {
    faults.ignores_queries: (
        "TMF630-FIELDS-LIST",
        "TMF630-FILTER-EQ",
        "TMF630-FILTER-EQ-DATE",
        "TMF630-FILTER-EQ-BOOLEAN",
        "TMF630-FILTER-EQ-NONE",
        "TMF630-FILTER-EQ-OPERATOR",
        "TMF630-FILTER-EQ-ENCODED",
        "TMF630-FILTER-AND",
        "TMF630-FILTER-AND-NONE",
        "TMF630-FILTER-OR-COMMA",
        "TMF630-FILTER-OR-REPEATED",
        "TMF630-FILTER-OR-SEMICOLON",
        "TMF630-FILTER-OR-ATTRIBUTES",
        "TMF630-FILTER-OR-PRECEDENCE",
        "TMF630-FILTER-COMMA-ESCAPED",
        "TMF630-FILTER-NE",
        "TMF630-FILTER-GT",
        "TMF630-FILTER-GTE",
        "TMF630-FILTER-LT",
        "TMF630-FILTER-LTE",
        "TMF630-FILTER-GT-ENCODED",
        "TMF630-FILTER-GTE-ENCODED",
        "TMF630-FILTER-GTE-HALF-ENCODED",
        "TMF630-FILTER-LT-ENCODED",
        "TMF630-FILTER-LTE-ENCODED",
        "TMF630-FILTER-LTE-HALF-ENCODED",
        "TMF630-FILTER-RANGE",
        "TMF630-FILTER-DATE-OFFSET",
        "TMF630-FILTER-REGEX",
        "TMF630-FILTER-REGEX-ENCODED",
        "TMF630-FILTER-NESTED",
        "TMF630-FILTER-NESTED-ARRAY",
        "TMF630-FILTER-NESTED-ELEMENTS",
        "TMF630-FILTER-STATE",
        "TMF630-FILTER-UNKNOWN",
        "TMF630-FILTER-BAD-REGEX",
        "TMF630-FILTER-BAD-DATE",
        "TMF630-FILTER-BAD-BOOLEAN",
        "TMF630-FILTER-BAD-OPERATOR",
        "TMF630-FILTER-TWO-OPERATORS",
        "TMF630-FILTER-HOSTILE",
        "TMF630-FILTER-EXTENSION",
        "TMF630-FILTER-ID",
        "TMF630-JSONPATH-EQ",
        "TMF630-JSONPATH-DOUBLE-QUOTES",
        "TMF630-JSONPATH-NE",
        "TMF630-JSONPATH-GT",
        "TMF630-JSONPATH-GTE",
        "TMF630-JSONPATH-LT",
        "TMF630-JSONPATH-LTE",
        "TMF630-JSONPATH-BOOLEAN",
        "TMF630-JSONPATH-REGEX",
        "TMF630-JSONPATH-AND",
        "TMF630-JSONPATH-OR",
        "TMF630-JSONPATH-PRECEDENCE",
        "TMF630-JSONPATH-PARENTHESES",
        "TMF630-JSONPATH-NOT",
        "TMF630-JSONPATH-EXISTS",
        "TMF630-JSONPATH-NULL",
        "TMF630-JSONPATH-BRACKETS",
        "TMF630-JSONPATH-NESTED",
        "TMF630-JSONPATH-ARRAY",
        "TMF630-JSONPATH-ELEMENT",
        "TMF630-JSONPATH-ELEMENT-INSIDE",
        "TMF630-JSONPATH-WITHOUT-DOLLAR",
        "TMF630-JSONPATH-NO-ELEMENT",
        "TMF630-JSONPATH-BESIDE",
        "TMF630-JSONPATH-BAD",
        "TMF630-JSONPATH-LACKING",
        "TMF630-PAGE-LIMIT",
        "TMF630-PAGE-OFFSET",
        "TMF630-PAGE-PAST-END",
        "TMF630-PAGE-LIMIT-ZERO",
        "TMF630-PAGE-NEGATIVE-OFFSET",
        "TMF630-PAGE-NEGATIVE-LIMIT",
        "TMF630-PAGE-BAD-OFFSET",
        "TMF630-PAGE-BAD-LIMIT",
        "TMF630-PAGE-EMPTY-LIMIT",
        "TMF630-LINK-KEEPS",
        "TMF630-SORT-ASCENDING",
        "TMF630-SORT-DESCENDING",
        "TMF630-SORT-PLUS",
        "TMF630-SORT-PLUS-SPACE",
        "TMF630-SORT-TEXT",
        "TMF630-SORT-TIES",
        "TMF630-SORT-SEVERAL",
    ),
    faults.finds_nothing: (
        "TMF630-REP-HREF-IN-LIST",
        "TMF630-REP-DATES-FIND",
        "TMF630-FILTER-MINE",
        "TMF630-FILTER-STATE-VALUE",
        "TMF630-PAGE-TOTAL-THERE",
        "TMF630-PAGE-RESULT",
        "TMF630-PAGE-LIMIT-HUGE",
        "TMF630-LINK-NEXT",
        "TMF630-LINK-PREV",
        "TMF630-LINK-FIRST-LAST",
        "TMF630-LINK-SELF",
        "TMF630-LINK-NONE",
        "TMF630-METHOD-HEAD",
        "TMF630-HUB-LIST",
        "TMF638-service-LIST-HEADERS",
    ),
    faults.talks_like_a_framework: (
        "TMF630-REP-MEDIA-TYPE",
        "TMF630-REP-NOT-ACCEPTABLE",
        "TMF630-REP-CONTENT-TYPE",
        "TMF630-REP-DATES-REFUSED",
        "TMF630-POST-MALFORMED",
        "TMF630-POST-UTF-8",
        "TMF630-POST-TOO-LARGE",
        "TMF630-POST-TOO-DEEP",
        "TMF630-POST-NAMES",
        "TMF630-DELETE-GONE",
        "TMF630-DELETE-UNKNOWN",
        "TMF630-PATCH-ID-REFUSED",
        "TMF630-PATCH-TYPE",
        "TMF630-PATCH-UNKNOWN",
        "TMF630-PATCH-MALFORMED",
        "TMF630-PATCH-MEDIA-TYPE",
        "TMF630-PATCH-ACCEPT-PATCH",
        "TMF630-PATCH-STATE",
        "TMF630-PATCH-STATE-BAD",
        "TMF630-JSON-PATCH-TEST",
        "TMF630-JSON-PATCH-ATOMIC",
        "TMF630-JSON-PATCH-BAD",
        "TMF630-JSON-PATCH-OWNED",
        "TMF630-JSON-PATCH-QUERY-NONE",
        "TMF630-IF-MATCH-PATCH",
        "TMF630-IF-MATCH-DELETE",
        "TMF630-IDEMPOTENCY-OTHER",
        "TMF630-ERROR-MEDIA-TYPE",
        "TMF630-ERROR-CODE",
        "TMF630-ERROR-REASON",
        "TMF630-ERROR-MESSAGE",
        "TMF630-ERROR-STATUS",
        "TMF630-ERROR-TYPE",
        "TMF630-ERROR-NO-TRACE",
        "TMF630-ERROR-NAMES",
        "TMF630-ERROR-UNKNOWN-ID",
        "TMF630-ERROR-ODD-ID",
        "TMF630-ERROR-UNKNOWN-PATH",
        "TMF630-METHOD-405",
        "TMF630-METHOD-ALLOW",
        "TMF630-HUB-DUPLICATE",
        "TMF630-HUB-NO-CALLBACK",
        "TMF630-HUB-BAD-CALLBACK",
        "TMF630-HUB-BAD-QUERY",
        "TMF630-HUB-DELETE-GONE",
        "TMF630-HUB-DELETE-UNKNOWN",
        "TMF630-HUB-GET",
        "TMF638-service-POST-REQUIRED",
        "TMF638-service-POST-ENUM",
        "TMF638-service-POST-TYPES",
        "TMF638-service-POST-DATES",
        "TMF638-service-PATCH-ENUM",
        "TMF638-service-PATCH-TYPES",
        "TMF638-service-ERROR-SCHEMA",
    ),
    faults.changes_nothing: (
        "TMF630-PATCH-MERGE",
        "TMF630-PATCH-JSON",
        "TMF630-PATCH-NULL",
        "TMF630-PATCH-ARRAY",
        "TMF630-PATCH-NESTED",
        "TMF630-PATCH-PRESENT",
        "TMF630-JSON-PATCH",
        "TMF630-JSON-PATCH-ADD-REMOVE",
        "TMF630-JSON-PATCH-QUERY",
        "TMF630-ETAG-CHANGES",
        "TMF630-IF-MATCH-PRESENT",
        "TMF638-service-PATCH-ATTRIBUTES",
        "TMF638-EVENT-ServiceAttributeValueChangeEvent",
        "TMF638-EVENT-ServiceStateChangeEvent",
    ),
    faults.selects_nothing: (
        "TMF630-FIELDS-ONE",
        "TMF630-FIELDS-SEVERAL",
        "TMF630-FIELDS-KEY",
        "TMF630-FIELDS-TYPE",
        "TMF630-FIELDS-NONE",
        "TMF630-FIELDS-DOTTED",
        "TMF630-FIELDS-UNKNOWN",
        "TMF630-FIELDS-POST",
        "TMF630-FIELDS-PATCH",
    ),
    faults.has_no_headers: (
        "TMF630-REP-CHARSET",
        "TMF630-PAGE-TOTAL",
        "TMF630-POST-LOCATION",
        "TMF630-POST-LOCATION-HREF",
        "TMF630-ETAG",
        "TMF630-METHOD-OPTIONS",
        "TMF630-HUB-LOCATION",
        "TMF638-service-POST-HEADERS",
    ),
    faults.forgets: (
        "TMF630-REP-UTF-8",
        "TMF630-REP-TYPE-KEPT",
        "TMF630-REP-EXTENSION",
        "TMF630-REP-DATES-UTC",
        "TMF630-REP-DATES-INSTANT",
        "TMF630-POST-BODY",
        "TMF630-POST-VALUES",
        "TMF638-service-POST-FULL",
    ),
    faults.deletes_nothing: (
        "TMF630-DELETE-STATUS",
        "TMF630-DELETE-LIST",
        "TMF630-HUB-DELETE",
        "TMF630-HUB-AFRESH",
        "TMF638-service-DELETE-STATUS",
    ),
    faults.rewrites: (
        "TMF630-REP-ID-HREF",
        "TMF630-REP-ID-SAME",
        "TMF630-REP-HREF-ABSOLUTE",
        "TMF630-REP-HREF-LEADS",
        "TMF630-REP-TYPE",
        "TMF630-REP-BASETYPE",
        "TMF630-REP-NO-NULLS",
        "TMF630-REP-DATES",
        "TMF630-POST-READ",
        "TMF630-PATCH-REPLY",
        "TMF630-PATCH-STATE-SAME",
        "TMF630-ETAG-STAYS",
        "TMF630-IF-NONE-MATCH",
        "TMF630-IF-NONE-MATCH-OTHER",
        "TMF638-service-LIST-SCHEMA",
        "TMF638-service-GET-STATUS",
        "TMF638-service-POST-SCHEMA",
        "TMF638-service-PATCH-STATUS",
    ),
    faults.revises_nothing: ("TMF630-IDEMPOTENCY-REPEAT",),
    faults.loses_registrations: (
        "TMF630-HUB-POST",
        "TMF630-HUB-OTHER-QUERY",
        "TMF638-EVENT-ServiceCreateEvent",
        "TMF638-EVENT-ServiceDeleteEvent",
    ),
    faults.tells_everybody: (
        "TMF630-EVENT-QUERY-TYPE",
        "TMF630-EVENT-QUERY-CONTENT",
        "TMF630-EVENT-QUERY-FIELDS",
        "TMF630-EVENT-REMOVED",
        "TMF630-EVENT-RETRY",
    ),
    faults.breaks_down: ("TMF630-ERROR-NOT-OURS",),
    faults.says_207: (
        "TMF630-REP-ACCEPT",
        "TMF630-POST-STATUS",
        "TMF638-service-LIST-STATUS",
        "TMF638-service-POST-STATUS",
    ),
    faults.types_wrongly: ("TMF638-service-GET-SCHEMA", "TMF638-service-PATCH-SCHEMA"),
    faults.renames: ("TMF630-REP-ID-SAME", "TMF630-PATCH-ID"),
    faults.begins_anew: ("TMF630-PAGE-ALL", "TMF630-PAGE-FILTER-SORT", "TMF630-PAGE-OFFSET"),
    faults.creates_by_wish: ("TMF630-POST-UNIQUE", "TMF630-POST-OWN-ID"),
    faults.wants_more: ("TMF638-service-POST-MINIMAL", "TMF638-service-POST-EXAMPLES"),
    faults.pages_partly: ("TMF630-PAGE-STATUS",),
    faults.misplaces: ("TMF630-REP-HREF-ABSOLUTE", "TMF630-REP-HREF-LEADS"),
    faults.never_the_same: (
        "TMF630-ETAG-STAYS",
        "TMF630-IF-MATCH-PRESENT",
        "TMF630-IF-MATCH-PATCH",
        "TMF630-IF-NONE-MATCH",
    ),
}

AT_THE_CALLBACK: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], tuple[str, ...]]] = {
    "no envelope": (
        lambda event: {"eventType": event["eventType"], "event": event["event"]},
        ("TMF630-EVENT-ENVELOPE", "TMF630-EVENT-TIME", "TMF630-EVENT-ID"),
    ),
    "no resource": (
        lambda event: {**event, "event": {"thing": event["event"]["service"]}},
        ("TMF630-EVENT-PAYLOAD",),
    ),
    "types of its own": (
        lambda event: {**event, "eventType": "SomethingHappened"},
        ("TMF630-EVENT-TYPES", "TMF630-EVENT-DELIVERED", "TMF630-EVENT-QUERY-TYPE"),
    ),
    "one id for all": (
        lambda event: {**event, "eventId": "1"},
        ("TMF630-EVENT-ID", "TMF630-EVENT-RECEIPT"),
    ),
    "text": (lambda event: event, ("TMF630-EVENT-MEDIA-TYPE", "TMF630-EVENT-CALLBACK")),
    "backwards": (
        lambda event: {**event, "eventTime": faults.earlier()},
        ("TMF630-EVENT-ORDER",),
    ),
}

IN_ORDERS: dict[faults.Fault, tuple[str, ...]] = {
    # what only a resource with numbers, or with dates of the server's own, has
    faults.ignores_queries: (
        "TMF630-FILTER-EQ-NUMBER",
        "TMF630-FILTER-GT-NUMBER",
        "TMF630-FILTER-LTE-NUMBER",
        "TMF630-FILTER-BAD-NUMBER",
        "TMF630-JSONPATH-NUMBER",
        "TMF630-SORT-NUMBER",
    ),
    faults.takes_all_over: ("TMF630-POST-OWNED",),
    faults.says_yes: ("TMF630-PATCH-OWNED",),
}


def test_every_rule_is_broken_by_some_fault() -> None:
    """No rule of the suite is without a fault that it finds."""
    (loaded,) = (each for each in apis() if each.api.name == API)
    every = {rule.id for rule in rules_of(subject_of(loaded.spec, "http://nowhere.invalid"))}
    found = {id_ for rules in FOUND.values() for id_ in rules}
    found |= {id_ for _, rules in AT_THE_CALLBACK.values() for id_ in rules}
    found |= {id_ for rules in IN_ORDERS.values() for id_ in rules}
    assert every - found == set()


def outcomes(suite: Suite, wanted: tuple[str, ...]) -> dict[str, str]:
    """What the suite finds of these rules, where it does not find them broken.

    On the API's first resource: others of it need not have what the rules are about.
    """
    resource = suite.subject.resources[0].name
    with suite:
        findings = suite.run([rule for rule in suite.rules() if rule.id in wanted])
    findings = [each for each in findings if each.resource in (None, resource)]
    assert {each.rule.id for each in findings} == set(wanted)
    return {
        each.rule.id: f"{each.outcome.value} {each.reason}"
        for each in findings
        if each.outcome not in BROKEN
    }


@pytest.mark.slow
@pytest.mark.parametrize("fault", FOUND, ids=lambda fault: str(fault.__name__))
def test_a_fault_is_found(subject: Callable[[str], Subject], fault: faults.Fault) -> None:
    """Each rule beside the fault does not hold on a server that has it."""
    suite = Suite(subject(API), transport=faults.Faulty(fault), patience=1.5)
    assert outcomes(suite, FOUND[fault]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("fault", IN_ORDERS, ids=lambda fault: str(fault.__name__))
def test_a_fault_in_orders_is_found(subject: Callable[[str], Subject], fault: faults.Fault) -> None:
    """Each rule beside the fault does not hold for service orders on a server that has it."""
    suite = Suite(subject("tmf641"), transport=faults.Faulty(fault), patience=1.5)
    assert outcomes(suite, IN_ORDERS[fault]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("fault", AT_THE_CALLBACK)
def test_a_fault_in_events_is_found(subject: Callable[[str], Subject], fault: str) -> None:
    """Each rule beside the fault does not hold where events come so."""
    edit, wanted = AT_THE_CALLBACK[fault]
    receiver = faults.BrokenReceiver(edit)
    suite = Suite(subject(API), receiver=receiver, patience=1.5)
    assert outcomes(suite, wanted) == {}
