"""TMF638 Service Inventory: the services that there are."""

from tmf638_service_inventory.resources import API

__all__ = ["API"]
