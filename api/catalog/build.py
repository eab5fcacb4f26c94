"""Makes values of a catalogue whose shape is right."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.calendar import DAYS, Calendar
from api.catalog.characteristic import Characteristic, pattern_fault
from api.catalog.expression import Expression, ExpressionError
from api.catalog.handling import Compensation, Handling, OnFailure, PointOfNoReturn
from api.catalog.mapping import Computed, Constant, Copy, Rule, Table
from api.catalog.marked import Marked, Path
from api.catalog.model import (
    ACTIONS,
    Catalog,
    ProductOffering,
    ProductSpecification,
    ServiceSpecification,
    ServiceType,
    Use,
)
from api.jsontypes import JsonObject
from api.retry import RetryPolicy

__all__ = ["build"]

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9_-]+")


def build(marked: Marked, version: str) -> Catalog:
    """The catalogue as values; faults of expressions and doubled ids go to ``marked``."""
    builder = _Builder(marked)
    return Catalog(
        version=version,
        service_specifications=builder.all("serviceSpecifications", builder.service),
        product_specifications=builder.all("productSpecifications", builder.specification),
        product_offerings=builder.all("productOfferings", builder.offering),
        calendars=builder.all("calendars", builder.calendar),
    )


class _Builder:
    def __init__(self, marked: Marked) -> None:
        self._marked = marked

    def all(self, key: str, make: Callable[[JsonObject, Path], T]) -> dict[str, T]:
        """The values under a top-level key, by id."""
        made: dict[str, T] = {}
        for index, given in enumerate(self._marked.value.get(key, [])):
            path: Path = (key, index)
            if given["id"] in made:
                self._marked.fault((*path, "id"), f"{given['id']!r} is the id of another one too")
            made[given["id"]] = make(given, path)
        return made

    def service(self, given: JsonObject, path: Path) -> ServiceSpecification:
        return ServiceSpecification(
            id=given["id"],
            name=given["name"],
            version=given.get("version", "1.0"),
            type=ServiceType(given["type"]),
            category=given.get("category"),
            adapter=given.get("adapter", "simulator"),
            options=given.get("options", {}),
            usual=_handling(given),
            calendar=given.get("calendar"),
            actions={
                action: _handling({**given, **own})
                for action, own in given.get("actions", {}).items()
            },
            characteristics=self._characteristics(given, path),
            requires=self._uses(given, path, "requires"),
        )

    def specification(self, given: JsonObject, path: Path) -> ProductSpecification:
        return ProductSpecification(
            id=given["id"],
            name=given["name"],
            characteristics=self._characteristics(given, path),
            services=self._uses(given, path, "services"),
        )

    def offering(self, given: JsonObject, path: Path) -> ProductOffering:
        return ProductOffering(
            id=given["id"],
            name=given["name"],
            specification=given.get("productSpecification"),
            bundles=tuple(given.get("bundles", ())),
            services=self._uses(given, path, "services"),
        )

    def calendar(self, given: JsonObject, path: Path) -> Calendar:
        hours: dict[int, tuple[tuple[int, int], ...]] = {}
        for day, spans in given["hours"].items():
            found = tuple(_span(text) for text in spans)
            flat = [minute for span in found for minute in span]
            if flat != sorted(set(flat)):
                self._marked.fault(
                    (*path, "hours", day), "spans must be in order and apart, each with an end"
                )
            hours[DAYS.index(day)] = found
        if not any(hours.values()):
            self._marked.fault((*path, "hours"), "there must be some")
        return Calendar(hours, self._zone(given, path), self._holidays(given, path))

    def _zone(self, given: JsonObject, path: Path) -> tzinfo:
        name = given.get("timezone", "UTC")
        if name == "UTC":
            return UTC  # also where the machine has no time zones
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._marked.fault((*path, "timezone"), f"there is no time zone {name!r}")
            return UTC

    def _holidays(self, given: JsonObject, path: Path) -> frozenset[date]:
        found = set()
        for index, text in enumerate(given.get("holidays", [])):
            try:
                found.add(date.fromisoformat(text))
            except ValueError:
                self._marked.fault((*path, "holidays", index), f"{text!r} is no day")
        return frozenset(found)

    def _characteristics(self, given: JsonObject, path: Path) -> Mapping[str, Characteristic]:
        made: dict[str, Characteristic] = {}
        for index, each in enumerate(given.get("characteristics", [])):
            name = each["name"]
            if name in made:
                self._marked.fault(
                    (*path, "characteristics", index, "name"), f"{name!r} is described twice"
                )
            made[name] = self._characteristic(each, (*path, "characteristics", index))
        return made

    def _characteristic(self, given: JsonObject, path: Path) -> Characteristic:
        values = {**given, "allowed": tuple(given.get("allowed", ()))}
        if fault := pattern_fault(given.get("pattern")):
            self._marked.fault((*path, "pattern"), fault)
            values["pattern"] = None
        low, high = given.get("minimum"), given.get("maximum")
        if low is not None and high is not None and low > high:
            self._marked.fault((*path, "minimum"), f"{low} is above the maximum, {high}")
        made = Characteristic(**values)
        for key, value in (("default", made.default), *(("allowed", v) for v in made.allowed)):
            if value is not None and (faults := made.faults(value)):
                self._marked.fault((*path, key), f"cannot be its value: {faults[0][1]}")
        return made

    def _uses(self, given: JsonObject, path: Path, key: str) -> tuple[Use, ...]:
        uses: dict[str, Use] = {}
        for index, each in enumerate(given.get(key, [])):
            below = (*path, key, index)
            use = self._use(each, below)
            if use.name in uses:
                self._marked.fault(
                    below, f"{use.name!r} is the name of another one here: give it one"
                )
            if not _NAME.fullmatch(use.name):
                self._marked.fault(below, f"{use.name!r} cannot be its name: give it a plain one")
            uses[use.name] = use
        return tuple(uses.values())

    def _use(self, given: JsonObject, path: Path) -> Use:
        copies = given.get("copy", ())
        return Use(
            name=str(given.get("name") or given["specification"]),
            specification=given["specification"],
            when=self._expression(given.get("when"), (*path, "when")),
            actions=frozenset(given.get("actions", ACTIONS)),
            count=self._expression(given.get("count"), (*path, "count")),
            copies=None if copies == "all" else tuple(copies),
            characteristics={
                name: self._rule(rule, (*path, "characteristics", name))
                for name, rule in given.get("characteristics", {}).items()
            },
            depends_on=tuple(given.get("dependsOn", ())),
        )

    def _expression(self, text: str | float | None, path: Path) -> Expression | None:
        if text is None:
            return None
        try:
            return Expression.parse(str(text))
        except ExpressionError as error:
            self._marked.fault(path, str(error))
            return None

    def _rule(self, given: JsonObject, path: Path) -> Rule:
        if "from" in given:
            return Copy(given["from"])
        if "table" in given:
            table = given["table"]
            return Table(table["by"], table["rows"], table.get("default"))
        if "expression" in given:
            expression = self._expression(given["expression"], (*path, "expression"))
            return Computed(expression) if expression else Constant(None)
        return Constant(given["value"])


def _span(text: str) -> tuple[int, int]:
    """``08:30-17:00`` in minutes from midnight."""
    start, end = (int(each[:2]) * 60 + int(each[3:]) for each in text.split("-"))
    return start, end


def _handling(given: JsonObject) -> Handling:
    """What a specification says for all actions, or one of its ``actions`` laid over that."""
    return Handling(
        on_failure=OnFailure(given.get("onFailure", OnFailure.HOLD)),
        retry=RetryPolicy(**given.get("retry", {})),
        timeout=float(given.get("timeout", 60.0)),
        duration=float(given.get("duration", 0.0)),
        point_of_no_return=PointOfNoReturn(given.get("pointOfNoReturn", PointOfNoReturn.NEVER)),
        compensation=Compensation(given.get("compensation", Compensation.REVERSE)),
        milestone=given.get("milestone"),
    )
