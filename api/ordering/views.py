"""How the plan and the explanation of an order look: the declared views of every order API."""

from collections.abc import Mapping
from typing import Final

from api.declare import View
from api.jsontypes import JsonObject

__all__ = ["EXPLAIN", "PLAN", "PLAN_SCHEMAS"]

_REF: Final = "#/components/schemas/"


def _text(description: str) -> JsonObject:
    return {"type": "string", "description": description}


def _date(description: str) -> JsonObject:
    return {"type": "string", "format": "date-time", "description": description}


def _flag(description: str) -> JsonObject:
    return {"type": "boolean", "description": description}


def _list(description: str, items: JsonObject) -> JsonObject:
    return {"type": "array", "description": description, "items": items}


_IDS: Final[JsonObject] = {"type": "string"}

_STEP: Final[JsonObject] = {
    "type": "object",
    "description": "One step of a plan.",
    "required": ["id", "item", "action", "state", "dependsOn"],
    "properties": {
        "id": _text("Of the step, unique in the plan."),
        "item": _text("The order item that it is for."),
        "action": _text("The item's action."),
        "kind": _text("`carry`: it carries the item; `undo`: it takes it back."),
        "state": _text("`waiting`, `running`, `held`, `done`, `failed` or `dropped`."),
        "dependsOn": _list("The steps that must be done before.", _IDS),
        "attempts": {"type": "integer", "description": "How often it was begun."},
        "estimatedSeconds": {"type": "number", "description": "How long it is expected to take."},
        "estimatedStartDate": _date("When it is expected to begin; of a step to come."),
        "estimatedCompletionDate": _date("When it is expected to be done; of an open step."),
        "startDate": _date("When it was begun last."),
        "completionDate": _date("When it was done, held or failed."),
        "critical": _flag("Whether the end of the order depends on it alone."),
        "pointOfNoReturn": _text("From when on it cannot be undone."),
        "onFailure": _text("What becomes of it if it keeps failing."),
        "service": _text("The service that it is about."),
        "monitor": _text("The activation monitor that it waits for."),
    },
}

_PLAN: Final[JsonObject] = {
    "type": "object",
    "description": "What is done for an order, in which order, and when.",
    "required": ["state", "made", "criticalPath", "step"],
    "properties": {
        "id": _text("Of the order; absent in a dry run of its creation."),
        "state": _text("Of the order."),
        "made": _flag("Whether the order has this plan; else it is what it would get now."),
        "catalogVersion": _text("The version of the catalogue that the plan was made with."),
        "estimatedCompletionDate": _date("When all is expected to be done."),
        "criticalPath": _list("The steps that decide when all is done, in order.", _IDS),
        "pointOfNoReturn": {
            "type": "object",
            "description": "Whether the order can still be cancelled.",
            "properties": {
                "passed": _flag("Whether it is behind it."),
                "step": _list("The steps that cannot be undone any more.", _IDS),
            },
        },
        "step": _list("Each comes after what it depends on.", {"$ref": f"{_REF}PlanStep"}),
        "item": _list("Of a product order: what its items come to.", {"$ref": f"{_REF}PlanItem"}),
        "serviceOrder": _list(
            "Of a product order: the service orders that carry it; their steps are the plan's.",
            {"$ref": f"{_REF}PlanServiceOrder"},
        ),
        "revision": _list("Its amendments, in order.", {"$ref": f"{_REF}PlanRevision"}),
        "milestone": _list("What was reached.", {"$ref": f"{_REF}PlanMark"}),
        "jeopardy": _list("What puts the order at risk.", {"$ref": f"{_REF}PlanMark"}),
        "problem": _list("Why it cannot be carried as it is.", {"$ref": f"{_REF}PlanProblem"}),
    },
}

PLAN_SCHEMAS: Final[Mapping[str, JsonObject]] = {
    "OrderPlan": _PLAN,
    "PlanStep": _STEP,
    "PlanItem": {
        "type": "object",
        "description": "What an item of a product order comes to.",
        "required": ["id", "step"],
        "properties": {
            "id": _text("Of the item."),
            "action": _text("Its action."),
            "state": _text("Its state."),
            "step": _list("The steps that carry it.", _IDS),
            "item": _list("The items that it bundles.", _IDS),
        },
    },
    "PlanServiceOrder": {
        "type": "object",
        "description": "A service order.",
        "properties": {
            "id": _text("Of the service order."),
            "state": _text("Of the service order; absent: there is none yet."),
        },
    },
    "PlanRevision": {
        "type": "object",
        "description": "An amendment of the order's items.",
        "required": ["date"],
        "properties": {
            "date": _date("When it was made."),
            "added": _list("The items that are new.", _IDS),
            "changed": _list("The items with another content.", _IDS),
            "dropped": _list("The items that are gone.", _IDS),
        },
    },
    "PlanMark": {
        "type": "object",
        "description": "A milestone that was reached, or an alert.",
        "required": ["name", "date"],
        "properties": {
            "name": _text("Of the milestone, or the kind of risk."),
            "date": _date("When it was reached, or told."),
            "text": _text("What is at risk."),
            "item": _list("The items, of the service order, that it is about.", _IDS),
        },
    },
    "PlanProblem": {
        "type": "object",
        "description": "Something that stands against an order.",
        "required": ["reason"],
        "properties": {
            "reason": _text("What is wrong."),
            "message": _text("What to do about it."),
            "item": _list("The items that it is about.", _IDS),
        },
    },
}
"""By name, the schemas of a plan."""

PLAN: Final = View(
    name="plan",
    summary="The order's plan: steps, dependencies, states, times and the critical path.",
    schemas=PLAN_SCHEMAS,
)

EXPLAIN: Final = View(
    name="explain",
    summary="What the order waits for, and what can be done about it, in sentences.",
    schemas={
        "OrderExplanation": {
            "type": "object",
            "description": "What an order waits for.",
            "required": ["id", "state", "summary", "explanation"],
            "properties": {
                "id": _text("Of the order."),
                "state": _text("Of the order."),
                "summary": _text("Where it stands, in a sentence."),
                "explanation": _list(
                    "What it waits for, the most pressing first.",
                    {"$ref": f"{_REF}OrderExplanationEntry"},
                ),
            },
        },
        "OrderExplanationEntry": {
            "type": "object",
            "description": "Something that the order waits for, or that has come of it.",
            "required": ["text", "remedy"],
            "properties": {
                "item": _text("The item that it is about."),
                "text": _text("What it is, in a sentence."),
                "remedy": _list("What can be done about it, each in a sentence.", _IDS),
            },
        },
    },
)
