"""Runs schemathesis over every API of a server that is started for it.

    python .ci/fuzz.py [--seconds 180] [--examples 50] [--api /tmf-api/serviceInventory/v4]
    python .ci/fuzz.py --seconds 0 --examples 300 --seed 7 --store mongodb --jobs 4

All phases, or those named. Without a limit of time (0) each goes to its end: so many examples for
each operation. The coverage phase tries every variant of every schema, tens of thousands for each
API, at up to a hundred in a second. With jobs, several APIs are tested at once: what takes the time
is schemathesis, not the server. Ends with 1 when schemathesis finds anything, or when the server
logged a fault.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from api.registry import load_apis
from api.settings import Settings
from tests.mongo import serving as mongodb
from tests.server import ServerProcess, serving

GRACE = 300
"""Seconds that schemathesis gets beyond its time."""

PHASES = "examples,coverage,fuzzing,stateful"
ST = Path(sys.executable).with_name("st")
SHORT_LOG = {"TURNUP_EVENT_RETENTION_CAP": "100", "TURNUP_EVENT_RETENTION_INTERVAL": "5"}
"""The wire server of the tests takes a whole collection apart to find its last document."""

SHORT_LOG_TAKEN = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "410", "429", "5xx"]
"""
"""With a log that short, a replay asks for what is gone, which is 410; else as by default."""

HOOKS = {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(Path(__file__).parent)}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=180, help="for all APIs; 0: no limit")
    arguments.add_argument("--examples", type=int, default=50, help="for each operation")
    arguments.add_argument("--api", action="append", help="only this base path")
    arguments.add_argument("--seed", default="1", help="of the random choices")
    arguments.add_argument("--phases", default=PHASES, help="of schemathesis, by comma")
    arguments.add_argument("--store", choices=["sqlite", "mongodb"], default="sqlite")
    arguments.add_argument("--jobs", type=int, default=1, help="APIs at a time")
    given = arguments.parse_args()
    bases = given.api or [each.base_path for each in load_apis(Settings().apis)]
    jobs = min(given.jobs, len(bases))
    with tempfile.TemporaryDirectory() as folder, started(Path(folder), given.store) as server:

        def fails(base: str) -> bool:
            began = time.monotonic()
            outcome = run(f"{server.url}{base}", given, given.seconds * jobs // len(bases))
            print(f"fuzz {base}: {time.monotonic() - began:.0f} s, exit {outcome}", flush=True)
            return outcome != 0

        with ThreadPoolExecutor(jobs) as pool:
            wrong = pool.map(fails, bases)
            failed = [base for base, found in zip(bases, wrong, strict=True) if found]
        server.terminate()
        log = (Path(folder) / "server.log").read_text()
    if log:
        print(f"the server logged:\n{log[:5000]}")
    if failed:
        print(f"schemathesis found faults in: {', '.join(failed)}")
    return 1 if failed or "Traceback" in log else 0


@contextmanager
def started(folder: Path, store: str) -> Iterator[ServerProcess]:
    """A server on a fresh store of that kind."""
    if store == "sqlite":
        with serving(folder) as server:
            yield server
        return
    home = folder / "mongodb"
    home.mkdir()
    with (
        mongodb(home) as database,
        serving(folder, database=f"{database}/fuzz", environment=SHORT_LOG) as server,
    ):
        yield server


def run(url: str, given: argparse.Namespace, seconds: int) -> int:
    """One API; the exit status. What is said of it comes in one piece where others run, too."""
    command = [
        *(str(ST), "run", f"{url}/openapi.json", "--url", url),
        *("--phases", given.phases),
        *("--max-examples", str(given.examples)),
        *(("--max-time", str(seconds)) if seconds else ()),
        *("--seed", given.seed, "--no-color", "--continue-on-failure"),
    ]
    with tempfile.TemporaryDirectory() as empty:  # where it may leave its files
        if given.store == "mongodb":
            (Path(empty) / "schemathesis.toml").write_text(SHORT_LOG_TAKEN)
        limit = seconds + GRACE if seconds else None
        out = subprocess.PIPE if given.jobs > 1 else None
        done = subprocess.run(
            command, cwd=empty, env={**os.environ, **HOOKS}, timeout=limit, stdout=out, check=False
        )
        if done.stdout:
            print(done.stdout.decode(), flush=True)
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
