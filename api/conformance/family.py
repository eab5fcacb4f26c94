"""Resources with known values, created once and searched by many rules."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from api.conformance.schemas import put
from api.conformance.verdict import NotApplicable, NotMet, Unchecked
from api.jsontypes import JsonObject, JsonValue

if TYPE_CHECKING:
    from api.conformance.trial import Made, Trial

__all__ = ["LABELS", "Family"]

LABELS: Final = ("alpha", "beta", "gamma", "delta", "epsilon")

_CREATED: Final = (2, 0, 4, 1, 3)
"""The order in which they are created: that of no attribute, so that sorting shows."""

_TEXTS: Final = ("alpha", "beta", "gamma", "delta,comma", "beta")
_DATES: Final = tuple(f"2099-0{month}-02T03:04:05.000Z" for month in (1, 2, 3, 4, 5))
_FLAGS: Final = (True, False, True, None, True)
_NUMBERS: Final = (2, 9, 10, 11, 100)
_PARTS: Final = ((("red", "one"), ("blue", "two")), (("red", "two"),), (("green", "one"),), (), ())


@dataclass(slots=True)
class Family:
    """The family of one resource.

    By label: each has another text (two of them the same), another date, and so on as the tables
    above say. Where the resource has a second text attribute, all carry the mark in the first.
    """

    paged: bool = False
    """Whether all must carry the mark in an attribute, even if it is the only one of text."""
    _made: "dict[str, Made]" = field(default_factory=dict)
    _failed: str = ""
    _values: dict[str, str] = field(default_factory=dict)

    def first(self, trial: "Trial") -> "Made":
        """The first of them."""
        self.ready(trial)
        return self._made[LABELS[0]]

    def ready(self, trial: "Trial") -> None:
        """Creates them, the first time. Raises as `Trial.make` does."""
        if self._failed:
            raise Unchecked(self._failed)
        if self._made:
            return
        trial.need("POST")
        self._values = _values(trial, paged=self.paged)
        try:
            for at in _CREATED:
                self._made[LABELS[at]] = trial.make(**_member(trial, at, paged=self.paged))
        except (Unchecked, NotMet) as error:
            self._made.clear()
            self._failed = str(error)
            raise Unchecked(self._failed) from None

    @property
    def confined(self) -> bool:
        """Whether ``{mine}`` finds them and nothing else."""
        return "mark" in self._values

    def labels(self, found: list[JsonObject]) -> list[str]:
        """The labels of those of the family that are in a list, in its order."""
        known = {made.id: label for label, made in self._made.items()}
        return [known[str(body.get("id"))] for body in found if str(body.get("id")) in known]

    def fill(self, trial: "Trial", template: str) -> str:
        """A query with the family's names and values put in. Raises NotApplicable.

        ``{text}``, ``{date}``, ``{flag}``, ``{number}``, ``{array}``, ``{first}``, ``{second}``,
        ``{ref}``: attributes; ``{mark}``: the attribute that all carry the mark in; ``{alpha}``:
        a value of the text; ``{d1}`` to ``{d5}``: the dates; ``{mine}``: a condition that keeps
        others out, where there can be one.
        """
        self.ready(trial)
        try:
            return template.format_map(self._values)
        except KeyError as error:
            what = _WANTED.get(str(error.args[0]), str(error.args[0]))
            raise NotApplicable(f"the document has no {what} that a create may set") from None


_WANTED: Final = {
    "text": "attribute of plain text",
    "mark": "second attribute of plain text",
    "date": "date",
    "flag": "boolean attribute",
    "number": "number",
    "array": "array of objects with two attributes of plain text",
    "ref": "reference",
    "state": "state",
}


def _attributes(trial: "Trial", *, paged: bool) -> tuple[str | None, str | None]:
    """The attribute that all carry the mark in, and the one with a text of each member's own."""
    texts = trial.resource.texts
    if not texts:
        return None, None
    if len(texts) > 1:
        return texts[0], texts[1]
    return (texts[0], None) if paged else (None, texts[0])


def _reference(trial: "Trial") -> str | None:
    """An attribute that refers to something that need not be there."""
    name = trial.resource.reference
    return name if name and trial.subject.resource(name) is None else None


def _member(trial: "Trial", at: int, *, paged: bool) -> JsonObject:
    """What is particular about one of them."""
    resource = trial.resource
    mark, text = _attributes(trial, paged=paged)
    body: JsonObject = {mark: f"{trial.mark}-family"} if mark else {}
    if text:
        body[text] = f"{trial.mark}-{_TEXTS[at]}"
    if resource.dates:
        body[resource.dates[0]] = _DATES[at]
    if resource.flag and _FLAGS[at] is not None:
        body[resource.flag] = _FLAGS[at]
    if resource.array and _PARTS[at]:
        items = resource.created[resource.array.name].schema.get("items", {})
        body[resource.array.name] = [
            {**resource.schemas.sample(items), resource.array.first: a, resource.array.second: b}
            for a, b in _PARTS[at]
        ]
    if (reference := _reference(trial)) and at == 0:
        inner = resource.schemas.sample(resource.created[reference].schema)
        body[reference] = {**inner, "id": f"{trial.mark}-ref"}
    if resource.number:
        whole = resource.schemas.sample(resource.create_schema)
        top = str(resource.number[0])
        full = resource.schemas.sample(resource.create_schema, full=True)
        if top in whole and len(resource.number) > 1:
            body[top] = put({top: whole[top]}, resource.number, _NUMBERS[at])[top]
        else:
            body[top] = put({top: full[top]}, resource.number, _NUMBERS[at])[top]
    return body


def _values(trial: "Trial", *, paged: bool) -> dict[str, str]:
    resource = trial.resource
    mark, text = _attributes(trial, paged=paged)
    values: dict[str, JsonValue] = {
        "mark": mark,
        "text": text,
        "date": resource.dates[0] if resource.dates else None,
        "flag": resource.flag,
        "ref": _reference(trial),
        "state": "state" if resource.states else None,
    }
    if resource.array:
        values |= {
            "array": resource.array.name,
            "first": resource.array.first,
            "second": resource.array.second,
        }
    if resource.number:
        values["number"] = ".".join(part for part in resource.number if isinstance(part, str))
    values |= {name: f"{trial.mark}-{name}" for name in LABELS}
    values["comma"] = quote(f"{trial.mark}-delta\\,comma")
    values["m"] = trial.mark
    values["family"] = f"{trial.mark}-family"
    values |= {f"d{at}": date for at, date in enumerate(_DATES, 1)}
    values["mine"] = f"{mark}={trial.mark}-family&limit=100" if mark else "limit=100"
    return {name: str(value) for name, value in values.items() if value is not None}
