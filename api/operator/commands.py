"""``turnup orders`` and ``turnup fallout``."""

import getpass
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Final, NoReturn

import typer

from api.clock import SystemClock
from api.dates import format_date
from api.errors import TurnupError
from api.jsontypes import JsonObject
from api.operator import tables
from api.operator.client import KINDS, SERVICE, Kind, OrderClient, Refused
from api.operator.decisions import NothingHeld, Verb, held_items, patch_of
from api.operator.parameters import meaningful
from api.screen import show_json, tell

__all__ = ["fallout_app", "held_orders", "orders_app"]

orders_app = typer.Typer(help="Look at orders and act on them.", no_args_is_help=True)
fallout_app = typer.Typer(help="Work through what is held.", no_args_is_help=True)

_HELD: Final = "held"
_ALL_HELD: Final = f"filter=$[?(@.state=='{_HELD}')]"
"""Holds beside all else, whatever an operator's filter says; ``state=`` would be one more OR."""

Url = Annotated[
    str, typer.Option(envvar="TURNUP_URL", help="Of the server, e.g. http://127.0.0.1:8080.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="Of a service order or a product order.")]
Ids = Annotated[
    list[str], typer.Argument(metavar="ID", help="Of service orders or product orders.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")]
Items = Annotated[
    list[str] | None, typer.Option("--item", help="Only this item; all held ones by default.")
]
Why = Annotated[
    str, typer.Option("--reason", callback=meaningful, help="Why; it goes into a note.")
]
MaybeWhy = Annotated[str | None, typer.Option("--reason", callback=meaningful, help="Why.")]
Query = Annotated[
    str,
    typer.Option("--filter", help="As in a list's query, e.g. 'priority=0&category=B2B'."),
]
Of = Annotated[str, typer.Option("--kind", help="service or product.")]
_LOCAL: Final = "http://127.0.0.1:8080"


@orders_app.command("list")
def list_orders(
    url: Url = _LOCAL,
    kind: Of = "service",
    query: Query = "",
    limit: Annotated[int, typer.Option(min=0, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List orders."""
    _run(lambda: _list(url, kind, query, limit, as_json=as_json))


@orders_app.command()
def show(id_: Id, url: Url = _LOCAL) -> None:
    """Print an order, as JSON."""
    _run(lambda: show_json(OrderClient(url).find(id_)[1]))


@orders_app.command()
def plan(id_: Id, url: Url = _LOCAL, as_json: AsJson = False) -> None:
    """Show an order's plan: steps, dependencies, states, times."""
    _run(lambda: _view(url, id_, "plan", tables.show_plan, as_json=as_json))


@orders_app.command()
def explain(id_: Id, url: Url = _LOCAL, as_json: AsJson = False) -> None:
    """Say what an order waits for, and what can be done."""
    _run(lambda: _view(url, id_, "explain", tables.show_explanation, as_json=as_json))


@orders_app.command()
def history(id_: Id, url: Url = _LOCAL, as_json: AsJson = False) -> None:
    """Show every change of an order's state and of its items' states."""

    def run() -> None:
        client = OrderClient(url)
        found = client.history(client.find(id_)[0], id_)
        show_json(found) if as_json else tables.show_history(found)

    _run(run)


@orders_app.command()
def cancel(
    ids: Ids,
    url: Url = _LOCAL,
    reason: MaybeWhy = None,
    at: Annotated[str | None, typer.Option(help="Not before that date (RFC 3339).")] = None,
    dry_run: DryRun = False,
) -> None:
    """Have orders cancelled; what they have done is undone."""
    given = {"cancellationReason": reason, "requestedCancellationDate": at}
    body = {name: value for name, value in given.items() if value is not None}
    _run(lambda: _cancel(OrderClient(url), ids, body, dry_run=dry_run))


@orders_app.command()
def retry(ids: Ids, url: Url = _LOCAL, item: Items = None, dry_run: DryRun = False) -> None:
    """Try held items again."""
    _run(lambda: _decide(OrderClient(url), ids, Verb.RETRY, item, None, dry_run=dry_run))


@orders_app.command()
def skip(
    ids: Ids, reason: Why, url: Url = _LOCAL, item: Items = None, dry_run: DryRun = False
) -> None:
    """Give held items up; what was done for them is undone."""
    _run(lambda: _decide(OrderClient(url), ids, Verb.SKIP, item, reason, dry_run=dry_run))


@orders_app.command()
def complete(
    ids: Ids, reason: Why, url: Url = _LOCAL, item: Items = None, dry_run: DryRun = False
) -> None:
    """Take held items for done: a person has done them by hand."""
    _run(lambda: _decide(OrderClient(url), ids, Verb.COMPLETE, item, reason, dry_run=dry_run))


@fallout_app.command("list")
def list_fallout(url: Url = _LOCAL, query: Query = "", as_json: AsJson = False) -> None:
    """List held service orders with the reasons."""

    def run() -> None:
        found = list(held_orders(OrderClient(url), query))
        if as_json:
            show_json(found)
            return
        for order in found:
            tell(f"{order['id']}  {order['state']}{_external(order)}")
            for item in held_items(order):
                said = (item.get("errorMessage") or [{}])[-1]
                tell(f"  item {item['id']}: {said.get('reason', 'held')}")
        tell(f"{len(found)} held.")

    _run(run)


@fallout_app.command("retry")
def retry_fallout(url: Url = _LOCAL, query: Query = "", dry_run: DryRun = False) -> None:
    """Try again what is held and meets the filter; all by default."""
    _run(lambda: _decide_all(url, query, Verb.RETRY, None, dry_run=dry_run))


@fallout_app.command("skip")
def skip_fallout(reason: Why, query: Query, url: Url = _LOCAL, dry_run: DryRun = False) -> None:
    """Give up the held items of orders that meet the filter."""
    _run(lambda: _decide_all(url, query, Verb.SKIP, reason, dry_run=dry_run))


@fallout_app.command("complete")
def complete_fallout(reason: Why, query: Query, url: Url = _LOCAL, dry_run: DryRun = False) -> None:
    """Take the held items of orders that meet the filter for done."""
    _run(lambda: _decide_all(url, query, Verb.COMPLETE, reason, dry_run=dry_run))


@fallout_app.command("cancel")
def cancel_fallout(
    query: Query, url: Url = _LOCAL, reason: MaybeWhy = None, dry_run: DryRun = False
) -> None:
    """Have held orders that meet the filter cancelled."""

    def run() -> None:
        client = OrderClient(url)
        ids = [str(order["id"]) for order in held_orders(client, query)]
        body = {} if reason is None else {"cancellationReason": reason}
        _cancel(client, ids, body, dry_run=dry_run, held=True)

    _run(run)


def _list(url: str, kind: str, query: str, limit: int, *, as_json: bool) -> None:
    chosen = _kind(kind)
    found = list(OrderClient(url).orders(chosen, query, limit))
    show_json(found) if as_json else tables.show_orders(found, chosen.items)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NothingHeld(f"--kind: {name!r} is none; use service or product")
    return KINDS[name]


def _view(
    url: str, id_: str, name: str, show_it: Callable[[JsonObject], None], *, as_json: bool
) -> None:
    client = OrderClient(url)
    found = client.view(client.find(id_)[0], id_, name)
    show_json(found) if as_json else show_it(found)


def held_orders(client: OrderClient, query: str) -> Iterator[JsonObject]:
    """The held orders that meet a filter. Raises NothingHeld where another one comes back."""
    for order in client.orders(SERVICE, f"{_ALL_HELD}&{query}" if query else _ALL_HELD):
        try:
            _check_held(order)
        except NothingHeld as error:
            raise NothingHeld(f"{order.get('id')}: {error}. Nothing was done.") from None
        yield order


def _check_held(order: JsonObject) -> None:
    """Nothing is done to an order that is not held, whatever a server answers to a filter."""
    state = order.get("state")
    if state is None:
        raise NothingHeld("it comes without its state: take fields= out of the filter")
    if state != _HELD:
        raise NothingHeld(f"it is {state}, not held")


def _external(order: JsonObject) -> str:
    return f"  ({order['externalId']})" if "externalId" in order else ""


def _cancel(
    client: OrderClient, ids: list[str], body: JsonObject, *, dry_run: bool, held: bool = False
) -> None:
    def one(id_: str) -> str:
        kind, order, _ = client.find(id_)
        if held:
            _check_held(order)  # it may have gone on since it was listed
        task = client.cancel(kind, id_, body, dry_run=dry_run)
        if dry_run:
            _refuse(task)
            return "would be cancelled"
        return f"is being cancelled by task {task['id']}"

    _each(ids, one, dry_run=dry_run)


def _decide_all(url: str, query: str, verb: Verb, reason: str | None, *, dry_run: bool) -> None:
    client = OrderClient(url)
    ids = [str(order["id"]) for order in held_orders(client, query)]  # before any of them moves
    _decide(client, ids, verb, None, reason, dry_run=dry_run)


def _decide(
    client: OrderClient,
    ids: list[str],
    verb: Verb,
    items: list[str] | None,
    reason: str | None,
    *,
    dry_run: bool,
) -> None:
    now = format_date(SystemClock().now())

    def one(id_: str) -> str:
        kind, order, _ = client.find(id_)
        below = client.service_orders(kind, order)
        if not below:
            raise NothingHeld("nothing below it is held")
        said = []
        for service_order, etag in below:
            changes = patch_of(
                service_order, verb, items=items or (), reason=reason, author=_me(), now=now
            )
            told = client.patch(str(service_order["id"]), changes, etag, dry_run=dry_run)
            if dry_run:
                _refuse(told)
            else:
                said.append(f"{verb.value}: {told['state']}")
        return "; ".join(said) or f"would be done: {verb.value}"

    _each(ids, one, dry_run=dry_run)


def _each(ids: list[str], act: Callable[[str], str], *, dry_run: bool) -> None:
    """Acts on each; what is refused does not stop the others, but is told by the exit status."""
    refused = 0
    for id_ in ids:
        try:
            tell(f"{id_}: {act(id_)}")
        except TurnupError as error:
            refused += 1
            tell(f"{id_}: {error}", error=True)
    done = "would be done" if dry_run else "done"
    tell(f"{len(ids) - refused} {done}, {refused} refused.")
    if refused:
        sys.exit(1)


def _refuse(told: JsonObject) -> None:
    """Raises Refused where a dry run tells of problems."""
    if problems := "; ".join(str(each["reason"]) for each in told.get("problem", ())):
        raise Refused(problems)


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


def _run(act: Callable[[], None]) -> None:
    try:
        act()
    except TurnupError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    tell(message, error=True)
    sys.exit(2)
