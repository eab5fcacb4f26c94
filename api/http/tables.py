"""Makes an API's route table from its document and its declared resources."""

from collections.abc import Callable
from functools import cache, partial

from api.commands import Commands
from api.declare import ViewMaker
from api.dry_run import DryRun
from api.events.hub import Hub
from api.events.inbox import Inbox
from api.events.loops import Loops
from api.http.hub import HubEndpoints, ListenerEndpoints
from api.http.hub_manage import HubManagement
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.resource import ResourceEndpoints
from api.http.routes import RouteTable
from api.http.secret import SecretEndpoint
from api.http.views import HistoryEndpoint, ViewEndpoint
from api.idempotency import Idempotency
from api.registry import LoadedApi
from api.schema.validator import Validator
from api.schemas import Schemas

__all__ = ["route_table"]

_LISTENER = "/listener/"


def route_table(
    loaded: LoadedApi,
    commands: Callable[[str], Commands],
    views: Callable[[str, str], ViewMaker | None],
    dry_runs: Callable[[str], DryRun | None],
    hub: Hub,
    inbox: Inbox,
    loops: Loops,
    origin: Origin,
    paging: Paging,
    once: Idempotency,
    schemas: Schemas,
) -> RouteTable:
    """The endpoints of every operation in the document."""
    table = RouteTable()
    methods = _methods(loaded)
    _add_hub(table, loaded, hub, origin, paging)
    _add_listeners(table, loaded, inbox, loops, origin)
    base = loaded.base_path
    monitor = next((each for each in loaded.api.resources if each.name == "monitor"), None)
    for resource in loaded.api.resources:
        path = f"{base}/{resource.name}"
        endpoints = ResourceEndpoints(
            commands(resource.name),
            path,
            f"{base}/monitor",
            monitor,
            origin,
            once,
            schemas,
            paging,
            dry_runs(resource.name),
        )
        collection = {"GET": endpoints.list, "POST": endpoints.create}
        item = {
            "GET": endpoints.retrieve,
            "PATCH": endpoints.update,
            "DELETE": endpoints.delete,
        }
        offered = methods.get(f"/{resource.name}", set())
        table.collections[resource.name] = {m: e for m, e in collection.items() if m in offered}
        offered = methods.get(f"/{resource.name}/{{id}}", set())
        table.items[resource.name] = {m: e for m, e in item.items() if m in offered}
        if resource.lifecycle is not None:
            history = HistoryEndpoint(commands(resource.name), path, origin, paging)
            table.views[resource.name, "history"] = history.retrieve
        for view in resource.views:
            make = views(resource.name, view.name)
            if make is not None:
                endpoint = ViewEndpoint(commands(resource.name), make)
                table.views[resource.name, view.name] = endpoint.retrieve
    return table


def _methods(loaded: LoadedApi) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for operation in loaded.spec.operations():
        found.setdefault(operation.path, set()).add(operation.method)
    return found


def _add_hub(
    table: RouteTable,
    loaded: LoadedApi,
    hub: Hub,
    origin: Origin,
    paging: Paging,
) -> None:
    schemas, api, path = loaded.spec.schemas, loaded.api.name, f"{loaded.base_path}/hub"
    endpoints = HubEndpoints(
        api,
        path,
        hub.subscriptions,
        hub.manager,
        Validator({"$ref": "#/components/schemas/EventSubscriptionInput"}, schemas),
        origin,
        paging,
    )
    table.collections["hub"] = {"GET": endpoints.list, "POST": endpoints.create}
    table.items["hub"] = {"GET": endpoints.retrieve, "DELETE": endpoints.delete}
    secret = SecretEndpoint(api, hub.subscriptions)
    table.parts["hub", "secret"] = {"POST": secret.rotate}
    for name, methods in HubManagement(api, path, hub.manager, origin, paging).parts().items():
        table.parts["hub", name] = methods


def _add_listeners(
    table: RouteTable, loaded: LoadedApi, inbox: Inbox, loops: Loops, origin: Origin
) -> None:
    schemas = {}
    for operation in loaded.spec.operations():
        if operation.path.startswith(_LISTENER):
            name = operation.path.removeprefix(_LISTENER)
            # compiled when the first event comes: most listeners never hear one
            schemas[name] = cache(partial(Validator, operation.body, loaded.spec.schemas))
    endpoints = ListenerEndpoints(loaded.api.name, schemas, inbox, loops, origin)
    table.items["listener"] = {"POST": endpoints.receive}
