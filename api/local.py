"""The client of an API that is served by this very process: commands called directly."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson

from api.client import Reply
from api.commands import Accepted, Commands
from api.declare import ViewMaker
from api.dry_run import DryRun
from api.errors import NotFound
from api.jsontypes import JsonObject
from api.patch import Patch
from api.query.tree import And, Compare, Kind, Op
from api.store.document import Document

__all__ = ["LocalClient"]

_PAGE: Final = 500
"""Resources read at once."""


class LocalClient:
    """See `api.client.Client`.

    Args:
        commands: gives the commands of a resource of the API by its name.
        views: gives the maker of a view by the names of resource and view.
        dry_runs: gives the dry runs of a resource by its name.
    """

    def __init__(
        self,
        commands: Callable[[str], Commands],
        views: Callable[[str, str], ViewMaker | None] = lambda *_: None,
        dry_runs: Callable[[str], DryRun | None] = lambda _: None,
    ) -> None:
        self._commands = commands
        self._views = views
        self._dry_runs = dry_runs

    async def create(self, resource: str, body: JsonObject, *, key: str) -> Reply:
        """See `Client.create`."""
        # a copy, through JSON as over HTTP: commands may modify what they are given
        own: JsonObject = orjson.loads(orjson.dumps(body))
        return _reply(await self._commands(resource).create(own, key=key, internal=True), 201)

    async def get(self, resource: str, id_: str) -> JsonObject | None:
        """See `Client.get`."""
        found = await self.read(resource, id_)
        return None if found is None else found.body

    async def find(self, resource: str, where: Mapping[str, str]) -> list[JsonObject]:
        """See `Client.find`."""
        commands = self._commands(resource)
        terms = tuple(
            Compare(tuple(path.split(".")), Op.EQ, value, Kind.STRING)
            for path, value in where.items()
        )
        query = terms[0] if len(terms) == 1 else And(terms)
        found: list[JsonObject] = []
        while True:
            page = await commands.store.find(
                commands.resource.collection, query, offset=len(found), limit=_PAGE
            )
            found += [each.body.data for each in page]
            if len(page) < _PAGE:
                return found

    async def read(self, resource: str, id_: str) -> Reply | None:
        """See `Client.read`."""
        try:
            document = await self._commands(resource).get(id_)
        except NotFound:
            return None
        return _reply(document, 200)

    async def view(self, resource: str, id_: str, name: str) -> JsonObject | None:
        """See `Client.view`."""
        make = self._views(resource, name)
        if make is None:
            return None
        try:
            return await make(await self._commands(resource).get(id_))
        except NotFound:
            return None

    async def dry_create(self, resource: str, body: JsonObject) -> JsonObject | None:
        """See `Client.dry_create`."""
        dry_run = self._dry_runs(resource)
        own: JsonObject = orjson.loads(orjson.dumps(body))
        return None if dry_run is None else await dry_run.create(own, internal=True)

    async def dry_patch(self, resource: str, id_: str, changes: JsonObject) -> JsonObject | None:
        """See `Client.dry_patch`."""
        dry_run = self._dry_runs(resource)
        own: JsonObject = orjson.loads(orjson.dumps(changes))
        return None if dry_run is None else await dry_run.patch(id_, Patch(own), internal=True)

    async def patch(
        self,
        resource: str,
        id_: str,
        changes: JsonObject,
        *,
        key: str,
        if_match: str | None = None,
    ) -> Reply:
        """See `Client.patch`."""
        own: JsonObject = orjson.loads(orjson.dumps(changes))
        tags = None if if_match is None else (if_match.strip('"'),)
        commands = self._commands(resource)
        changed = await commands.patch(id_, own, if_match=tags, key=key, internal=True)
        return _reply(changed, 200)

    async def delete(self, resource: str, id_: str, *, key: str) -> Reply | None:
        """See `Client.delete`."""
        try:
            accepted = await self._commands(resource).delete(id_, key=key)
        except NotFound:
            return None
        return None if accepted is None else _reply(accepted, 204)


def _reply(outcome: Document | Accepted, done: int) -> Reply:
    if isinstance(outcome, Accepted):
        monitor = outcome.document
        return Reply(202, monitor.body.data, {"monitorId": monitor.id})
    return Reply(done, outcome.body.data, {"ETag": f'"{outcome.tag}"'})
