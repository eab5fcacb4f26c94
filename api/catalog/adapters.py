"""Which network adapters a catalogue asks for beside the built-in ones. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.catalog.model import Catalog

__all__ = ["BUILT_IN", "further_adapters"]

BUILT_IN: Final = frozenset({"simulator", "none"})
"""Adapters that every server has."""


def further_adapters(catalog: Catalog) -> Mapping[str, Sequence[str]]:
    """The adapters that the setting ``adapters`` has to name, each with its specifications."""
    found: dict[str, list[str]] = {}
    for id_, specification in sorted(catalog.service_specifications.items()):
        if specification.adapter not in BUILT_IN:
            found.setdefault(specification.adapter, []).append(id_)
    return dict(sorted(found.items()))
