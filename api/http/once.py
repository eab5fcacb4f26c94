"""The ``Idempotency-Key`` header of a create."""

import re
from typing import Final

from api.errors import BadRequest
from api.http.request import Request

__all__ = ["idempotency_key"]

_LONGEST: Final = 255
"""How many characters a key may have."""

_PRINTABLE: Final = "^[!-~]([ -~]*[!-~])?$"
"""What a key may consist of: printable ASCII; spaces at its ends are no part of a header."""

_KEY = re.compile(_PRINTABLE)


def idempotency_key(request: Request) -> str | None:
    """The key that the client gave, or None. Raises BadRequest for one that cannot be."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if len(key) > _LONGEST or not _KEY.fullmatch(key):
        raise BadRequest(
            "Idempotency-Key: is not 1 to 255 printable ASCII characters",
            f"Send a UUID, for example; at most {_LONGEST} characters.",
        )
    return key
