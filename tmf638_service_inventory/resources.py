"""The resources of TMF638 and what its document cannot say of them."""

from typing import Final

from api.declare import Api, Parts, Resource
from api.deps import Deps
from tmf638_service_inventory.services import ServiceCommands
from tmf638_service_inventory.states import SERVICE as SERVICE_STATES

__all__ = ["API", "SERVICE"]

SERVICE: Final = Resource(
    api="tmf638",
    name="service",
    type="Service",
    lifecycle=SERVICE_STATES,
    fixed=frozenset({"serviceDate"}),
    indexes=(
        "state",
        "category",
        "name",
        "serviceType",
        "startDate",
        "relatedParty.id",
        "serviceOrderItem.serviceOrderId",
        "serviceRelationship.service.id",
        "serviceSpecification.id",
        "supportingService.id",
    ),
)


def _wire(deps: Deps) -> Parts:
    commands = ServiceCommands(deps.commands("tmf638", "service"), deps.catalog)
    return Parts(commands={"service": commands})


API: Final = Api(
    name="tmf638",
    spec="TMF638-ServiceInventory-v4.0.0.yaml",
    resources=(SERVICE,),
    wire=_wire,
    aliases=(
        "/serviceInventory/v4",
        "/tmf-api/serviceInventoryManagement/v4",
        "/serviceInventoryManagement/v4",
    ),
)
