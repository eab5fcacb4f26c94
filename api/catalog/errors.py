"""What is wrong with a catalogue, with file, line and path."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.errors import SetupError

__all__ = ["CatalogError", "Fault"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault.

    Attributes:
        line: in the file, from 1.
        path: where in the document, as a JSON path, e.g. ``$.productOfferings[0].id``.
        message: what is wrong and what to do.
    """

    line: int
    path: str
    message: str


class CatalogError(SetupError):
    """A catalogue that cannot be used: all its faults, by line.

    Args:
        name: of the file.
        faults: at least one.
    """

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = tuple(sorted(faults))
        super().__init__(
            "\n".join(
                f"{name}:{fault.line}: {fault.path}: {fault.message}" for fault in self.faults
            )
        )
