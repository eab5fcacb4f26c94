"""Selecting attributes with ``fields``."""

from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, rule
from api.conformance.trial import Made, Trial
from api.conformance.verdict import NotApplicable
from api.jsontypes import JsonObject

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, attribute selection"
_KEYS: Final = frozenset({"id", "href"})


def _chosen(trial: Trial) -> tuple[Made, str, str]:
    """A resource, an attribute of it to choose, and one to leave out."""
    made = trial.some()
    body = trial.read(made)
    names = [name for name in body if name not in _KEYS and not name.startswith("@")]
    preferred = [name for name in trial.resource.texts if name in names]
    names = [*preferred, *(name for name in names if name not in preferred)]
    if len(names) < 2:  # noqa: PLR2004 - one to choose, one to leave out
        raise NotApplicable("it has no two attributes")
    return made, names[0], names[1]


def _plain(body: JsonObject) -> set[str]:
    return {name for name in body if not name.startswith("@")} - _KEYS


def _only(trial: Trial, body: JsonObject, *names: str) -> None:
    trial.expect("attributes beside id, href and @…", sorted(_plain(body)), sorted(names))


@rule("FIELDS-ONE", "On one resource, fields gives the named attributes only.", _HERE, Level.MUST)
def on_one(trial: Trial) -> None:
    made, name, _ = _chosen(trial)
    _only(trial, trial.get(f"{made.url}?fields={name}").object, name)


@rule("FIELDS-LIST", "On a list, fields gives the named attributes only.", _HERE, Level.MUST)
def on_list(trial: Trial) -> None:
    trial.need("GET")
    _, name, _ = _chosen(trial)
    query = trial.family.fill(trial, "{mine}") if trial.resource.offers("POST") else ""
    found = trial.find(f"fields={name}&{query}").list
    trial.check("length of the list", holds=bool(found), expected="not empty", came=len(found))
    more = set().union(*(_plain(each) for each in found)) - {name}
    trial.expect("further attributes", sorted(more), [])
    trial.check(name, holds=any(name in each for each in found), expected="there", came=found[0])


@rule("FIELDS-SEVERAL", "Several names stand with commas between them.", _HERE, Level.MUST)
def several(trial: Trial) -> None:
    made, first, second = _chosen(trial)
    _only(trial, trial.get(f"{made.url}?fields={first},{second}").object, first, second)


@rule("FIELDS-KEY", "id and href are there whatever is chosen.", _HERE, Level.SHOULD)
def keys_stay(trial: Trial) -> None:
    made, name, _ = _chosen(trial)
    body = trial.get(f"{made.url}?fields={name}").object
    _only(trial, body, name)
    trial.expect("id and href", sorted(_KEYS & body.keys()), sorted(_KEYS))


@rule("FIELDS-TYPE", "The @ attributes are there whatever is chosen.", _HERE, Level.OURS)
def types_stay(trial: Trial) -> None:
    made, name, _ = _chosen(trial)
    always = {key for key in trial.read(made) if key.startswith("@")}
    if not always:
        raise NotApplicable("it has no @ attributes")
    body = trial.get(f"{made.url}?fields={name}").object
    _only(trial, body, name)
    trial.expect("@ attributes", sorted(always & body.keys()), sorted(always))


@rule("FIELDS-NONE", "fields=none gives id and href only.", _HERE, Level.SHOULD)
def none(trial: Trial) -> None:
    made = trial.some()
    _only(trial, trial.status(trial.get(f"{made.url}?fields=none"), 200).object)


@rule("FIELDS-DOTTED", "A dotted path selects inside of an attribute.", _HERE, Level.SHOULD)
def dotted(trial: Trial) -> None:
    trial.need("POST")
    trial.family.fill(trial, "{array}")
    array = trial.resource.array
    assert array  # noqa: S101 - filled in above
    made = trial.family.first(trial)
    body = trial.get(f"{made.url}?fields={array.name}.{array.first}").object
    _only(trial, body, array.name)
    parts = body[array.name]
    names = sorted({name for part in parts for name in part if not name.startswith("@")})
    trial.check(array.name, holds=array.first in names, expected=array.first, came=parts)
    trial.expect(f"{array.second} in it", array.second in names, expected=False)


@rule("FIELDS-UNKNOWN", "Names that there are none of are skipped.", _HERE, Level.OURS)
def unknown(trial: Trial) -> None:
    made, name, _ = _chosen(trial)
    reply = trial.status(trial.get(f"{made.url}?fields={name},noSuchAttribute"), 200)
    _only(trial, reply.object, name)


@rule("FIELDS-POST", "fields cuts the reply to a create.", _HERE, Level.OURS)
def on_post(trial: Trial) -> None:
    trial.need("POST")
    body = trial.body()
    name = next((each for each in body if each in trial.resource.read), None)
    if name is None:
        raise NotApplicable("it has no attribute that a create sets")
    _only(trial, trial.status(trial.post(body, f"fields={name}"), 200, 201).object, name)


@rule("FIELDS-PATCH", "fields cuts the reply to a patch.", _HERE, Level.OURS)
def on_patch(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()
    cut = Made(made.id, f"{made.url}?fields={name}", made.sent, made.body, made.reply)
    _only(trial, trial.status(trial.patch(cut, {name: "changed"}), 200).object, name)


RULES: Final[tuple[Rule, ...]] = (
    on_one,
    on_list,
    several,
    keys_stay,
    types_stay,
    none,
    dotted,
    unknown,
    on_post,
    on_patch,
)
