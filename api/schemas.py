"""The schemas that bodies name, as a running server has them: its folder's, and fetched ones.

Only addresses below the prefixes of the settings are fetched: without credentials, following
redirects only as far as those prefixes, within a size and a time, from public addresses (see
`api.events.guard`). What was fetched is kept for an hour, and longer while it cannot be fetched
anew; a failure is kept for some seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import httpx
import orjson

from api.clock import Clock
from api.errors import ApiError, BadRequest, Unavailable
from api.jsontypes import JsonObject
from api.schema.extension import LOCATION, BadSchema, Extensions, ExtensionSchemas, Unfetched, split
from api.schema.folder import read_folder
from api.schema.location import Prefixes
from api.settings import Settings

__all__ = ["LIMITS", "Limits", "Schemas"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    Attributes:
        size: of a schema.
        whole: for fetching one, from beginning to end.
        redirects: how many are followed.
        kept: how long a fetched schema is used before it is fetched anew.
        failed: how long a failure is remembered.
        most: schemas that are kept.
        request: schemas that are fetched for one request.
    """

    size: int = 256_000
    whole: float = 5.0
    redirects: int = 3
    kept: float = 3600.0
    failed: float = 10.0
    most: int = 200
    request: int = 10


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class _Failure:
    """What an error said. An error that was raised would hold all that led to it, bodies too."""

    kind: type[ApiError]
    reason: str
    message: str
    headers: Mapping[str, str]
    until: float

    def error(self) -> ApiError:
        return self.kind(self.reason, self.message, headers=self.headers)


class Schemas:
    """Reads the folder and fetches the rest.

    Args:
        settings: ``extension_schemas``, ``extension_base``, ``extension_prefixes``.
        clock: time.
        transport: makes the connections; in production a `api.events.guard.GuardedTransport`.
        limits: of what is fetched.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        transport: Callable[[], httpx.AsyncBaseTransport],
        limits: Limits = LIMITS,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport
        self._limits = limits
        self._client: httpx.AsyncClient | None = None
        self._until: dict[str, float] = {}
        self._failures: dict[str, _Failure] = {}
        # each is gone with the last request that uses or awaits it
        self._turns = WeakValueDictionary[str, asyncio.Lock]()
        self.extensions = Extensions(
            known=self._read(), prefixes=Prefixes(settings.extension_prefixes)
        )

    def _read(self) -> ExtensionSchemas:
        folder = self._settings.extension_schemas
        if folder is None:
            return ExtensionSchemas({})
        return read_folder(folder, self._settings.extension_base)

    def reload(self) -> int:
        """Reads the folder anew and forgets what was fetched; how many schemas there are.

        Raises SetupError, and then keeps what it had.
        """
        self.extensions.known = self._read()
        self.extensions.fetched = {}
        self._until.clear()
        self._failures.clear()
        return len(self.extensions.known)

    async def close(self) -> None:
        """Closes all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def ready(self, body: JsonObject) -> None:
        """Fetches the schemas that a body names, as far as they are not at hand. Raises ApiError.

        BadRequest where the client named what is no schema, Unavailable where nobody can tell now.
        """
        if self.extensions.prefixes:
            await self._fetch_all(self.extensions.fetchable(body))

    async def with_schemas(self, call: Callable[[], Awaitable[T]]) -> T:
        """What the call gives; schemas that it finds missing are fetched, and it is called again.

        The call must have changed nothing when it raises Unfetched.
        """
        for _ in range(self._limits.request):
            try:
                return await call()
            except Unfetched as missing:
                await self._fetch_all(missing.locations)
        return await call()

    async def _fetch_all(self, locations: frozenset[str]) -> None:
        now = self._clock.now()
        wanted = sorted(each for each in locations if self._until.get(each, 0.0) <= now)
        if len(wanted) > self._limits.request:
            raise BadRequest(
                f"{LOCATION}: the body names {len(wanted)} schemas that are not known yet",
                f"Name at most {self._limits.request} in one request.",
            )
        for location in wanted:
            turn = self._turns.setdefault(location, asyncio.Lock())
            async with turn:
                await self._fetch(location)

    async def _fetch(self, location: str) -> None:
        now = self._clock.now()
        if self._until.get(location, 0.0) > now:
            return
        failure = self._failures.get(location)
        if failure is None or failure.until <= now:
            try:
                self._keep(location, await self._schemas(location))
            except ApiError as error:
                failure = _Failure(
                    type(error),
                    error.reason,
                    error.message,
                    error.headers,
                    now + self._limits.failed,
                )
                self._failures = {**_fresh(self._failures, now), location: failure}
            else:
                return
        if location in self.extensions.fetched and issubclass(failure.kind, Unavailable):
            self._until[location] = now + self._limits.failed  # the old one, until it is there
            return
        raise failure.error()

    def _keep(self, location: str, schemas: ExtensionSchemas) -> None:
        fetched = {**self.extensions.fetched}
        fetched.pop(location, None)
        while len(fetched) >= self._limits.most:
            oldest = next(iter(fetched))
            del fetched[oldest]
            self._until.pop(oldest, None)
        self.extensions.fetched = {**fetched, location: schemas}
        self._until[location] = self._clock.now() + self._limits.kept

    async def _schemas(self, location: str) -> ExtensionSchemas:
        try:
            async with asyncio.timeout(self._limits.whole):
                text = await self._get(location)
        except TimeoutError:
            raise _unavailable(location, f"no answer within {self._limits.whole:g} s") from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise _unavailable(location, f"{type(error).__name__}: {error}"[:200]) from None
        except (httpx.InvalidURL, ValueError) as error:
            raise _useless(location, str(error)[:200]) from None
        try:
            schemas = ExtensionSchemas({location: orjson.loads(text)}, others=self.extensions.known)
            schemas.compile(location)
        except (orjson.JSONDecodeError, BadSchema) as error:
            raise _useless(location, f"is no JSON Schema that can be used: {error}") from None
        return schemas

    async def _get(self, location: str) -> bytes:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport(),
                headers={
                    "accept": "application/schema+json, application/json",
                    "accept-encoding": "identity",  # what comes is as large as it looks
                    "user-agent": "turnup",
                },
                follow_redirects=False,
                trust_env=False,
            )
        address = location
        for _ in range(self._limits.redirects + 1):
            async with self._client.stream("GET", address) as reply:
                if not reply.has_redirect_location:
                    return await self._text(location, reply)
                address = split(urljoin(address, reply.headers["location"]))[0]
            if not self.extensions.prefixes.allow(address):
                raise _useless(location, "redirects to an address that is not allowed")
        raise _useless(location, "redirects too often")

    async def _text(self, location: str, reply: httpx.Response) -> bytes:
        if reply.is_server_error or reply.status_code in (408, 425, 429):
            raise _unavailable(location, f"answers {reply.status_code}")
        if not reply.is_success:
            raise _useless(location, f"answers {reply.status_code}")
        text = bytearray()
        async for part in reply.aiter_raw():
            text += part
            if len(text) > self._limits.size:
                raise _useless(location, f"is larger than {self._limits.size} bytes")
        return bytes(text)


def _fresh(failures: dict[str, _Failure], now: float) -> dict[str, _Failure]:
    return {location: each for location, each in failures.items() if each.until > now}


def _unavailable(location: str, why: str) -> Unavailable:
    return Unavailable(
        f"{LOCATION}: {location} cannot be fetched now: {why}",
        "Send the request again later.",
        headers={"Retry-After": str(int(LIMITS.failed))},
    )


def _useless(location: str, why: str) -> BadRequest:
    return BadRequest(
        f"{LOCATION}: {location} {why}",
        "Name the address of a JSON Schema, or leave it out.",
    )
