"""The official documents and the comparison tool, where they lie beside the repository."""

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from api.spec import SpecDocument

SHARED = Path(__file__).resolve().parents[2] / "shared"


def official(spec: SpecDocument) -> Path:
    """The official document of which this is our edition. Skips the test where it is not there."""
    assert spec.path
    number = spec.path.name.partition("-")[0]
    found = sorted((SHARED / "official").glob(f"{number}-*-v{spec.version}.swagger.json"))
    if not found:
        pytest.skip(f"the official document of {number} is not at hand")
    return found[0]


@cache
def _load(tool: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("specdiff", tool)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        found.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def specdiff() -> ModuleType:
    """The comparison of two documents. Skips the test where it is not there."""
    tool = SHARED / "tools" / "specdiff.py"
    if not tool.is_file():
        pytest.skip("the official documents are not at hand")
    return _load(tool)


def samples() -> list[tuple[str, Any]]:
    """The official sample bodies by file name; none where they are not at hand."""
    folder = SHARED / "official" / "samples"
    return [(each.stem, json.loads(each.read_text())) for each in sorted(folder.glob("*.json"))]
