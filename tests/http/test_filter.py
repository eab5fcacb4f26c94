"""``filter=`` (JSONPath) over HTTP, on both stores, and in a hub's query."""

from typing import Any

import httpx

SERVICES = "/tmf-api/serviceInventory/v4/service"
HUB = "/tmf-api/serviceInventory/v4/hub"

FOUND = {
    "$[?(@.name=='one' && @.state=='active')]": ["one"],
    "$[?(@.startDate>='2026-02-01T02:00:00+02:00' && @.startDate<'2026-03-01T00:00:00Z')]": ["two"],
    "$.note[?(@.author=='a' && @.text=='b')]": ["two"],
    "$[?(@.note.author=='a' && @.note.text=='b')]": ["one", "two"],
    "note[?(@.author=='a')]": ["one", "two"],
    "$[?(@.relatedParty[?(@.id=='p1' && @.role=='user')])]": ["one"],
    "$[?(@.relatedParty[?(@.id=='p1')] && !@.note)]": ["three"],
    "serviceCharacteristic[?(@.name=='speed' && @.value>50)]": ["two"],
    "$[?(@.name=~/^T/i)]": ["two", "three"],
    "$[?(@.note==null && @.endDate==null)]": ["three"],
}
REFUSED = {
    "$[?(@.name='one')]": (400, "'=' at position 11"),
    "$..name": (501, ".. at position 2"),
    "$[?(@.startDate=='soon')]": (400, "startDate"),
    "$[?(@.$where=='1')]": (400, "position 7"),
    f"$[?({'!' * 13}@.name)]": (400, "12 levels"),
}


def service(name: str, **more: Any) -> dict[str, Any]:
    specification = {"id": "any"}
    return {"name": name, "state": "active", "serviceSpecification": specification, **more}


def notes(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    date = "2026-01-01T00:00:00Z"
    return [{"author": author, "text": text, "date": date} for author, text in pairs]


def party(role: str) -> dict[str, str]:
    return {"id": "p1", "role": role, "@referredType": "Individual"}


def speed(value: int) -> list[dict[str, Any]]:
    return [{"name": "speed", "value": value}, {"name": "other", "value": 99}]


THREE = (
    service(
        "one",
        note=notes(("a", "x"), ("c", "b")),
        startDate="2026-01-01T00:00:00Z",
        relatedParty=[party("user")],
        serviceCharacteristic=speed(10),
    ),
    service(
        "two",
        note=notes(("a", "b")),
        startDate="2026-02-01T00:00:00Z",
        serviceCharacteristic=speed(100),
    ),
    service("three", relatedParty=[party("owner")]),
)


async def check(client: httpx.AsyncClient) -> None:
    for each in THREE:
        reply = await client.post(SERVICES, json=each)
        assert reply.status_code == 201, reply.text
    for path, names in FOUND.items():
        reply = await client.get(SERVICES, params={"filter": path})
        assert reply.status_code == 200, (path, reply.text)
        assert [one["name"] for one in reply.json()] == names, path
        assert reply.headers["x-total-count"] == str(len(names))
    for path, (status, reason) in REFUSED.items():
        reply = await client.get(SERVICES, params={"filter": path})
        assert (reply.status_code, reply.json()["@type"]) == (status, "Error"), path
        assert reason in reply.json()["reason"]


async def test_filters_on_sqlite(client: httpx.AsyncClient) -> None:
    """Real filters find what they say; what cannot be read or is lacking has an error body."""
    await check(client)
    both = "name=two&filter=$[?(@.state=='active'&&@.note)]&fields=name"
    reply = await client.get(f"{SERVICES}?{both}")
    assert [one["name"] for one in reply.json()] == ["two"]


async def test_a_hub_takes_filters(client: httpx.AsyncClient) -> None:
    """A subscription's query may be one; a wrong one is refused."""
    callback = "http://127.0.0.1:9009/listener"
    for query, status in (
        ("filter=$[?(@.event.service.note[?(@.author=='a')] && @.eventType=='X')]", 201),
        ("filter=$[?(@.event.service.note[?(@.author='a')])]", 400),
        ("filter=$..x", 501),
    ):
        reply = await client.post(HUB, json={"callback": callback, "query": query})
        assert reply.status_code == status, reply.text
