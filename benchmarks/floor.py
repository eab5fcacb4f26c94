"""The least that a server could do: a bare Starlette application around the same store calls.

It takes a body as it is, writes it with one event, and gives back what the store gives: no
validation, no href, no headers but the content type.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.clock import SystemClock
from api.store import open_store
from api.store.document import Body, Document, NewEvent
from api.store.protocol import Collection
from tmf641_service_ordering.resources import API

clock = SystemClock()
store = open_store(os.environ.get("FLOOR_DATABASE", "sqlite:///:memory:"), clock)
resource = API.resources[0]
collection = Collection(resource.collection, resource.indexes)


async def create(request: Request) -> Response:
    """Writes the body as it came."""
    raw = await request.body()
    id_ = clock.new_id()
    document = Document(id=id_, body=Body(raw=raw), created=int(clock.now() * 1e6))
    event = NewEvent(
        id=clock.new_id(),
        type="ServiceOrderCreateEvent",
        api="tmf641",
        resource="serviceOrder",
        resource_id=id_,
        time="2026-01-01T00:00:00.000Z",
    )
    await store.insert(collection.name, document, [event])
    return Response(raw, 201, {"Location": f"/order/{id_}"}, media_type="application/json")


async def get(request: Request) -> Response:
    """Gives the body as it is stored."""
    document = await store.get(collection.name, request.path_params["id"])
    if document is None:
        return Response(status_code=404)
    return Response(document.body.raw, media_type="application/json")


async def page(_request: Request) -> Response:
    """Gives twenty bodies as they are stored."""
    found = await store.page(collection.name, limit=20)
    bodies = b",".join([each.body.raw for each in found.documents])
    headers = {"X-Total-Count": str(found.total)}
    return Response(b"[" + bodies + b"]", headers=headers, media_type="application/json")


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Opens and closes the store."""
    await store.open([collection])
    yield
    await store.close()


app = Starlette(
    routes=[
        Route("/order", create, methods=["POST"]),
        Route("/order", page, methods=["GET"]),
        Route("/order/{id}", get, methods=["GET"]),
    ],
    lifespan=lifespan,
)
