"""What schemathesis does beyond its own when `.ci/fuzz.py` runs it.

Ids that it makes up are checked and encoded; those that it has from links are put into the address
as they are. One that is empty, ``.`` or ``..``, or that ends the path or has several segments, so
asks for another address: it never gets to the operation that is under test.
"""

from urllib.parse import unquote

import schemathesis
from schemathesis import Case, HookContext

__all__ = ["keep_the_path"]

_ENDS = frozenset("/?#")


@schemathesis.hook("before_call")
def keep_the_path(_context: HookContext, case: Case, _kwargs: dict[str, object]) -> None:
    """Asks for another resource that is not there in the place of such an id."""
    for name, value in (case.path_parameters or {}).items():
        text = str(value)
        # clients decode what need not be encoded, and then take dots out
        if unquote(text) in {"", ".", ".."} or not _ENDS.isdisjoint(text):
            case.path_parameters[name] = "dots"
