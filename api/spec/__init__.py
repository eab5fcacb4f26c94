"""API descriptions: reading them, and making Python models of them."""

from api.spec.document import Operation, SpecDocument, load
from api.spec.errors import SpecError
from api.spec.model import SpecModel

__all__ = ["Operation", "SpecDocument", "SpecError", "SpecModel", "load"]
