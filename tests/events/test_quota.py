"""How many subscriptions there may be: a host counts, however it is spelt."""

import pytest

from api.errors import Forbidden
from api.events.quota import Quota
from api.events.subscription import SUBSCRIPTIONS
from api.store.document import Body, Document
from api.store.protocol import Store


async def registered(store: Store, *callbacks: str) -> None:
    """Registrations as they are stored."""
    for number, callback in enumerate(callbacks):
        body = Body(data={"id": str(number), "callback": callback})
        await store.insert(SUBSCRIPTIONS.name, Document(str(number), body, created=number))


@pytest.mark.parametrize(
    ("present", "further"),
    [
        ("http://bücher.example/a", "http://xn--bcher-kva.example/b"),
        ("http://a.example/a", "https://A\N{IDEOGRAPHIC FULL STOP}EXAMPLE./b"),
        ("http://8.8.8.8/a", "http://134744072:8080/b"),
        ("http://0x8.8.8.8", "http://8.8.2056/b"),
        ("http://8.8.8.8/", "http://[::ffff:808:808]/b"),
        ("http://[2606:4700::1111]/", "http://[2606:4700:0:0:0::1111]/b"),
    ],
)
async def test_a_host_counts_in_every_notation(store: Store, present: str, further: str) -> None:
    """Also where a registration that could not be made any more lies between; others have room."""
    await registered(store, present, "no URL", "http://other.example/")
    for callback in (present, further):
        with pytest.raises(Forbidden, match="1 subscriptions for"):
            await Quota(host=1).check(store, SUBSCRIPTIONS.name, callback)
        await Quota(host=2).check(store, SUBSCRIPTIONS.name, callback)
    await Quota(host=1).check(store, SUBSCRIPTIONS.name, "http://third.example/")


async def test_many_are_counted(store: Store) -> None:
    """More than are read at once."""
    await registered(store, *(f"http://a.example/{number}" for number in range(1200)))
    await Quota(host=1201).check(store, SUBSCRIPTIONS.name, "http://a.example/x")
    with pytest.raises(Forbidden, match="1200 subscriptions for"):
        await Quota(host=1200).check(store, SUBSCRIPTIONS.name, "http://a.example/x")
