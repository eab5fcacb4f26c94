"""The ways to the network, by the name that the catalogue gives as a specification's ``adapter``.

A new one is a class with the interface of `tmf640_activation.adapters.base.Adapter`, in any
package; the setting ``adapters`` names it.
"""

from collections.abc import Mapping
from pkgutil import resolve_name

from api.clock import Clock
from api.errors import SetupError
from tmf640_activation.adapters.base import Adapter
from tmf640_activation.adapters.nothing import Nothing
from tmf640_activation.adapters.simulator import Simulator

__all__ = ["adapters"]


def adapters(clock: Clock, further: Mapping[str, str]) -> Mapping[str, Adapter]:
    """All adapters, ready for use.

    Args:
        clock: on which they take their time.
        further: those beside the built-in ones, as ``package.module:Class``; called with the clock.

    Raises SetupError naming the one that cannot be made.
    """
    made: dict[str, Adapter] = {"simulator": Simulator(clock), "none": Nothing()}
    for name, where in further.items():
        try:
            made[name] = resolve_name(where)(clock)
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            raise SetupError(
                f"settings, adapters: {name} cannot be made of {where!r}: {error}. Name it as "
                "package.module:Class, of a package that is installed or on PYTHONPATH; it is "
                "called with the clock."
            ) from error
    return made
