"""Orders on the screen: tables for people, JSON for programs."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from api.jsontypes import JsonObject, JsonValue
from api.screen import show_table, tell

__all__ = ["show_explanation", "show_history", "show_orders", "show_plan"]

_OVER: Final = frozenset({"completed", "cancelled", "failed", "rejected", "partial"})
"""States of items that nothing follows."""
_ITEMS: Final = 4  # of an order, that are named in a list of orders

_COLOURS = {
    "completed": "green",
    "done": "green",
    "held": "red",
    "failed": "red",
    "pending": "yellow",
    "running": "cyan",
    "inProgress": "cyan",
}


def show_orders(orders: Iterable[JsonObject], items: str) -> None:
    """Prints a list of orders."""
    rows = [
        (
            str(order["id"]),
            _state(order.get("state")),
            str(order.get("externalId", "")),
            str(order.get("priority", "")),
            str(order.get("orderDate", "")),
            _open(order, items),
        )
        for order in orders
    ]
    show_table(("id", "state", "external id", "priority", "ordered", "open items"), rows)


def show_plan(plan: JsonObject) -> None:
    """Prints a plan."""
    rows = [
        (
            Text(("* " if step.get("critical") else "  ") + str(step["id"])),
            str(step["action"]),
            _state(step["state"]),
            ", ".join(step["dependsOn"]),
            str(step.get("attempts", "")),
            str(step.get("startDate") or step.get("estimatedStartDate") or ""),
            str(step.get("completionDate") or step.get("estimatedCompletionDate") or ""),
        )
        for step in plan["step"]
    ]
    show_table(("step", "action", "state", "depends on", "tries", "begins", "ends"), rows)
    end = plan.get("estimatedCompletionDate")
    made = "" if plan["made"] else " It is what the order would get now."
    tell(f"* critical path. {f'Expected to end at {end}.' if end else ''}{made}")
    if plan.get("pointOfNoReturn", {}).get("passed"):
        tell(f"Past the point of no return: {', '.join(plan['pointOfNoReturn']['step'])}.")
    for problem in plan.get("problem", ()):
        tell(f"Problem: {problem['reason']}")


def show_explanation(said: JsonObject) -> None:
    """Prints an explanation."""
    tell(str(said["summary"]))
    for each in said["explanation"]:
        tell(f"- {each['text']}")
        for remedy in each["remedy"]:
            tell(f"    {remedy}")


def show_history(entries: Iterable[JsonObject]) -> None:
    """Prints a history."""
    rows = [
        (
            str(each["date"]),
            str(each.get("item", "")),
            str(each.get("old", "")),
            _state(each.get("new")),
            " ".join(str(part) for part in each["cause"].values()),
        )
        for each in entries
    ]
    show_table(("date", "item", "from", "to", "cause"), rows)


def _open(order: JsonObject, items: str) -> str:
    """The items that something is still to become of, nested ones too."""
    found = [
        f"{each.get('id')}: {each['state']}"
        for each in _walk(order, items)
        if each.get("state") and each["state"] not in _OVER
    ]
    further = [f"and {len(found) - _ITEMS} more"] if len(found) > _ITEMS else []
    return ", ".join([*found[:_ITEMS], *further])


def _walk(order: JsonObject, items: str) -> Iterator[JsonObject]:
    for item in order.get(items) or ():
        yield item
        yield from _walk(item, items)


def _state(state: JsonValue) -> Text:
    return Text(str(state or ""), style=_COLOURS.get(str(state), ""))
