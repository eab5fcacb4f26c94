"""Filtering with JSONPath: a table of filters and what they find."""

from typing import Final
from urllib.parse import quote

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import Check
from api.conformance.trial import Trial

__all__ = ["RULES"]

_HERE: Final = "TMF630 part 6, JSONPath"

_FOUND: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    ("EQ", "== is equality.", "$[?(@.{text}=='{alpha}')]", ("alpha",)),
    ("DOUBLE-QUOTES", "Texts stand in double quotes too.", '$[?(@.{text}=="{alpha}")]', ("alpha",)),
    ("NE", "!= excludes.", "$[?(@.{text}!='{beta}')]", ("alpha", "delta", "gamma")),
    ("GT", "> is greater.", "$[?(@.{date}>'{d2}')]", ("delta", "epsilon", "gamma")),
    ("GTE", ">= is greater or equal.", "$[?(@.{date}>='{d4}')]", ("delta", "epsilon")),
    ("LT", "< is less.", "$[?(@.{date}<'{d2}')]", ("alpha",)),
    ("LTE", "<= is less or equal.", "$[?(@.{date}<='{d2}')]", ("alpha", "beta")),
    ("NUMBER", "Numbers compare as numbers.", "$[?(@.{number}>9)]", ("delta", "epsilon", "gamma")),
    ("BOOLEAN", "Booleans are true and false.", "$[?(@.{flag}==false)]", ("beta",)),
    ("REGEX", "=~ is a match.", "$[?(@.{text}=~/.*-GAMMA/i)]", ("gamma",)),
    ("AND", "&& joins conditions that all hold.",
     "$[?(@.{text}=='{beta}' && @.{date}=='{d5}')]", ("epsilon",)),
    ("OR", "|| joins alternatives.",
     "$[?(@.{text}=='{alpha}' || @.{date}=='{d5}')]", ("alpha", "epsilon")),
    ("PRECEDENCE", "&& binds tighter than ||.",
     "$[?(@.{text}=='{alpha}' || @.{text}=='{beta}' && @.{date}=='{d5}')]", ("alpha", "epsilon")),
    ("PARENTHESES", "Parentheses come first.",
     "$[?((@.{text}=='{alpha}' || @.{text}=='{beta}') && @.{date}=='{d5}')]", ("epsilon",)),
    ("NOT", "! negates.", "$[?(!(@.{text}=='{beta}'))]", ("alpha", "delta", "gamma")),
    ("EXISTS", "An attribute alone asks whether it is there.", "$[?(!@.{flag})]", ("delta",)),
    ("NULL", "An attribute that is not there equals null.", "$[?(@.{flag}==null)]", ("delta",)),
    ("BRACKETS", "An attribute stands in brackets too.", "$[?(@['{text}']=='{alpha}')]",
     ("alpha",)),
    ("NESTED", "A path goes into an object.", "$[?(@.{ref}.id=='{m}-ref')]", ("alpha",)),
    ("ARRAY", "A path goes through an array.", "$[?(@.{array}.{first}=='blue')]", ("alpha",)),
    ("ELEMENT", "A filter behind an array asks for one element that meets all of it.",
     "$.{array}[?(@.{first}=='red' && @.{second}=='two')]", ("beta",)),
    ("ELEMENT-INSIDE", "So does one inside of a filter.",
     "$[?(@.{array}[?(@.{first}=='red' && @.{second}=='two')])]", ("beta",)),
    ("WITHOUT-DOLLAR", "The leading $ may be left out.",
     "{array}[?(@.{first}=='red' && @.{second}=='two')]", ("beta",)),
    ("NO-ELEMENT", "No element finds nothing.",
     "$.{array}[?(@.{first}=='green' && @.{second}=='two')]", ()),
)  # fmt: skip


def _finds(filter_: str, labels: tuple[str, ...]) -> Check:
    def check(trial: Trial) -> None:
        path = trial.family.fill(trial, filter_)
        query = f"filter={quote(path, safe='')}&{trial.family.fill(trial, '{mine}')}"
        trial.expect(f"found by {path}", sorted(trial.labels(query)), sorted(labels))

    return check


def _answers(path: str, status: int) -> Check:
    def check(trial: Trial) -> None:
        trial.need("GET")
        trial.status(trial.find(f"filter={quote(path, safe='')}"), status)

    return check


def _beside(trial: Trial) -> None:
    template = "$[?(@.{text}=='{alpha}' || @.{text}=='{gamma}')]"
    path = quote(trial.family.fill(trial, template), safe="")
    query = trial.family.fill(trial, f"{{date}}={{d3}}&{{mine}}&filter={path}")
    trial.expect(f"found by {query}", trial.labels(query), ["gamma"])


def _rule(name: str, title: str, level: Level, check: Check) -> Rule:
    return Rule(f"TMF630-JSONPATH-{name}", title, _HERE, level, "JSONPath", check)


RULES: Final[tuple[Rule, ...]] = (
    *(
        _rule(name, title, Level.SHOULD, _finds(path, labels))
        for name, title, path, labels in _FOUND
    ),
    _rule("BESIDE", "A filter holds beside other conditions.", Level.SHOULD, _beside),
    _rule("BAD", "What is no JSONPath is 400.", Level.SHOULD, _answers("$[?(@.a=='1')", 400)),
    _rule("LACKING", "What the server lacks of JSONPath is 501.", Level.OURS,
          _answers("$..name", 501)),
)  # fmt: skip
