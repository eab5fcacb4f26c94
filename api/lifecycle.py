"""A lifecycle: the states of a resource and the changes between them, as data.

Pure. Each ``tmf*`` package declares its own in ``states.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.errors import Conflict

__all__ = ["Lifecycle"]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """States and transitions.

    Attributes:
        initial: the states in which a resource may be created; the first is the default.
        transitions: for each state, those that may follow it directly. Every state is a key.
        removable: the states in which a resource may be deleted; None: in all.
    """

    initial: tuple[str, ...]
    transitions: Mapping[str, frozenset[str]]
    removable: frozenset[str] | None = None
    _final: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = frozenset(self.transitions)
        named = frozenset(self.initial).union(*self.transitions.values())
        if unknown := named - known:
            raise ValueError(f"states that are no key of transitions: {sorted(unknown)}")
        final = frozenset(state for state, after in self.transitions.items() if not after)
        object.__setattr__(self, "_final", final)

    @property
    def states(self) -> frozenset[str]:
        """All states."""
        return frozenset(self.transitions)

    @property
    def final(self) -> frozenset[str]:
        """The states that nothing follows."""
        return self._final

    def allows(self, before: str, after: str) -> bool:
        """Whether a resource may go from one state to the other; staying is always allowed."""
        return before == after or after in self.transitions.get(before, frozenset())

    def check(self, before: str, after: str, field: str = "state") -> None:
        """Raises Conflict, naming the states that are allowed, where `allows` says no."""
        if not self.allows(before, after):
            raise Conflict(
                f"{field}: {before} cannot become {after}",
                f"From {before} the state may become: {_listed(self.transitions.get(before, ()))}.",
            )

    def check_initial(self, state: str) -> None:
        """Raises Conflict where a resource cannot be created in this state."""
        if state not in self.initial:
            raise Conflict(
                f"state: nothing is created as {state}",
                f"A new one may be: {_listed(self.initial)}.",
            )

    def check_removal(self, state: str) -> None:
        """Raises Conflict where a resource in this state may not be deleted."""
        if self.removable is not None and state not in self.removable:
            raise Conflict(
                f"state: cannot be deleted while {state}",
                f"It can be deleted when it is: {_listed(self.removable)}.",
            )


def _listed(states: Iterable[str]) -> str:
    return ", ".join(sorted(states)) or "nothing, it is final"
