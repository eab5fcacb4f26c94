"""Requests made to cost a server much: of the query, the headers, and the body."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

__all__ = ["BODIES", "HUBS", "LISTS", "PATCHES", "Costly"]

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
PATCH_QUERY = "application/json-patch-query+json"
EVIL = ("a.{900}b", "[ab]*a[ab]{900}c", "a[ab]{40}c", "(?i)[a-z]{500}[a-z]{400}1")
"""Regular expressions with which an automaton is in many places of a long text at once."""

LARGEST = 999_000
"""Bytes of the largest bodies: a little less than the server takes."""


@dataclass(frozen=True)
class Costly:
    """A request, without its method and path.

    Attributes:
        name: says what it tries.
        query: still encoded.
        headers: beside those of every request.
        body: as it is sent.
    """

    name: str
    query: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def _each(text: str, count: int) -> str:
    return "&".join(text.format(number) for number in range(count))


def _lists() -> Iterator[Costly]:  # noqa: PLR0915 - a list
    many = 10_000
    yield Costly("10,000 terms", "&".join(f"a{n}={n}" for n in range(many)))
    yield Costly("10,000 terms of one name", "&".join(f"state={n}" for n in range(many)))
    yield Costly("10,000 alternatives", ";".join(f"a={n}" for n in range(many)))
    yield Costly("thousands of semicolons", ";" * 59_000)
    yield Costly("thousands of commas", "state=" + "," * 59_000)
    yield Costly("escaped commas", "state=" + "\\," * 900)
    yield Costly("ampersands", "&" * 59_900)
    yield Costly("100 values of an undeclared attribute", "free=" + ",".join(map(str, range(100))))
    yield Costly("100 undeclared attributes", "&".join(f"free{n}.gt={n}" for n in range(100)))
    yield Costly("100 alternatives, undeclared", ";".join(f"a{n}.b.c.gt=x" for n in range(100)))
    few = ",".join(map(str, range(15)))
    yield Costly("15 values of 100 undeclared", "&".join(f"free{n}={few}" for n in range(100)))
    yield Costly("15 deep values, undeclared", "&".join(f"note.n{n}={few}" for n in range(100)))
    yield Costly("15 values, alternatives", ";".join(f"free{n}={few}" for n in range(100)))
    many_values = ",".join(map(str, range(100)))
    declared = ("state", "category", "externalId", "name", "serviceType", "relatedParty.id")
    yield Costly("100 values each", "&".join(f"{name}={many_values}" for name in declared))
    yield Costly("100 values or 100", ";".join(f"{name}={many_values}" for name in declared))
    yield Costly("a long value", f"name={'x' * 59_000}&free={'y' * 900}")
    yield Costly("a long number", f"n={'9' * 59_000}")
    yield Costly("a long date", f"startDate={'9' * 59_000}")
    yield Costly("a long escaped value", "name=" + "%5C%2C" * 9_900)
    deep = ".".join("abcdefghijklmno")
    yield Costly("100 deep attributes", "&".join(f"{deep}{n}.ne=1" for n in range(99)))
    yield Costly(
        "100 characteristics", "&".join(f"serviceCharacteristic.value.ne={n}" for n in range(99))
    )
    yield Costly("100 declared ranges", "&".join(f"name.gt={n}" for n in range(100)))
    yield Costly("100 declared values", "state=" + ",".join(f"s{n}" for n in range(100)))
    regex = "(a%2B)%2Bb", "(a%7Caa)%2B%24", "%28.*%29%7B1%2C50%7Dx", "(%3F:a%3F)%7B50%7Da%7B50%7D"
    for pattern in regex:
        yield Costly(f"regex {pattern}", f"name.regex={pattern}&description.regex={pattern}")
    yield Costly("regex of 2000", "name.regex=" + "a%3F" * 500 + "a" * 499)
    yield Costly("regex repetitions", "name.regex=" + "x%7B1000%7D" * 100)
    for pattern in EVIL:
        yield Costly(f"regex {pattern}", f"long.regex={quote(pattern)}")
        yield Costly(f"JSONPath {pattern}", f"filter={quote(f'$[?(@.long=~/{pattern}/)]')}")
    yield Costly("100 regexes", "&".join(f"description.regex=%5EA.*x{n}%24" for n in range(99)))
    yield Costly("regex of classes", "description.regex=" + "%5B%5Cw%5CW%5D*" * 40)
    yield Costly("operator as a value", "state=%24gt&state=%7B%22%24gt%22%3A%22%22%7D&a=%24where")
    yield Costly("operator as a name", "%24where=1")
    yield Costly("operator in a path", "state.%24gt=1")
    yield Costly("SQL", "state=x'%20OR%201=1%20--&name=%22%3B%20DROP%20TABLE%20x")
    yield Costly("NUL", "state=%00")
    yield Costly("NUL in a name", "sta%00te=1&sort=%00&fields=%00")
    yield Costly("dots", "state....gt=1&" + "." * 4000 + "=1&sort=" + "." * 4000)
    yield Costly("huge number", "n.gt=" + "9" * 2000)
    yield Costly("huge exponent", "n.gt=1e999999999&serviceCharacteristic.value.lt=1e-999999999")
    yield Costly("NaN", "n=NaN&n=Infinity&n.gt=-0")
    yield Costly("huge date", "startDate.gt=999999999999-01-01T00:00:00Z")
    yield Costly("unicode", "name=" + "%F0%9F%92%A9" * 400 + "&name=%E2%80%AE%C2%AD%CC%81")
    yield Costly("overlong UTF-8", "name=%C0%AF%ED%A0%80")
    yield Costly("long fields", "fields=" + ",".join(f"f{n}" for n in range(3000)))
    yield Costly(
        "100 deep fields", "limit=1000&fields=" + ",".join(f"a{n}.b.c.d" for n in range(100))
    )
    yield Costly("long sort", "sort=" + ",".join(f"-s{n}" for n in range(3000)))
    yield Costly("8 undeclared sort keys", "sort=" + ",".join(f"-s{n}.a.b.c" for n in range(8)))
    yield Costly("huge limit", "limit=" + "9" * 4000 + "&offset=" + "9" * 4000)
    yield Costly("duplicates", "limit=1&" * 2000)
    yield Costly("offset and sort", "offset=9223372036854775807&limit=1000&sort=-name")
    same = " && ".join("@.value==1" for _ in range(80))
    yield Costly("JSONPath of conditions", f"filter=$.serviceCharacteristic[?({same})]")
    nested = "$.a[?(@.b[?(@.c[?(@.d==1)])])]"
    yield Costly("JSONPath in JSONPath", f"filter={nested}")
    yield Costly("JSONPath of parentheses", "filter=$[?" + "(" * 4000 + ")" * 4000 + "]")
    yield Costly("JSONPath of nots", "filter=$[?(" + "!" * 7000 + "@.a)]")
    yield Costly("JSONPath of quotes", "filter=$[?(@.a=='" + "%5C%5C" * 2500 + ")]")
    yield Costly("giant JSONPath", "filter=$" + ".a" * 7900)
    yield Costly("100 JSONPaths", "&".join(["filter=$[?(@.name=~/(a|b)*c/)]"] * 100))
    terms = "||".join(f"@.a=={n}" for n in range(many))
    yield Costly("JSONPath of 10,000 terms", f"filter=$[?({terms})]")
    bomb = "%28%28a%2B%29%2B%29%2B%24"
    yield Costly("JSONPath of a regex bomb", f"filter=$[?(@.name=~/{bomb}/)]")
    yield Costly("JSONPath of operators", "filter=$[?(@.state=='$gt'||@['$where']=='1')]")
    ways = "||".join(f"@.a.b.c[?(@.d=={n})]" for n in range(60))
    yield Costly("JSONPath of many ways", f"filter=$[?({ways})]")
    yield Costly("a query beyond the limit", "a=" + "x" * 200_000)
    yield Costly("many headers", headers=[(f"X-Header-{n}", "x" * 50) for n in range(1000)])
    yield Costly("long Accept", headers=[("Accept", ",".join(["text/x;q=0.1"] * 5000))])
    yield Costly("long If-None-Match", headers=[("If-None-Match", ",".join(['"1"'] * 9000))])


def _filled(item: bytes, before: bytes = b'{"x":[', after: bytes = b"]}") -> bytes:
    return before + b",".join([item] * ((LARGEST - 100) // (len(item) + 1))) + after


def _bodies() -> Iterator[Costly]:
    def service(rest: bytes) -> bytes:
        return b'{"state":"active","serviceSpecification":{"id":"1"},' + rest + b"}"

    yield Costly("an array of numbers", body=_filled(b"1"))
    yield Costly("an array of objects", body=_filled(b"{}"))
    yield Costly("an array of arrays", body=_filled(b"[[[[]]]]"))
    yield Costly("many attributes", body=orjson.dumps({f"a{n}": n for n in range(70_000)}))
    yield Costly("deep JSON", body=b'{"a":' * 160_000)
    yield Costly("deep arrays", body=b"[" * LARGEST)
    yield Costly("a long string", body=b'{"a":"' + b"x" * (LARGEST - 10) + b'"}')
    yield Costly("escapes", body=b'{"a":"' + b"\\u00e9" * 160_000 + b'"}')
    yield Costly("dots and quotes", body=b'{"a":"' + b'.\\"' * 300_000 + b'"}')
    yield Costly("operators in names", body=_filled(b'{"$where":"1"}'))
    yield Costly("operators as values", body=service(b'"name":{"$gt":""},"x":"$where"'))
    yield Costly("operators as text", body=service(_filled(b'"$gt"', b'"x":[', b"]")))
    yield Costly("a text of dots", body=service(b'"x":"' + b"a." * 400_000 + b'"'))
    yield Costly("numbers with dots", body=_filled(b"1.5", b'{"x":[', b'],"y":"z"}'))
    yield Costly("dots in names", body=_filled(b'{"a.b.c":1}'))
    yield Costly("NUL in values", body=_filled(b'"\\u0000"'))
    yield Costly("NUL in a name", body=service(b'"\\u0000":1'))
    yield Costly("a huge integer", body=b'{"x":' + b"9" * (LARGEST - 10) + b"}")
    yield Costly("a long fraction", body=b'{"x":0.' + b"9" * (LARGEST - 10) + b"}")
    yield Costly("huge numbers", body=_filled(b"1" * 400))
    yield Costly("exponents", body=_filled(b"1e308"))
    party = b'{"id":"p","role":"r","@referredType":"I"}'
    parties = _filled(party, b'"relatedParty":[', b"]")
    yield Costly("24,000 parties", body=service(parties[: parties.rfind(b",{")] + b"]"))
    bad = _filled(b"{}", b'"relatedParty":[', b"]")
    yield Costly("300,000 faulty parties", body=service(bad))
    wrong = _filled(b"1", b'"note":[', b"]")
    yield Costly("half a million faulty notes", body=service(wrong))
    values = _filled(b'{"name":"c","value":"1"}', b'"serviceCharacteristic":[', b"]")
    yield Costly("40,000 characteristics", body=service(values))


def _patches() -> Iterator[Costly]:
    def patch(name: str, media: str, document: Any) -> Costly:
        body = document if isinstance(document, bytes) else orjson.dumps(document)
        return Costly(name, headers=[("content-type", media)], body=body)

    double = [{"op": "copy", "from": "/x", "path": "/x/-"}] * 60
    yield patch(
        "copies that double", JSON_PATCH, [{"op": "add", "path": "/x", "value": [1]}, *double]
    )
    grown = [{"op": "copy", "from": "/description", "path": f"/d{n}"} for n in range(5000)]
    yield patch("5000 copies", JSON_PATCH, grown)
    tests = [{"op": "test", "path": "/name", "value": "x" * 10}] * 15_000
    yield patch("15,000 tests", JSON_PATCH, tests)
    deep = [{"op": "add", "path": "/a" * n, "value": {}} for n in range(1, 900)]
    yield patch("deeper and deeper", JSON_PATCH, deep)
    inserts = [{"op": "add", "path": "/x", "value": []}]
    inserts += [{"op": "add", "path": "/x/0", "value": n} for n in range(15_000)]
    yield patch("15,000 inserts", JSON_PATCH, inserts)
    yield patch("a long pointer", JSON_PATCH, [{"op": "add", "path": "/a" * 400_000, "value": 1}])
    query = "&".join(f"note.author={n}" for n in range(100))
    asks = [{"op": "replace", "path": f"/note/text?{query}", "value": "x"}] * 100
    yield patch("100 queries of 100 conditions", PATCH_QUERY, asks)
    star = [{"op": "add", "path": f"/note/a{n}", "value": "x" * 4000} for n in range(100)]
    yield patch("additions everywhere", PATCH_QUERY, star)
    regex = [{"op": "remove", "path": "/note?note.text.regex=(a|b)*c"}] * 5000
    yield patch("5000 removals by regex", PATCH_QUERY, regex)
    for pattern in EVIL:
        path = f"/name?long.regex={pattern}"
        yield patch(pattern, PATCH_QUERY, [{"op": "replace", "path": path, "value": "x"}])
    yield patch("an array for a patch", MERGE, _filled(b"1", b"[", b"]"))
    yield patch("a wide merge", MERGE, {f"a{n}": None for n in range(60_000)})
    yield patch("a deep merge", MERGE, b'{"a":' * 60 + b"1" + b"}" * 60)
    yield patch("a large value", MERGE, {"description": "x" * (LARGEST - 50)})


def _hubs() -> Iterator[Costly]:
    def hub(name: str, query: str) -> Costly:
        body = {"callback": "http://203.0.113.1/x", "query": query}
        return Costly(name, body=orjson.dumps(body))

    yield hub("a query of 10,000 terms", "&".join(f"event.a{n}={n}" for n in range(10_000)))
    yield hub("a query of 10,000 alternatives", ";".join(f"a={n}" for n in range(10_000)))
    yield hub("a query of 100 regexes", "&".join(f"a{n}.regex=(a+)+$" for n in range(99)))
    for pattern in EVIL:
        yield hub(pattern, f"event.service.long.regex={pattern}")
    yield hub("a query of repetitions", "eventType.regex=" + "x{1000}" * 100)
    yield hub("a query of operators", "eventType=$gt&$where=1&event.$ne=1")
    yield hub("a query of NUL", "eventType=\0&event.\0=1")
    yield hub("a query of dots", "." * 100_000 + "=1")
    yield hub("a huge number", "event.a.gt=" + "9" * 300_000)
    yield hub("a deep JSONPath", "filter=$[?" + "(" * 100_000 + ")" * 100_000 + "]")
    yield hub("a huge query", "a=" + "x" * (LARGEST - 100))
    yield hub("many fields", "fields=" + ",".join(f"f{n}" for n in range(100_000)))
    yield Costly(
        "a huge callback", body=orjson.dumps({"callback": "http://" + "a." * 400_000 + "x/"})
    )


LISTS = list(_lists())
BODIES = list(_bodies())
PATCHES = list(_patches())
HUBS = list(_hubs())
