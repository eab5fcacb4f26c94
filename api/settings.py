"""The settings: command line over environment (``TURNUP_…``) over ``turnup.toml`` over defaults."""

import json
import math
import re
import tomllib
from collections.abc import Callable
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from api.errors import SetupError

__all__ = ["PartialPage", "Settings", "UnknownItems"]

T = TypeVar("T")

_FILE: Final = "turnup.toml"
_LEVELS: Final = ("debug", "info", "warning", "error")
_ORIGIN: Final = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/?#\s]+")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_RANGE: Final = re.compile(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*")


class UnknownItems(StrEnum):
    """What becomes of an order with an item that the catalogue does not know."""

    MANUAL = "manual"
    REJECT = "reject"


class PartialPage(IntEnum):
    """The status of a page that is not the whole list."""

    OK = 200
    PARTIAL = 206


class Settings(BaseSettings):
    """Everything that an operator may set. Durations are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix="TURNUP_",
        toml_file=_FILE,
        extra="forbid",
        enable_decoding=False,  # lists are read below, in whichever way they are written
        allow_inf_nan=False,
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    database: str = Field(
        "sqlite:///turnup.sqlite",
        description="sqlite:///FILE, sqlite:///:memory: or mongodb://HOST[:PORT]/NAME.",
    )
    catalog: Path | None = Field(
        None, description="Catalogue file (YAML); without it the bundled example is used."
    )
    public_url: str | None = Field(
        None,
        description="What clients call this server, e.g. https://tmf.example.net; hrefs, and the "
        "addresses in documents, begin with it. Without it the request's own host is used.",
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses of proxies whose X-Forwarded-Proto, -Host, -Port and -Prefix are "
        "believed in hrefs; * for any. Pages of documentation follow public_url alone.",
    )
    apis: list[str] = Field(
        default_factory=lambda: [
            "tmf622_product_ordering",
            "tmf641_service_ordering",
            "tmf638_service_inventory",
            "tmf640_activation",
        ],
        description="The packages whose APIs are served.",
    )
    unknown_items: UnknownItems = Field(
        UnknownItems.MANUAL,
        description="An order with an item that the catalogue does not know is left to people "
        "(manual) or rejected (reject).",
    )
    refuse_conflicting: bool = Field(
        False,
        description="Whether a service order is rejected, instead of waiting its turn, while "
        "another one works on a service that it changes or ends.",
    )
    refuse_duplicates: bool = Field(
        False,
        description="Whether an order is refused (409) when the same parties have placed one with "
        "its externalId already.",
    )
    activation_wait: float = Field(
        0.5, ge=0, description="How long TMF640 waits for the adapter before it answers 202."
    )
    adapters: dict[str, str] = Field(
        default_factory=dict,
        description="Network adapters beside the built-in ones, by the name that the catalogue "
        'uses, as package.module:Class, e.g. {"olt": "acme.olt:OltAdapter"}.',
    )
    extension_schemas: Path | None = Field(
        None,
        description="Folder of JSON Schemas (*.json): objects in bodies whose @schemaLocation is "
        "the $id of one must keep to it.",
    )
    extension_base: str | None = Field(
        None,
        description="A URL: the folder's files answer for their paths behind it too, e.g. "
        "https://schemas.example.net/tmf.",
    )
    extension_prefixes: list[str] = Field(
        default_factory=list,
        description="URLs below which schemas that a @schemaLocation names are fetched from the "
        "network; without one, none are.",
    )
    max_body: int = Field(1_000_000, gt=0, description="Largest request body, in bytes.")
    base_path_aliases: bool = Field(
        True,
        description="Whether the APIs also answer at other base paths that clients use, e.g. "
        "/serviceOrdering/v4; hrefs always begin with the official one.",
    )
    partial_page_status: PartialPage = Field(
        PartialPage.OK,
        description="The status of a page that is not the whole list: 200, or 206; with 206 a page "
        "past the end is 416.",
    )
    gzip: bool = Field(
        True, description="Whether replies above 1 kB are compressed for clients that accept gzip."
    )
    request_timeout: float = Field(
        60,
        gt=0,
        description="Within how long a request must be here whole (408), and a client must read "
        "some of a reply, else the connection is closed.",
    )
    keep_alive: float = Field(
        75,
        gt=0,
        description="How long a connection stays open after a reply, for the next request.",
    )
    cors_origins: list[str] = Field(
        default_factory=list,
        description="Origins whose pages may call the APIs from a browser (CORS), e.g. "
        "https://shop.example.net; * for any. Without one, none may.",
    )
    worker: bool = Field(True, description="Whether this process carries orders and deliveries.")
    lease: float = Field(
        10.0, gt=0, description="How long a process's hold on an order outlives it."
    )
    callback_hosts: list[str] = Field(
        default_factory=list,
        description="Networks (CIDR) to which callbacks may go although they are private; a "
        "server that listens on loopback only may always call back to loopback.",
    )
    max_subscriptions: int = Field(
        10_000, ge=0, description="How many registrations the hubs take in all; 0: any number."
    )
    max_subscriptions_per_host: int = Field(
        100,
        ge=0,
        description="How many registrations with callbacks to one host the hubs take; 0: any "
        "number.",
    )
    max_event: int = Field(
        1_000_000,
        gt=0,
        description="Largest event that is posted whole, in bytes; of a larger one only the key "
        "of its resource is posted.",
    )
    secret_overlap: float = Field(
        86_400.0,
        ge=0,
        description="How long the old secret of a subscription signs beside a new one, at most.",
    )
    event_retention: float = Field(
        30 * 86400.0,
        ge=0,
        description="How long events stay in the log; 0: for ever. Events that an active "
        "subscription is still to get stay longer.",
    )
    event_retention_count: int = Field(
        0,
        ge=0,
        description="How many events stay in the log, whatever their age; 0: any number. Events "
        "that an active subscription is still to get stay all the same.",
    )
    event_retention_cap: int = Field(
        0,
        ge=0,
        description="How many events the log holds at most, even where a subscription did not "
        "get those that are removed; 0: any number.",
    )
    event_retention_interval: float = Field(
        600.0,
        gt=0,
        description="How long after a look for old events the next one follows, give or take a "
        "half; up to then the log may hold more than it should.",
    )
    callback_ports: list[str] = Field(
        default_factory=lambda: ["80", "443", "1024-65535"],
        description="Ports and ranges to which callbacks may go. Ports of databases, queues and "
        "the like count only when they are named by themselves.",
    )
    callback_https_only: bool = Field(False, description="Whether callbacks must be https.")
    delivery_schedule: list[float] = Field(
        default_factory=lambda: [
            *(5.0, 60.0, 300.0, 1800.0, 7200.0),
            *(18000.0, 36000.0, 50400.0, 72000.0, 86400.0),
        ],
        description="Waits before each further try of a delivery that failed, give or take a "
        "fifth; after the last one the resource's events are parked for that subscription.",
    )
    delivery_rate: float = Field(
        0.0, ge=0, description="Most deliveries per second to one endpoint; 0: no limit."
    )
    delivery_parallel: int = Field(16, gt=0, description="Most deliveries at once to one endpoint.")
    delivery_total: int = Field(256, gt=0, description="Most deliveries at once in all.")
    delivery_log_count: int = Field(
        1000, ge=0, description="Deliveries that the log of each subscription keeps."
    )
    delivery_log_age: float = Field(
        7 * 86400.0, gt=0, description="How long the log of deliveries keeps them."
    )
    log_level: str = Field("warning", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="Log lines as JSON.")

    @field_validator(
        "trusted_proxies",
        "apis",
        "extension_prefixes",
        "cors_origins",
        "callback_hosts",
        "callback_ports",
        "delivery_schedule",
        mode="before",
    )
    @classmethod
    def _read_list(cls, value: object) -> object:
        """A text is a list as JSON, or one with commas."""
        if not isinstance(value, str):
            return value
        if not value.lstrip().startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
        return _json(value, 'write a,b or as JSON ["a", "b"]')

    @field_validator("adapters", mode="before")
    @classmethod
    def _read_adapters(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return _json(value, 'write JSON, e.g. {"olt": "acme.olt:OltAdapter"}')

    @field_validator("apis")
    @classmethod
    def _check_apis(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("at least one must be served")
        return value

    @field_validator("log_level")
    @classmethod
    def _check_log_level(cls, value: str) -> str:
        if value.lower() not in _LEVELS:
            raise ValueError(f"{value!r} is none: use {', '.join(_LEVELS)}")
        return value.lower()

    @field_validator("extension_base")
    @classmethod
    def _check_extension_base(cls, value: str | None) -> str | None:
        if value is not None and not _ABSOLUTE.fullmatch(value):
            raise ValueError(f"{value!r} is no URL: write e.g. https://schemas.example.net/tmf")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: list[str]) -> list[str]:
        hint = "is no origin: write e.g. https://shop.example.net, without a path, or *"
        return _each(value, _ORIGIN.fullmatch, hint)

    @field_validator("callback_ports")
    @classmethod
    def _check_ports(cls, value: list[str]) -> list[str]:
        return _each(value, _rises, "ends before it begins: write e.g. 1024-65535")

    @field_validator("delivery_schedule")
    @classmethod
    def _check_schedule(cls, value: list[float]) -> list[float]:
        def waits(seconds: float) -> bool:
            return math.isfinite(seconds) and seconds >= 0

        return _each(value, waits, "is no wait: write seconds from 0 up")

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The settings of this process; those that are given win.

        Raises SetupError naming each wrong setting, or the file that cannot be read.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            faults = (f"setting {_where(each)}: {_said(each)}" for each in error.errors())
            raise SetupError("\n".join(faults)) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SetupError(f"{_FILE} is no TOML in UTF-8: {error}") from None
        except OSError as error:
            raise SetupError(f"{_FILE} cannot be read: {error.strerror}") from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Adds ``turnup.toml`` below the environment."""
        del dotenv_settings
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls),
            file_secret_settings,
        )


def _json(text: str, hint: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"{text!r} cannot be read: {hint}") from None


def _each(values: list[T], good: Callable[[T], object], hint: str) -> list[T]:
    """The values, where all are good. Raises ValueError naming the first that is not."""
    for value in values:
        if not good(value):
            raise ValueError(f"{value!r} {hint}")
    return values


def _rises(ports: str) -> bool:
    """Whether a range ends where it begins or above; what is no range is judged elsewhere."""
    ends = _RANGE.fullmatch(ports)
    return ends is None or int(ends[1]) <= int(ends[2])


def _where(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])


def _said(fault: Any) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
