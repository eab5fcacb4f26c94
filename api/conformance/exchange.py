"""The HTTP client of the suite: it keeps what was sent and what came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx
import orjson

from api.conformance.verdict import NotMet
from api.jsontypes import JsonObject, JsonValue

__all__ = ["Client", "Exchange", "Reply"]

_KEPT = 4000
"""Characters that are kept of a body."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply, as a report shows them."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int | None
    reply_headers: Mapping[str, str]
    reply_body: str
    told: bool = False
    """Whether what came was not what was expected."""


@dataclass(frozen=True)
class Reply:
    """A reply; what a check reads of it and is not there is a fault of the server."""

    request: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    @property
    def short(self) -> str:
        """Status and the beginning of the body."""
        return f"{self.status} {self.text[:200]}".strip()

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - as RFC 9110 has it

    @cached_property
    def json(self) -> JsonValue:
        """The body as JSON. Raises NotMet."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            raise NotMet(f"{self.request}: a JSON body", self.short) from None

    @property
    def object(self) -> JsonObject:
        """The body as a JSON object. Raises NotMet."""
        if not isinstance(self.json, dict):
            raise NotMet(f"{self.request}: a JSON object", self.short)
        return self.json

    @property
    def list(self) -> list[JsonObject]:
        """The body as an array of objects. Raises NotMet."""
        if not isinstance(self.json, list) or not all(isinstance(one, dict) for one in self.json):
            raise NotMet(f"{self.request}: a JSON array of objects", self.short)
        return self.json

    def header(self, name: str) -> str:
        """A header that must be there. Raises NotMet."""
        value: str | None = self.headers.get(name)
        if value is None:
            raise NotMet(f"{self.request}: the header {name}", f"{self.status} without it")
        return value


class Client:
    """Sends requests and remembers them.

    Args:
        transport: in place of the network.
        timeout: seconds that a reply may take.
    """

    def __init__(
        self, *, transport: httpx.BaseTransport | None = None, timeout: float = 20.0
    ) -> None:
        # no proxies: what is tested is the server that was named
        self._http = httpx.Client(transport=transport, timeout=timeout, trust_env=False)
        self._exchanges: list[Exchange] = []

    def __enter__(self) -> Self:
        """See `close`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """See `close`."""
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def take(self) -> tuple[Exchange, ...]:
        """What was exchanged since the last call."""
        taken = tuple(self._exchanges)
        self._exchanges.clear()
        return taken

    def tell(self) -> None:
        """The last reply was not as expected."""
        if self._exchanges:
            self._exchanges[-1] = replace(self._exchanges[-1], told=True)

    def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request. Raises NotMet where no reply comes."""
        request = self._http.build_request(
            method, url, content=content, headers=dict(headers or {})
        )
        name = f"{method} {request.url}"[:300]
        try:
            answer = self._http.send(request)
        except (httpx.HTTPError, httpx.StreamError) as error:
            self._keep(request, content, None)
            raise NotMet(f"{name}: a reply", f"{type(error).__name__}: {error}") from None
        self._keep(request, content, answer)
        return Reply(name, answer.status_code, answer.headers, answer.content)

    def _keep(
        self, request: httpx.Request, content: bytes | str | None, answer: httpx.Response | None
    ) -> None:
        sent = content.decode("utf-8", "replace") if isinstance(content, bytes) else content or ""
        hidden = {"host", "user-agent", "accept-encoding", "connection", "content-length"}
        self._exchanges.append(
            Exchange(
                method=request.method,
                url=str(request.url),
                request_headers={n: v for n, v in request.headers.items() if n not in hidden},
                request_body=_short(sent),
                status=answer.status_code if answer else None,
                reply_headers=dict(answer.headers) if answer else {},
                reply_body=_short(answer.text) if answer else "",
            )
        )


def _short(text: str) -> str:
    return text if len(text) <= _KEPT else f"{text[:_KEPT]}… ({len(text)} characters)"
