"""``dryRun=true``, written into a document handed out."""

from collections.abc import Iterable
from typing import Final

from api.declare import Resource
from api.jsontypes import JsonObject
from api.ordering.views import PLAN_SCHEMAS

__all__ = ["describe_dry_runs"]

_REF: Final = "#/components/schemas/"

_PARAMETER: Final[JsonObject] = {
    "name": "dryRun",
    "in": "query",
    "required": False,
    "description": (
        "With `true` nothing is stored, sent or begun: the reply says what would come of it, with "
        "the plan and what stands against it. What would be refused is refused alike."
    ),
    "schema": {"type": "boolean"},
}


def describe_dry_runs(document: JsonObject, resources: Iterable[Resource]) -> None:
    """Adds the parameter and its reply where they are taken; the document is modified."""
    components = document["components"]
    for resource in resources:
        if not resource.dry_run:
            continue
        components.setdefault("parameters", {})["DryRun"] = dict(_PARAMETER)
        components["schemas"] |= {**PLAN_SCHEMAS, "DryRun": _schema()}
        post = document["paths"].get(f"/{resource.name}", {}).get("post")
        patch = document["paths"].get(f"/{resource.name}/{{id}}", {}).get("patch")
        for operation in (post, patch):
            if operation is not None:
                operation.setdefault("parameters", []).append(
                    {"$ref": "#/components/parameters/DryRun"}
                )
                _add_reply(operation["responses"])


def _add_reply(responses: JsonObject) -> None:
    reply = {"$ref": f"{_REF}DryRun"}
    if "200" not in responses:
        responses["200"] = {
            "description": "What would come of it; only with `dryRun=true`.",
            "content": {"application/json;charset=utf-8": {"schema": reply}},
        }
        return
    for content in responses["200"].get("content", {}).values():
        schema = content["schema"]
        content["schema"] = {"anyOf": [*schema.get("anyOf", [schema]), reply]}


def _schema() -> JsonObject:
    return {
        "type": "object",
        "description": "What a request would come to.",
        "required": ["dryRun", "problem", "outcome"],
        "properties": {
            "dryRun": {"type": "boolean", "description": "True: nothing was stored."},
            "outcome": {"type": "object", "description": "The resource as it would be stored."},
            "plan": {"$ref": f"{_REF}OrderPlan"},
            "serviceOrder": {
                "type": "array",
                "description": "The service orders that a product order would be carried by.",
                "items": {"type": "object"},
            },
            "problem": {
                "type": "array",
                "description": "What stands against it, and what would be left to people.",
                "items": {"$ref": f"{_REF}PlanProblem"},
            },
        },
    }
