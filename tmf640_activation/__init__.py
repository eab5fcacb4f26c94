"""TMF640 Service Activation: services in the network, set up and changed through adapters."""

from tmf640_activation.resources import API

__all__ = ["API"]
