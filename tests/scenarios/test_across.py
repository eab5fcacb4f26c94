"""Orders that have to do with each other: one after the other, or refused."""

from tests.scenarios.desk import PRODUCT, SERVICE, Desk, items_of
from tests.scenarios.orders import product, service


async def test_duplicates(desk: Desk) -> None:
    """By a setting, what the same party has placed already is 409, at both levels."""
    await desk.restart(refuse_duplicates=True)
    for path, item in ((PRODUCT, product("1", "phone")), (SERVICE, service("1", "rfs-line"))):
        body = {
            f"{path.rsplit('/', 1)[1]}Item": [item],
            "externalId": "B-7",
            "relatedParty": [{"id": "acme", "@referredType": "Organization"}],
        }
        first = await desk.post(path, body)
        refused = await desk.post(path, body, status=409)
        assert (refused["code"], first["id"] in refused["reason"]) == ("duplicateOrder", True)
        other = [{"id": "other", "@referredType": "Organization"}]
        await desk.post(path, body | {"relatedParty": other})
        await desk.until(path, first["id"], "completed")
        await desk.told(first["id"], "Create", "inProgress", "completed")


async def test_orders_on_one_service(desk: Desk) -> None:
    """They are carried as they came in; by a setting, the later one is rejected instead."""
    line = items_of(await desk.done(SERVICE, service("1", "rfs-line")))[0]["service"]["id"]

    async def two() -> list[str]:
        return [
            await desk.order(
                SERVICE, service("1", action="modify", real=line, profile=name, simulate=slow)
            )
            for name, slow in (("P1", {"latency": 20}), ("P2", {"latency": 0}))
        ]

    first, second = await two()
    await desk.busy("modify rfs-line")
    assert "It waits until" in await desk.explained(SERVICE, second)
    desk.clock.leap(20)
    await desk.until(SERVICE, second, "completed")
    for id_ in (first, second):
        await desk.told(id_, "Create", "inProgress", "completed")
    await desk.restart(refuse_conflicting=True)
    desk.asked()
    first, second = await two()
    rejected = await desk.until(SERVICE, second, "rejected")
    assert f"order {first} works on service" in rejected["errorMessage"][0]["reason"]
    await desk.told(second, "Create", "rejected")
    await desk.busy("modify rfs-line")
    desk.clock.leap(20)
    await desk.until(SERVICE, first, "completed")
