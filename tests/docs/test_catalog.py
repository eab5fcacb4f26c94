"""The page about the catalogue: its catalogue is good, and its adapter activates services."""

import re
import sys
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from api.app import Server, create_app
from api.catalog.load import load_catalog
from api.errors import SetupError
from api.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "catalog.md"
CHANGED = ("    adapter: olt", "    options: {ports: 48}")
"""The lines of the page that say what to change in its catalogue for its adapter."""
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4/service"


def block(language: str) -> str:
    """The page's code in that language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(found)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """The page's catalogue, its port brought up by the page's adapter."""
    adapter, options = (line for line in PAGE.read_text().splitlines() if line in CHANGED)
    text = block("yaml").replace("    adapter: simulator", adapter)
    text = re.sub("    options: {latency.*", options.replace("48", "1"), text)
    file = tmp_path / "acme.yaml"
    file.write_text(text)
    return file


def test_the_catalogue_of_the_page_is_good(tmp_path: Path) -> None:
    """Whoever copies the page's catalogue has one that loads."""
    file = tmp_path / "acme.yaml"
    file.write_text(block("yaml"))
    assert load_catalog(file).service_specification("rfs-port") is not None


async def test_the_adapter_of_the_page_activates_services(
    catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter of another package is used by its name; what it gives and refuses is told."""
    module = ModuleType("acme_olt")
    exec(block("python"), module.__dict__)
    monkeypatch.setitem(sys.modules, "acme_olt", module)
    settings = Settings(
        database="sqlite:///:memory:",
        catalog=catalog,
        adapters={"olt": "acme_olt:Olt"},
        activation_wait=20,
    )
    server = Server(settings, listening="http://turnup.test")
    body = {"state": "active", "serviceSpecification": {"id": "rfs-port"}}
    transport = httpx.ASGITransport(create_app(server))
    async with (
        server.running(),
        httpx.AsyncClient(transport=transport, base_url="http://turnup.test") as client,
    ):
        first = await client.post(ACTIVATION, json=body)
        second = await client.post(ACTIVATION, json=body)
    assert first.status_code == 201, first.text
    (given,) = first.json()["serviceCharacteristic"]
    assert (given["name"], given["value"]) == ("port", "olt-1/1")
    assert second.json()["state"] == "InError"
    assert "no port is free" in second.json()["response"]["body"]


def test_an_adapter_that_is_not_there_is_named() -> None:
    """The operator reads which setting is wrong and what it should look like."""
    settings = Settings(database="sqlite:///:memory:", adapters={"olt": "no.such:Thing"})
    with pytest.raises(
        SetupError, match=r"adapters: olt cannot be made of 'no\.such:Thing'.*PYTHONPATH"
    ):
        Server(settings)
