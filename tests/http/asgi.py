"""Requests made by hand, for parts that are tested without a server."""

from starlette.types import Message

from api.http.request import Request


def request(
    method: str = "GET",
    path: str = "/",
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    chunks: tuple[bytes, ...] = (b"",),
    client: str | None = "203.0.113.9",
    scheme: str = "http",
    max_body: int = 100,
    breaks_off: bool = False,
) -> Request:
    """A request whose body comes in those chunks; then the client may go away in the middle."""
    left = list(chunks)

    async def receive() -> Message:
        if breaks_off and not left:
            return {"type": "http.disconnect"}
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": breaks_off or bool(left)}

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "scheme": scheme,
        "query_string": query.encode(),
        "headers": [(n.lower().encode(), v.encode()) for n, v in (headers or {}).items()],
        "client": (client, 40000) if client is not None else None,
    }
    return Request(scope, receive, max_body)
