# ruff: noqa: S608 - texts are made of constants and of names that `Table` has checked
"""Compiles a query to SQL. Pure.

A condition on a declared attribute asks the key table; any other one takes the body apart with
``json_each``, one for every array that may lie on the way. Values and JSON paths are bound; the
text is made of constants alone, so that queries of the same shape are prepared once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.query.literals import Literal, literals
from api.query.tree import And, Compare, Node, Not, Op, Or, Sort
from api.store.sqlite.keys import key_value
from api.store.sqlite.rows import Parameter
from api.store.sqlite.tables import Table

__all__ = ["Query", "compile_query"]

_RELATIONS = {Op.EQ: "=", Op.NE: "=", Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}
_UP = (Op.GT, Op.GTE)

# in the order of SQLite: numbers, then text (from '' on), then blobs (booleans, from x'' on)
_NUMBERS_END, _TEXT, _TEXT_END, _BLOBS = "value < ''", "value >= ''", "value < x''", "value >= x''"


@dataclass(slots=True)
class Query:
    """A compiled query: statements and their parameters.

    Attributes:
        count: how many match.
        find: the documents; takes limit and offset after its parameters.
        page: the same, each row led by how many match in all: one statement sees one state.
        counted: the parameters of `count`; those of `page` are these and then `found`.
        found: the parameters of `find`, less limit and offset.
        scans: whether it has to look into every body, which takes time on a large collection.
    """

    count: str
    find: str
    page: str
    counted: tuple[Parameter, ...]
    found: tuple[Parameter, ...]
    scans: bool


def compile_query(table: Table, query: Node, sort: Sequence[Sort]) -> Query:
    """Makes the statements for a query and an order."""
    terms = _conjuncts(query)
    driver = next(filter(None, (_driving(table, term) for term in terms)), None)
    rest = [term for term in terms if term is not driver]
    if driver is None:
        where = _Where(table, "d.seq")
        tables = counted = f"{table.doc} d"
        created = "d.created"
        conditions = []
    else:
        where = _Where(table, "k.doc")
        tables = f"{table.key} k CROSS JOIN {table.doc} d ON d.seq = k.doc"
        created = "k.created"
        number = table.paths[driver.path]
        conditions = ["k.path = ? AND k.value = ?"]
        where.bind(number, key_value(literals(driver)[0]))
        counted = f"{table.key} k"
    conditions += [where.condition(term) for term in rest]
    if where.reads_body:
        counted = tables
    wanted = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order, ordering = _order(table, sort, created)
    # the rows that the page needs are found first, so that no body goes through the sorter
    found = (
        f"FROM (SELECT d.seq AS seq FROM {tables}{wanted}"
        f" ORDER BY {order} LIMIT ? OFFSET ?) AS m CROSS JOIN {table.doc} d ON d.seq = m.seq"
    )
    everything = isinstance(query, And) and not query.terms
    count = table.total if everything else f"SELECT count(*) FROM {counted}{wanted}"
    return Query(
        count,
        f"SELECT {table.columns} {found}",
        f"SELECT ({count}), {table.columns} {found}",
        (table.name,) if everything else tuple(where.parameters),
        (*where.parameters, *ordering),
        where.reads_body or bool(sort),
    )


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, And):
        return [part for term in node.terms for part in _conjuncts(term)]
    return [node]


def _driving(table: Table, node: Node) -> Compare | None:
    """The condition, if all that match are one range of key rows in the order of lists."""
    if not isinstance(node, Compare) or node.op is not Op.EQ or node.path not in table.paths:
        return None
    return node if len(literals(node)) == 1 else None


@dataclass(slots=True)
class _Where:
    """Makes conditions on a row; ``row`` is the expression for its number."""

    table: Table
    row: str
    parameters: list[Parameter] = field(default_factory=list)
    reads_body: bool = False

    def bind(self, *values: Parameter) -> None:
        """Adds parameters, in the order of their ``?``."""
        self.parameters += values

    def condition(self, node: Node) -> str:
        """The SQL of a condition; its parameters are bound."""
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Not):
            return f"NOT {self.condition(node.term)}"
        if isinstance(node, Or):
            merged = self._any_of(node)
            if merged is not None:
                return merged
        word, none = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        return f"({word.join(self.condition(term) for term in node.terms) or none})"

    def _any_of(self, node: Or) -> str | None:
        """Several values of one declared attribute, as one look at the key table."""
        terms = [term for term in node.terms if isinstance(term, Compare) and term.op is Op.EQ]
        paths = {term.path for term in terms}
        if not terms or len(terms) < len(node.terms) or len(paths) > 1:
            return None
        number = self.table.paths.get(terms[0].path)
        if number is None:
            return None
        values = [key_value(value) for term in terms for value in literals(term)]
        self.bind(number, *values)
        marks = ", ".join("?" * len(values))
        return self._in_keys(f"path = ? AND value IN ({marks})")

    def _compare(self, compare: Compare) -> str:
        number = self.table.paths.get(compare.path)
        negation = "NOT " if compare.op is Op.NE else ""
        if number is None:
            self.reads_body = True
            return f"{negation}{self._in_body(compare)}"
        if compare.op is Op.REGEX:
            self.bind(number, compare.value)
            return self._in_keys(f"path = ? AND {_TEXT} AND {_TEXT_END} AND turnup_match(?, value)")
        tests = []
        for literal in literals(compare):
            self.bind(number, key_value(literal))
            tests.append(f"path = ? AND {_key_test(compare.op, literal)}")
        return f"{negation}{self._in_keys(*tests)}"

    def _in_keys(self, *tests: str) -> str:
        selects = (f"SELECT doc FROM {self.table.key} WHERE {test}" for test in tests)
        return f"{self.row} IN ({' UNION ALL '.join(selects)})"

    def _in_body(self, compare: Compare) -> str:
        sources, holder = _unfold(compare.path)
        self.bind(*(mark for name in compare.path[:-1] for mark in [_step(name)] * 3))
        last = _step(compare.path[-1])
        self.bind(last)
        test = self._leaf_test(compare, last)
        return (
            f"EXISTS (SELECT 1 FROM {sources}json_each({holder}, ?) AS leaf"
            f" WHERE {test} AND json_type({holder}, ?) <> 'object')"
        )

    def _leaf_test(self, compare: Compare, last: str) -> str:
        if compare.op is Op.REGEX:
            self.bind(compare.value, last)
            return "leaf.type = 'text' AND turnup_match(?, leaf.value)"
        tests = []
        for literal in literals(compare):
            self.bind(literal)
            relation = _RELATIONS[compare.op]
            tests.append(f"(leaf.type IN {_types(literal)} AND leaf.value {relation} ?)")
        self.bind(last)
        return f"({' OR '.join(tests)})"


def _unfold(path: tuple[str, ...]) -> tuple[str, str]:
    """The joins that go down to the objects that hold the last name, and these objects.

    Each name but the last takes three parameters, its `_step`. What is no object becomes an empty
    one: SQLite would refuse to take a string apart.
    """
    holder, sources = "d.body", ""
    for level in range(len(path) - 1):
        element = f"e{level}"
        sources += (
            f"json_each(CASE json_type({holder}, ?)"
            f" WHEN 'array' THEN json_extract({holder}, ?)"
            f" WHEN 'object' THEN json_array(json_extract({holder}, ?))"
            f" ELSE '[]' END) AS {element}, "
        )
        holder = f"CASE {element}.type WHEN 'object' THEN {element}.value ELSE '{{}}' END"
    return sources, holder


def _step(name: str) -> str:
    """The JSON path of a member. Names with a quote in them were refused by the parser."""
    return f'$."{name}"'


def _types(literal: Literal) -> str:
    if isinstance(literal, bool):
        return "('true', 'false')"
    return "('text')" if isinstance(literal, str) else "('integer', 'real')"


def _key_test(op: Op, literal: Literal) -> str:
    """The test of a key, kept within the literal's own type."""
    test = f"value {_RELATIONS[op]} ?"
    if op in (Op.EQ, Op.NE):
        return test
    if isinstance(literal, bool):
        return test if op in _UP else f"{test} AND {_BLOBS}"
    if isinstance(literal, str):
        return f"{test} AND {_TEXT_END if op in _UP else _TEXT}"
    return f"{test} AND {_NUMBERS_END}"


def _order(table: Table, sort: Sequence[Sort], created: str) -> tuple[str, list[Parameter]]:
    """The terms of ORDER BY: the least value ascending, the greatest descending."""
    terms: list[str] = []
    parameters: list[Parameter] = []
    for key in sort:
        number = table.paths.get(key.path)
        if number is not None:
            term = "json_extract(d.keys, ?)"
            parameters.append(f"$[{number}][{'#-1' if key.descending else '0'}]")
        else:
            term = _extreme(key)
            parameters += [mark for name in key.path[:-1] for mark in [_step(name)] * 3]
            parameters += [_step(key.path[-1])] * 2
        terms.append(f"{term} DESC" if key.descending else term)
    return ", ".join([*terms, created, "d.id"]), parameters


def _extreme(key: Sort) -> str:
    sources, holder = _unfold(key.path)
    function = "max" if key.descending else "min"
    return (
        f"(SELECT {function}(leaf.atom) FROM {sources}json_each({holder}, ?) AS leaf"
        f" WHERE json_type({holder}, ?) <> 'object')"
    )
