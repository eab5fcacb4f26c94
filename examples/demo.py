"""Posts a residential bundle to a server of its own and shows it being carried to the end.

Run by ``make demo``. Starts ``turnup serve`` on a free port, registers a callback receiver at every
hub, posts ``residential-bundle.json``, draws the order tree while it moves, and then shows what
stands in the inventory and which events came. Exits 0 when the order is completed; else it says
where the order stands and exits 1.

The store is a SQLite file in a temporary folder, or what ``TURNUP_DATABASE`` names.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

PATIENCE = 60.0
"""Seconds that the order may take."""

ORDERING = "/tmf-api/productOrderingManagement/v4"
SERVICE_ORDERING = "/tmf-api/serviceOrdering/v4"
INVENTORY = "/tmf-api/serviceInventory/v4"
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4"
FINAL = {"completed", "failed", "partial", "cancelled", "rejected"}
COLOURS = {
    "completed": "green",
    "active": "green",
    "inProgress": "yellow",
    "acknowledged": "cyan",
    "held": "magenta",
    "failed": "red",
    "rejected": "red",
    "partial": "red",
}

Json = dict[str, Any]


class Receiver(ThreadingHTTPServer):
    """Takes callbacks on a free loopback port and keeps their events."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Callback)
        self.events: list[Json] = []
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it takes callbacks."""
        return f"http://127.0.0.1:{self.server_address[1]}/events"


class _Callback(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Keeps an event."""
        length = int(self.headers.get("Content-Length", "0"))
        self.server.events.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Says nothing: the demo draws on this terminal."""


def main() -> int:
    """The exit status."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="turnup-demo-") as folder:
        database = os.environ.get("TURNUP_DATABASE", f"sqlite:///{folder}/demo.sqlite")
        with serving(database) as url, httpx.Client(base_url=url, timeout=10) as client:
            console.print(f"Server: [bold]{url}[/] on {database.partition('://')[0]}")
            return show(console, client)


@contextmanager
def serving(database: str) -> Iterator[str]:
    """A server in a process of its own, on a free port; gives its URL."""
    command = [sys.executable, "-m", "api", "serve", "--port", "0", "--database", database]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if " ready at " in line:
                yield line.split(" ready at ")[1].split()[0]
                break
        else:
            sys.exit("the server did not start")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def show(console: Console, client: httpx.Client) -> int:
    """Posts the order and shows what becomes of it."""
    receiver = Receiver()
    for base in (ORDERING, SERVICE_ORDERING, INVENTORY, ACTIVATION):
        client.post(f"{base}/hub", json={"callback": receiver.url}).raise_for_status()
    console.print(f"Callback receiver: {receiver.url}, registered at four hubs")
    body = json.loads((Path(__file__).parent / "residential-bundle.json").read_text())
    posted = client.post(f"{ORDERING}/productOrder", json=body)
    posted.raise_for_status()
    order = posted.json()
    console.print(f"POST {ORDERING}/productOrder → {posted.status_code}")
    console.print(f"{order['href']}\n", soft_wrap=True)
    started = time.monotonic()
    state = follow(console, client, order["id"], started)
    taken = time.monotonic() - started
    console.print()
    show_inventory(console, client, order["id"])
    show_events(console, receiver, order["id"])
    if state != "completed":
        console.print(f"[red]Not completed within {PATIENCE:.0f} s: the order is {state}.[/]")
        return 1
    console.print(f"[green]Completed in {taken:.1f} s.[/]")
    return 0


def follow(console: Console, client: httpx.Client, id_: str, started: float) -> str:
    """Draws the order tree until the order is final or patience ends; gives its state."""
    with Live(console=console, refresh_per_second=10, transient=False) as live:
        while True:
            order = client.get(f"{ORDERING}/productOrder/{id_}").json()
            # a service order refers back to the product order that it was made of
            service_orders = client.get(
                f"{SERVICE_ORDERING}/serviceOrder", params={"externalReference.id": id_}
            ).json()
            seconds = time.monotonic() - started
            live.update(order_tree(order, service_orders, seconds))
            if order["state"] in FINAL or seconds > PATIENCE:
                return str(order["state"])
            time.sleep(0.1)


def order_tree(order: Json, service_orders: list[Json], seconds: float) -> Tree:
    """Orders, items and states as a tree."""
    tree = Tree(_line("ProductOrder", order["id"], order["state"], f"{seconds:5.1f} s"))
    items = tree.add("items")
    for item in order["productOrderItem"]:
        offering = item.get("productOffering", {})
        items.add(_line(item["id"], offering.get("name", ""), item["state"]))
    for service_order in service_orders:
        branch = tree.add(_line("ServiceOrder", service_order["id"], service_order["state"]))
        for item in service_order["serviceOrderItem"]:
            specification = item["service"].get("serviceSpecification", {})
            branch.add(_line(item["id"], specification.get("name", ""), item["state"]))
    return tree


def _line(kind: str, name: str, state: str, more: str = "") -> Text:
    return Text.assemble(
        (f"{kind} ", "bold"), f"{name} ", (state, COLOURS.get(state, "white")), f" {more}"
    )


def show_inventory(console: Console, client: httpx.Client, order: str) -> None:
    """The services that came up for the order."""
    service_orders = client.get(
        f"{SERVICE_ORDERING}/serviceOrder", params={"externalReference.id": order, "fields": "none"}
    ).json()
    ids = ",".join(each["id"] for each in service_orders)
    table = Table(title="Service inventory (TMF638)", title_justify="left")
    for column in ("service", "specification", "type", "state", "characteristics"):
        table.add_column(column)
    made = client.get(f"{INVENTORY}/service", params={"serviceOrderItem.serviceOrderId": ids})
    for service in made.json():
        values = [f"{c['name']}={c['value']}" for c in service.get("serviceCharacteristic", [])]
        table.add_row(
            service["id"][:13] + "…",
            service["serviceSpecification"].get("name", ""),
            service.get("serviceType", ""),
            Text(service["state"], COLOURS.get(service["state"], "white")),
            ", ".join(values),
        )
    console.print(table)


def show_events(console: Console, receiver: Receiver, order: str) -> None:
    """How many events of each type came, once the order's last one is there."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not _final_seen(receiver, order):
        time.sleep(0.05)
    table = Table(title="Events received at the callback", title_justify="left")
    table.add_column("type")
    table.add_column("count", justify="right")
    for kind, count in sorted(Counter(e["eventType"] for e in receiver.events).items()):
        table.add_row(kind, str(count))
    console.print(table)


def _final_seen(receiver: Receiver, order: str) -> bool:
    bodies = [e["event"].get("productOrder", {}) for e in list(receiver.events)]
    return any(b.get("id") == order and b.get("state") in FINAL for b in bodies)


if __name__ == "__main__":
    sys.exit(main())
