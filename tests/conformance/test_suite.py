"""What a run does beside checking rules."""

from collections.abc import Callable

import httpx
import pytest

from api.conformance import command
from api.conformance.rule import Outcome
from api.conformance.run import Run
from api.conformance.subject import Subject, subject_of
from api.conformance.suite import Suite
from api.conformance.trial import Trial
from api.conformance.verdict import NotApplicable
from tests.http.apis import apis


def test_a_broken_off_cleaning_up_is_told() -> None:
    """What a second Ctrl-C leaves on the server is named, and not said to be removed."""

    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    url = "http://127.0.0.1:9/x"
    suite = Suite(subject_of(apis()[0].spec, url), transport=httpx.MockTransport(interrupted))
    with pytest.raises(KeyboardInterrupt), suite:
        suite._ledger.add(f"{url}/thing/1", removable=True)
    assert suite.left == [f"{url}/thing/1 (cleaning up was broken off)"]
    found = Run(url, strict=False, left=suite.left)
    assert "1 of what was created is left" in command._removed(found)
    found.left = []
    assert "has been removed" in command._removed(found)


def test_events_of_resources_without_text(
    subject: Callable[[str], Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no text can be patched, the rules about all other events are checked all the same."""

    def changeable(_: Trial) -> str:
        raise NotApplicable("no text")

    monkeypatch.setattr(Trial, "changeable", changeable)
    suite = Suite(subject("tmf638"), patience=5)
    with suite:
        found = suite.run([rule for rule in suite.rules() if rule.id in EVENTS])
    assert {each.rule.id: each.outcome for each in found} == dict.fromkeys(EVENTS, Outcome.PASS)


EVENTS = ("TMF630-EVENT-DELIVERED", "TMF630-EVENT-QUERY-CONTENT")
