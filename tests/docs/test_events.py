"""The page about events: its examples work as they stand."""

import re
import shutil
import subprocess
import sys
import threading
import time
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.webhooks import key_of, sign
from tests.patience import PATIENCE
from tests.server import ServerProcess

PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""Of the published vector, which the page uses."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def shell(script: str, folder: Path) -> str:
    for tool in ("bash", "openssl", "curl", "base64", "od"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{script}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_receiver_of_the_page() -> None:
    """It takes what is signed, refuses what is not, and knows what came before."""
    (code,) = blocks("python")
    made: dict[str, Any] = {}
    exec(code, made)
    made["Receiver"].log_message = lambda *_args: None
    server = HTTPServer(("127.0.0.1", 0), made["Receiver"])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url, now = f"http://127.0.0.1:{server.server_port}/", int(time.time())
        good = {
            "webhook-id": "e1",
            "webhook-timestamp": str(now),
            "webhook-signature": sign(key_of(SECRET), "e1", now, b"{}"),
        }
        answers = [
            httpx.post(url, content=body, headers=headers).status_code
            for body, headers in ((b"{}", good), (b"{}", good), (b"{ }", good), (b"{}", {}))
        ]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
    assert answers == [204, 204, 400, 400]
    assert made["known"] == {"e1"}


def test_signing_by_hand(tmp_path: Path) -> None:
    """The commands give the published signature, and what they post is verified."""
    _, by_hand, posting = blocks("sh")
    assert shell(by_hand, tmp_path) == SIGNATURE
    command = [sys.executable, "-m", "api", "listen", "--port", "0", "--verify", SECRET]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        url = process.stderr.readline().split()[2]
        shell(by_hand + posting.replace("http://127.0.0.1:9000/", url), tmp_path)
    finally:
        process.terminate()
        printed, _ = process.communicate(timeout=PATIENCE)
    assert printed.strip().endswith("verified, answered 204")


def test_registering(served: ServerProcess, tmp_path: Path) -> None:
    """The call of the page gives a reply with the attributes that the page shows."""
    registering = blocks("sh")[0].replace("http://127.0.0.1:8080", served.url)
    reply = httpx.Response(200, text=shell(registering, tmp_path)).json()
    shown = httpx.Response(200, text=blocks("json")[0]).json()
    assert reply.keys() == shown.keys()
    assert len(reply["secret"]) == len(shown["secret"])
    assert reply["id"] != shown["secret"]
    assert served.terminate() in (0, -15)
