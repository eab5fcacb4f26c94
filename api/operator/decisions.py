"""What an operator's decision about held items is as a PATCH of their service order. Pure."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

from api.errors import TurnupError
from api.jsontypes import JsonObject

__all__ = ["NothingHeld", "Verb", "held_items", "patch_of"]

_ITEMS: Final = "serviceOrderItem"


class Verb(StrEnum):
    """What becomes of held items."""

    RETRY = "retry"
    """They are tried again."""
    SKIP = "skip"
    """They are given up, and what was done for them is undone."""
    COMPLETE = "complete"
    """They were done by hand."""


_STATES: Final = {Verb.RETRY: "inProgress", Verb.SKIP: "cancelled", Verb.COMPLETE: "completed"}


class NothingHeld(TurnupError):
    """The order has no held item, or not those that were named."""


def held_items(order: JsonObject) -> list[JsonObject]:
    """The items that wait for a person, nested ones too."""
    return [item for item in _walk(order) if item.get("state") == "held"]


def patch_of(
    order: JsonObject,
    verb: Verb,
    *,
    items: Collection[str] = (),
    reason: str | None = None,
    author: str = "operator",
    now: str,
) -> JsonObject:
    """The merge-patch of a service order.

    Args:
        order: as it was read.
        verb: what becomes of the items.
        items: the ids of those that are meant; all that are held by default.
        reason: why; goes into a note.
        author: of the note.
        now: the date of the note.

    Raises NothingHeld.
    """
    held = {str(item["id"]) for item in held_items(order)}
    meant = set(items) or held
    if wrong := sorted(meant - held):
        raise NothingHeld(f"item {', '.join(wrong)} is not held")
    if not meant:
        if verb is Verb.RETRY and order.get("state") == "held":
            return {"state": "inProgress"}  # stopped as a whole
        raise NothingHeld("no item is held")
    patch: JsonObject = {_ITEMS: [_decided(each, meant, _STATES[verb]) for each in order[_ITEMS]]}
    if reason is not None:
        text = f"{verb.value} of item {', '.join(sorted(meant))}: {reason}"
        note = {"author": author, "date": now, "text": text, "@type": "Note"}
        patch["note"] = [*(order.get("note") or ()), note]
    return patch


def _walk(order: JsonObject) -> Iterator[JsonObject]:
    for item in order.get(_ITEMS) or ():
        yield item
        yield from _walk(item)


def _decided(item: JsonObject, meant: Collection[str], state: str) -> JsonObject:
    decided = dict(item)
    if str(item["id"]) in meant:
        decided["state"] = state
    if _ITEMS in item:
        decided[_ITEMS] = [_decided(each, meant, state) for each in item[_ITEMS]]
    return decided
