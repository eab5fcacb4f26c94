"""Going through a collection while others write to it; on every store."""

import pytest

from api.query.tree import EVERYTHING, Node
from api.store import walk as module
from api.store.protocol import Store
from api.store.walk import walk
from tests.store.things import doc, is_


@pytest.mark.parametrize("query", [EVERYTHING, is_("state", "a"), is_("free", "a")])
async def test_what_is_there_all_the_time_comes_once(
    store: Store, query: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is removed before or behind the reader, and whatever is added."""
    monkeypatch.setattr(module, "_PAGE", 3)
    for number in range(12):
        await store.insert("thing", doc(f"{number:02}", 20 - number, state="a", free="a"))
    await store.insert("thing", doc("none", 1, state="b", free="b"))
    seen: list[str] = []
    async for each in walk(store, "thing", query):
        seen.append(each.id)
        if each.id == "02":
            for gone in ("00", "01", "02", "07"):
                found = await store.get("thing", gone)
                assert found is not None
                await store.delete("thing", found)
            await store.insert("thing", doc("00", 30, state="a", free="a"))
            await store.insert("thing", doc("99", 1, state="a", free="a"))
    some = [id_ for id_ in seen if id_ != "none"]
    assert some == [*(f"{number:02}" for number in range(12) if number != 7), "99"]
    assert ("none" in seen) is (query == EVERYTHING)


async def test_an_empty_collection(store: Store) -> None:
    """There is nothing to come."""
    assert [each async for each in walk(store, "thing")] == []
