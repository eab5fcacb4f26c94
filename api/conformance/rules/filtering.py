"""Filtering by attributes: a table of queries and what they find."""

from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, Check, asks, finds, rule
from api.conformance.trial import Trial

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, filtering"
_MUST, _SHOULD, _OURS = Level.MUST, Level.SHOULD, Level.OURS
_ALL: Final = ("alpha", "beta", "gamma", "delta", "epsilon")

_FOUND: Final[tuple[tuple[str, str, Level, str, tuple[str, ...]], ...]] = (
    ("EQ", "name=value is equality.", _MUST, "{text}={alpha}&{mine}", ("alpha",)),
    ("EQ-DATE", "A date equals itself.", _MUST, "{date}={d2}&{mine}", ("beta",)),
    ("EQ-BOOLEAN", "A boolean equals itself.", _MUST, "{flag}=false&{mine}", ("beta",)),
    ("EQ-NUMBER", "A number equals itself.", _MUST, "{number}=10&{mine}", ("gamma",)),
    ("EQ-NONE", "A value that nothing has finds nothing.", _MUST, "{text}={m}-none&{mine}", ()),
    ("EQ-OPERATOR", ".eq is equality.", _SHOULD, "{text}.eq={alpha}&{mine}", ("alpha",)),
    ("EQ-ENCODED", "%3D%3D is equality.", _OURS, "{text}%3D%3D{alpha}&{mine}", ("alpha",)),
    ("AND", "& joins conditions that all hold.", _MUST,
     "{text}={beta}&{date}={d5}&{mine}", ("epsilon",)),
    ("AND-NONE", "& finds nothing where one of two fails.", _MUST,
     "{text}={alpha}&{date}={d5}&{mine}", ()),
    ("OR-COMMA", "Values with commas between them are alternatives.", _MUST,
     "{text}={alpha},{gamma}&{mine}", ("alpha", "gamma")),
    ("OR-REPEATED", "Repeated conditions on one attribute are alternatives.", _SHOULD,
     "{text}={alpha}&{text}={gamma}&{mine}", ("alpha", "gamma")),
    ("OR-SEMICOLON", "; between conditions on one attribute is OR.", _SHOULD,
     "{mine}&{text}={alpha};{text}={gamma}", ("alpha", "gamma")),
    ("OR-ATTRIBUTES", "; between different attributes is OR.", _SHOULD,
     "{text}={alpha};{text}={m}-none&{date}={d2}", ("alpha",)),
    ("OR-PRECEDENCE", "& binds tighter than ;.", _SHOULD,
     "{text}={beta}&{date}={d5};{text}={alpha}&{date}={d1}", ("alpha", "epsilon")),
    ("COMMA-ESCAPED", "\\, is a comma within a value.", _OURS, "{text}={comma}&{mine}", ("delta",)),
    ("NE", ".ne excludes.", _SHOULD, "{text}.ne={beta}&{mine}", ("alpha", "delta", "gamma")),
    ("GT", ".gt is greater.", _SHOULD, "{date}.gt={d2}&{mine}", ("delta", "epsilon", "gamma")),
    ("GTE", ".gte is greater or equal.", _SHOULD, "{date}.gte={d4}&{mine}", ("delta", "epsilon")),
    ("LT", ".lt is less.", _SHOULD, "{date}.lt={d2}&{mine}", ("alpha",)),
    ("LTE", ".lte is less or equal.", _SHOULD, "{date}.lte={d2}&{mine}", ("alpha", "beta")),
    ("GT-ENCODED", "%3E is greater.", _SHOULD,
     "{date}%3E{d2}&{mine}", ("delta", "epsilon", "gamma")),
    ("GTE-ENCODED", "%3E%3D is greater or equal.", _SHOULD,
     "{date}%3E%3D{d4}&{mine}", ("delta", "epsilon")),
    ("GTE-HALF-ENCODED", "%3E= is greater or equal.", _SHOULD,
     "{date}%3E={d4}&{mine}", ("delta", "epsilon")),
    ("LT-ENCODED", "%3C is less.", _SHOULD, "{date}%3C{d2}&{mine}", ("alpha",)),
    ("LTE-ENCODED", "%3C%3D is less or equal.", _SHOULD,
     "{date}%3C%3D{d2}&{mine}", ("alpha", "beta")),
    ("LTE-HALF-ENCODED", "%3C= is less or equal.", _SHOULD,
     "{date}%3C={d2}&{mine}", ("alpha", "beta")),
    ("RANGE", "Two bounds on one attribute both hold.", _SHOULD,
     "{date}.gt={d1}&{date}.lt={d4}&{mine}", ("beta", "gamma")),
    ("GT-NUMBER", "Numbers compare as numbers.", _SHOULD,
     "{number}.gt=9&{mine}", ("delta", "epsilon", "gamma")),
    ("LTE-NUMBER", "Numbers compare as numbers, with fractions.", _SHOULD,
     "{number}.lte=9.5&{mine}", ("alpha", "beta")),
    ("DATE-OFFSET", "A date with an offset compares as its instant.", _SHOULD,
     "{date}=2099-02-02T05:04:05%2B02:00&{mine}", ("beta",)),
    ("REGEX", ".regex finds by a regular expression.", _SHOULD,
     "{text}.regex=.*-(alpha%7Cgamma)&{mine}", ("alpha", "gamma")),
    ("REGEX-ENCODED", "%3D~ is the same as .regex.", _SHOULD,
     "{text}%3D~.*-alpha&{mine}", ("alpha",)),
    ("NESTED", "A dotted path goes into an object.", _MUST, "{ref}.id={m}-ref&{mine}", ("alpha",)),
    ("NESTED-ARRAY", "A dotted path goes through an array, whose elements any may match.", _MUST,
     "{array}.{first}=blue&{mine}", ("alpha",)),
    ("NESTED-ELEMENTS", "Two dotted conditions need not meet in one element.", _OURS,
     "{array}.{first}=red&{array}.{second}=two&{mine}", ("alpha", "beta")),
    ("STATE", "state filters, as any attribute does.", _MUST,
     "{state}=noSuchStateAtAll,{m}&{mine}", ()),
    ("UNKNOWN", "An attribute that nothing carries finds nothing.", _OURS,
     "noSuchAttribute=1&{mine}", ()),
    ("MINE", "What all share finds all.", _MUST, "{mark}={family}&limit=100", _ALL),
)  # fmt: skip

_ASKED: Final[tuple[tuple[str, str, Level, str], ...]] = (
    ("BAD-REGEX", "A regular expression that is none is 400.", _SHOULD, "{text}.regex=("),
    ("BAD-DATE", "What is no date is 400 in a comparison with one.", _SHOULD, "{date}.gt=soon"),
    ("BAD-NUMBER", "What is no number is 400 in a comparison with one.", _OURS, "{number}.gt=many"),
    ("BAD-BOOLEAN", "What is no boolean is 400 in a comparison with one.", _OURS, "{flag}=perhaps"),
    ("BAD-OPERATOR", "An operator that there is none of is 400.", _OURS, "{text}.like=x"),
    ("TWO-OPERATORS", "Two operators in one condition are 400.", _OURS, "{text}.gt%3Ex"),
)


def _refuses(template: str) -> Check:
    def check(trial: Trial) -> None:
        trial.status(trial.find(trial.family.fill(trial, template)), 400)

    return check


@rule("FILTER-EXTENSION", "Extension attributes filter by their own types.", _HERE, Level.OURS)
def extension(trial: Trial) -> None:
    trial.need("GET", "POST")
    few, many = trial.make(size=9, colour=trial.mark), trial.make(size=10, colour=trial.mark)
    for query, wanted in (
        (f"colour={trial.mark}&size=9", [few.id]),
        (f"colour={trial.mark}&size.gt=9", [many.id]),
        (f"colour={trial.mark}&size.lt=100&sort=size", [few.id, many.id]),
    ):
        found = [each.get("id") for each in trial.status(trial.find(query), 200).list]
        trial.expect(f"found by {query}", found, wanted)


@rule("FILTER-STATE-VALUE", "state finds those that are in it, and no others.", _HERE, Level.MUST)
def state(trial: Trial) -> None:
    trial.family.fill(trial, "{state}")
    state_ = trial.read(trial.some()).get("state")
    query = trial.family.fill(trial, f"state={state_}&{{mine}}")
    found = trial.status(trial.find(query), 200, 206).list
    states = sorted({str(each.get("state")) for each in found})
    trial.expect(f"states found by {query}", states, [state_])


@rule("FILTER-ID", "id filters, as any attribute does.", _HERE, Level.MUST)
def by_id(trial: Trial) -> None:
    trial.need("GET")
    made = trial.some()
    found = trial.status(trial.find(f"id={made.id}"), 200).list
    trial.expect("ids found", [each.get("id") for each in found], [made.id])


_HOSTILE = asks("$where=1", 400)


RULES: Final[tuple[Rule, ...]] = (
    *(
        Rule(f"TMF630-FILTER-{name}", title, _HERE, level, "filtering", finds(query, labels))
        for name, title, level, query, labels in _FOUND
    ),
    *(
        Rule(f"TMF630-FILTER-{name}", title, _HERE, level, "filtering", _refuses(query))
        for name, title, level, query in _ASKED
    ),
    Rule(
        "TMF630-FILTER-HOSTILE", "A name that no attribute has is 400.", _HERE, _OURS,
        "filtering", _HOSTILE,
    ),
    extension,
    state,
    by_id,
)  # fmt: skip
