"""The resources of TMF641 and what its document cannot say of them."""

from typing import Final

from api.declare import Api, Parts, Resource
from api.deps import Deps
from api.ordering.views import EXPLAIN, PLAN
from api.settings import UnknownItems
from tmf641_service_ordering.cancellation import (
    CancellationController,
    CancelServiceOrderCommands,
)
from tmf641_service_ordering.claims import CLAIMS, Claims
from tmf641_service_ordering.inventory import Inventory
from tmf641_service_ordering.orchestration import ServiceOrderController
from tmf641_service_ordering.orders import ServiceOrderCommands
from tmf641_service_ordering.precedence import Precedence
from tmf641_service_ordering.states import CANCELLATION, ORDER
from tmf641_service_ordering.views import ServiceOrderViews
from tmf641_service_ordering.waking import Waking

__all__ = ["API", "CANCEL_SERVICE_ORDER", "SERVICE_ORDER"]

SERVICE_ORDER: Final = Resource(
    api="tmf641",
    name="serviceOrder",
    type="ServiceOrder",
    lifecycle=ORDER,
    owned=frozenset(
        {
            "completionDate",
            "errorMessage",
            "jeopardyAlert",
            "milestone",
            "orderDate",
            "startDate",
            "serviceOrderItem.errorMessage",
        }
    ),
    fixed=frozenset({"cancellationDate", "cancellationReason", "category"}),
    indexes=(
        "state",
        "category",
        "externalId",
        "orderDate",
        "completionDate",
        "relatedParty.id",
        "externalReference.id",
        "orderRelationship.id",
        "serviceOrderItem.service.id",
    ),
    items="serviceOrderItem",
    views=(PLAN, EXPLAIN),
    dry_run=True,
)

CANCEL_SERVICE_ORDER: Final = Resource(
    api="tmf641",
    name="cancelServiceOrder",
    type="CancelServiceOrder",
    lifecycle=CANCELLATION,
    owned=frozenset({"completionMessage", "effectiveCancellationDate", "errorMessage", "state"}),
    indexes=("state", "serviceOrder.id"),
    dry_run=True,
)


def _wire(deps: Deps) -> Parts:
    claims = Claims(deps.store, deps.clock)
    reject_unknown = deps.settings.unknown_items is UnknownItems.REJECT
    orders = ServiceOrderCommands(
        deps.commands("tmf641", "serviceOrder"),
        deps.catalog,
        claims,
        Inventory(deps.client),
        reject_unknown=reject_unknown,
        refuse_duplicates=deps.settings.refuse_duplicates,
    )
    plain = deps.commands("tmf641", "cancelServiceOrder")
    tasks = CancelServiceOrderCommands(plain.resource, plain.schema, plain.store, plain.clock)
    carrying = ServiceOrderController(
        orders,
        deps.client,
        deps.catalog,
        Waking({"serviceOrder": orders, "cancelServiceOrder": tasks}.__getitem__),
        Precedence(
            orders,
            claims,
            refuse_conflicting=deps.settings.refuse_conflicting,
        ),
        reject_unknown=reject_unknown,
    )
    views = ServiceOrderViews(orders, deps)
    return Parts(
        commands={"serviceOrder": orders, "cancelServiceOrder": tasks},
        collections=(CLAIMS,),
        controllers=(carrying, CancellationController(tasks, orders)),
        views=views.makers(),
        previews=views.previews(),
    )


API: Final = Api(
    name="tmf641",
    spec="TMF641-ServiceOrdering-v4.1.0.yaml",
    resources=(SERVICE_ORDER, CANCEL_SERVICE_ORDER),
    wire=_wire,
    aliases=(
        "/serviceOrdering/v4",
        "/tmf-api/serviceOrderingManagement/v4",
        "/serviceOrderingManagement/v4",
        "/tmf-api/serviceOrder/v4",
        "/serviceOrder/v4",
    ),
)
