"""A server for the suite, one per test process: its runs know their own resources."""

from collections.abc import Callable, Iterator

import pytest

from api.conformance.subject import Subject, subject_of
from tests.http.apis import apis
from tests.server import ServerProcess, serving


@pytest.fixture(scope="session")
def suite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server as a user starts it, on a file."""
    folder = tmp_path_factory.mktemp("conformance")
    with serving(folder, options=["--activation-wait", "20"]) as process:
        yield process


@pytest.fixture(scope="session")
def subject(suite_server: ServerProcess) -> Callable[[str], Subject]:
    """Gives an API of the server, by its name."""

    def given(api: str) -> Subject:
        (found,) = (each for each in apis() if each.api.name == api)
        return subject_of(found.spec, suite_server.url + found.base_path)

    return given
