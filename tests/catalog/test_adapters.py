"""The adapters that a catalogue needs."""

from pathlib import Path

from typer.testing import CliRunner

from api.catalog.adapters import BUILT_IN, further_adapters
from api.catalog.load import parse_catalog
from api.cli import app
from tests.fake_clock import FakeClock
from tmf640_activation.adapters import adapters

CATALOG = """
serviceSpecifications:
  - {id: a, name: A, type: RFS, adapter: olt}
  - {id: b, name: B, type: RFS, adapter: none}
  - {id: c, name: C, type: RFS}
  - {id: d, name: D, type: RFS, adapter: olt}
  - {id: e, name: E, type: RFS, adapter: dns}
"""


def test_the_built_in_ones() -> None:
    """They are those that activation has by itself."""
    assert adapters(FakeClock(), {}).keys() == BUILT_IN


def test_further_ones() -> None:
    """Each is told with the specifications that ask for it."""
    assert further_adapters(parse_catalog(CATALOG)) == {"olt": ["a", "d"], "dns": ["e"]}


def test_the_check_of_a_catalogue_tells_of_them(tmp_path: Path) -> None:
    """Whoever checks a catalogue learns which adapters its server needs."""
    file = tmp_path / "acme.yaml"
    file.write_text(CATALOG)
    told = CliRunner().invoke(app, ["catalog", "check", str(file)])
    assert (told.exit_code, "the adapter olt (of a, d)" in told.stdout) == (0, True)
    assert "simulator" not in told.stdout
