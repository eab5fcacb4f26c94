"""``turnup orders`` and ``turnup fallout`` against a server of their own."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.operator.client import SERVICE, OrderClient, Refused
from api.operator.commands import held_orders
from api.operator.decisions import NothingHeld
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


def held(server: ServerProcess, **more: object) -> str:
    """A service order that is held: the network refuses its service for good."""
    refused = {"name": "simulate.fail", "value": "no port is free"}
    body = service_order(**more)
    body["serviceOrderItem"][0]["service"]["serviceCharacteristic"] = [refused]  # type: ignore[index]
    return post(server, ORDERS, body, "held")


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
    assert "the order is cancelled already" in again.output


def test_fallout(server: ServerProcess) -> None:
    """Where nothing is held, the list says so and bulk commands have nothing to do."""
    for command in (["list"], ["retry"], ["cancel", "--filter", "externalId=none"]):
        told = turnup(server, "fallout", *command)
        assert told.exit_code == 0, told.output
        assert "0 " in told.stdout


@pytest.mark.parametrize(
    "query",
    [
        "category=running;priority=4",
        "priority=4;category=running",
        "state=acknowledged",
        "category=running#",
        "filter=$[?(@.category=='running')]",
        "category=running#&offset=0&limit=1",
        "category=running&fields=id",
        "category=running;fields=id",
        "category=running;",
    ],
)
def test_only_what_is_held(server: ServerProcess, query: str) -> None:
    """Whatever a filter says, bulk commands see held orders only: no other is listed or changed."""
    running = post(
        server, ORDERS, service_order(requestedStartDate=LATER, category="running"), "acknowledged"
    )
    assert running not in turnup(server, "fallout", "list", "--filter", query).output
    for command in (["cancel"], ["skip", "--reason", "try"], ["complete", "--reason", "try"]):
        told = turnup(server, "fallout", *command, "--filter", query)
        assert running not in told.output
    assert '"acknowledged"' in turnup(server, "orders", "show", running).stdout


def test_what_is_held(server: ServerProcess) -> None:
    """A held order is listed with its state and reason, and a filter beside that is kept to."""
    id_, other = held(server, externalId="#1;x"), held(server, externalId="2")
    told = turnup(server, "fallout", "list", "--filter", "externalId=%231%3Bx").stdout
    assert f"{id_}  held  (#1;x)" in told
    assert ("no port is free" in told, other in told) == (True, False)
    both = turnup(server, "fallout", "list", "--filter", "externalId=2;externalId=#1%3Bx").stdout
    assert (id_ in both, other in both) == (True, True)
    listed = turnup(server, "orders", "list", "--filter", "externalId=#1%3Bx", "--json").stdout
    assert [each["id"] for each in json.loads(listed)] == [id_]


def test_a_refusal_of_a_dry_run_counts(server: ServerProcess) -> None:
    """What would be refused is no success of a dry run: it is counted, and the exit status is 1."""
    done = post(server, ORDERS, service_order(), "completed")
    waiting = post(server, ORDERS, service_order(requestedStartDate=LATER), "acknowledged")
    dry = turnup(server, "orders", "cancel", done, waiting, "--dry-run")
    assert "the order is completed already" in dry.output
    assert (dry.exit_code, "1 would be done, 1 refused." in dry.stdout) == (1, True)


def test_an_order_that_is_not_held_is_never_acted_on() -> None:
    """A server that answers a filter with other orders has nothing changed by bulk commands."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(200, json=[{"id": "1", "state": "inProgress"}])

    client = OrderClient("http://turnup.test", httpx.MockTransport(answer))
    with pytest.raises(NothingHeld, match="1: it is inProgress, not held"):
        list(held_orders(client, "priority=1"))
    assert sent == ["GET"]


def test_a_history_is_read_whole() -> None:
    """A history of more entries than a page has is read page by page."""
    entries = [{"new": str(number)} for number in range(2500)]

    def answer(request: httpx.Request) -> httpx.Response:
        asked = {name: int(value) for name, value in request.url.params.items()}
        return httpx.Response(200, json=entries[asked["offset"] :][: asked["limit"]])

    client = OrderClient("http://turnup.test", httpx.MockTransport(answer))
    assert client.history(SERVICE, "1") == entries


@pytest.mark.parametrize("id_", ["", ".", "..", "../hub", "x/../../hub", "../serviceOrder?limit=1"])
def test_an_id_leads_nowhere_else(server: ServerProcess, id_: str) -> None:
    """What is no id is no order, and never the way to another resource."""
    told = turnup(server, "orders", "show", id_)
    assert (told.exit_code, told.stdout) == (2, "")


def test_a_part_of_an_order_is_no_order(server: ServerProcess) -> None:
    """What stands behind an order's id leads to no order."""
    id_ = post(server, ORDERS, service_order(), "completed")
    told = turnup(server, "orders", "show", f"{id_}/history")
    assert (told.exit_code, "there is no order" in told.output) == (2, True)


def test_a_fault_is_told_once(server: ServerProcess) -> None:
    """An order's id stands before what is wrong with it, once."""
    id_ = held(server)
    told = turnup(server, "orders", "skip", id_, "--item", "nope", "--reason", "try")
    assert told.stderr == f"{id_}: item nope is not held\n"


def test_a_server_of_something_else() -> None:
    """A server that answers with no JSON is told to be another one."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>Welcome!</html>")

    client = OrderClient("http://turnup.test", httpx.MockTransport(answer))
    with pytest.raises(Refused, match="answers with no JSON"):
        client.find("1")


def test_a_url_and_a_filter_that_cannot_be_sent(server: ServerProcess) -> None:
    """They are told in a line; a filter's odd characters are encoded."""
    told = CliRunner().invoke(app, ["orders", "list", "--url", "http://[::1"])
    assert (told.exit_code, "--url 'http://[::1' is none" in told.output) == (2, True)
    found = turnup(server, "orders", "list", "--filter", "externalId=a\nb", "--json")
    assert (found.exit_code, found.stdout) == (0, "[]\n")


def test_faults(server: ServerProcess) -> None:
    """What is wrong is said in a line, without a trace; the exit status tells of it."""
    missing = turnup(server, "orders", "show", "nothing")
    assert (missing.exit_code, "there is no order nothing" in missing.output) == (2, True)
    nobody = CliRunner().invoke(app, ["orders", "list", "--url", "http://127.0.0.1:1"])
    assert (nobody.exit_code, "does not answer" in nobody.output) == (2, True)
    limit = turnup(server, "orders", "list", "--limit", "-3")
    assert (limit.exit_code, limit.exception.__class__) == (2, SystemExit)
    silent = turnup(server, "orders", "skip", "nothing", "--reason", " ")
    assert (silent.exit_code, "it must say something" in silent.output) == (2, True)
    kind = turnup(server, "orders", "list", "--kind", "resource")
    assert (kind.exit_code, "use service or product" in kind.output) == (2, True)
