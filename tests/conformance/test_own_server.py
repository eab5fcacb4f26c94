"""Our own server keeps every rule."""

from collections.abc import Callable, Iterator

import pytest

from api.conformance.rule import Finding, Outcome
from api.conformance.rules import rules_of
from api.conformance.subject import Subject, subject_of
from api.conformance.suite import BAD, Suite
from tests.http.apis import apis

TOPICS = [
    (loaded.api.name, topic)
    for loaded in apis()
    for topic in dict.fromkeys(
        each.topic for each in rules_of(subject_of(loaded.spec, "http://nowhere.invalid"))
    )
]


@pytest.fixture(scope="session")
def suites(subject: Callable[[str], Subject]) -> Iterator[Callable[[str], Suite]]:
    """Gives the run over an API: its topics share what is created."""
    running: dict[str, Suite] = {}

    def given(api: str) -> Suite:
        if api not in running:
            running[api] = Suite(subject(api))
            running[api].__enter__()
        return running[api]

    yield given
    for suite in running.values():
        suite.__exit__(None, None, None)


def told(findings: list[Finding]) -> list[str]:
    return [
        f"{each.outcome.value} {each.rule.id} {each.resource}: {each.reason}"
        for each in findings
        if each.outcome in BAD
    ]


@pytest.mark.parametrize(("api", "topic"), TOPICS, ids=[f"{a}-{t}" for a, t in TOPICS])
def test_every_rule_holds(suites: Callable[[str], Suite], api: str, topic: str) -> None:
    """All rules of the topic hold on all resources of the API, on SQLite; some are applicable."""
    suite = suites(api)
    findings = suite.run([each for each in suite.rules() if each.topic == topic])
    assert told(findings) == []
    assert any(each.outcome is Outcome.PASS for each in findings)


@pytest.mark.slow
@pytest.mark.parametrize("api", [each.api.name for each in apis()])
def test_what_can_be_removed_is_removed(subject: Callable[[str], Subject], api: str) -> None:
    """After a run nothing is left but what the document has no DELETE for."""
    with Suite(subject(api)) as suite:
        suite.run()
    assert [each for each in suite.left if "offers no DELETE" not in each] == []
