"""Our own server keeps every rule when MongoDB keeps everything."""

from pathlib import Path

import pytest

from api.conformance.subject import subject_of
from api.conformance.suite import Suite
from tests.conformance.test_own_server import told
from tests.http.apis import apis
from tests.server import serving


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("loaded", apis(), ids=lambda each: str(each.api.name))
def test_every_rule_holds(tmp_path: Path, mongodb_url: str, loaded: object) -> None:
    """All rules hold on all resources of the API."""
    options = ["--activation-wait", "20"]
    with serving(tmp_path, database=mongodb_url, options=options) as server:
        spec = loaded.spec  # type: ignore[attr-defined]
        with Suite(subject_of(spec, server.url + spec.base_path), patience=30) as suite:
            findings = suite.run()
    assert told(findings) == []
