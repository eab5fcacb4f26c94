"""What schemathesis does beyond its own when `.ci/fuzz.py` runs it.

Ids that it has from links are not checked as those that it makes up are. One that is ``.`` or
``..`` never gets to a server: clients take such segments out, so another address is asked.
"""

import schemathesis
from schemathesis import Case, HookContext

__all__ = ["keep_the_path"]


@schemathesis.hook("before_call")
def keep_the_path(_context: HookContext, case: Case, _kwargs: dict[str, object]) -> None:
    """Asks for another resource that is not there in the place of ``.`` and ``..``."""
    for name, value in (case.path_parameters or {}).items():
        if value in {".", ".."}:
            case.path_parameters[name] = "dots"
