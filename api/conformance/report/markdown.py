"""The report as a page of documentation: nothing in it changes from run to run."""

from typing import Final

from api.conformance.rule import Finding, Level, Outcome, Rule
from api.conformance.run import Run

__all__ = ["as_markdown"]

_HEAD: Final = """# Conformance

What `turnup conformance` finds on a server of our own, started on a fresh store with the settings
as they are by default. Made by `make conformance`; CI fails where this page is not what it finds.

A rule is a *must* or a *should* of TM Forum's guidelines (TMF630) or of the API's document, or
*ours*: a decision where they leave room, in which another server may differ. `n/a`: the document
lacks what the rule is about, for example a PATCH.

The parts of TMF630 are named, not numbered, since its editions number them differently.

"""
_SHORT: Final = {Outcome.PASS: "✓", Outcome.NOT_APPLICABLE: "n/a"}


def as_markdown(run: Run) -> str:
    """The whole page."""
    common = [each for each in run.findings if each.rule.id.startswith("TMF630-")]
    own = [each for each in run.findings if not each.rule.id.startswith("TMF630-")]
    return _HEAD + _counts(run) + _common(run, common) + _documents(run, own)


def _counts(run: Run) -> str:
    shown = [each for each in Outcome if run.count(each)]
    lines = [
        f"| API | rules | {' | '.join(each.value for each in shown)} |",
        f"|---|---:|{'---:|' * len(shown)}",
    ]
    for api, title, version in run.apis:
        rules = len({each.rule.id for each in run.findings if each.api == api})
        counts = " | ".join(str(run.count(each, api)) for each in shown)
        lines.append(f"| {api} {title} {version} | {rules} | {counts} |")
    rules = len({each.rule.id for each in run.findings})
    lines.append(f"| all | {rules} | {' | '.join(str(run.count(each)) for each in shown)} |")
    return "\n".join(lines) + "\n"


def _common(run: Run, findings: list[Finding]) -> str:
    """The rules that hold for every API: a column for each."""
    apis = [api for api, _, _ in run.apis]
    text = "\n## Every API: TMF630\n"
    topic = ""
    for rule in _rules(findings):
        if rule.topic != topic:
            topic = rule.topic
            text += f"\n### {_heading(topic)}\n\n"
            text += f"| rule | | source | level | {' | '.join(apis)} |\n"
            text += f"|---|---|---|---|{'---|' * len(apis)}\n"
        results = " | ".join(_result([f for f in findings if f.rule == rule and f.api == api])
                             for api in apis)  # fmt: skip
        text += f"| {_row(rule)} | {results} |\n"
    return text


def _documents(run: Run, findings: list[Finding]) -> str:
    """The rules of each document."""
    text = ""
    for api, title, version in run.apis:
        text += f"\n## {api} {title} {version}\n\n| rule | | source | level | result |\n"
        text += "|---|---|---|---|---|\n"
        for rule in _rules([each for each in findings if each.api == api]):
            of_rule = [each for each in findings if each.rule == rule and each.api == api]
            text += f"| {_row(rule)} | {_result(of_rule)} |\n"
    return text


def _rules(findings: list[Finding]) -> list[Rule]:
    return list({each.rule.id: each.rule for each in findings}.values())


def _row(rule: Rule) -> str:
    level = "ours" if rule.level is Level.OURS else rule.level.value
    return " | ".join((f"`{rule.id}`", _escaped(rule.title), _escaped(rule.source), level))


def _result(findings: list[Finding]) -> str:
    """One word where all resources agree, else the word of each."""
    words = {each.resource: _SHORT.get(each.outcome, each.outcome.value) for each in findings}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ", ".join(f"{resource} {word}" for resource, word in words.items())


def _heading(topic: str) -> str:
    return topic[:1].upper() + topic[1:]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
