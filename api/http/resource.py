"""The endpoints of one resource: list, create, retrieve, update, delete."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

import orjson

from api.addresses import as_stored, by_id, completed
from api.commands import Accepted, Commands
from api.declare import Resource
from api.dry_run import DryRun
from api.errors import BadRequest, UnsupportedMedia
from api.http.once import idempotency_key
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.params import Fields, Params
from api.http.preconditions import Preconditions, etag
from api.http.reply import Reply
from api.http.request import Request
from api.idempotency import Idempotency
from api.jsontypes import JsonObject, JsonValue
from api.patch import PATCH_TYPES, Patch, without_href
from api.query.parse import parse_query
from api.query.tree import EVERYTHING, Node
from api.schemas import Schemas
from api.store.document import Body, Document
from api.wire import render, render_array, select

__all__ = ["ResourceEndpoints"]

_CREATE_TYPES = ("application/json",)


@dataclass(frozen=True, slots=True)
class ResourceEndpoints:
    """What HTTP does with one resource.

    Attributes:
        commands: of the resource.
        path: of its collection, base path included.
        monitor_path: where the monitors of accepted requests are.
        monitor: what they are; None: none is accepted.
        origin: makes the beginning of hrefs.
        once: knows the keys of creates that clients may repeat.
        schemas: fetches those that bodies name.
        paging: makes the replies of lists.
        dry_run: tells what requests would come to; None: that is not offered.
    """

    commands: Commands
    path: str
    monitor_path: str
    monitor: Resource | None
    origin: Origin
    once: Idempotency
    schemas: Schemas
    paging: Paging = field(default_factory=Paging)
    dry_run: DryRun | None = None

    async def list(self, request: Request) -> Reply:
        """GET of the collection."""
        params = Params(request.query)
        page = await self.commands.page(
            self._query(request) if request.query else EVERYTHING,
            sort=params.sort,
            offset=params.offset,
            limit=params.limit,
        )
        prefix = self._prefix(request)
        fields = params.fields
        documents: Sequence[Document] = page.documents
        if self.commands.resource.addresses:
            documents = [self._whole(request, each) for each in documents]
        if fields is None:
            array = render_array(documents, prefix)
        else:
            array = b"[%b]" % b",".join([self._render(each, prefix, fields) for each in documents])
        address = prefix[:-1].decode()
        return self.paging.reply(
            array,
            len(documents),
            page.total,
            address=address,
            query=request.query,
            params=params,
        )

    async def create(self, request: Request) -> Reply:
        """POST to the collection."""
        params = Params(request.query)
        fields, dry_run = params.fields, self._asked(params)
        body = _object(await request.json(_CREATE_TYPES))
        key = idempotency_key(request)
        await self.schemas.ready(body)
        if dry_run is not None:
            return Reply(HTTPStatus.OK, orjson.dumps(await dry_run.create(body)))
        if key is None:
            outcome = await self.commands.create(body)
            return self._outcome(request, outcome, HTTPStatus.CREATED, fields)
        answer = await self.once.create(self.commands, key, body)
        if answer.accepted:
            return self._accepted(request, answer.document)
        return self._one(request, answer.document, HTTPStatus.CREATED, fields)

    async def retrieve(self, request: Request, id_: str) -> Reply:
        """GET of one."""
        fields = Params(request.query).fields
        document = await self.commands.get(id_)
        wanted = Preconditions.of(request)
        self.commands.check_revision(document, wanted.match)
        if wanted.known(document.tag):
            return Reply(HTTPStatus.NOT_MODIFIED, headers=(("ETag", etag(document)),))
        return self._one(request, document, HTTPStatus.OK, fields)

    async def update(self, request: Request, id_: str) -> Reply:
        """PATCH of one."""
        params = Params(request.query)
        fields, dry_run = params.fields, self._asked(params)
        try:
            document = await request.json(PATCH_TYPES)
        except UnsupportedMedia as error:
            error.headers["Accept-Patch"] = ", ".join(PATCH_TYPES)  # RFC 5789, 2.2
            raise
        own = without_href(document, id_, partial(self._is_href, id_))
        patch = Patch(own, request.media_type, sent=document)
        if_match = Preconditions.of(request).any_of
        if dry_run is not None:
            told = await self.schemas.with_schemas(lambda: dry_run.patch(id_, patch, if_match))
            return Reply(HTTPStatus.OK, orjson.dumps(told))
        outcome = await self.schemas.with_schemas(
            lambda: self.commands.patch(id_, patch, if_match=if_match)
        )
        return self._outcome(request, outcome, HTTPStatus.OK, fields)

    async def delete(self, request: Request, id_: str) -> Reply:
        """DELETE of one."""
        if Params(request.query).dry_run:
            raise _no_dry_run("DELETE")
        outcome = await self.commands.delete(id_, if_match=Preconditions.of(request).any_of)
        if outcome is None:
            return Reply(HTTPStatus.NO_CONTENT)
        return self._outcome(request, outcome, HTTPStatus.NO_CONTENT, None)

    def _asked(self, params: Params) -> DryRun | None:
        """The dry runs where one is asked for. Raises BadRequest where there are none."""
        if not params.dry_run:
            return None
        if self.dry_run is None:
            raise _no_dry_run(self.commands.resource.name)
        return self.dry_run

    def _is_href(self, id_: str, value: JsonValue) -> bool:
        """Whether it is the resource's, by whichever name or base path its client calls the server.

        So only the end of it counts.
        """
        return isinstance(value, str) and value.endswith(f"/{self.commands.resource.name}/{id_}")

    def _outcome(
        self,
        request: Request,
        outcome: Document | Accepted,
        status: HTTPStatus,
        fields: Fields | None,
    ) -> Reply:
        if isinstance(outcome, Accepted):
            return self._accepted(request, outcome.document)
        return self._one(request, outcome, status, fields)

    def _accepted(self, request: Request, monitor: Document) -> Reply:
        prefix = f"{self.origin.of(request)}{self.monitor_path}/"
        monitor = self._whole(request, monitor, self.monitor)
        body = render(monitor.body, monitor.id, prefix.encode())
        headers = (("Location", prefix + monitor.id), ("monitorId", monitor.id))
        return Reply(HTTPStatus.ACCEPTED, body, headers)

    def _one(
        self, request: Request, document: Document, status: HTTPStatus, fields: Fields | None
    ) -> Reply:
        prefix = self._prefix(request)
        body = self._render(self._whole(request, document), prefix, fields)
        tag = ("ETag", etag(document))
        if status is HTTPStatus.CREATED:
            location = ("Location", prefix.decode() + document.id)
            return Reply(status, body, (location, tag))
        return Reply(status, body, (tag,))

    def _query(self, request: Request) -> Node:
        resource = self.commands.resource
        parsed = parse_query(request.query, self.commands.schema.kinds, tilde=True)
        query = by_id(parsed, resource.name)
        paths = resource.addresses
        return as_stored(query, paths, self.origin.of(request)) if paths else query

    def _whole(
        self, request: Request, document: Document, resource: Resource | None = None
    ) -> Document:
        """The document with whole addresses in its body."""
        paths = (resource or self.commands.resource).addresses
        if not paths:
            return document
        body = completed(document.body.data, paths, self.origin.of(request))
        return replace(document, body=Body(data=body))

    def _prefix(self, request: Request) -> bytes:
        """What hrefs begin with: all but the id."""
        return f"{self.origin.of(request)}{self.path}/".encode()

    @staticmethod
    def _render(document: Document, prefix: bytes, fields: Fields | None) -> bytes:
        if fields is None:
            return render(document.body, document.id, prefix)
        href = prefix.decode() + document.id
        return orjson.dumps(select({**document.body.data, "href": href}, fields))


def _no_dry_run(what: str) -> BadRequest:
    return BadRequest(f"dryRun: {what} has no dry run", "Leave dryRun out; nothing was done.")


def _object(body: object) -> JsonObject:
    if not isinstance(body, dict):
        raise BadRequest("the body is not a JSON object", "Send one JSON object.")
    return body
