"""Conditions and computed values: a small, safe expression language. Pure.

Python's own parser reads the text; what it gives is walked over a whitelist, once, into closures.
There are literals, lists, names, ``characteristic('any name')``, ``+ - * /``, comparisons,
``in``, ``and or not``, ``x if c else y`` and a few functions; no attributes, no other calls.

A name that has no value is None, and so is what is computed from it; compared by ``< <= > >=``
it is false. So an order that leaves a characteristic out gives no error but no value.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.errors import TurnupError
from api.jsontypes import JsonValue

__all__ = ["BUILT_IN", "Expression", "ExpressionError", "Names"]

Names = Mapping[str, JsonValue]
Evaluate = Callable[[Names], JsonValue]
Binary = Callable[[JsonValue, JsonValue], JsonValue]

BUILT_IN = frozenset({"quantity", "action", "index"})
"""Names that every expression may use: of the order item, and the number of the copy (from 1)."""

_MOST_CHARACTERS = 1000
_MOST_NODES = 200
_LARGEST = 2**63
_QUOTED = re.compile(r"""'[^']*(?:'|$)|"[^"]*(?:"|$)""")
_FOREIGN = (
    (re.compile(r"(?<![=<>!])=(?!=)"), "write == to compare"),
    (re.compile(r"&&"), "write and for &&"),
    (re.compile(r"\|\|"), "write or for ||"),
    (re.compile(r"!(?!=)"), "write not for !"),
    (re.compile(r"\?"), "write x if condition else y"),
)


class ExpressionError(TurnupError):
    """An expression that cannot be read, or not be computed with the values at hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A parsed expression.

    Attributes:
        text: as it stands in the catalogue.
        names: the characteristics that it reads; those of `BUILT_IN` are not among them.
    """

    text: str
    names: frozenset[str]
    _evaluate: Evaluate

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Reads an expression. Raises ExpressionError saying what is not allowed and where."""
        if len(text) > _MOST_CHARACTERS:
            raise ExpressionError(f"is longer than {_MOST_CHARACTERS} characters")
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            fault = _hint(text) or getattr(error, "msg", str(error))
            raise ExpressionError(f"{text[:60]!r} is no expression: {fault}") from None
        if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
            raise ExpressionError(f"{text[:60]!r} has more than {_MOST_NODES} parts: split it")
        names: set[str] = set()
        evaluate = _compiled(tree.body, names)
        return cls(text, frozenset(names - BUILT_IN), evaluate)

    def value(self, names: Names) -> JsonValue:
        """What it gives. Raises ExpressionError where the values do not fit it."""
        try:
            result = self._evaluate(names)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(f"{self.text!r} cannot be computed: {error}") from None
        if isinstance(result, int) and abs(result) >= _LARGEST:
            raise ExpressionError(f"{self.text!r} gives a number beyond 64 bits")
        if isinstance(result, float) and not math.isfinite(result):
            raise ExpressionError(f"{self.text!r} gives no finite number")
        return result

    def holds(self, names: Names) -> bool:
        """Its truth, as a condition."""
        return bool(self.value(names))


def _hint(text: str) -> str | None:
    """What of other languages stands in a text that cannot be read, and how it is written here."""
    plain = _QUOTED.sub("", text)
    return next((hint for sign, hint in _FOREIGN if sign.search(plain)), None)


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _round(value: JsonValue, digits: int = 0) -> JsonValue:
    return round(value, digits) if digits else round(value)


_FUNCTIONS: Mapping[str, Callable[..., JsonValue]] = {
    "upper": lambda text: _text(text).upper(),
    "lower": lambda text: _text(text).lower(),
    "trim": lambda text: _text(text).strip(),
    "int": int,
    "float": float,
    "str": _text,
    "concat": lambda *parts: "".join(map(_text, parts)),
    "length": len,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "round": _round,
}


def _number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _arithmetic(what: Callable[[JsonValue, JsonValue], JsonValue], *, text: bool = False) -> Binary:
    def apply(left: JsonValue, right: JsonValue) -> JsonValue:
        if left is None or right is None:
            return None
        both_text = text and isinstance(left, str) and isinstance(right, str)
        if not both_text and not (_number(left) and _number(right)):
            raise TypeError(f"{left!r} and {right!r} are not both numbers")
        return what(left, right)

    return apply


def _ordering(what: Callable[[JsonValue, JsonValue], JsonValue]) -> Binary:
    return lambda left, right: left is not None and right is not None and what(left, right)


_OPERATORS: Mapping[type, Binary] = {
    ast.Add: _arithmetic(operator.add, text=True),
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: _ordering(operator.lt),
    ast.LtE: _ordering(operator.le),
    ast.Gt: _ordering(operator.gt),
    ast.GtE: _ordering(operator.ge),
    ast.In: lambda left, right: right is not None and left in right,
    ast.NotIn: lambda left, right: right is None or left not in right,
}


def _compiled(node: ast.expr, names: set[str]) -> Evaluate:
    rule = _RULES.get(type(node))
    if rule is None:
        raise _refused(node)
    return rule(node, names)


def _refused(node: ast.AST) -> ExpressionError:
    where = getattr(node, "col_offset", 0) + 1
    return ExpressionError(
        f"{type(node).__name__} is not allowed here (column {where}): use literals, names, "
        f"+ - * /, comparisons, in, and, or, not, if/else and {', '.join(sorted(_FUNCTIONS))}"
    )


def _operator(node: ast.AST, sign: ast.AST) -> Binary:
    if type(sign) not in _OPERATORS:
        raise _refused(node)
    return _OPERATORS[type(sign)]


def _constant(node: ast.Constant, _names: set[str]) -> Evaluate:
    value = node.value
    if not isinstance(value, str | int | float | bool | None):
        raise _refused(node)
    return lambda _: value


def _name(node: ast.Name, names: set[str]) -> Evaluate:
    literals = {"true": True, "false": False, "null": None}
    if node.id in literals:
        return lambda _: literals[node.id]
    names.add(node.id)
    return lambda values: values.get(node.id)


def _list(node: ast.List | ast.Tuple, names: set[str]) -> Evaluate:
    parts = [_compiled(part, names) for part in node.elts]
    return lambda values: [part(values) for part in parts]


def _unary(node: ast.UnaryOp, names: set[str]) -> Evaluate:
    operand = _compiled(node.operand, names)
    if isinstance(node.op, ast.Not):
        return lambda values: not operand(values)
    if not isinstance(node.op, ast.USub):
        raise _refused(node)
    minus = _arithmetic(operator.sub)
    return lambda values: minus(0, operand(values))


def _binary(node: ast.BinOp, names: set[str]) -> Evaluate:
    apply = _operator(node, node.op)
    left, right = _compiled(node.left, names), _compiled(node.right, names)
    return lambda values: apply(left(values), right(values))


def _comparison(node: ast.Compare, names: set[str]) -> Evaluate:
    first = _compiled(node.left, names)
    rest = [
        (_operator(node, sign), _compiled(operand, names))
        for sign, operand in zip(node.ops, node.comparators, strict=True)
    ]

    def evaluate(values: Names) -> bool:
        left = first(values)
        for apply, operand in rest:
            right = operand(values)
            if not apply(left, right):
                return False
            left = right
        return True

    return evaluate


def _logic(node: ast.BoolOp, names: set[str]) -> Evaluate:
    parts = [_compiled(part, names) for part in node.values]
    decide = all if isinstance(node.op, ast.And) else any
    return lambda values: decide(part(values) for part in parts)


def _choice(node: ast.IfExp, names: set[str]) -> Evaluate:
    test, then, other = (_compiled(part, names) for part in (node.test, node.body, node.orelse))
    return lambda values: then(values) if test(values) else other(values)


def _call(node: ast.Call, names: set[str]) -> Evaluate:
    if not isinstance(node.func, ast.Name) or node.keywords:
        raise _refused(node)
    if node.func.id == "characteristic":
        return _characteristic(node, names)
    function = _FUNCTIONS.get(node.func.id)
    if function is None:
        known = ", ".join(sorted([*_FUNCTIONS, "characteristic"]))
        raise ExpressionError(f"there is no function {node.func.id!r}: use one of {known}")
    parts = [_compiled(part, names) for part in node.args]

    def evaluate(values: Names) -> JsonValue:
        given = [part(values) for part in parts]
        return None if None in given else function(*given)

    return evaluate


def _characteristic(node: ast.Call, names: set[str]) -> Evaluate:
    if len(node.args) != 1 or not isinstance(node.args[0], ast.Constant):
        raise ExpressionError("characteristic(…) takes one name in quotes")
    name = node.args[0].value
    if not isinstance(name, str):
        raise ExpressionError("characteristic(…) takes one name in quotes")
    names.add(name)
    return lambda values: values.get(name)


_RULES: Mapping[type, Callable[..., Evaluate]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _list,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _comparison,
    ast.BoolOp: _logic,
    ast.IfExp: _choice,
    ast.Call: _call,
}
