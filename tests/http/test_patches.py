"""PATCH with all four media types, on every resource that has it."""

import json
from typing import Any

import httpx
import orjson
import pytest

from api.errors import BadRequest, TooLarge
from api.patch import JSON_PATCH, JSON_PATCH_QUERY, MERGE_PATCH, PATCH_TYPES
from api.schema.hygiene import MAX_SIZE, check_patched
from tests.http.apis import Case, cases

CHANGEABLE = [each for each in cases("POST") if each.operation("PATCH", item=True)]
SERVICE = "/tmf-api/serviceInventory/v4/service"
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4/service"
EVENTS = "/tmf-api/eventManagement/v4/event"
ORDER = "/tmf-api/productOrderingManagement/v4/productOrder"
NEW = {"serviceSpecification": {"id": "line"}}
PARTS = [{"name": "a", "n": 1}, {"name": "b", "n": 2}]


async def patch(client: httpx.AsyncClient, url: str, media: str, document: Any) -> httpx.Response:
    content = document if isinstance(document, bytes) else orjson.dumps(document)
    return await client.patch(url, content=content, headers={"content-type": media})


async def create(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = await client.post(path, json=body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def assert_error(reply: httpx.Response, status: int, *words: str) -> None:
    assert reply.status_code == status, reply.text
    assert reply.json()["code"] == str(status)
    for word in words:
        assert word in reply.json()["reason"]


def assert_refused(reply: httpx.Response, *words: str) -> None:
    assert reply.status_code in (400, 409, 413), reply.text
    assert_error(reply, reply.status_code, *words)


def changes(media: str) -> Any:
    """The same change, as each media type says it."""
    if media == JSON_PATCH:
        return [
            {"op": "test", "path": "/parts/1/name", "value": "b"},
            {"op": "replace", "path": "/parts/1/n", "value": 3},
            {"op": "remove", "path": "/size"},
        ]
    if media == JSON_PATCH_QUERY:
        return [
            {"op": "replace", "path": "/parts/n?parts.name=b", "value": 3},
            {"op": "remove", "path": "/size"},
        ]
    return {"parts": [PARTS[0], {"name": "b", "n": 3}], "size": None}


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
@pytest.mark.parametrize("media", [*PATCH_TYPES, f"{JSON_PATCH}; charset=UTF-8"])
async def test_all_say_the_same(client: httpx.AsyncClient, case: Case, media: str) -> None:
    """200 with the whole new body, which a read gives too; the others are left alone."""
    made = await create(client, case.path, {**case.body(), "parts": PARTS, "size": 7, "kept": 1})
    reply = await patch(client, made["href"], media, changes(media.partition(";")[0]))
    assert reply.status_code == 200, reply.text
    read = (await client.get(made["href"])).json()
    for body in (reply.json(), read):
        assert body["parts"] == [PARTS[0], {"name": "b", "n": 3}]
        assert "size" not in body
        assert (body["kept"], body["id"], body["href"]) == (1, made["id"], made["href"])


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_refusals_leave_everything_as_it_was(client: httpx.AsyncClient, case: Case) -> None:
    """A failed test and a path to nowhere are 409, a malformed patch 400; nothing is done of it."""
    made = await create(client, case.path, {**case.body(), "parts": PARTS})
    begun = {"op": "add", "path": "/parts", "value": "lost"}
    for media, status, operation in (
        (JSON_PATCH, 409, {"op": "test", "path": "/id", "value": "other"}),
        (JSON_PATCH, 409, {"op": "remove", "path": "/nowhere/at/all"}),
        (JSON_PATCH, 400, {"op": "remove", "path": "nowhere"}),
        (JSON_PATCH, 400, {"op": "spam", "path": "/parts"}),
        (JSON_PATCH, 400, {"op": "add", "path": "/href", "value": "mine"}),
        (JSON_PATCH_QUERY, 409, {"op": "remove", "path": "/parts/n?parts.name=no"}),
        (JSON_PATCH_QUERY, 400, {"op": "remove", "path": "/parts/n?parts.name"}),
        (JSON_PATCH_QUERY, 400, {"op": "move", "path": "/parts/n", "from": "/parts"}),
    ):
        reply = await patch(client, made["href"], media, [begun, operation])
        assert_error(reply, status, "operation 1")
    assert (await client.get(made["href"])).json()["parts"] == PARTS


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_what_clients_may_not_change(client: httpx.AsyncClient, case: Case) -> None:
    """400 that names the attribute, as for a merge-patch; the present value may be sent."""
    made = await create(client, case.path, case.body())
    for name in ("id", "@type", *case.loaded.resource(case.name).owned):
        if "." in name:
            continue
        for media in (JSON_PATCH, JSON_PATCH_QUERY):
            for operation in ({"op": "add", "value": "other"}, {"op": "remove"}):
                if operation["op"] == "add" or name in made:
                    whole = [{**operation, "path": f"/{name}"}]
                    assert_error(await patch(client, made["href"], media, whole), 400, name)
    again = [{"op": "replace", "path": "/id", "value": made["id"]}]
    assert (await patch(client, made["href"], JSON_PATCH, again)).status_code == 200
    back = [{"op": "remove", "path": "/id"}, {"op": "add", "path": "/id", "value": made["id"]}]
    reply = await patch(client, made["href"], JSON_PATCH, back)
    assert reply.json()["href"] == made["href"], "the id is the first attribute still"


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_a_state_is_never_removed(client: httpx.AsyncClient, case: Case) -> None:
    """What has a lifecycle is always in one of its states: 400, however the state is taken out."""
    if case.loaded.resource(case.name).lifecycle is None:
        pytest.skip("it has no states")
    made = await create(client, case.path, case.body())
    for media, document in (
        (MERGE_PATCH, {"state": None}),
        (JSON_PATCH, [{"op": "remove", "path": "/state"}]),
        (JSON_PATCH, [{"op": "move", "from": "/state", "path": "/x"}]),
        (JSON_PATCH, [{"op": "replace", "path": "/state", "value": None}]),
        (JSON_PATCH_QUERY, [{"op": "remove", "path": "/state"}]),
    ):
        reply = await patch(client, made["href"], media, document)
        assert_error(reply, 400, "state")
    assert "state" in (await client.get(made["href"])).json()


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_href(client: httpx.AsyncClient, case: Case) -> None:
    """Its present value changes nothing, another is refused, and a test for it fails."""
    made = await create(client, case.path, case.body())
    href, other = {"href": made["href"]}, {"href": "http://127.0.0.1/other"}
    giving = [{"op": op, "path": "/href"} for op in ("add", "replace", "test")]
    whole = {"op": "replace", "path": ""}
    for media, document in (
        (MERGE_PATCH, href),
        *((JSON_PATCH, [{**each, "value": made["href"]}]) for each in giving),
        *((JSON_PATCH, [{**whole, "op": op, "value": made}]) for op in ("test", "replace")),
        (JSON_PATCH_QUERY, [{**giving[1], "value": made["href"]}]),
    ):
        reply = await patch(client, made["href"], media, document)
        assert reply.status_code == 200, (document, reply.text)
        assert reply.json()["href"] == made["href"]
    for media, document, status in (
        (MERGE_PATCH, other, 400),
        (MERGE_PATCH, {"href": None}, 400),
        (JSON_PATCH, [{**giving[1], "value": other["href"]}], 400),
        (JSON_PATCH, [{"op": "remove", "path": "/href"}], 400),
        (JSON_PATCH, [{**whole, "value": {**made, **other}}], 400),
        (JSON_PATCH, [{**giving[2], "value": other["href"]}], 409),
        (JSON_PATCH, [{**whole, "op": "test", "value": {**made, **other}}], 409),
        (JSON_PATCH_QUERY, [{**giving[1], "value": other["href"]}], 400),
    ):
        assert_error(await patch(client, made["href"], media, document), status, "href")


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_what_a_resource_always_has(client: httpx.AsyncClient, case: Case) -> None:
    """A base type that is taken away is the usual one again."""
    made = await create(client, case.path, {**case.body(), "@baseType": "Own"})
    reply = await patch(client, made["href"], MERGE_PATCH, {"@baseType": None})
    assert reply.json()["@baseType"] == made["@type"]


async def test_the_servers_dates_in_another_spelling(client: httpx.AsyncClient) -> None:
    """Clients that read dates into types of their own send them back otherwise written."""
    body = {"productOrderItem": [{"id": "1", "action": "add", "quantity": 1}]}
    made = await create(client, ORDER, body)
    for spelling in ("{}+00:00", "{}0Z", "{}123Z"):
        same = {"orderDate": spelling.format(made["orderDate"][:-1])}
        reply = await patch(client, made["href"], MERGE_PATCH, same)
        assert reply.status_code == 200, (same, reply.text)
        assert reply.json()["orderDate"] == made["orderDate"]
    other = {"orderDate": "2020-01-01T00:00:00+01:00"}
    assert_error(await patch(client, made["href"], MERGE_PATCH, other), 400, "orderDate")
    several = await patch(client, made["href"], MERGE_PATCH, {"completionDate": "never", "note": 1})
    assert_error(several, 400)
    assert {"completionDate"} <= set(several.json()["message"].replace(":", " ").split())


@pytest.mark.parametrize("media", [MERGE_PATCH, "application/json"])
async def test_a_part_of_an_object(client: httpx.AsyncClient, media: str) -> None:
    """Is changed where the object is there; 409 where it is not, and 400 where it can never be."""
    part = {"billingAccount": {"name": "private"}}
    body = {"productOrderItem": [{"id": "1", "action": "add", "quantity": 1}]}
    made = await create(client, ORDER, {**body, "billingAccount": {"id": "7"}})
    reply = await patch(client, made["href"], media, part)
    assert reply.json()["billingAccount"] == {"id": "7", "name": "private"}
    needed = {"billingAccount": {"id": None}}
    assert_error(await patch(client, made["href"], media, needed), 400, "billingAccount", "id")
    bare = await create(client, ORDER, body)
    assert_error(await patch(client, bare["href"], media, part), 409, "billingAccount", "id")
    for never in (
        {"relatedParty": [{"role": "payer"}]},
        {"billingAccount": {"id": 7}},
        {"billingAccount": 7},
    ):
        assert_error(await patch(client, bare["href"], media, never), 400)
    whole = [{"op": "add", "path": "/billingAccount", "value": {"name": "private"}}]
    assert_error(await patch(client, bare["href"], JSON_PATCH, whole), 400, "id")
    assert (await client.get(bare["href"])).json() == bare


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_the_result_is_validated(client: httpx.AsyncClient, case: Case) -> None:
    """A patch that leaves what a create could not have is 400: types, names, depth."""
    made = await create(client, case.path, {**case.body(), "x": 1})
    deep: Any = 1
    for _ in range(60):
        deep = {"a": deep}
    for operations in (
        [{"op": "add", "path": "/@baseType", "value": 7}],
        [{"op": "add", "path": "/x.y", "value": 7}],
        [{"op": "add", "path": "/$set", "value": 7}],
        [
            {"op": "add", "path": "/x", "value": deep},
            {"op": "copy", "from": "/x", "path": "/x/a/a/a/a/a/a"},
        ],
        [{"op": "replace", "path": "", "value": 7}],
        [{"op": "replace", "path": "", "value": {}}],
    ):
        assert_error(await patch(client, made["href"], JSON_PATCH, operations), 400)
    assert (await client.get(made["href"])).json()["x"] == 1


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_other_media_types(client: httpx.AsyncClient, case: Case) -> None:
    """415 with all that is taken in Accept-Patch (RFC 5789, 2.2)."""
    made = await create(client, case.path, case.body())
    for media in ("text/plain", "application/json-patch", "application/xml", ""):
        reply = await patch(client, made["href"], media, {})
        assert_error(reply, 415)
        assert reply.headers["accept-patch"] == ", ".join(PATCH_TYPES)


@pytest.mark.parametrize("media", [JSON_PATCH, JSON_PATCH_QUERY])
@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_operations_of_wrong_types(client: httpx.AsyncClient, case: Case, media: str) -> None:
    """400 that names the operation, whatever stands for it, or for its members, in JSON."""
    made = await create(client, case.path, case.body())
    good = {"op": "replace", "path": "/href", "value": made["href"]}
    kinds: list[Any] = [None, True, 0, 1.5, [], {}, ["add"], {"op": "add"}, [[]], [{}]]
    for wrong in (*kinds, *({**good, name: kind} for name in ("op", "path") for kind in kinds)):
        reply = await patch(client, made["href"], media, [good, wrong])
        assert_error(reply, 400, "operation 1")


HOSTILE = [
    *(f"/{token}" for token in ("~", "~2", "$where", "a.b", "\ud83d", "\x00", "\U0001f600", "")),
    *(f"/l/{token}" for token in ("-", "01", "1e9", "-1", "9" * 5000, "٣", "1.0", "\uff11", " 1")),
    "/" * 10_000,
    "/l/0/0/0",
    "l",
    "#/l",
    "/l?",
    "/l?=",
    "/l?l.regex=((((a*)*)*)*)*$",
    "/l?l=%",
    "/l?" + "&" * 5000,
    "/l?" + "l=1;" * 500,
]


@pytest.mark.parametrize("media", [JSON_PATCH, JSON_PATCH_QUERY])
async def test_no_pointer_is_a_fault_of_ours(client: httpx.AsyncClient, media: str) -> None:
    """Odd pointers in every place are done or refused: never is it a 5xx."""
    made = await create(client, SERVICE, {**NEW, "state": "designed", "l": [1, [2]], "o": {"a": 1}})
    for path in HOSTILE:
        for op in ("add", "remove", "replace", "test", "move", "copy"):
            for source in ("/o", path):
                operation = {"op": op, "path": path, "from": source, "value": {"b": [1]}}
                text = json.dumps([operation]).encode()
                reply = await patch(client, made["href"], media, text)
                assert reply.status_code in (200, 400, 409), (path, op, reply.text)


async def test_bombs(client: httpx.AsyncClient) -> None:
    """Copies that double the body end at the limit of its size, and too many operations at 1000."""
    made = await create(client, SERVICE, {**NEW, "state": "designed", "l": ["x" * 1000]})
    double = [{"op": "copy", "from": "/l", "path": "/l/-"}] * 60
    assert_error(await patch(client, made["href"], JSON_PATCH, double), 413, "operation")
    whole = [{"op": "copy", "from": "", "path": "/l"}] * 1000
    assert_refused(await patch(client, made["href"], JSON_PATCH, whole), "operation")
    many = [{"op": "test", "path": "/state", "value": "designed"}]
    assert (await patch(client, made["href"], JSON_PATCH, many * 1000)).status_code == 200
    assert_error(await patch(client, made["href"], JSON_PATCH, many * 1001), 400, "1000")
    queries = [{"op": "remove", "path": "/l?l=y"}] * 101
    assert_error(await patch(client, made["href"], JSON_PATCH_QUERY, queries), 400, "100")
    for name, media, status in (
        ("a", JSON_PATCH, 200),
        ("b", JSON_PATCH, 413),
        ("b", JSON_PATCH_QUERY, 413),
        ("b", MERGE_PATCH, 413),
    ):
        value = "x" * 600_000
        half: Any = [{"op": "add", "path": f"/{name}", "value": value}]
        document = {name: value} if media == MERGE_PATCH else half
        assert (await patch(client, made["href"], media, document)).status_code == status
    assert "l" in (await client.get(made["href"])).json()


def test_a_patch_may_not_leave_more_than_a_body_may_hold() -> None:
    """413 over the limit; what is over it already may shrink step by step; 400 for depth."""
    body = {"id": "1", "x": "y" * MAX_SIZE}
    with pytest.raises(TooLarge):
        check_patched(body, b"{}")
    check_patched(body, orjson.dumps(body) + b" ")
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    with pytest.raises(BadRequest):
        check_patched({"x": deep}, b"{}")


@pytest.mark.parametrize("media", [JSON_PATCH, JSON_PATCH_QUERY])
async def test_states_and_revisions(client: httpx.AsyncClient, media: str) -> None:
    """Changes of state go by the lifecycle; a patch that changes nothing makes no revision."""
    made = await create(client, SERVICE, {**NEW, "state": "active", "x": 1})
    etag = (await client.get(made["href"])).headers["etag"]

    def state(value: str) -> list[dict[str, str]]:
        return [{"op": "replace", "path": "/state", "value": value}]

    same = await patch(client, made["href"], media, state("active"))
    assert (same.status_code, same.headers["etag"]) == (200, etag)
    assert (await patch(client, made["href"], media, [])).headers["etag"] == etag
    assert_error(await patch(client, made["href"], media, state("designed")), 409)
    assert_error(await patch(client, made["href"], media, state("odd")), 400)
    done = await patch(client, made["href"], media, state("inactive"))
    assert (done.status_code, done.json()["state"]) == (200, "inactive")
    assert done.headers["etag"] != etag


@pytest.mark.parametrize("media", [MERGE_PATCH, JSON_PATCH, JSON_PATCH_QUERY])
async def test_through_the_network(client: httpx.AsyncClient, media: str) -> None:
    """A patch for an adapter is done once, and its monitor tells how it was sent."""
    first, second = ({"name": name, "value": "1"} for name in ("speed", "colour"))
    body = {
        **NEW,
        "state": "active",
        "serviceType": "t",
        "serviceCharacteristic": [first],
    }
    made = await create(client, ACTIVATION, body)
    document: Any = [{"op": "add", "path": "/serviceCharacteristic/-", "value": second}]
    if media == MERGE_PATCH:
        document = {"serviceCharacteristic": [first, second]}
    reply = await patch(client, made["href"], media, document)
    assert reply.status_code == 200, reply.text
    assert [each["name"] for each in reply.json()["serviceCharacteristic"]] == ["speed", "colour"]
    monitors = (await client.get(ACTIVATION.replace("/service", "/monitor"))).json()
    (request,) = (one["request"] for one in monitors if one["request"]["method"] == "PATCH")
    assert orjson.loads(request["body"]) == document
    assert request["header"][0] == {"name": "Content-Type", "value": media}


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_the_servers_attributes_inside_arrays(client: httpx.AsyncClient, case: Case) -> None:
    """Removed by name: 400 that names the path; an array that is replaced may leave them out."""
    made = await create(client, case.path, case.body())
    deep = [
        (first, name)
        for owned in sorted(case.loaded.resource(case.name).owned)
        for first, _, name in [owned.partition(".")]
        if name and "." not in name and isinstance(made.get(first), list)
        if name in made[first][0]
    ]
    for first, name in deep:
        for media, path in (
            (JSON_PATCH, f"/{first}/0/{name}"),
            (JSON_PATCH_QUERY, f"/{first}/{name}?{first}.id={made[first][0]['id']}"),
        ):
            reply = await patch(client, made["href"], media, [{"op": "remove", "path": path}])
            assert_error(reply, 400, f"{first}[0].{name}: is set by the server")
        present = (await client.get(made["href"])).json()[first]
        rest = [{k: v for k, v in each.items() if k != name} for each in present]
        reply = await patch(client, made["href"], MERGE_PATCH, {first: rest})
        assert reply.status_code in (200, 409), reply.text  # 409: the plan is made already
    assert deep or case.name != "productOrder"


async def test_every_change_has_its_event(client: httpx.AsyncClient) -> None:
    """True is 1 to Python, 1.0 is 1: where they are stored, they are told of. Order is nothing."""
    given = {**NEW, "state": "designed", "x": 1, "y": {"a": 1, "b": 2}}
    path = f"{SERVICE}/{(await create(client, SERVICE, given))['id']}"
    tags = []
    for change in ({"x": True}, {"x": 1.0}, {"y": {"b": 2, "a": True}}, {"y": {"a": True, "b": 2}}):
        reply = await patch(client, path, MERGE_PATCH, change)
        assert reply.status_code == 200
        tags.append(reply.headers["etag"])
    assert len(set(tags)) == 3
    events = (await client.get(EVENTS, params={"eventType.regex": "Value"})).json()
    assert sorted(each["fieldPath"] for each in events) == ["x", "x", "y"]
