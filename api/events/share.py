"""How subscriptions are shared out among processes. Pure.

Nobody is in charge: each process goes by what all tell, takes what is free up to its share, and
gives back what it has beyond that as soon as another has less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """How much falls to one of several processes.

    Attributes:
        mine: subscriptions that it delivers.
        others: how many each of the others delivers.
        free: how many nobody delivers.
    """

    mine: int
    others: Sequence[int]
    free: int

    @property
    def fair(self) -> int:
        """How many each should have, at most."""
        return -(-(self.mine + sum(self.others) + self.free) // (len(self.others) + 1))

    @property
    def room(self) -> int:
        """How many of the free ones it should take."""
        return max(0, self.fair - self.mine)

    @property
    def excess(self) -> int:
        """How many it should give away: others have room for them."""
        wanting = sum(max(0, self.fair - each) for each in self.others)
        return min(max(0, self.mine - self.fair), wanting)
