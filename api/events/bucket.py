"""A token bucket: how often something may be done. Pure: the time is given."""

__all__ = ["Bucket"]

_CLOSE = 0.001
"""Seconds for which nobody waits: less is lost in rounding."""


class Bucket:
    """Lets so many through per second, and at most a second's worth at once.

    Args:
        rate: per second; 0: any number.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = max(1.0, rate)
        self._tokens = self._most
        self._at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next one may go; 0: now."""
        if not self._rate:
            return 0.0
        # a clock that was set back gives nothing, and does not stop the flow for good either
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
        wait = (1 - self._tokens) / self._rate
        return wait if wait > _CLOSE else 0.0

    def take(self) -> None:
        """One goes."""
        if self._rate:
            self._tokens -= 1
