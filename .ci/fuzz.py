"""Runs schemathesis over every API of a server that is started for it.

    python .ci/fuzz.py [--seconds 180] [--examples 50] [--api /tmf-api/serviceInventory/v4]

All phases. Ends with 1 when schemathesis finds anything, or when the server logged a fault.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from api.registry import load_apis
from api.settings import Settings
from tests.server import serving

ST = Path(sys.executable).with_name("st")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=180, help="for all APIs together")
    arguments.add_argument("--examples", type=int, default=50, help="for each operation")
    arguments.add_argument("--api", action="append", help="only this base path")
    arguments.add_argument("--seed", default="1", help="of the random choices")
    given = arguments.parse_args()
    bases = given.api or [each.base_path for each in load_apis(Settings().apis)]
    failed = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        for base in bases:
            started = time.monotonic()
            outcome = run(f"{server.url}{base}", given, given.seconds // len(bases))
            print(f"fuzz {base}: {time.monotonic() - started:.0f} s, exit {outcome}", flush=True)
            if outcome:
                failed.append(base)
        server.terminate()
        log = (Path(folder) / "server.log").read_text()
    if log:
        print(f"the server logged:\n{log[:5000]}")
    if failed:
        print(f"schemathesis found faults in: {', '.join(failed)}")
    return 1 if failed or "request failed" in log else 0


def run(url: str, given: argparse.Namespace, seconds: int) -> int:
    """One API; the exit status."""
    command = [
        *(str(ST), "run", f"{url}/openapi.json", "--url", url),
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", str(given.examples), "--max-time", str(seconds)),
        *("--seed", given.seed, "--no-color", "--continue-on-failure"),
    ]
    with tempfile.TemporaryDirectory() as empty:  # where it may leave its files
        return subprocess.run(command, cwd=empty, timeout=seconds + 300, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
