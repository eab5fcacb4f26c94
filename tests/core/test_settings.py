"""The settings: how they are written, and what is told of wrong ones."""

from pathlib import Path

import pytest

from api.errors import SetupError
from api.settings import Settings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("10.0.0.0/8, 192.0.2.1", ["10.0.0.0/8", "192.0.2.1"]),
        ('["10.0.0.0/8", "192.0.2.1"]', ["10.0.0.0/8", "192.0.2.1"]),
        ("", []),
    ],
)
def test_a_list_in_the_environment(
    text: str, value: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has commas, or is JSON."""
    monkeypatch.setenv("TURNUP_TRUSTED_PROXIES", text)
    assert Settings.load().trusted_proxies == value


def test_numbers_and_names_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of numbers has commas, too; names with values are JSON."""
    monkeypatch.setenv("TURNUP_DELIVERY_SCHEDULE", "5,60.5")
    monkeypatch.setenv("TURNUP_ADAPTERS", '{"olt": "acme.olt:Olt"}')
    monkeypatch.setenv("TURNUP_LOG_LEVEL", "DEBUG")
    settings = Settings.load()
    assert settings.delivery_schedule == [5, 60.5]
    assert settings.adapters == {"olt": "acme.olt:Olt"}
    assert settings.log_level == "debug"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("trusted_proxies", '["10.0.0.0/8"', "write a,b or as JSON"),
        ("adapters", "foo", "write JSON, e.g."),
        ("log_level", "loud", "use debug, info, warning, error"),
        ("callback_ports", "80-70", "'80-70' ends before it begins"),
        ("delivery_schedule", "5,-1", "-1.0 is no wait"),
        ("delivery_schedule", "nan", "finite"),
        ("lease", "inf", "finite"),
        ("extension_base", "nope", "is no URL"),
        ("cors_origins", '["nope"]', "'nope' is no origin"),
        ("cors_origins", "https://shop.example.net/", "without a path"),
        ("apis", "[]", "at least one"),
        ("port", "x", "integer"),
    ],
)
def test_a_wrong_setting(name: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with what is wrong with it, in one line."""
    monkeypatch.setenv(f"TURNUP_{name.upper()}", text)
    with pytest.raises(SetupError) as told:
        Settings.load()
    message = str(told.value)
    assert (message.startswith(f"setting {name}"), said in message) == (True, True), message
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"port = ", b"host = '\xff'"])
def test_a_file_that_cannot_be_read(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of turnup.toml names the file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "turnup.toml").write_bytes(content)
    with pytest.raises(SetupError, match=r"turnup\.toml is no TOML in UTF-8"):
        Settings.load()
