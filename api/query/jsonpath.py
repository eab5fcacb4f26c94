"""Parses ``filter=``, a JSONPath (TMF630 part 6; RFC 9535 for the grammar), to the tree. Pure.

    filter     = [ "$" ] steps               $[?(@.state=='held')], $.note[?(@.author=='a')]
    steps      = *( "." name / "['" name "']" / "[*]" / "[?" or "]" )
    or         = and *( "||" and )           and = unary *( "&&" unary )
    unary      = "!" unary / "(" or ")" / value compared with value / "@" steps
    value      = "@" steps / string / number / true / false / null / regular expression

- A path goes through arrays, as any other does here: ``[*]`` says nothing more.
- ``a[?(…)]`` asks for one element of ``a`` that meets all of it; ``a[?(…)].b`` goes on from there.
- A value is read as the attribute's kind demands, so dates compare as such. Where the schema does
  not type the attribute, the literal is of the type that it is written in.
- ``@.a == null`` holds where nothing is there, too: attributes without a value are left out.

It is a parser of our own since the libraries for JSONPath evaluate it, on Python's objects and
with regular expressions that backtrack, while here it must become the tree that stores compile.
"""

from collections.abc import Callable
from typing import Final

from api.errors import BadRequest
from api.query.condition import condition
from api.query.limits import DEPTH, NESTING
from api.query.tokens import Token, Word, lacking, tokens, wrong
from api.query.tree import And, Kind, Node, Not, Op, Or
from api.query.way import Path, Way, bare, named, null

__all__ = ["parse_jsonpath"]

_RELATIONS: Final = {
    "==": Op.EQ,
    "!=": Op.NE,
    ">": Op.GT,
    ">=": Op.GTE,
    "<": Op.LT,
    "<=": Op.LTE,
    "=~": Op.REGEX,
}
_MIRRORED: Final = {Op.GT: Op.LT, Op.GTE: Op.LTE, Op.LT: Op.GT, Op.LTE: Op.GTE}
_WORDS: Final = frozenset({"in", "nin", "subsetof", "anyof", "noneof", "contains", "size", "empty"})
_CONSTANTS: Final = {"true": Kind.BOOLEAN, "false": Kind.BOOLEAN, "null": None}
_KINDS: Final = {Word.STRING: Kind.STRING, Word.NUMBER: Kind.NUMBER, Word.PATTERN: Kind.STRING}


def parse_jsonpath(text: str, types: Callable[[Path], Kind]) -> Node:
    """The condition that a decoded filter states.

    Raises BadRequest, naming the position or the limit; NotSupported for JSONPath that we lack.
    """
    return _Parser(tokens(text), types).parse()


class _Parser:
    """A parser by recursive descent."""

    def __init__(self, words: list[Token], types: Callable[[Path], Kind]) -> None:
        self._words = words
        self._place = 0
        self._types = types
        self._depth = 0

    def parse(self) -> Node:
        rooted = self._skip("$")
        way = self._steps((), self._next, first=True)
        if self._next.word is not Word.END:
            raise self._unexpected()
        node = way.exists()
        if bare(node):
            raise wrong("@ alone", way.at, "A resource has no value of its own.")
        # more likely a condition gone wrong than one for an attribute to be there
        if not rooted and all(each.text != "[" for each in self._words):
            raise wrong("names alone", 1, "Write $.name or $[?(@.name)].")
        return node

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += token.word is not Word.END
        return token

    def _sees(self, sign: str) -> bool:
        return self._next.word is Word.SIGN and self._next.text == sign

    def _skip(self, sign: str) -> bool:
        found = self._sees(sign)
        self._place += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._skip(sign):
            raise self._unexpected(sign)

    def _unexpected(self, wanted: str | None = None) -> BadRequest:
        token = self._next
        found = f"{token.text[:20]!r}" if token.word is not Word.END else "the end"
        return wrong(f"{found} instead of {wanted}" if wanted else found, token.at)

    def _steps(self, base: Path, start: Token, *, first: bool = False) -> Way:
        """The steps of a path; the first of a filter may be a name without a dot."""
        way = Way(base, start.at)
        if first and not self._place and self._next.word is Word.NAME:
            if self._next.text in _CONSTANTS:
                hint = f"Quote it, if it is a name: ['{self._next.text}']."
                raise wrong("a value that is compared with nothing", self._next.at, hint)
            self._name(way)
        free = first  # whether a filter or [*] may come: behind a name, or as the very first
        while True:
            if self._skip("."):
                self._name(way)
            elif self._sees(".."):
                raise lacking("..", self._next.at)
            elif self._sees("("):
                raise lacking("a function", self._next.at)
            elif not self._sees("["):
                return way
            else:
                self._bracket(way, free=free or bool(way.names))
            free = False

    def _name(self, way: Way, *, quoted: bool = False) -> None:
        token = self._take()
        if not quoted and token.word is Word.SIGN and token.text == "*":
            raise lacking(".*", token.at)
        if not quoted and token.word is not Word.NAME:
            raise wrong("no name of an attribute", token.at, "Quote it: @['name'].")
        way.names = (*way.names, *named(token))
        way.starred = False
        DEPTH.check(len(way.whole))

    def _bracket(self, way: Way, *, free: bool) -> None:
        at = self._take().at
        if self._next.word is Word.STRING:
            self._name(way, quoted=True)
            if self._sees(","):
                raise lacking("a union", self._next.at)
        elif self._next.word is Word.NUMBER or self._sees(":"):
            raise lacking("a place in an array", self._next.at)
        elif (self._sees("*") or self._sees("?")) and (not free or way.starred):
            raise lacking("a filter or [*] that follows no name", at)
        elif self._skip("*"):
            way.starred = bool(way.names)
        else:
            self._expect("?")
            self._deeper()
            term = self._or(way.whole)
            self._depth -= 1
            way.passed.append((way.names, term))
            way.names = ()
        self._expect("]")

    def _deeper(self) -> None:
        self._depth += 1
        NESTING.check(self._depth)

    def _or(self, base: Path) -> Node:
        terms = [self._and(base)]
        while self._skip("||"):
            terms.append(self._and(base))
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _and(self, base: Path) -> Node:
        terms = [self._unary(base)]
        while self._skip("&&"):
            terms.append(self._unary(base))
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _unary(self, base: Path, *, negated: bool = False) -> Node:
        if self._sees("!") or self._sees("("):
            self._deeper()
            if self._skip("!"):
                node: Node = Not(self._unary(base, negated=True))
            else:
                self._expect("(")
                node = self._or(base)
                self._expect(")")
            self._depth -= 1
            return node
        left = self._operand(base)
        if negated or self._next.text not in _RELATIONS or self._next.word is not Word.SIGN:
            return self._existence(left)
        op, at = _RELATIONS[self._take().text], self._next.at
        right = self._operand(base)
        if isinstance(left, Token) and isinstance(right, Way) and op is not Op.REGEX:
            left, right, op = right, left, _MIRRORED.get(op, op)
        if isinstance(left, Way) and isinstance(right, Token):
            return self._comparison(left, op, right)
        raise lacking("a comparison that is not of an attribute with a value", at)

    def _existence(self, operand: Way | Token) -> Node:
        if self._next.word is Word.NAME and self._next.text in _WORDS:
            raise lacking(f"the operator {self._next.text}", self._next.at)
        if isinstance(operand, Token):
            raise wrong("a value that is compared with nothing", operand.at)
        return operand.exists()

    def _operand(self, base: Path) -> Way | Token:
        token = self._take()
        if token.word in _KINDS or (token.word is Word.NAME and token.text in _CONSTANTS):
            return token
        if token.word is Word.SIGN and token.text == "@":
            return self._steps(base, token)
        if token.word is Word.SIGN and token.text == "$":
            raise lacking("$ inside of a filter", token.at)
        if token.word is Word.NAME and self._sees("("):
            raise lacking(f"the function {token.text[:20]}", token.at)
        hint = f"Write @.{token.text[:80]} for an attribute, or a text in quotes."
        found = f"{token.text[:20]!r}" if token.text else "the end"
        raise wrong(found, token.at, hint if token.word is Word.NAME else None)

    def _comparison(self, way: Way, op: Op, value: Token) -> Node:
        name = ".".join(way.whole) or "@"
        written = _KINDS.get(value.word) or _CONSTANTS[value.text]
        if written is None:
            return null(way, op, value)
        if (op is Op.REGEX) is not (value.word is Word.PATTERN) and value.word is not Word.STRING:
            raise wrong("a value that does not suit the operator", value.at)
        kind = self._types(way.whole)
        kind = written if kind is Kind.ANY else kind
        return way.node(condition(name, way.names, op, value.text, kind))
