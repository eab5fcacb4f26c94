"""The catalogue that a running server uses, and reading it anew."""

from pathlib import Path

from api.bundled import bundled
from api.catalog.load import load_catalog
from api.catalog.model import Catalog

__all__ = ["CatalogSource"]


class CatalogSource:
    """Holds the catalogue of one file.

    Args:
        path: the file; None: the example that comes with the program.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path or bundled("examples") / "catalog.yaml"
        self._catalog = load_catalog(self.path)

    def current(self) -> Catalog:
        """The catalogue as it is now."""
        return self._catalog

    def reload(self) -> Catalog:
        """Reads the file anew. Raises CatalogError, and then keeps what it had."""
        self._catalog = load_catalog(self.path)
        return self._catalog
