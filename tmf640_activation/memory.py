"""Which adapter set a service up, kept in the service's process state. Pure.

The catalogue may forget a specification while services of it are up. They are changed and taken
down by the adapter that they came up with: no other one can reach them.
"""

from typing import Final

from api.catalog.model import ServiceSpecification
from api.draft import Draft
from api.jsontypes import JsonObject
from api.store.document import Document

__all__ = ["remember", "specification"]

_ADAPTER: Final = "adapter"
_USUAL: Final = ServiceSpecification(id="", name="").adapter


def remember(draft: Draft, used: ServiceSpecification) -> None:
    """Notes the adapter; the usual one, for what no catalogue knows, needs no note."""
    if used.adapter == _USUAL:
        draft.process.pop(_ADAPTER, None)
    else:
        draft.process[_ADAPTER] = {"name": used.adapter, "options": dict(used.options)}


def specification(body: JsonObject, service: Document | None) -> ServiceSpecification:
    """The kind of a service that the catalogue does not know (any more)."""
    reference = body.get("serviceSpecification") or {}
    id_ = str(reference.get("id", ""))
    unknown = ServiceSpecification(id=id_, name=str(reference.get("name", id_)))
    noted = ((service and service.process) or {}).get(_ADAPTER)
    if noted is None:
        return unknown
    return ServiceSpecification(
        unknown.id, unknown.name, adapter=noted["name"], options=noted["options"]
    )
