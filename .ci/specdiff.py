"""Compares the documents that a running server hands out with the official ones.

    python .ci/specdiff.py ../shared

The folder holds ``official/`` and ``tools/specdiff.py``. Ends with 1 when anything is missing or
different.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from api.registry import load_apis
from api.settings import Settings
from tests.server import serving


def main() -> int:
    shared = Path(sys.argv[1])
    worst = 0
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        for loaded in load_apis(Settings().apis):
            assert loaded.spec.path
            number = loaded.spec.path.name.partition("-")[0]
            name = f"{number}-*-v{loaded.spec.version}.swagger.json"
            (official,) = (shared / "official").glob(name)
            url = f"{server.url}{loaded.base_path}/openapi.json"
            tool = [sys.executable, str(shared / "tools" / "specdiff.py"), "--quiet"]
            print(f"{official.name}: ", end="", flush=True)
            worst |= subprocess.run([*tool, str(official), url], check=False).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
