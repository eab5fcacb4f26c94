"""Clients that a public generator makes from the official documents, driven against the server.

OpenAPI Generator (the dev dependency `openapi-generator-cli`, which brings it as a jar) makes a
Python client of each official Swagger 2.0 file, in a temporary folder. Every operation of every
document is called once, and every reply is parsed by the client's own models.
"""

import importlib
import inspect
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

from tests.http.apis import Case, apis
from tests.official import SHARED
from tests.patience import PATIENCE
from tests.server import ServerProcess, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # a generator's code is not ours to mend
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

NUMBERS = ("622", "638", "640", "641")
FINAL = {"completed", "partial", "failed", "rejected", "cancelled", "done", "terminatedWithError"}


def document(number: str) -> Path:
    found = sorted((SHARED / "official").glob(f"TMF{number}-*-v4*.swagger.json"))
    if not found:
        pytest.skip(f"the official document of TMF{number} is not at hand in ../shared")
    return found[0]


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the generated packages, importable while the tests run."""
    documents = {number: document(number) for number in NUMBERS}
    generator = pytest.importorskip("openapi_generator_cli", reason="install the group dev")
    if shutil.which("java") is None:
        pytest.skip("the generator needs java, which is not at hand")
    folder = tmp_path_factory.mktemp("clients")
    for number, path in documents.items():
        config = {
            "generatorName": "python",
            "inputSpec": str(path),
            "outputDir": str(folder / number),
            "packageName": f"tmf{number}_client",
            # the generator takes the empty schema, which means any value, for an object's
            "schemaMappings": {"Any": "object"},
        }
        (folder / f"{number}.json").write_text(json.dumps(config))
    jar = Path(generator.__file__).with_name("openapi-generator.jar")
    configs = [str(folder / f"{number}.json") for number in NUMBERS]
    made = subprocess.run(
        ["java", "-jar", str(jar), "batch", "--threads", "2", *configs],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    added = [str(folder / number) for number in NUMBERS]
    sys.path[:0] = added
    yield folder
    sys.path[:] = [each for each in sys.path if each not in added]
    for name in [name for name in sys.modules if re.match(r"tmf\d+_client\b", name)]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all clients; activations are waited for."""
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, environment={"TURNUP_ACTIVATION_WAIT": "20"}) as server:
        yield server


@dataclass
class Driver:
    """A generated client of one API, with what was called."""

    package: ModuleType
    spec: dict[str, Any]
    client: Any
    called: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, number: str, url: str) -> "Driver":
        spec = json.loads(document(number).read_text())
        package = importlib.import_module(f"tmf{number}_client")
        host = url + spec["basePath"].rstrip("/")
        configuration = package.Configuration(host=host)
        return cls(package, spec, package.ApiClient(configuration))

    def operations(self) -> set[str]:
        return {
            each["operationId"] for path in self.spec["paths"].values() for each in path.values()
        }

    def call(self, operation: str, **arguments: Any) -> Any:
        """Calls it by the generated method; raises what the client raises."""
        self.called.add(operation)
        method = self._method(operation)
        hints = get_type_hints(method)
        ready = {
            name: self._model(hints[name]).from_dict(value) if isinstance(value, dict) else value
            for name, value in arguments.items()
        }
        return method(**ready)

    def body_name(self, operation: str) -> str:
        """The parameter that is the body."""
        signature = inspect.signature(self._method(operation))
        return next(name for name in signature.parameters if name != "id" and name[0] != "_")

    def _method(self, operation: str) -> Callable[..., Any]:
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
        for each in vars(self.package).values():
            if inspect.isclass(each) and each.__name__.endswith("Api") and hasattr(each, name):
                method: Callable[..., Any] = getattr(each(self.client), name)
                return method
        raise AssertionError(f"the generator made no method of {operation}")

    def _model(self, hint: Any) -> Any:
        return next((each for each in get_args(hint) if hasattr(each, "from_dict")), hint)


def cases(number: str) -> list[Case]:
    (loaded,) = [each for each in apis() if each.api.name == f"tmf{number}"]
    return [Case(loaded, each.name) for each in loaded.api.resources]


def plain(model: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(model.to_json())
    return made


def settled(driver: Driver, retrieve: str, id_: str) -> dict[str, Any]:
    """The resource once its processes are done with it, or have left it to people."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = plain(driver.call(retrieve, id=id_))
        if "Order" not in retrieve or found.get("state") in FINAL or found.get("note"):
            return found
        time.sleep(0.1)
    raise AssertionError(f"{retrieve} {id_} is still {found.get('state')}")


def drive(driver: Driver, case: Case, made: dict[str, str]) -> None:
    """Creates, lists, retrieves and patches, as far as the document offers it."""
    type_, definitions = case.type, driver.spec["definitions"]
    create, list_, retrieve = (f"{verb}{type_}" for verb in ("create", "list", "retrieve"))
    if create in driver.operations():
        body = case.body()
        for name, id_ in made.items():
            if name in body:  # a cancellation names the order that there is
                body[name] = {**body[name], "id": id_}
        created = driver.call(create, **{driver.body_name(create): body})
        made[case.name] = created.id
        assert created.href.endswith(f"{case.path}/{created.id}")
    listed = driver.call(list_, limit=100, offset=0)
    id_ = made.setdefault(case.name, listed[0].id)
    assert id_ in [each.id for each in listed]
    # fewer attributes than the document requires of a whole resource, its client cannot parse
    needed = ",".join([*definitions[type_].get("required", []), "state"])
    assert driver.call(retrieve, id=id_, fields=needed).id == id_
    found = settled(driver, retrieve, id_)
    if (patch := f"patch{type_}") in driver.operations():
        # 622 requires the items of an update: a client sends those that it read
        required = definitions[f"{type_}_Update"].get("required", [])
        change = {**{name: found[name] for name in required}, **case.change()}
        changed = driver.call(patch, id=id_, **{driver.body_name(patch): change})
        assert changed.id == id_


def remove(driver: Driver, case: Case, id_: str) -> None:
    """Deletes one, and finds it gone: the error has the document's form."""
    type_ = case.type
    if "terminated" in case.loaded.resource(case.name).lifecycle.states:  # type: ignore[union-attr]
        patch = f"patch{type_}"
        driver.call(patch, id=id_, **{driver.body_name(patch): {"state": "terminated"}})
    assert driver.call(f"delete{type_}", id=id_) is None
    with pytest.raises(driver.package.ApiException) as gone:
        driver.call(f"retrieve{type_}", id=id_)
    assert gone.value.status == 404
    assert driver.package.Error.from_json(gone.value.body).code == "404"


def event(driver: Driver, operation: str, path: str) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {
        "eventId": f"from-a-client-{name}",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "eventType": name[0].upper() + name[1:],
        "correlationId": "c",
        "event": {},
    }


@pytest.mark.parametrize("number", NUMBERS)
def test_every_operation(clients: Path, running: ServerProcess, number: str) -> None:
    """Each is called, answered with success, and its reply parsed by the generated models."""
    driver = Driver.of(number, running.url)
    subscribed = driver.call(
        "registerListener", data={"callback": "http://127.0.0.1:9000/e", "query": "eventType=None"}
    )
    assert subscribed.callback == "http://127.0.0.1:9000/e"
    made: dict[str, str] = {}
    for case in cases(number):
        drive(driver, case, made)
    for path, methods in driver.spec["paths"].items():
        if path.startswith("/listener/"):
            operation = methods["post"]["operationId"]
            driver.call(operation, data=event(driver, operation, path))
    for case in reversed(cases(number)):
        if f"delete{case.type}" in driver.operations():
            remove(driver, case, made[case.name])
    assert driver.call("unregisterListener", id=subscribed.id) is None
    assert driver.called == driver.operations()
