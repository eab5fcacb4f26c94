"""The ways to the network, by the name that the catalogue gives as a specification's ``adapter``.

A new one is a class with the interface of `tmf640_activation.adapters.base.Adapter` and a line in
`adapters`.
"""

from collections.abc import Mapping

from api.clock import Clock
from tmf640_activation.adapters.base import Adapter
from tmf640_activation.adapters.nothing import Nothing
from tmf640_activation.adapters.simulator import Simulator

__all__ = ["adapters"]


def adapters(clock: Clock) -> Mapping[str, Adapter]:
    """All adapters, ready for use."""
    return {"simulator": Simulator(clock), "none": Nothing()}
