"""Faults that a server may have: each stands between the suite and a server that has none."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from api.conformance.receiver import Receiver

__all__ = ["BrokenReceiver", "Fault", "Faulty", "earlier"]

_TIMES = iter(range(3600, 0, -1))

Send = Callable[[httpx.Request], httpx.Response]
Fault = Callable[[httpx.Request, Send], httpx.Response]


class Faulty(httpx.BaseTransport):
    """The network, with a fault in it."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._network = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._fault(request, self._send)

    def _send(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        response = self._network.handle_request(request)
        response.read()
        return response

    def close(self) -> None:
        self._network.close()


class BrokenReceiver(Receiver):
    """What arrives at it is as if another server had sent it."""

    def __init__(self, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        super().__init__()
        self._edit = edit

    def take(self, target: str, media_type: str, raw: bytes) -> int:
        del media_type
        event = self._edit(json.loads(raw))
        return super().take(target.partition("?")[0], "text/plain", json.dumps(event).encode())


# building blocks


def answer(
    response: httpx.Response,
    *,
    status: int | None = None,
    body: Any = ...,
    without: tuple[str, ...] = (),
    **headers: str,
) -> httpx.Response:
    """A reply with something else in it."""
    kept = {n: v for n, v in response.headers.items() if n not in {"content-length", *without}}
    content = response.content if body is ... else json.dumps(body).encode()
    if body is None:
        content = b""
    return httpx.Response(
        status or response.status_code, headers={**kept, **headers}, content=content
    )


def asked(request: httpx.Request, **changes: Any) -> httpx.Request:
    """A request with something else in it."""
    headers = {n: v for n, v in request.headers.items() if n != "content-length"}
    given = {
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "content": request.content,
    }
    return httpx.Request(**{**given, **changes})


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def is_list(request: httpx.Request) -> bool:
    return request.method in ("GET", "HEAD") and bool(re.search(r"/v4/\w+$", request.url.path))


def is_hub(request: httpx.Request) -> bool:
    return "/hub" in request.url.path


# the faults


def ignores_queries(request: httpx.Request, send: Send) -> httpx.Response:
    """Lists are what they are, whatever is asked for."""
    return send(
        asked(request, url=request.url.copy_with(query=None)) if is_list(request) else request
    )


def finds_nothing(request: httpx.Request, send: Send) -> httpx.Response:
    """Every list is empty, and does not say of how many."""
    response = send(request)
    if is_list(request) and response.is_success:
        return answer(response, body=[], without=("x-total-count", "x-result-count", "link"))
    return response


def says_yes(request: httpx.Request, send: Send) -> httpx.Response:
    """Whatever is wrong is all right."""
    response = send(request)
    if 400 <= response.status_code < 500:
        status = {"POST": 201, "DELETE": 204}.get(request.method, 200)
        body = None if status == 204 else {"id": "yes", "callback": "yes"}
        return answer(response, status=status, body=body, without=("allow", "accept-patch"))
    return response


def talks_like_a_framework(request: httpx.Request, send: Send) -> httpx.Response:
    """Errors are 422 with a `detail`, or HTML with a stack trace."""
    response = send(request)
    if response.status_code == 405:
        return answer(response, status=404, body={"detail": "Not Found"}, without=("allow",))
    if 400 <= response.status_code < 500:
        detail = {"detail": [{"type": "missing"}], "trace": "Traceback (most recent call last)"}
        type_ = {"content-type": "text/plain"}
        return answer(response, status=422, body=detail, without=("accept-patch",), **type_)
    return response


def breaks_down(request: httpx.Request, send: Send) -> httpx.Response:
    """What it did not think of is a 500."""
    response = send(request)
    return answer(response, status=500) if 400 <= response.status_code < 500 else response


def changes_nothing(request: httpx.Request, send: Send) -> httpx.Response:
    """A PATCH is answered with what there is."""
    if request.method == "PATCH":
        return send(asked(request, method="GET", content=b""))
    return send(request)


def selects_nothing(request: httpx.Request, send: Send) -> httpx.Response:
    """`fields` is ignored."""
    kept = [(n, v) for n, v in request.url.params.multi_items() if n != "fields"]
    return send(asked(request, url=request.url.copy_with(params=kept)))


def has_no_headers(request: httpx.Request, send: Send) -> httpx.Response:
    """Replies are bare."""
    response = send(request)
    return httpx.Response(
        200 if response.status_code == 304 else response.status_code,
        headers={"content-type": "text/plain"},
        content=response.content,
    )


def forgets(request: httpx.Request, send: Send) -> httpx.Response:
    """Of what a create or a patch brings, only what must be there is kept."""
    body = _json(httpx.Response(200, content=request.content)) if request.content else None
    if request.method in ("POST", "PATCH") and isinstance(body, dict) and not is_hub(request):
        kept = {n: v for n, v in body.items() if n in ("state", "serviceSpecification")}
        return send(asked(request, content=json.dumps(kept).encode()))
    return send(request)


def deletes_nothing(request: httpx.Request, send: Send) -> httpx.Response:
    """A DELETE is said to be done."""
    if request.method == "DELETE":
        return httpx.Response(200, json={"deleted": True})
    return send(request)


def rewrites(request: httpx.Request, send: Send) -> httpx.Response:
    """Bodies come back with other ids, without types, with dates of its own."""
    response = send(request)
    body = _json(response)
    if not response.is_success or body is None:
        return response
    return answer(response, body=_rewritten(body), location="http://elsewhere.invalid/1")


def _rewritten(node: Any) -> Any:
    if isinstance(node, list):
        return [_rewritten(each) for each in node]
    if isinstance(node, dict):
        kept = {n: _rewritten(v) for n, v in node.items() if not n.startswith("@") and n != "href"}
        return {**kept, "empty": None} | ({"id": f"x{kept['id']}"} if "id" in kept else {})
    if isinstance(node, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", node):
        return node[:10]
    return node.upper() if isinstance(node, str) and "\u4e2d" in node else node


def misplaces(request: httpx.Request, send: Send) -> httpx.Response:
    """Href is relative, and leads nowhere."""
    response = send(request)
    text = re.sub(rb'"href":"http://[^"]*', b'"href":"/nowhere', response.content)
    made = httpx.Response(response.status_code, headers=response.headers, content=text)
    return answer(made)


def revises_nothing(request: httpx.Request, send: Send) -> httpx.Response:
    """Conditions on revisions, and keys of repeated creates, are ignored."""
    ignored = {"if-match", "if-none-match", "idempotency-key", "content-length"}
    headers = {n: v for n, v in request.headers.items() if n not in ignored}
    return answer(send(asked(request, headers=headers)), etag='"same"')


def never_the_same(request: httpx.Request, send: Send) -> httpx.Response:
    """Every reply has another ETag, and none is ever the present one."""
    response = send(request)
    if response.status_code in (304, 412):
        return answer(response, status=409, body={})
    if "if-match" in request.headers:
        return answer(response, status=412)
    return answer(response, etag=f'"{uuid.uuid4()}"')


def loses_registrations(request: httpx.Request, send: Send) -> httpx.Response:
    """A registration is answered, and not made; the same goes for what is done with it."""
    if is_hub(request) and request.method == "POST":
        return httpx.Response(200, json={"id": "1", "callback": "http://other.invalid"})
    if is_hub(request):
        return httpx.Response(200, json=[])
    return send(request)


def tells_everybody(request: httpx.Request, send: Send) -> httpx.Response:
    """Queries of registrations are dropped; what is removed goes on."""
    if is_hub(request) and request.method == "DELETE" and "no-such" not in request.url.path:
        return httpx.Response(204)
    body = _json(httpx.Response(200, content=request.content)) if request.content else None
    if is_hub(request) and request.method == "POST" and isinstance(body, dict) and "query" in body:
        tag = abs(hash(str(body["query"]))) % 10_000  # or it would be the same pair again
        content = json.dumps({"callback": str(body.get("callback")), "query": f"domain.ne=x{tag}"})
        return send(asked(request, content=content.encode()))
    return send(request)


def says_207(request: httpx.Request, send: Send) -> httpx.Response:
    """Lists and creates have a status that nobody expects."""
    response = send(request)
    created = request.method == "POST" and response.status_code == 201 and not is_hub(request)
    return answer(response, status=207) if created or is_list(request) else response


def types_wrongly(request: httpx.Request, send: Send) -> httpx.Response:
    """Names are numbers when they are read or changed."""
    response = send(request)
    body = _json(response)
    read = request.method in ("GET", "PATCH") and response.is_success and isinstance(body, dict)
    return answer(response, body={**body, "name": 7}) if read else response


def renames(request: httpx.Request, send: Send) -> httpx.Response:
    """Every read gives another id."""
    response = send(request)
    body = _json(response)
    read = request.method == "GET" and response.is_success and isinstance(body, dict)
    return answer(response, body={**body, "id": str(uuid.uuid4())}) if read else response


def begins_anew(request: httpx.Request, send: Send) -> httpx.Response:
    """Every page of a list is its first."""
    kept = [(n, v) for n, v in request.url.params.multi_items() if n != "offset"]
    return send(asked(request, url=request.url.copy_with(params=kept)))


def creates_by_wish(request: httpx.Request, send: Send) -> httpx.Response:
    """A client's id and href are taken over; otherwise all that is created is the same."""
    response = send(request)
    if request.method == "POST" and response.status_code == 201 and not is_hub(request):
        sent = json.loads(request.content)
        wish = {"id": sent.get("id", "1"), "href": sent.get("href", "1")}
        return answer(response, body={**_json(response), **wish})
    return response


def takes_all_over(request: httpx.Request, send: Send) -> httpx.Response:
    """What a client sends stands in the reply, also what is the server's own."""
    response = send(request)
    if request.method == "POST" and response.status_code == 201 and not is_hub(request):
        return answer(response, body={**_json(response), **json.loads(request.content)})
    return response


def earlier() -> str:
    """A time that lies before the one that was given last."""
    at = next(_TIMES)
    return f"2026-01-01T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000Z"


def wants_more(request: httpx.Request, send: Send) -> httpx.Response:
    """A create without an attribute that the document does not require is refused."""
    if request.method == "POST" and not is_hub(request):
        body = _json(httpx.Response(200, content=request.content))
        if (isinstance(body, dict) and "hasStarted" not in body) or b"fibre" in request.content:
            error = {"code": "400", "reason": "hasStarted is missing"}
            return httpx.Response(400, json=error)
    return send(request)


def pages_partly(request: httpx.Request, send: Send) -> httpx.Response:
    """The whole of a list is said to be a part of it."""
    response = send(request)
    whole = is_list(request) and "limit=100" in str(request.url)
    return answer(response, status=206) if whole else response
