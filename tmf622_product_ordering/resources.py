"""The resources of TMF622 and what its document cannot say of them."""

from typing import Final

from api.declare import Api, Parts, Resource
from api.deps import Deps
from api.ordering.views import EXPLAIN, PLAN
from tmf622_product_ordering.amendment import Amendments
from tmf622_product_ordering.cancellation import Cancellation
from tmf622_product_ordering.fulfilment import Fulfilment
from tmf622_product_ordering.hand_over import HandOver
from tmf622_product_ordering.orders import ProductOrderCommands
from tmf622_product_ordering.states import CANCEL_PRODUCT_ORDER as TASK_STATES
from tmf622_product_ordering.states import PRODUCT_ORDER as ORDER_STATES
from tmf622_product_ordering.views import ProductOrderViews

__all__ = ["API", "CANCEL_PRODUCT_ORDER", "PRODUCT_ORDER"]

_NAME: Final = "tmf622"

PRODUCT_ORDER: Final = Resource(
    api=_NAME,
    name="productOrder",
    type="ProductOrder",
    lifecycle=ORDER_STATES,
    owned=frozenset({"orderDate", "completionDate", "productOrderItem.state"}),
    indexes=(
        "state",
        "externalId",
        "orderDate",
        "category",
        "relatedParty.id",
        "productOrderItem.productOffering.id",
    ),
    items="productOrderItem",
    views=(PLAN, EXPLAIN),
    dry_run=True,
)

CANCEL_PRODUCT_ORDER: Final = Resource(
    api=_NAME,
    name="cancelProductOrder",
    type="CancelProductOrder",
    lifecycle=TASK_STATES,
    owned=frozenset({"state", "effectiveCancellationDate"}),
    indexes=("state", "productOrder.id"),
    dry_run=True,
)


def _wire(deps: Deps) -> Parts:
    tasks = deps.commands(_NAME, "cancelProductOrder")
    orders = ProductOrderCommands(
        deps.commands(_NAME, "productOrder"),
        deps.catalog,
        deps.settings,
        Amendments(deps),
        HandOver(deps),
    )
    views = ProductOrderViews(orders, deps)
    return Parts(
        commands={"productOrder": orders},
        controllers=(Fulfilment(orders, deps), Cancellation(tasks, orders, deps)),
        views=views.makers(),
        previews=views.previews(),
    )


API: Final = Api(
    name=_NAME,
    spec="TMF622-ProductOrdering-v4.0.0.yaml",
    resources=(PRODUCT_ORDER, CANCEL_PRODUCT_ORDER),
    wire=_wire,
    aliases=(
        "/productOrderingManagement/v4",
        "/tmf-api/productOrdering/v4",
        "/productOrdering/v4",
    ),
)
