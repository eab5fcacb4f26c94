"""When to try again, as a pure value."""

from dataclasses import dataclass

__all__ = ["RetryPolicy"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how far apart something is tried.

    Attributes:
        attempts: tries in all, the first one counted.
        first: seconds before the second try.
        factor: by how much each further wait grows.
        most: the longest wait, in seconds.
        jitter: the part of a wait that chance may take off or add, in [0, 1].
    """

    attempts: int = 5
    first: float = 1.0
    factor: float = 2.0
    most: float = 60.0
    jitter: float = 0.1

    def wait(self, tried: int, chance: float = 0.5) -> float | None:
        """Seconds to wait after so many tries (from 1); None: no more tries.

        ``chance`` is a random number in [0, 1); 0.5 gives the wait without jitter.
        """
        if tried >= self.attempts:
            return None
        try:
            wait = min(self.most, self.first * float(self.factor) ** (tried - 1))
        except OverflowError:
            wait = self.most
        return wait * (1 + self.jitter * (2 * chance - 1))
