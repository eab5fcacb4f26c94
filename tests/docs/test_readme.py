"""The README's calls, as a new user makes them."""

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE
from tests.server import ServerProcess

ROOT = Path(__file__).resolve().parents[2]


def test_the_calls_of_the_readme_work(served: ServerProcess) -> None:
    """Every curl call succeeds, and the order that they post is completed within seconds."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (block,) = (
        each
        for each in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
        if "curl" in each
    )
    script = "set -e\n" + block.replace("http://127.0.0.1:8080", served.url)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    orders = f"{served.url}/tmf-api/productOrderingManagement/v4/productOrder"
    until = time.monotonic() + PATIENCE
    while (state := httpx.get(orders).json()[0]["state"]) != "completed":
        assert time.monotonic() < until, state
        time.sleep(0.1)
    services = f"{served.url}/tmf-api/serviceInventory/v4/service"
    states = {each["state"] for each in httpx.get(services).json()}
    assert states == {"active"}
    assert served.terminate() in (0, -signal.SIGTERM)


def test_what_the_documents_link_to_is_there() -> None:
    """No link between our pages leads nowhere."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
