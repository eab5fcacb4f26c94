"""The event log over HTTP: as a list, one by one, and as a stream."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jsonschema_rs
import pytest
from starlette.types import ASGIApp, Message

from api.app import Server, create_app
from api.http.event_log import load_event_log
from api.http.openapi import handed_out
from tests.patience import PATIENCE
from tests.server import ServerProcess

EVENTS = "/tmf-api/eventManagement/v4/event"
SERVICE = "/tmf-api/serviceInventory/v4/service"
BODY = {"serviceSpecification": {"id": "line"}, "state": "designed"}
POSITION = "Turnup-Event-Position"
STREAM = {"Accept": "text/event-stream"}


async def make(client: httpx.AsyncClient, *names: str) -> list[str]:
    """Services, each with a create event and one that tells that it is active; their ids."""
    ids = []
    before = await total(client)
    for name in names:
        made = await client.post(SERVICE, json={**BODY, "name": name})
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    for id_ in ids:
        changed = await client.patch(f"{SERVICE}/{id_}", json={"state": "reserved"})
        assert changed.status_code == 200, changed.text
    async with asyncio.timeout(PATIENCE):  # on MongoDB events need a moment to get to the log
        while await total(client) < before + 2 * len(names):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return ids


async def total(client: httpx.AsyncClient) -> int:
    """How many events there are."""
    return int((await client.head(EVENTS)).headers["X-Total-Count"])


async def listed(client: httpx.AsyncClient, query: str = "") -> httpx.Response:
    answer = await client.get(f"{EVENTS}?{query}")
    assert answer.status_code == 200, answer.text
    return answer


def positions(answer: httpx.Response) -> list[int]:
    return [each["position"] for each in answer.json()]


async def test_every_event_is_listed_in_order(client: httpx.AsyncClient) -> None:
    """As it is posted to subscribers, with what TMF688 adds; valid by the document handed out."""
    first, second = await make(client, "a", "b")
    answer = await listed(client)
    found = answer.json()
    assert positions(answer) == [1, 2, 3, 4]
    assert [each["eventType"] for each in found] == [
        *["ServiceCreateEvent"] * 2,
        *["ServiceStateChangeEvent"] * 2,
    ]
    one = found[2]
    base = str(client.base_url)
    assert one["id"] == one["eventId"]
    assert one["href"] == f"{base}{EVENTS}/{one['id']}"
    assert one["event"]["service"]["state"] == "reserved"
    assert one["event"]["service"]["href"] == f"{base}{SERVICE}/{first}"
    assert one["source"]["id"] == one["correlationId"] == first
    assert (one["source"]["@referredType"], one["domain"]) == ("Service", "TMF638")
    assert found[3]["source"]["id"] == second
    assert one["sequence"] > found[0]["sequence"]
    headers = answer.headers
    assert (headers["X-Total-Count"], headers["X-Result-Count"]) == ("4", "4")
    assert (headers[POSITION], headers.get("Link")) == ("4", None)
    again = await client.get(one["href"])
    assert again.json() == one
    document = handed_out(load_event_log())
    schema = {"$ref": "#/components/schemas/Event", "components": document["components"]}
    for each in found:
        jsonschema_rs.validate(schema, each)


async def test_a_reader_goes_on_where_it_was_while_events_come(client: httpx.AsyncClient) -> None:
    """Following next gives each event once, although others are written between the pages."""
    await make(client, "a", "b", "c")
    seen: list[int] = []
    query: str | None = "limit=2"
    while query is not None:
        answer = await listed(client, query)
        seen += positions(answer)
        if len(seen) < 7:
            await make(client, "more")
        link = answer.headers.get("Link")
        query = link.partition("?")[2].partition(">")[0] if link else None
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == 12
    later = await listed(client, f"after={answer.headers[POSITION]}")
    assert (later.json(), later.headers["X-Result-Count"]) == ([], "0")
    assert later.headers["X-Total-Count"] == "12"


async def test_offset_and_limit(client: httpx.AsyncClient) -> None:
    """As in other lists, also where a filter leaves events out."""
    await make(client, "a", "b", "c")
    assert positions(await listed(client, "offset=4&limit=1")) == [5]
    assert positions(await listed(client, "offset=9")) == []
    none = await listed(client, "limit=0")
    assert (positions(none), none.headers["X-Total-Count"]) == ([], "6")
    assert "Link" not in none.headers, "it would lead to itself"
    state = "eventType=ServiceStateChangeEvent"
    assert positions(await listed(client, f"{state}&offset=1&limit=1")) == [5]
    assert positions(await listed(client, f"{state}&offset=1&after=4")) == [6]


async def test_filters(client: httpx.AsyncClient, server: Server) -> None:
    """The language of lists and hubs, over the event."""
    (first, _) = await make(client, "a", "b")
    found = (await listed(client)).json()

    async def which(query: str) -> list[int]:
        return positions(await listed(client, query))

    assert await which("eventType=ServiceCreateEvent") == [1, 2]
    assert await which("event.service.state=reserved") == [3, 4]
    assert await which(f"event.service.id={first}&eventType.ne=ServiceCreateEvent") == [3]
    assert await which("domain=TMF638") == [1, 2, 3, 4]
    assert await which("domain=TMF641") == []
    assert await which("eventType=ServiceCreateEvent;event.service.name=b") == [1, 2, 4]
    time = found[1]["eventTime"]
    earlier = [each["position"] for each in found if each["eventTime"] <= time]
    assert await which(f"eventTime.gt={time}") == [n for n in (1, 2, 3, 4) if n not in earlier]
    assert await which(f"eventTime.lte={time}") == earlier
    assert await which("eventTime.gt=2020-01-01T00:00:00Z&eventType=ServiceCreateEvent") == [1, 2]
    for first_date in ("0001-01-01T00:00:00Z", "0000-01-01T00:00:00%2B14:00"):
        assert await which(f"eventTime.gt={first_date}") == [1, 2, 3, 4]
    assert await which("eventTime.gt=9999-12-31T23:59:59-14:00") == []
    total = await listed(client, "eventType=ServiceCreateEvent&limit=10")
    assert total.headers["X-Total-Count"] == "2"
    part = await listed(client, "eventType=ServiceCreateEvent&limit=1")
    assert "X-Total-Count" not in part.headers, "not known without reading on"
    assert "eventType=ServiceCreateEvent&after=1&limit=1" in part.headers["Link"]


async def test_fields(client: httpx.AsyncClient) -> None:
    """Attributes of the event, and of the resource in it."""
    await make(client, "a")
    kept = {"id", "href", "@type", "@baseType"}
    (one,) = (await listed(client, "fields=eventType,event.service.name&limit=1")).json()
    assert one.keys() == {*kept, "eventType", "event"}
    assert one["event"]["service"] == {"name": "a"}
    bare = await client.get(f"{one['href']}?fields=none")
    assert bare.json().keys() == kept


async def test_what_is_gone_is_410(client: httpx.AsyncClient, server: Server) -> None:
    """The error names the oldest position; a list from the beginning begins there."""
    await make(client, "a", "b", "c")
    (oldest, *_) = (await listed(client)).json()
    await server.store.prune_log(3, 100)
    answer = await client.get(f"{EVENTS}?after=2")
    assert answer.status_code == 410
    assert "the position 4: go on after 3" in answer.json()["message"]
    assert (await client.get(oldest["href"])).status_code == 404
    rest = await listed(client)
    assert (positions(rest), rest.headers["X-Total-Count"]) == ([4, 5, 6], "3")
    assert positions(await listed(client, "offset=1")) == [5, 6]
    stream = await client.get(EVENTS, headers={**STREAM, "Last-Event-ID": "1"})
    assert (stream.status_code, stream.json()["code"]) == (410, "410")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("after=x", 400),
        ("after=99", 400),
        ("after=9223372036854775808", 400),
        ("after=99999999999999999999999", 400),
        ("limit=-1", 400),
        ("sort=-eventTime", 400),
        ("eventTime.gt=yesterday", 400),
        ("eventType.regex=(", 400),
    ],
)
async def test_bad_queries(client: httpx.AsyncClient, query: str, status: int) -> None:
    """Each has a TMF error; for a stream too, before it begins."""
    for headers in ({}, STREAM) if "sort" not in query and "limit" not in query else ({},):
        answer = await client.get(f"{EVENTS}?{query}", headers=headers)
        assert (answer.status_code, answer.json()["@type"]) == (status, "Error"), answer.text


@pytest.mark.parametrize("position", ["9223372036854775808", "9" * 23, "9" * 5000, "x"])
async def test_bad_last_event_ids(client: httpx.AsyncClient, position: str) -> None:
    """A position that no log has is told as one past the end, however large it is."""
    answer = await client.get(EVENTS, headers={**STREAM, "Last-Event-ID": position})
    assert answer.status_code == 400, answer.text
    assert ("past the end" in answer.json()["reason"]) is (position != "x")


async def test_methods(client: httpx.AsyncClient) -> None:
    """HEAD and OPTIONS are answered, what is not offered is refused with Allow."""
    (one,) = await make(client, "a")
    head = await client.head(EVENTS)
    assert (head.status_code, head.headers["X-Total-Count"]) == (200, "2")
    assert (await client.head(EVENTS, headers=STREAM)).status_code == 200
    options = await client.options(EVENTS)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    for method, path in (("POST", EVENTS), ("DELETE", f"{EVENTS}/{one}")):
        refused = await client.request(method, path, json={}, headers=STREAM)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (await client.get(f"{EVENTS}/{one}")).status_code == 404
    assert (await client.get(EVENTS, headers={"Accept": "text/html"})).status_code == 406


async def test_the_document_and_other_base_paths(client: httpx.AsyncClient) -> None:
    """It is handed out and linked like those of the other APIs."""
    base = EVENTS.removesuffix("/event")
    document = (await client.get(f"{base}/openapi.json")).json()
    assert document["paths"].keys() == {"/event", "/event/{id}"}
    assert (await client.get(f"{base}/docs")).status_code == 200
    assert f"{base}/docs" in (await client.get("/docs")).text
    assert (await client.get("/tmf-api/event/v4/event")).json() == []


# -- streams


class Reader:
    """A client of a stream in this process, that takes what comes as long as it wants to."""

    def __init__(self, app: ASGIApp, query: str = "", **headers: str) -> None:
        self.status = 0
        self.text = ""
        self.willing = asyncio.Event()
        self.willing.set()
        self._gone = asyncio.Event()
        self._came = asyncio.Event()
        fields = {**STREAM, **{k.replace("_", "-"): v for k, v in headers.items()}}
        scope = {
            "type": "http",
            "method": "GET",
            "path": EVENTS,
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(n.lower().encode(), v.encode()) for n, v in fields.items()],
            "client": None,
        }
        self._asked = False
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.willing.wait()
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        self._came.set()

    def leave(self) -> None:
        self._gone.set()

    async def until(self, count: int) -> list[dict[str, Any]]:
        """The first events, once there are so many."""
        async with asyncio.timeout(PATIENCE):
            while len(found := list(self.events())) < count:
                self._came.clear()
                await self._came.wait()
        return found

    def events(self) -> Iterator[dict[str, Any]]:
        for block in self.text.split("\n\n")[:-1]:
            fields = dict(line.partition(": ")[::2] for line in block.split("\n"))
            if "data" in fields:
                data = json.loads(fields["data"])
                assert fields["id"] == str(data["position"])
                assert fields["event"] == data["eventType"]
                yield data


@asynccontextmanager
async def reading(server: Server, query: str = "", **headers: str) -> AsyncIterator[Reader]:
    reader = Reader(create_app(server), query, **headers)
    yield reader
    reader.leave()
    reader.willing.set()
    async with asyncio.timeout(PATIENCE):
        await reader.task


async def opened(server: Server, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(server.streams) != count:  # noqa: ASYNC110 - other tasks act
            await asyncio.sleep(0.01)


async def test_a_stream_brings_events_as_they_come(
    client: httpx.AsyncClient, server: Server
) -> None:
    """From now on, or behind a position, or behind the last that was seen; the same as in lists."""
    await make(client, "old")
    async with (
        reading(server) as now,
        reading(server, "after=1") as behind,
        reading(server, "after=0", Last_Event_ID="2") as back,
        reading(server, "eventType=ServiceStateChangeEvent&after=0") as some,
    ):
        await opened(server, 4)
        await make(client, "new")
        assert [each["position"] for each in await now.until(2)] == [3, 4]
        assert [each["position"] for each in await behind.until(3)] == [2, 3, 4]
        assert [each["position"] for each in await back.until(2)] == [3, 4]
        assert [each["position"] for each in await some.until(2)] == [2, 4]
        assert await behind.until(3) == (await listed(client, "after=1")).json()
    assert len(server.streams) == 0


async def test_a_slow_reader_is_waited_for_and_delays_nobody(
    client: httpx.AsyncClient, server: Server
) -> None:
    """It holds a bounded number of events, and gets every one in the end."""
    async with reading(server) as slow, reading(server) as quick:
        await opened(server, 2)
        slow.willing.clear()
        names = [f"s{number}" for number in range(150)]
        await make(client, *names)
        assert len(await quick.until(300)) == 300
        (stream,) = [each for each in server.streams._streams if each._waiting]
        assert len(stream._waiting) <= 100
        assert list(slow.events()) == []
        slow.willing.set()
        assert [each["position"] for each in await slow.until(300)] == list(range(1, 301))


async def test_a_reader_too_slow_for_the_retention_is_let_go(
    client: httpx.AsyncClient, server: Server
) -> None:
    """Its stream ends without a gap passing for the whole, and its next try is told why."""
    async with reading(server) as slow:
        await opened(server, 1)
        slow.willing.clear()
        await make(client, *[f"s{number}" for number in range(150)])
        await server.store.prune_log(280, 1000)
        slow.willing.set()
        async with asyncio.timeout(PATIENCE):
            await slow.task
        seen = [each["position"] for each in slow.events()]
        assert seen == list(range(1, len(seen) + 1))
        assert 0 < len(seen) < 280
    again = await client.get(EVENTS, headers={**STREAM, "Last-Event-ID": str(seen[-1])})
    assert again.status_code == 410


async def test_streams_end_with_the_server(client: httpx.AsyncClient, server: Server) -> None:
    """At once, and further ones are refused."""
    async with reading(server) as one:
        await opened(server, 1)
        server.streams.end()
        async with asyncio.timeout(PATIENCE):
            await one.task
    refused = await client.get(EVENTS, headers=STREAM)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")


def test_a_stream_over_a_socket(served: ServerProcess) -> None:
    """A real client gets events as they happen, compressed or not, and SIGTERM ends its stream."""
    with httpx.Client(base_url=served.url, timeout=20) as client:
        assert client.post(SERVICE, json={**BODY, "name": "a"}).status_code == 201
        with client.stream("GET", f"{EVENTS}?after=0", headers=STREAM) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            assert "Content-Encoding" not in answer.headers
            lines = answer.iter_lines()
            assert next(lines).startswith("retry: ")
            first = [next(lines) for _ in range(4)]
            assert first[:3] == ["", "id: 1", "event: ServiceCreateEvent"]
            assert json.loads(first[3].removeprefix("data: "))["event"]["service"]["name"] == "a"
            ending = threading.Thread(target=served.terminate)
            ending.start()
            assert list(lines) == [""]
            ending.join(2)
            assert not ending.is_alive(), "it waits for the stream until it is cut off"
