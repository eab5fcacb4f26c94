"""The one error of this package."""

from pathlib import Path

from api.errors import SetupError

__all__ = ["SpecError"]


class SpecError(SetupError):
    """A spec cannot be used as it is.

    Args:
        problem: what is wrong, and what to do about it where that is not obvious.
        path: the file it is wrong in, where there is one.
        pointer: the place in the file, as a JSON pointer (RFC 6901); empty for the whole file.
    """

    def __init__(self, problem: str, path: Path | None = None, pointer: str = "") -> None:
        place = f"{path or 'spec'}#{pointer}" if pointer else f"{path or 'spec'}"
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.path = path
        self.pointer = pointer
