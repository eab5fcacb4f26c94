"""The operator's commands by hand: against a server of its own process, on either store."""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.conformance.receiver import Receiver
from api.jsontypes import JsonObject
from tests.patience import PATIENCE
from tests.scenarios.conftest import SLOW
from tests.scenarios.desk import PRODUCT, SERVICE
from tests.scenarios.orders import product, service
from tests.server import ServerProcess, serving

CATALOG = Path(__file__).parent / "catalog.yaml"

TROUBLE = ", options: {fail: no port is free}"
"""What is wrong with the network."""


@dataclass
class Operator:
    """Somebody at a terminal, and what a subscriber was told meanwhile."""

    server: ServerProcess
    client: httpx.Client
    receiver: Receiver
    catalog: Path

    def types(self, *arguments: str, status: int = 0) -> str:
        """What a command says."""
        said = CliRunner().invoke(app, [*arguments, "--url", self.server.url])
        assert said.exit_code == status, said.output
        return said.output

    def place(self, path: str, *items: JsonObject, **attributes: str) -> str:
        """An order that has come to be held."""
        name = f"{path.rsplit('/', 1)[1]}Item"
        reply = self.client.post(path, json={name: list(items), **attributes})
        assert reply.status_code == 201, reply.text
        id_: str = reply.json()["id"]
        self.wait(path, id_, "held")
        return id_

    def wait(self, path: str, id_: str, state: str) -> JsonObject:
        """The order, once it has that state and the subscriber knows it."""
        body: JsonObject = {}

        def there() -> bool:
            body.update(self.client.get(f"{path}/{id_}").json())
            told = [each.resource for each in self.receiver.at("events")]
            return body["state"] == state and any(
                each.get("id") == id_ and each.get("state") == state for each in told
            )

        assert self.receiver.wait(there, PATIENCE), body
        return body

    def told(self, id_: str) -> list[str]:
        """The states of an order that the subscriber was told of, in order."""
        states = [
            str(each.resource["state"])
            for each in self.receiver.at("events")
            if each.type.endswith("StateChangeEvent") and each.resource.get("id") == id_
        ]
        return [each for n, each in enumerate(states) if states[n - 1 : n] != [each]]

    def mend(self) -> None:
        """Changes the network, by the catalogue, which the server reads anew."""
        self.catalog.write_text(CATALOG.read_text().replace(TROUBLE, ""))
        self.server.process.send_signal(signal.SIGHUP)


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=SLOW)])
def operator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Operator]:
    """With a server whose network fails."""
    database = request.getfixturevalue("mongodb_url") if request.param == "mongodb" else None
    catalog = tmp_path / "catalog.yaml"
    with Receiver() as receiver:
        mine = Operator(None, None, receiver, catalog)  # type: ignore[arg-type]
        shutil.copy(CATALOG, catalog)
        options = ["--catalog", str(catalog)]
        with (
            serving(tmp_path, database=database, options=options) as mine.server,
            httpx.Client(base_url=mine.server.url) as mine.client,
        ):
            for path in (PRODUCT, SERVICE):
                hub = f"{path.rsplit('/', 1)[0]}/hub"
                body = {"callback": f"{receiver.url}/events"}
                assert mine.client.post(hub, json=body).status_code == 201
            yield mine


def test_working_through_the_fallout(operator: Operator) -> None:
    """Single and in bulk, tried out first; what was done stands in notes, states and events."""
    broken = service("1", "rfs-broken")
    ids = {
        name: operator.place(SERVICE, broken, externalId=name, category=kind)
        for name, kind in (
            ("retried", "A"),
            ("retried too", "A"),
            ("skipped", "B"),
            ("completed", "C"),
            ("cancelled", "D"),
            ("one", "E"),
            ("another", "E"),
        )
    }
    ordered = operator.place(PRODUCT, product("1", "broken"))
    listed = operator.types("fallout", "list")
    assert all(id_ in listed for id_ in ids.values())
    assert listed.count("item 1: the network refused: no port is free") == 7
    assert "8 held." in listed

    # first one by one
    said = operator.types("orders", "skip", ids["one"], "--reason", "ordered twice", "--dry-run")
    assert "would be done: skip" in said
    operator.types("orders", "skip", ids["one"], "--item", "1", "--reason", "ordered twice")
    assert operator.wait(SERVICE, ids["one"], "cancelled")["note"][-1]["text"] == (
        "skip of item 1: ordered twice"
    )
    operator.types("orders", "complete", ids["another"], "--reason", "patched by hand")
    operator.wait(SERVICE, ids["another"], "completed")
    assert operator.told(ids["another"]) == ["inProgress", "held", "inProgress", "completed"]

    # then in bulk, what a filter selects
    for verb, kind in (("skip", "B"), ("complete", "C")):
        command = ("fallout", verb, "--filter", f"category={kind}", "--reason", "seen to it")
        assert f"would be done: {verb}" in operator.types(*command, "--dry-run")
        assert "1 done" in operator.types(*command)
    operator.wait(SERVICE, ids["skipped"], "cancelled")
    operator.wait(SERVICE, ids["completed"], "completed")
    command = ("fallout", "cancel", "--filter", "category=D", "--reason", "withdrawn")
    assert "would be cancelled" in operator.types(*command, "--dry-run")
    operator.types(*command)
    order = operator.wait(SERVICE, ids["cancelled"], "cancelled")
    assert order["cancellationReason"] == "withdrawn"

    # retried before the network is mended: in vain
    operator.types("orders", "retry", ids["retried"])
    operator.wait(SERVICE, ids["retried"], "held")
    operator.mend()
    assert operator.receiver.wait(lambda: mended(operator), PATIENCE)
    command = ("fallout", "retry", "--filter", "category=A")
    assert operator.types(*command, "--dry-run").count("would be done: retry") == 2
    assert "2 done" in operator.types(*command)
    for name in ("retried", "retried too"):
        operator.wait(SERVICE, ids[name], "completed")
    assert operator.told(ids["retried too"])[-2:] == ["inProgress", "completed"]

    # a product order, whose service order is meant
    assert "is held" in operator.types("orders", "explain", ordered)
    operator.types("orders", "retry", ordered)
    operator.wait(PRODUCT, ordered, "completed")
    assert operator.told(ordered) == ["inProgress", "held", "inProgress", "completed"]
    assert "0 held." in operator.types("fallout", "list")
    history = json.loads(operator.types("orders", "history", ids["one"], "--json"))
    assert [each["new"] for each in history if each.get("item") == "1"][-1] == "cancelled"
    assert "0 done, 1 refused." in operator.types("orders", "retry", ordered, status=1)


def mended(operator: Operator) -> bool:
    """Whether the server has read the new catalogue: a new order is completed."""
    made = operator.client.post(SERVICE, json={"serviceOrderItem": [service("1", "rfs-broken")]})
    path = f"{SERVICE}/{made.json()['id']}"
    until = time.monotonic() + PATIENCE
    while (state := operator.client.get(path).json()["state"]) not in ("held", "completed"):
        assert time.monotonic() < until
        time.sleep(0.02)
    if state == "held":
        operator.types("orders", "cancel", made.json()["id"])
    return bool(state == "completed")
