# ruff: noqa: S608 - texts are made of constants and of names that `Table` has checked
"""Compiles a query to SQL. Pure.

A condition on a declared attribute asks the key table; any other one takes the body apart
(`api.store.sqlite.body`). Values and JSON paths are bound; the text is made of constants alone, so
that queries of the same shape are prepared once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from api.query.literals import Literal, literals
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Not, Op, Or, Sort
from api.store.sqlite.body import RELATIONS, BodyTest, extreme
from api.store.sqlite.keys import key_value
from api.store.sqlite.rows import Parameter
from api.store.sqlite.tables import Table

__all__ = ["Lookup", "Query", "compile_query", "conjuncts", "drivers", "key_lookup"]

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
    """

    count: str
    find: str
    page: str
    counted: tuple[Parameter, ...]
    found: tuple[Parameter, ...]


def compile_query(
    table: Table, query: Node, sort: Sequence[Sort], driver: Node | None = None
) -> Query:
    """Makes the statements for a query and an order.

    ``driver`` is the one of its `drivers` to begin with: only what a key lookup gives for it is
    looked at further.
    """
    lookup = None if driver is None else key_lookup(table, driver)
    where = _Where(table, driven=lookup is not None)
    source = f"{table.doc} d"
    if lookup:
        source = f"({lookup.select('created, doc')}) k"
        where.bind(*lookup.parameters)
    conditions = [where.condition(term) for term in conjuncts(query) if term is not driver]
    wanted = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    parameters = tuple(where.parameters)
    order, ordering = _order(table, sort, "k" if lookup else "d")
    everything = isinstance(query, And) and not query.terms
    counting = _joined(table, source) if lookup and where.reads_body else source
    count = table.total if everything else f"SELECT count(*) FROM {counting}{wanted}"
    if lookup:
        source = _joined(table, source, row=where.reads_body or bool(sort))
    # the rows that the page needs are found first, so that no body goes through the sorter
    found = (
        f"FROM (SELECT d.seq AS seq FROM {source}{wanted}"
        f" ORDER BY {order} LIMIT ? OFFSET ?) AS m CROSS JOIN {table.doc} d ON d.seq = m.seq"
    )
    return Query(
        count,
        f"SELECT {table.columns} {found}",
        f"SELECT ({count}), {table.columns} {found}",
        (table.name,) if everything else parameters,
        (*parameters, *ordering),
    )


def _joined(table: Table, source: str, *, row: bool = True) -> str:
    """A driver with its documents; the index on creation suffices for what only orders them."""
    if row:
        return f"{source} CROSS JOIN {table.doc} d ON d.seq = k.doc"
    return (
        f"{source} CROSS JOIN {table.doc} d INDEXED BY {table.doc}_created"
        " ON d.created = k.created AND d.seq = k.doc"
    )


def conjuncts(node: Node) -> list[Node]:
    """The conditions that must all hold."""
    if isinstance(node, And):
        return [part for term in node.terms for part in conjuncts(term)]
    return [node]


def drivers(table: Table, query: Node) -> list[Node]:
    """What a query may begin with: all that must hold, and what follows from it."""
    terms = conjuncts(query)
    return [*terms, *(driver for term in terms for driver in _implied(table, term))]


def _implied(table: Table, node: Node) -> list[Node]:
    """Conditions on declared attributes that hold wherever one on an element does."""
    if not isinstance(node, ElementMatch):
        return []
    return [
        replace(term, path=(*node.path, *term.path))
        for term in conjuncts(node.term)
        if isinstance(term, Compare) and (*node.path, *term.path) in table.paths
    ]


@dataclass(slots=True)
class Lookup:
    """What of the key table meets a condition.

    Attributes:
        table: whose keys.
        tests: alternatives, each a range of the key table.
        parameters: of the tests.
        exact: whether each test is of single values.
        once: whether no document comes twice, and they come in the order of lists.
        slow: whether finding even a few may take a look at every value of the path.
    """

    table: Table
    tests: list[str]
    parameters: list[Parameter]
    exact: bool = False
    once: bool = False
    slow: bool = False

    def select(self, columns: str) -> str:
        """The SELECT of these columns, each document once."""
        word = "" if self.once else "DISTINCT "
        key = self.table.key
        return " UNION ".join(
            f"SELECT {word}{columns} FROM {key} WHERE {test}" for test in self.tests
        )

    @property
    def probe(self) -> str:
        """A statement for how many rows there are, counted up to the limit that it takes."""
        key = self.table.key
        rows = " UNION ALL ".join(f"SELECT 1 FROM {key} WHERE {test}" for test in self.tests)
        return f"SELECT count(*) FROM ({rows} LIMIT ?)"


def key_lookup(table: Table, node: Node) -> "Lookup | None":
    """How to meet a condition by the key table alone; None where that cannot be."""
    if isinstance(node, Or):
        return _values_lookup(table, node)
    if not isinstance(node, Compare) or node.op is Op.NE:
        return None
    return _compare_lookup(table, node)


def _compare_lookup(table: Table, compare: Compare) -> Lookup | None:
    """The lookup of a condition (of NE: that of its opposite)."""
    number = table.paths.get(compare.path)
    if number is None:
        return None
    if compare.op is Op.REGEX:
        test = f"path = ? AND {_TEXT} AND {_TEXT_END} AND turnup_match(?, value)"
        return Lookup(table, [test], [number, compare.value], slow=True)
    values = literals(compare)
    return Lookup(
        table,
        [f"path = ? AND {_key_test(compare.op, value)}" for value in values],
        [part for value in values for part in (number, key_value(value))],
        exact=compare.op in (Op.EQ, Op.NE),
        once=len(values) == 1 and compare.op in (Op.EQ, Op.NE),
    )


def _values_lookup(table: Table, node: Or) -> Lookup | None:
    """Several values of one declared attribute, as one lookup."""
    terms = [term for term in node.terms if isinstance(term, Compare) and term.op is Op.EQ]
    if not terms or len(terms) < len(node.terms) or len({term.path for term in terms}) > 1:
        return None
    number = table.paths.get(terms[0].path)
    if number is None:
        return None
    values = [key_value(value) for term in terms for value in literals(term)]
    marks = ", ".join("?" * len(values))
    return Lookup(table, [f"path = ? AND value IN ({marks})"], [number, *values], exact=True)


@dataclass(slots=True)
class _Where:
    """Makes conditions on a row: of ``k``, the driver, or without one of ``d``, the table."""

    table: Table
    driven: bool
    parameters: list[Parameter] = field(default_factory=list)
    reads_body: bool = False

    def bind(self, *values: Parameter) -> None:
        """Adds parameters, in the order of their ``?``."""
        self.parameters += values

    def condition(self, node: Node) -> str:
        """The SQL of a condition; its parameters are bound."""
        if isinstance(node, Not):
            return f"NOT {self.condition(node.term)}"
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Exists | IsNull | ElementMatch):
            return self._in_body(node)
        if isinstance(node, Or) and (lookup := _values_lookup(self.table, node)):
            return self._in_keys(lookup)
        word, none = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        return f"({word.join(self.condition(term) for term in node.terms) or none})"

    def _compare(self, compare: Compare) -> str:
        negation = "NOT " if compare.op is Op.NE else ""
        lookup = _compare_lookup(self.table, compare)
        if lookup is not None:
            return f"{negation}{self._in_keys(lookup)}"
        return self._in_body(compare)

    def _in_body(self, node: Node) -> str:
        self.reads_body = True
        return BodyTest(self.parameters).condition(node)

    def _in_keys(self, lookup: Lookup) -> str:
        self.bind(*lookup.parameters)
        if not self.driven or not lookup.exact:
            return f"{'k.doc' if self.driven else 'd.seq'} IN ({lookup.select('doc')})"
        # the driver gives all columns of the key: one step down the tree for each of its rows
        same = "created = k.created AND doc = k.doc"
        found = (
            f"EXISTS (SELECT 1 FROM {lookup.table.key} WHERE {test} AND {same})"
            for test in lookup.tests
        )
        return f"({' OR '.join(found)})"


def _key_test(op: Op, literal: Literal) -> str:
    """The test of a key, kept within the literal's own type."""
    test = f"value {RELATIONS[op]} ?"
    if op in (Op.EQ, Op.NE):
        return test
    if isinstance(literal, bool):
        return test if op in _UP else f"{test} AND {_BLOBS}"
    if isinstance(literal, str):
        return f"{test} AND {_TEXT_END if op in _UP else _TEXT}"
    return f"{test} AND {_NUMBERS_END}"


def _order(table: Table, sort: Sequence[Sort], first: str) -> tuple[str, list[Parameter]]:
    """The terms of ORDER BY: the least value ascending, the greatest descending."""
    terms: list[str] = []
    parameters: list[Parameter] = []
    for key in sort:
        number = table.paths.get(key.path)
        if number is not None:
            term = "json_extract(d.keys, ?)"
            parameters.append(f"$[{number}][{'#-1' if key.descending else '0'}]")
        else:
            term = extreme(key, parameters)
        terms.append(f"{term} DESC" if key.descending else term)
    return ", ".join([*terms, f"{first}.created", "d.id"]), parameters
