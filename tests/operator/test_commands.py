"""``turnup orders`` and ``turnup fallout`` against a server of their own."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.patience import PATIENCE
from tests.server import ServerProcess, serving

ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
PRODUCTS = "/tmf-api/productOrderingManagement/v4/productOrder"
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One for all: it takes a second to start."""
    with serving(tmp_path_factory.mktemp("operator")) as process:
        yield process


def turnup(server: ServerProcess, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--url", server.url])


def post(server: ServerProcess, path: str, body: dict[str, object], state: str) -> str:
    """An order that has come to a state."""
    with httpx.Client(base_url=server.url) as client:
        reply = client.post(path, json=body)
        assert reply.status_code == 201, reply.text
        id_: str = reply.json()["id"]
        until = time.monotonic() + PATIENCE
        while client.get(f"{path}/{id_}").json()["state"] != state:
            assert time.monotonic() < until
            time.sleep(0.05)
    return id_


def service_order(**more: object) -> dict[str, object]:
    service = {"serviceSpecification": {"id": "cfs-voice"}}
    return {"serviceOrderItem": [{"id": "1", "action": "add", "service": service}], **more}


LATER = "2999-01-01T00:00:00.000Z"


def test_looking(server: ServerProcess) -> None:
    """An order that waits: listed, shown, planned, explained, with its history; tables and JSON."""
    id_ = post(
        server, ORDERS, service_order(requestedStartDate=LATER, externalId="B-7"), "acknowledged"
    )
    assert id_ in turnup(server, "orders", "list", "--filter", "externalId=B-7").stdout
    listed = turnup(server, "orders", "list", "--json", "--filter", "externalId=B-7").stdout
    assert [each["id"] for each in json.loads(listed)] == [id_]
    assert json.loads(turnup(server, "orders", "show", id_).stdout)["externalId"] == "B-7"
    assert f"It begins at {LATER}" in turnup(server, "orders", "explain", id_).stdout
    assert "waiting" in turnup(server, "orders", "plan", id_).stdout
    assert json.loads(turnup(server, "orders", "plan", id_, "--json").stdout)["made"] is False
    assert "creation" in turnup(server, "orders", "history", id_).stdout


def test_a_product_order(server: ServerProcess) -> None:
    """A product order is found by its id alone; its plan has the steps of its service order."""
    body = json.loads((EXAMPLES / "residential-bundle.json").read_text())
    id_ = post(server, PRODUCTS, body, "completed")
    plan = json.loads(turnup(server, "orders", "plan", id_, "--json").stdout)
    assert {step["state"] for step in plan["step"]} == {"done"}
    assert id_ in turnup(server, "orders", "list", "--kind", "product").stdout
    refused = turnup(server, "orders", "retry", id_)
    assert (refused.exit_code, "0 done, 1 refused." in refused.stdout) == (1, True)


def test_cancelling(server: ServerProcess) -> None:
    """A dry run tells and does nothing; then it is done; an order at its end says why not."""
    id_ = post(server, ORDERS, service_order(requestedStartDate=LATER), "acknowledged")
    dry = turnup(server, "orders", "cancel", id_, "--dry-run")
    assert "would be cancelled" in dry.stdout
    assert "acknowledged" in turnup(server, "orders", "show", id_).stdout
    done = turnup(server, "orders", "cancel", id_, "--reason", "not wanted")
    assert (done.exit_code, "is being cancelled by task" in done.stdout) == (0, True)
    until = time.monotonic() + PATIENCE
    while '"cancelled"' not in turnup(server, "orders", "show", id_).stdout:
        assert time.monotonic() < until
        time.sleep(0.05)
    again = turnup(server, "orders", "cancel", id_, "--dry-run")
    assert "the order is cancelled already" in again.stdout


def test_fallout(server: ServerProcess) -> None:
    """Where nothing is held, the list says so and bulk commands have nothing to do."""
    for command in (["list"], ["retry"], ["cancel", "--filter", "externalId=none"]):
        told = turnup(server, "fallout", *command)
        assert told.exit_code == 0, told.output
        assert "0 " in told.stdout


def test_faults(server: ServerProcess) -> None:
    """What is wrong is said in a line, without a trace; the exit status tells of it."""
    missing = turnup(server, "orders", "show", "nothing")
    assert (missing.exit_code, "there is no order nothing" in missing.output) == (2, True)
    nobody = CliRunner().invoke(app, ["orders", "list", "--url", "http://127.0.0.1:1"])
    assert (nobody.exit_code, "does not answer" in nobody.output) == (2, True)
    kind = turnup(server, "orders", "list", "--kind", "resource")
    assert (kind.exit_code, "use service or product" in kind.output) == (2, True)
