"""The header ``Retry-After`` (RFC 9110, 10.2.3). Pure."""

from email.utils import parsedate_to_datetime

__all__ = ["retry_after"]

_DIGITS = 10
"""More of them are no wait that anybody means."""


def retry_after(text: str | None, now: float, longest: float) -> float | None:
    """Seconds to wait from now on, at most so many; None: nothing usable is said."""
    text = (text or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        return min(longest, float(text[:_DIGITS]))
    try:
        until = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(longest, max(0.0, until - now))
