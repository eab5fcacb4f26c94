"""For services that only group others: there is nothing to tell a network."""

from tmf640_activation.adapters.base import Outcome, Task

__all__ = ["Nothing"]


class Nothing:
    """Succeeds at once. ``adapter: none`` in the catalogue."""

    async def carry_out(self, task: Task) -> Outcome:
        """See `Adapter.carry_out`."""
        del task
        return Outcome()
