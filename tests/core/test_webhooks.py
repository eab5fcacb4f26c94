"""What receivers verify events with."""

import base64
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import standardwebhooks

from api import webhooks
from api.webhooks import VerificationError, key_of, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The published vector of Standard Webhooks."""

WRONG = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def headers(signature: str = SIGNATURE, **changed: str) -> dict[str, str]:
    named = {"id": ID, "timestamp": str(TIME), "signature": signature, **changed}
    return {f"webhook-{name}": value for name, value in named.items()}


def test_the_published_vector() -> None:
    """Signing gives the published signature, and verifying takes it."""
    assert sign(key_of(SECRET), ID, TIME, BODY) == SIGNATURE
    assert verify(headers(), BODY, SECRET, now=TIME) == ID


@pytest.mark.parametrize(
    "signature",
    [
        f"v1,{WRONG} v2,{WRONG} {SIGNATURE} v1,{WRONG}",
        f"v1a,{WRONG} {SIGNATURE}",
        f"{SIGNATURE} nonsense",
    ],
)
def test_one_of_several_signatures_is_enough(signature: str) -> None:
    """As the published cases of several signatures have it; unknown versions are passed over."""
    assert verify(headers(signature), BODY, SECRET, now=TIME) == ID


@pytest.mark.parametrize(
    "signature",
    ["v1,dawfeoifkpqwoekfpqoekf", SIGNATURE[:8], "v1,", "", f"v2,{SIGNATURE[3:]}", SIGNATURE[3:]],
)
def test_signatures_that_do_not_fit(signature: str) -> None:
    """Wrong, cut, empty and of another version."""
    with pytest.raises(VerificationError, match="no signature fits"):
        verify(headers(signature), BODY, SECRET, now=TIME)


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_a_missing_header_is_named(name: str) -> None:
    """The message says which one."""
    given = headers()
    del given[f"webhook-{name}"]
    with pytest.raises(VerificationError, match=f"webhook-{name} is missing"):
        verify(given, BODY, SECRET, now=TIME)


def test_everything_is_signed() -> None:
    """A changed body, id or time makes it false; so does another secret."""
    for change in (
        lambda: verify(headers(), BODY + b" ", SECRET, now=TIME),
        lambda: verify(headers(id="msg_x"), BODY, SECRET, now=TIME),
        lambda: verify(headers(timestamp=str(TIME + 1)), BODY, SECRET, now=TIME),
        lambda: verify(headers(), BODY, "whsec_" + "A" * 32, now=TIME),
    ):
        with pytest.raises(VerificationError, match="no signature fits"):
            change()


def test_old_and_early_ones_are_refused() -> None:
    """So that what was overheard cannot be played again later; the tolerance can be chosen."""
    for now in (TIME + 301, TIME - 301):
        with pytest.raises(VerificationError, match="301 s"):
            verify(headers(), BODY, SECRET, now=now)
        assert verify(headers(), BODY, SECRET, tolerance=302, now=now) == ID
    with pytest.raises(VerificationError, match="s ago"):
        verify(headers(), BODY, SECRET)  # by the machine's own clock
    for stamp in ("hello", "-5", "1e9", "", "9" * 5000, "١٦١٤"):
        with pytest.raises(VerificationError, match="no time"):
            verify(headers(timestamp=stamp), BODY, SECRET, now=TIME)


def test_header_names_and_secrets_in_other_forms() -> None:
    """Any case of the names; a secret without its prefix; several secrets; none that is none."""
    loud = {name.upper(): value for name, value in headers().items()}
    assert verify(loud, BODY, SECRET.removeprefix("whsec_"), now=TIME) == ID
    assert verify(loud, BODY, ["whsec_" + "A" * 32, SECRET], now=TIME) == ID
    for secret in ("whsec_", "", "whsec_###"):
        with pytest.raises(ValueError, match="the secret is"):
            verify(headers(), BODY, secret, now=TIME)


def test_the_standard_s_own_library_agrees() -> None:
    """It verifies what we sign, and we verify what it signs."""
    now = int(datetime.now(UTC).timestamp())
    body = '{"name": "Zoë"}'
    theirs = standardwebhooks.Webhook(SECRET)
    ours = sign(key_of(SECRET), ID, now, body.encode())
    theirs.verify(body, headers(ours, timestamp=str(now)))
    made = theirs.sign(ID, datetime.fromtimestamp(now, UTC), body)
    assert verify(headers(made, timestamp=str(now)), body.encode(), SECRET) == ID


def test_the_file_stands_alone(tmp_path: Path) -> None:
    """A copy of it works in a Python that has nothing installed."""
    shutil.copy(webhooks.__file__, tmp_path / "webhooks.py")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import webhooks\n"
        f"print(webhooks.verify({headers()!r}, {BODY!r}, {SECRET!r}, now={TIME}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ID


def test_keys_are_bytes() -> None:
    """Of a secret, what stands behind its prefix, decoded."""
    assert key_of(SECRET) == base64.b64decode(SECRET[6:])
