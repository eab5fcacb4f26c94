"""Signed webhooks (Standard Webhooks): whether an event is genuine, for whoever receives it.

This file stands alone: it needs Python's own library and nothing else of this project, so a
receiver may import it or take a copy.

    from api.webhooks import VerificationError, verify

    try:
        event_id = verify(request.headers, request.body, "whsec_…")
    except VerificationError as error:
        ...  # answer 400: it is not from whom it should be

The body must be the bytes as they came: JSON that was parsed and written again is not signed.
"""

import base64
import binascii
import hmac
import time
from collections.abc import Iterable, Mapping

__all__ = ["PREFIX", "VerificationError", "key_of", "sign", "verify"]

PREFIX = "whsec_"
"""What a secret begins with."""

_VERSION = "v1"

_DIGITS = 12
"""Of a time in seconds, at most."""


class VerificationError(ValueError):
    """The event is not to be believed; the message says why."""


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secret: str | Iterable[str],
    tolerance: float = 300.0,
    now: float | None = None,
) -> str:
    """Checks an event and gives its id, by which a repeated delivery is known.

    Args:
        headers: of the request; the case of their names does not matter.
        body: of the request, as it came.
        secret: of the subscription, or several of them.
        tolerance: how many seconds its time may be off, so that old ones cannot be played again.
        now: the time in seconds since 1970; the machine's own by default.

    Raises VerificationError.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        id_, stamp, signatures = (
            named[f"webhook-{each}"] for each in ("id", "timestamp", "signature")
        )
    except KeyError as missing:
        raise VerificationError(f"the header {missing.args[0]} is missing") from None
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _DIGITS):
        raise VerificationError("webhook-timestamp is no time in seconds")
    age = (time.time() if now is None else now) - int(stamp)
    if abs(age) > tolerance:
        raise VerificationError(
            f"it was sent {abs(age):.0f} s {'ago' if age > 0 else 'ahead'}: more than the"
            f" {tolerance:g} s that are allowed; is the clock right?"
        )
    given = [each.encode() for each in signatures.split()]
    secrets = [secret] if isinstance(secret, str) else list(secret)
    expected = [sign(key_of(each), id_, int(stamp), body).encode() for each in secrets]
    # in constant time: how long it takes tells nothing of the right signature
    if not any(hmac.compare_digest(one, other) for one in expected for other in given):
        raise VerificationError("no signature fits: another secret, or a changed body")
    return id_


def sign(key: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """The signature of an event, e.g. ``v1,K5oZfz…``; the key is what `key_of` gives."""
    content = b"%b.%d.%b" % (id_.encode(), timestamp, body)
    return f"{_VERSION},{base64.b64encode(hmac.digest(key, content, 'sha256')).decode()}"


def key_of(secret: str) -> bytes:
    """The key in a secret such as ``whsec_MfKQ9r8G…``. Raises ValueError where there is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the secret is not base64") from None
    if not key:
        raise ValueError("the secret is empty")
    return key
