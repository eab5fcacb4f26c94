"""The calls of the page for operators, as they stand there."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE
from tests.server import ServerProcess

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def test_the_calls_of_the_page(served: ServerProcess, tmp_path: Path) -> None:
    """Each succeeds beside a running server, and the backup has what was in the store."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    body = {"state": "active", "serviceSpecification": {"id": "line"}}
    made = httpx.post(f"{served.url}/tmf-api/serviceInventory/v4/service", json=body).json()
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    script = "set -e\n" + "".join(blocks).replace("http://127.0.0.1:8080", served.url)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={
            **os.environ,
            "TURNUP_URL": served.url,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    copy = sqlite3.connect(tmp_path / "backup.sqlite")
    assert copy.execute("SELECT id FROM doc_tmf638_service").fetchall() == [(made["id"],)]
    copy.close()
