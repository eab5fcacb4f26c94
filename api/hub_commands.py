"""The commands ``turnup hub …``: a thin client of a running server's hubs."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

import httpx
import typer

from api.errors import TurnupError
from api.jsontypes import JsonObject, JsonValue
from api.operator.client import said, segment
from api.operator.parameters import seconds
from api.screen import show_grid, show_json, show_table, tell

__all__ = ["app"]

app = typer.Typer(help="Manage subscriptions of a running server.", no_args_is_help=True)

_TIMEOUT = 30.0
"""Seconds: a test event waits for its receiver."""

_PAGE = 1000
_NO_QUERY: Mapping[str, str] = {}

Url = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="TURNUP_URL",
        help="Of the server, or of one of its APIs (with the base path).",
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The subscription's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the replies as JSON.")]
ResourceOption = Annotated[
    str | None, typer.Option("--resource", help="Only this one: NAME/ID, e.g. serviceOrder/17.")
]
_SERVER = "http://127.0.0.1:8080"


@app.command("list")
def list_(url: Url = _SERVER, as_json: AsJson = False) -> None:
    """List all subscriptions with their health."""
    with _Hubs(url) as hubs:
        found = [each for base in hubs.bases for each in hubs.all(f"{base}/hub")]
    columns = ("id", "callback", "query", "state", "lag", "waiting", "parked")
    _print(found, as_json, columns, ({**each, **_health(each)} for each in found))


@app.command()
def show(id_: Id, url: Url = _SERVER, as_json: AsJson = False) -> None:
    """Show one subscription and how it is doing."""
    with _Hubs(url) as hubs:
        found = hubs.call("GET", hubs.find(id_))
    _print_one(found, as_json)


@app.command()
def pause(id_: Id, url: Url = _SERVER, as_json: AsJson = False) -> None:
    """Have nothing delivered until it is resumed."""
    _do(url, id_, "pause", None, as_json)


@app.command()
def resume(id_: Id, url: Url = _SERVER, as_json: AsJson = False) -> None:
    """Go on from where it was paused."""
    _do(url, id_, "resume", None, as_json)


@app.command("test")
def send_test(id_: Id, url: Url = _SERVER, as_json: AsJson = False) -> None:
    """Send a test event and tell what came of it; the exit status is 1 where it failed."""
    found = _do(url, id_, "test", None, as_json)
    if found.get("outcome") != "delivered":
        sys.exit(1)


@app.command()
def rotate(
    id_: Id,
    chosen: Annotated[
        str | None,
        typer.Option("--secret", help="The new one, or - to read it; left out, one is made."),
    ] = None,
    overlap: Annotated[
        float | None,
        typer.Option(
            callback=seconds, help="Seconds for which the old one signs on; 0 ends it now."
        ),
    ] = None,
    url: Url = _SERVER,
    as_json: AsJson = False,
) -> None:
    """Replace the secret that signs events, and print the new one, this once."""
    if chosen == "-":
        chosen = sys.stdin.readline().strip()
    asked = {"secret": chosen, "overlap": overlap}
    body = {name: value for name, value in asked.items() if value is not None}
    _do(url, id_, "secret", body, as_json)


@app.command()
def replay(
    id_: Id,
    position: Annotated[int | None, typer.Option("--from", help="From this position on.")] = None,
    since: Annotated[str | None, typer.Option(help="From this time on, RFC 3339.")] = None,
    resource: ResourceOption = None,
    url: Url = _SERVER,
    as_json: AsJson = False,
) -> None:
    """Have events delivered again: from a position, from a time, or of one resource."""
    asked = {"fromPosition": position, "fromTime": since, "resource": _resource(resource)}
    body = {name: value for name, value in asked.items() if value is not None}
    _do(url, id_, "replay", body, as_json)


@app.command()
def unpark(
    id_: Id, resource: ResourceOption = None, url: Url = _SERVER, as_json: AsJson = False
) -> None:
    """Have parked resources tried again: all, or one."""
    chosen = _resource(resource)
    _do(url, id_, "unpark", {} if chosen is None else {"resource": chosen}, as_json)


@app.command()
def parked(id_: Id, url: Url = _SERVER, as_json: AsJson = False) -> None:
    """List the resources that are not tried any more."""
    with _Hubs(url) as hubs:
        found = hubs.all(f"{hubs.find(id_)}/parked")
    _print(found, as_json, ("resource", "position", "attempts", "detail"), found)


@app.command()
def log(
    id_: Id,
    outcome: Annotated[
        str | None, typer.Option(help="Only these: delivered, failed or skipped.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many, newest first.")] = 50,
    url: Url = _SERVER,
    as_json: AsJson = False,
) -> None:
    """Show what was tried and what came of it, newest first."""
    query = {"outcome": outcome} if outcome else {}
    with _Hubs(url) as hubs:
        found = hubs.all(f"{hubs.find(id_)}/deliveries", query, limit)
    columns = ("time", "eventType", "resource", "attempt", "outcome", "status", "latency", "detail")
    _print(found, as_json, columns, found)


class _Hubs:
    """The hubs of a server's APIs.

    Args:
        url: of the server, or of one API.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            self.has_path = bool(urlsplit(self.url).path)
        except ValueError as error:
            raise _failed(f"--url {url!r} is none: {error}") from None
        self.client = httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def bases(self) -> Sequence[str]:
        """The URLs of the APIs."""
        if self.has_path:
            return [self.url]
        from api.registry import load_apis  # noqa: PLC0415 - not where the URL says enough
        from api.settings import Settings  # noqa: PLC0415

        try:
            apis = load_apis(Settings.load().apis)
        except TurnupError as error:
            raise _failed(str(error)) from None
        return [f"{self.url}{each.base_path}" for each in apis]

    def find(self, id_: str) -> str:
        """The URL of a subscription, whichever API it is of."""
        try:
            name = segment(id_)
        except TurnupError as error:
            raise _failed(f"there is no subscription: {error}; see turnup hub list") from None
        faults: list[str] = []
        for base in self.bases:
            path = f"{base}/hub/{name}"
            reply = self._send("GET", path)
            # what stands behind a slash in an id may be read as the path to something else
            if reply.status_code == httpx.codes.OK and _id_of(reply) == id_:
                return path
            if not reply.is_success and reply.status_code != httpx.codes.NOT_FOUND:
                faults.append(said(reply))
        if faults:  # it may be there: that is not known
            raise _failed(faults[0])
        raise _failed(f"there is no subscription {id_!r} at {self.url}; see turnup hub list")

    def all(
        self, path: str, query: Mapping[str, str] = _NO_QUERY, most: int = sys.maxsize
    ) -> list[JsonObject]:
        """A list: all of it, or so many at most."""
        found: list[JsonObject] = []
        while len(found) < most:
            limit = min(_PAGE, most - len(found))
            paging = {"offset": str(len(found)), "limit": str(limit)}
            reply = self._good("GET", path, params={**query, **paging})
            page = self._json(reply)
            if not (isinstance(page, list) and all(isinstance(each, dict) for each in page)):
                raise self._stranger("not with a list")
            found += page
            if len(page) < limit or reply.headers.get("X-Total-Count") == str(len(found)):
                break
        return found

    def call(self, method: str, path: str, **more: Any) -> JsonObject:
        """The body of a reply."""
        found = self._json(self._good(method, path, **more))
        if not isinstance(found, dict):
            raise self._stranger("not with an object")
        return found

    def _good(self, method: str, path: str, **more: Any) -> httpx.Response:
        reply = self._send(method, path, **more)
        if not reply.is_success:
            raise _failed(said(reply))
        return reply

    def _json(self, reply: httpx.Response) -> JsonValue:
        try:
            found: JsonValue = reply.json()
        except ValueError:
            raise self._stranger("with no JSON") from None
        return found

    def _stranger(self, how: str) -> SystemExit:
        return _failed(
            f"{self.url} answers {how}: it is no server of these APIs. Is it the right --url?"
        )

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self.client.request(method, path, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _failed(
                f"{self.url} cannot be reached: {error}. Is it the right --url?"
            ) from None


def _health(subscription: JsonObject) -> JsonObject:
    """What is told of it; nothing, where another make of server tells nothing."""
    health = subscription.get("health")
    return health if isinstance(health, dict) else {}


def _id_of(reply: httpx.Response) -> object:
    try:
        found = reply.json()
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None


def _do(url: str, id_: str, name: str, body: JsonObject | None, as_json: bool) -> JsonObject:
    more: JsonObject = {} if body is None else {"json": body}
    with _Hubs(url) as hubs:
        found = hubs.call("POST", f"{hubs.find(id_)}/{name}", **more)
    _print_one(found, as_json)
    return found


def _resource(text: str | None) -> JsonObject | None:
    if text is None:
        return None
    name, slash, id_ = text.partition("/")
    if not (name and slash and id_):
        raise _failed(f"--resource {text!r} is none: write NAME/ID, e.g. serviceOrder/17")
    return {"name": name, "id": id_}


def _print(
    raw: JsonValue, as_json: bool, columns: Sequence[str], rows: Iterable[JsonObject]
) -> None:
    if as_json:
        show_json(raw)
        return
    show_table(columns, [[_cell(row.get(name)) for name in columns] for row in rows])


def _print_one(found: JsonObject, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    show_grid([(name, _cell(value)) for name, value in _flat(found)])


def _flat(found: JsonObject, path: str = "") -> Iterable[tuple[str, object]]:
    for name, value in found.items():
        if isinstance(value, dict) and name != "resource":
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return f"{value.get('name')}/{value.get('id')}"
    return "" if value is None else str(value)


def _failed(message: str) -> SystemExit:
    tell(message, error=True)
    return SystemExit(2)
