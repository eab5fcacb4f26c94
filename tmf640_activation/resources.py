"""The resources of TMF640 and what its document cannot say of them."""

from typing import Final

from api.declare import Api, Parts, Resource
from api.deps import Deps
from tmf640_activation.adapters import adapters
from tmf640_activation.attempt import Attempts
from tmf640_activation.changes import Changes
from tmf640_activation.endings import Endings
from tmf640_activation.explain import EXPLAIN
from tmf640_activation.monitors import MonitorController
from tmf640_activation.services import ActivationCommands
from tmf640_activation.states import MONITOR as MONITOR_STATES
from tmf640_activation.states import SERVICE as SERVICE_STATES
from tmf640_activation.views import MonitorViews

__all__ = ["API", "MONITOR", "SERVICE"]

SERVICE: Final = Resource(
    api="tmf640",
    name="service",
    type="Service",
    lifecycle=SERVICE_STATES,
    fixed=frozenset({"serviceDate"}),
    indexes=(
        "state",
        "category",
        "name",
        "serviceType",
        "relatedParty.id",
        "serviceOrderItem.serviceOrderId",
        "serviceSpecification.id",
    ),
)

MONITOR: Final = Resource(
    api="tmf640",
    name="monitor",
    type="Monitor",
    lifecycle=MONITOR_STATES,
    indexes=("state", "sourceHref"),
    addresses=("sourceHref", "request.to", "response.header.value", "response.body"),
    views=(EXPLAIN,),
)


def _wire(deps: Deps) -> Parts:
    plain = deps.commands("tmf640", "service")
    monitors = deps.commands("tmf640", "monitor")
    endings = Endings()
    services = ActivationCommands(
        plain.resource,
        plain.schema,
        plain.store,
        plain.clock,
        monitors=monitors,
        endings=endings,
        wait=deps.settings.activation_wait,
        catalog=deps.catalog,
    )
    attempts = Attempts(adapters(deps.clock, deps.settings.adapters), deps.clock)
    changes = Changes(services, monitors)
    controller = MonitorController(monitors, changes, attempts, endings)
    views = MonitorViews(services)
    return Parts(commands={"service": services}, controllers=(controller,), views=views.makers())


API: Final = Api(
    name="tmf640",
    spec="TMF640-ServiceActivation-v4.0.0.yaml",
    resources=(SERVICE, MONITOR),
    wire=_wire,
    aliases=(
        "/ServiceActivationAndConfiguration/v4",
        "/tmf-api/serviceActivationAndConfiguration/v4",
        "/serviceActivationAndConfiguration/v4",
        "/tmf-api/serviceActivationConfiguration/v4",
        "/serviceActivationConfiguration/v4",
    ),
)
