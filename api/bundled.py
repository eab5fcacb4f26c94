"""Files that come with the program: specs and examples, installed or in a source tree."""

from pathlib import Path

from api.errors import SetupError

__all__ = ["bundled"]


def bundled(name: str) -> Path:
    """The folder of that name. Raises SetupError when the installation is broken."""
    here = Path(__file__).resolve().parent
    for place in (here / "_bundled" / name, here.parent / name):
        if place.is_dir():
            return place
    raise SetupError(f"the folder {name} is missing from the installation: install turnup again")
