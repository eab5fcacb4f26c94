"""What can be read of a resource beside itself: its history, and the views that are declared."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import orjson

from api.commands import Commands
from api.declare import Resource, View, ViewMaker
from api.errors import BadRequest
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.params import Params
from api.http.reply import Reply
from api.http.request import Request
from api.jsontypes import JsonObject

__all__ = ["HistoryEndpoint", "ViewEndpoint", "describe_views"]

_REF: Final = "#/components/schemas/"
_TEXT: Final[JsonObject] = {"type": "string"}
_DATE: Final[JsonObject] = {"type": "string", "format": "date-time"}

_HISTORY: Final = View(
    name="history",
    summary="Every change of its state and of its items' states, the oldest first.",
    schemas={
        "HistoryEntry": {
            "type": "object",
            "description": "A change of one state.",
            "required": ["id", "date", "cause"],
            "properties": {
                "id": {**_TEXT, "description": "Number of the entry, from 1."},
                "date": {**_DATE, "description": "When it changed."},
                "item": {**_TEXT, "description": "The item whose state it is; else its own."},
                "old": {**_TEXT, "description": "The state before; absent: it is new."},
                "new": {**_TEXT, "description": "The state after; absent: the item is gone."},
                "cause": {"$ref": f"{_REF}HistoryCause"},
            },
        },
        "HistoryCause": {
            "type": "object",
            "description": "Who or what changed it.",
            "required": ["kind"],
            "properties": {
                "kind": {
                    **_TEXT,
                    "description": "For example `creation`, `client`, `process`, `cancellation`.",
                },
                "name": {**_TEXT, "description": "Which process or task."},
                "reason": {**_TEXT, "description": "Why, in words."},
            },
        },
    },
)


@dataclass(frozen=True, slots=True)
class HistoryEndpoint:
    """The history of one resource's documents, in pages as lists are.

    Attributes:
        commands: of the resource.
        path: of its collection, base path included.
        origin: makes the beginning of addresses.
        paging: makes the replies of lists.
    """

    commands: Commands
    path: str
    origin: Origin
    paging: Paging = field(default_factory=Paging)

    async def retrieve(self, request: Request, id_: str) -> Reply:
        """GET of it."""
        params = Params(request.query)
        offset, limit = params.offset, params.limit
        entries = await self.commands.history(await self.commands.get(id_))
        shown = entries[offset : offset + limit]
        address = f"{self.origin.of(request)}{self.path}/{id_}/{_HISTORY.name}"
        return self.paging.reply(
            orjson.dumps(shown),
            len(shown),
            len(entries),
            address=address,
            query=request.query,
            params=params,
        )


@dataclass(frozen=True, slots=True)
class ViewEndpoint:
    """A declared view.

    Attributes:
        commands: of the resource.
        make: makes it.
    """

    commands: Commands
    make: ViewMaker

    async def retrieve(self, request: Request, id_: str) -> Reply:
        """GET of it."""
        if "%00" in request.query:
            raise BadRequest("the query holds the character NUL", "Remove %00 from it.")
        return Reply(HTTPStatus.OK, orjson.dumps(await self.make(await self.commands.get(id_))))


def describe_views(document: JsonObject, resources: Iterable[Resource]) -> None:
    """Adds the paths of histories and views to a document, which is modified."""
    for resource in resources:
        item = document["paths"].get(f"/{resource.name}/{{id}}", {}).get("get")
        if item is None:
            continue
        views = [_HISTORY] if resource.lifecycle is not None else []
        for view in (*views, *resource.views):
            document["components"]["schemas"].update(copy.deepcopy(dict(view.schemas)))
            path = f"/{resource.name}/{{id}}/{view.name}"
            document["paths"][path] = {"get": _operation(document, resource, view, item)}


def _operation(
    document: JsonObject, resource: Resource, view: View, item: JsonObject
) -> JsonObject:
    """As reading the resource itself, with another reply."""
    of_lists = document["paths"].get(f"/{resource.name}", {}).get("get", {})
    schema: JsonObject = {"$ref": f"{_REF}{next(iter(view.schemas))}"}
    reply: JsonObject = {"description": view.summary}
    parameters = [each for each in item.get("parameters", []) if _is_id(document, each)]
    if view is _HISTORY:
        schema = {"type": "array", "items": schema}
        reply["headers"] = copy.deepcopy(
            of_lists.get("responses", {}).get("200", {}).get("headers", {})
        )
        paging = [each for each in of_lists.get("parameters", []) if _pages(document, each)]
        parameters = [*parameters, *paging]
    reply["content"] = {"application/json;charset=utf-8": {"schema": schema}}
    errors = {s: r for s, r in item["responses"].items() if s not in ("200", "304")}
    return {
        "operationId": f"{view.name}{resource.type}",
        "summary": view.summary,
        "tags": item.get("tags", [resource.name]),
        "parameters": copy.deepcopy(parameters),
        "responses": {"200": reply, **copy.deepcopy(errors)},
    }


def _resolved(document: JsonObject, parameter: JsonObject) -> JsonObject:
    name = str(parameter.get("$ref", "")).rpartition("/")[2]
    found: JsonObject = document["components"]["parameters"][name] if name else parameter
    return found


def _is_id(document: JsonObject, parameter: JsonObject) -> bool:
    return bool(_resolved(document, parameter).get("in") == "path")


def _pages(document: JsonObject, parameter: JsonObject) -> bool:
    return _resolved(document, parameter).get("name") in ("offset", "limit")
