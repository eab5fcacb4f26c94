"""The report for programs."""

import orjson

from api.conformance.rule import Finding, Outcome
from api.conformance.run import Run
from api.jsontypes import JsonObject

__all__ = ["as_json"]


def as_json(run: Run) -> bytes:
    """The whole report."""
    report: JsonObject = {
        "url": run.url,
        "complete": run.ended,
        "passed": run.ended and not run.failures,
        "apis": [
            {
                "api": api,
                "title": title,
                "version": version,
                "counts": {outcome.value: run.count(outcome, api) for outcome in Outcome},
            }
            for api, title, version in run.apis
        ],
        "findings": [_finding(each) for each in run.findings],
        "left": run.left,
    }
    return orjson.dumps(report, option=orjson.OPT_INDENT_2)


def _finding(finding: Finding) -> JsonObject:
    rule = finding.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "source": rule.source,
        "level": rule.level.value,
        "topic": rule.topic,
        "api": finding.api,
        "resource": finding.resource,
        "outcome": finding.outcome.value,
        "reason": finding.reason,
        "observations": [
            {
                "what": each.what,
                "expected": each.expected,
                "came": each.came,
                "holds": each.holds,
            }
            for each in finding.observations
        ],
        "exchanges": [
            {
                "sent": {
                    "method": each.method,
                    "url": each.url,
                    "headers": dict(each.request_headers),
                    "body": each.request_body,
                },
                "came": {
                    "status": each.status,
                    "headers": dict(each.reply_headers),
                    "body": each.reply_body,
                },
            }
            for each in finding.exchanges
        ],
    }
