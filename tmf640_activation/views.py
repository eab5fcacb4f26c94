"""The declared views of monitors: reads what they need and has them made."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.commands import Commands
from api.declare import ViewMaker
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf640_activation.explain import EXPLAIN, explain
from tmf640_activation.job import Job

__all__ = ["MonitorViews"]


@dataclass(frozen=True, slots=True)
class MonitorViews:
    """Makes them.

    Attributes:
        services: the commands of the services that monitors are about.
    """

    services: Commands

    def makers(self) -> Mapping[tuple[str, str], ViewMaker]:
        """By the names of resource and view."""
        return {("monitor", EXPLAIN.name): self.explain}

    async def explain(self, monitor: Document) -> JsonObject:
        """``GET /monitor/{id}/explain``."""
        job = Job.of(monitor.process or {})
        service = await self.services.store.get(self.services.resource.collection, job.service)
        return explain(monitor, job, service)
