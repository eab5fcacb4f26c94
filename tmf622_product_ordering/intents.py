"""The changes of a running order's items that its service order must follow yet. Pure.

Each intent has its number and the items that the order had before it. One that is written before
the one before it was carried stands behind that one (``former``, oldest first): the latest says
what is wanted, and is the only one carried; if it is refused, the order goes back to the items of
the intent before it, and that one is carried.
"""

from collections.abc import Sequence

from api.draft import Draft
from api.jsontypes import JsonObject

__all__ = ["carried", "intended", "outstanding", "refused"]


def intended(draft: Draft, number: int, items: Sequence[JsonObject]) -> None:
    """Adds an intent to change these items."""
    _write(draft, [*_read(draft), {"number": number, "items": list(items)}])


def outstanding(process: JsonObject) -> list[JsonObject]:
    """The revisions that the service order must follow yet."""
    amend = process["amend"]
    numbers = {amend["number"], *(each["number"] for each in amend.get("former", ()))}
    return [each for number, each in enumerate(process["revisions"], 1) if number in numbers]


def carried(draft: Draft, number: int) -> bool:
    """The service order is as that intent has it; tells whether that is news."""
    intents = _read(draft)
    behind = [each for each in intents if each["number"] > number]
    if len(behind) == len(intents):
        return False
    _write(draft, behind)
    return True


def refused(draft: Draft, number: int) -> Sequence[JsonObject] | None:
    """That intent is taken back; gives the items to go back to, where no later one stands."""
    intents = _read(draft)
    at = next((i for i, each in enumerate(intents) if each["number"] == number), None)
    if at is None:
        return None
    items: list[JsonObject] = intents.pop(at)["items"]
    if at < len(intents):
        intents[at]["items"] = items
        _write(draft, intents)
        return None
    _write(draft, intents)
    return items


def _read(draft: Draft) -> list[JsonObject]:
    """All of them, the oldest first."""
    latest = dict(draft.process.get("amend") or {})
    former: list[JsonObject] = latest.pop("former", [])
    return [*former, *([latest] if latest else ())]


def _write(draft: Draft, intents: Sequence[JsonObject]) -> None:
    draft.process.pop("amend", None)
    if intents:
        former = {"former": list(intents[:-1])} if len(intents) > 1 else {}
        draft.process["amend"] = {**intents[-1], **former}
