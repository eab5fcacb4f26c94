"""What a list takes in its query, written into a document handed out.

Declared are the parameters of TMF630 and, with their types, the attributes that lists are indexed
by; every other attribute filters too, which the operation's text says. The patterns say what the
parser takes, as far as a regular expression can: generated clients and fuzzers hold to them.
"""

from collections.abc import Callable, Iterable
from typing import Final

from api.declare import Resource
from api.jsontypes import JsonObject
from api.query.limits import SORT, SORT_KEYS, VALUES, Limit
from api.query.parse import Types
from api.query.pattern import MAX_LENGTH, MAX_REPETITIONS
from api.query.states import MAX_STATES
from api.query.tree import Kind
from api.store.document import ROOM

__all__ = ["describe_lists", "separated"]

_ADDED: Final = "#/components/parameters"

# the names of attributes: no control characters, quotes and separators; not only digits; blanks
# inside only. All characters are named: what `\s` means differs between engines
_ANY: Final = "[^\"'\\\\.,\\u0000-\\u0020]"
_NOT_DIGIT: Final = "[^0-9\"'\\\\.,\\u0000-\\u0020]"
_FIRST: Final = "[^$0-9\"'\\\\.,\\u0000-\\u0020]"
_UNSIGNED: Final = "[^$0-9\"'\\\\.,\\u0000-\\u0020+-]"
_DIGITS: Final = f"[0-9]+( +{_ANY}|{_NOT_DIGIT})"
_NAME: Final = f"({_DIGITS}|{_UNSIGNED})( *{_ANY})*"
_LATER: Final = f"({_DIGITS}|{_FIRST})( *{_ANY})*"
_KEY: Final = f" *([+-]*{_NAME}([.]{_LATER}){{0,15}})? *"

_WORD: Final = "[A-Za-z_][A-Za-z0-9_]{0,40}"
_PATH: Final = f"@([.]{_WORD}){{1,6}}"
_ORDERED: Final = "('[^'\\\\\\u0000-\\u001f]{0,60}'|-?(0|[1-9][0-9]{0,14}))"
_LITERAL: Final = f"({_ORDERED}|true|false|null)"
_TEST: Final = f"(!?{_PATH}|{_PATH} ?((==|!=) ?{_LITERAL}|(>|>=|<|<=) ?{_ORDERED}))"
_TESTS: Final = f"{_TEST}( ?(&&|[|][|]) ?{_TEST}){{0,5}}"
_INNER: Final = f"{_PATH}\\[[?]\\({_TESTS}\\)\\]"
_JSONPATH: Final = f"[$]?([.]{_WORD}){{0,4}}\\[[?]\\(({_TESTS}|{_INNER})\\)\\]"

_FILTER: Final[JsonObject] = {
    "name": "filter",
    "in": "query",
    "required": False,
    "description": (
        "A condition in JSONPath (TMF630 part 6), beside all others: comparisons with `== != > >= "
        "< <= =~`, joined by `&&`, `||` and `!`, with parentheses; `items[?(…)]` asks for one "
        "element that meets them all. Further forms than the pattern shows are taken."
    ),
    "schema": {"type": "string", "pattern": f"^{_JSONPATH}$", "maxLength": 8000},
    "examples": {"state": {"value": "$[?(@.state=='active')]"}},
}
_SORT: Final[JsonObject] = {
    "name": "sort",
    "in": "query",
    "required": False,
    "description": (
        "Attributes to sort by, as names or dotted paths with commas between them; `-` before one "
        "turns its order round. Equal ones are in the order of creation, or in the reverse of it "
        "where the first attribute has a `-`. At most "
        f"{SORT_KEYS.most}."
    ),
    "schema": {
        "type": "string",
        "pattern": f"^{_KEY}(,{_KEY}){{0,{SORT_KEYS.most - 1}}}$",
        "maxLength": SORT.most,
    },
    "examples": {"latest": {"value": "-state,id"}},
}
_TEXT: Final = (
    "Any attribute filters by its dotted path: `state=held&relatedParty.id=7`; an array matches if "
    "any of its elements does. Values with commas between them are alternatives, `.gt`, `.gte`, "
    "`.lt`, `.lte`, `.ne`, `.eq` and `.regex` behind the path compare, `;` separates whole "
    "alternatives. A regular expression is one of RE2, of at most "
    f"{MAX_LENGTH} characters, {MAX_REPETITIONS} repetitions and {MAX_STATES} states of its "
    "automaton; a group that is repeated must take a text in one way only. "
    "Those declared here have an index; `sort` and `filter` take any attribute too. A page ends "
    f"before its limit where it comes to {ROOM >> 20} MiB; its `Link` tells where the next begins."
)
_TYPES: Final[dict[Kind, JsonObject]] = {
    Kind.DATE: {"type": "string", "format": "date-time"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
}


def separated(most: Limit) -> str:
    """The pattern of up to so many texts with commas between them."""
    return f"^[^,\\u0000]*(,[^,\\u0000]*){{0,{most.most - 1}}}$"


_STRING: Final[JsonObject] = {"type": "string", "pattern": separated(VALUES)}


def describe_lists(
    document: JsonObject, resources: Iterable[Resource], types: Callable[[str], Types]
) -> None:
    """Writes into a document (which is modified) what its lists take.

    ``types`` gives, by a resource's name, the kinds of its attributes.
    """
    parameters = document["components"].setdefault("parameters", {})
    parameters |= {"Filter": _FILTER, "Sort": _SORT}
    for resource in resources:
        operation = document["paths"].get(f"/{resource.name}", {}).get("get")
        if operation is None:
            continue
        operation["description"] = f"{operation.get('description', '')} {_TEXT}".strip()
        own = operation.setdefault("parameters", [])
        own += [{"$ref": f"{_ADDED}/Filter"}, {"$ref": f"{_ADDED}/Sort"}]
        own += [_attribute(path, types(resource.name)) for path in resource.indexes]


def _attribute(path: str, types: Types) -> JsonObject:
    kind = types(tuple(path.split(".")))
    return {
        "name": path,
        "in": "query",
        "required": False,
        "description": f"Only those whose `{path}` is this, or one of these with commas between.",
        "schema": dict(_TYPES.get(kind, _STRING)),
    }
