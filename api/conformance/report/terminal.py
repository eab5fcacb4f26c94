"""The report in the terminal: a table by topic, and whatever is not as it should be."""

from collections import Counter

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.conformance.rule import Finding, Outcome
from api.conformance.run import Run
from api.conformance.suite import BAD
from api.screen import clean

__all__ = ["show"]

_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.WARNING: "yellow",
    Outcome.DIFFERS: "cyan",
    Outcome.UNCHECKED: "magenta",
    Outcome.NOT_APPLICABLE: "dim",
}
_MEANING = {
    Outcome.FAIL: "a must that does not hold",
    Outcome.WARNING: "a should that does not hold",
    Outcome.DIFFERS: "a decision of ours that this server takes otherwise; no fault",
    Outcome.UNCHECKED: "something else that failed keeps it from being checked",
    Outcome.NOT_APPLICABLE: "the document lacks what the rule is about",
}
_LEFT_SHOWN = 3


def show(run: Run, console: Console) -> None:
    """Prints the report."""
    console.print(Text(f"\nConformance of {run.url}: checks passed", style="bold"))
    console.print(_summary(run))
    broken = [each for each in run.findings if each.outcome in BAD]
    for outcome in BAD:
        found = [each for each in broken if each.outcome is outcome]
        if found:
            console.print(_details(outcome, found))
    if run.left and not run.own:
        console.print(_left(run.left))
    console.print(_verdict(run))


def _summary(run: Run) -> Table:
    """How many checks passed, of how many, by topic and API."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("rules about", no_wrap=True)
    apis = [api for api, _, _ in run.apis]
    for api in apis:
        table.add_column(api, justify="right", no_wrap=True)
    for topic in dict.fromkeys(each.rule.topic for each in run.findings):
        of_topic = [each for each in run.findings if each.rule.topic == topic]
        table.add_row(topic, *(_cell([f for f in of_topic if f.api == api]) for api in apis))
    table.add_section()
    for outcome in Outcome:
        if run.count(outcome):
            counts = (str(run.count(outcome, api)) for api in apis)
            table.add_row(outcome.value, *counts, style=_STYLES[outcome])
    return table


def _cell(findings: list[Finding]) -> Text:
    outcomes = [each.outcome for each in findings if each.outcome is not Outcome.NOT_APPLICABLE]
    passed = outcomes.count(Outcome.PASS)
    if not outcomes:
        return Text("-", style="dim")
    if passed == len(outcomes):
        return Text(str(passed), style=_STYLES[Outcome.PASS])
    worst = next(each for each in BAD if each in outcomes)
    return Text(f"{passed} of {len(outcomes)}", style=_STYLES[worst])


def _details(outcome: Outcome, findings: list[Finding]) -> RenderableType:
    heading = Text(f"\n{outcome.value}", style=_STYLES[outcome])
    heading.append(f": {_MEANING[outcome]}", style="dim")
    grouped: dict[str, list[Finding]] = {}
    for each in findings:
        key = each.reason if outcome is Outcome.UNCHECKED else each.rule.id
        grouped.setdefault(key, []).append(each)
    return Group(heading, *(_block(found) for found in grouped.values()))


def _block(findings: list[Finding]) -> Text:
    """One rule, and where it does not hold; or one reason, and what it keeps from being checked."""
    first = findings[0]
    text = Text("  ")
    if first.outcome is Outcome.UNCHECKED:
        text.append(clean(first.reason))
        places = Counter(map(_where, findings))
        named = ", ".join(f"{place} ({count})" for place, count in places.items())
        text.append(f"\n      {len(findings)} checks: {named}", style="dim")
        return text
    text.append(first.rule.id, style="bold")
    text.append(f"  {first.rule.title} ({first.rule.source})")
    for each in findings:
        text.append(f"\n      {_where(each)}: ", style="dim")
        text.append(clean(each.reason))
    return text


def _where(finding: Finding) -> str:
    return f"{finding.api} {finding.resource}" if finding.resource else finding.api


def _left(left: list[str]) -> Text:
    text = Text(f"\n{len(left)} could not be removed from the server:", style="dim")
    for line in left[:_LEFT_SHOWN]:
        text.append(f"\n  {clean(line)}")
    if len(left) > _LEFT_SHOWN:
        text.append(f"\n  and {len(left) - _LEFT_SHOWN} more (all in the JSON report)")
    return text


def _verdict(run: Run) -> Text:
    if not run.ended:
        return Text("\nNot all rules were checked.", style="bold red")
    checked = sum(each.outcome is not Outcome.NOT_APPLICABLE for each in run.findings)
    rules = len({each.rule.id for each in run.findings})
    if run.failures:
        of = "rules" if run.strict else "musts"
        failed = f"{len(run.failures)} of {checked} checks of {rules} rules"
        return Text(f"\n{failed} failed or could not be made ({of}).", style="bold red")
    passed = run.count(Outcome.PASS)
    kind = "All rules hold" if run.strict else "All musts hold"
    return Text(f"\n{kind}: {passed} of {checked} checks of {rules} rules passed.", style="green")
