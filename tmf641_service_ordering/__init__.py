"""TMF641 Service Ordering: service orders, planned and carried to active services."""

from tmf641_service_ordering.resources import API

__all__ = ["API"]
