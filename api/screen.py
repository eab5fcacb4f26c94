"""How commands print: what comes from elsewhere cannot steer the operator's terminal.

Ids, queries, replies and the like are what others wrote. Escape sequences in them could hide
lines or rename the window, and a line feed could make a line that nobody printed.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.jsontypes import JsonValue

__all__ = ["clean", "show_grid", "show_json", "show_table", "tell"]

_WIDTH = 200
"""Columns where output goes into a pipe, which has no width."""

_RAW = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What JSON may leave as it is, and terminals or editors act upon."""


def clean(text: str) -> str:
    """The text as one line, with a question mark for each character that is not printable."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else "?" for char in text
    )


def tell(text: str, *, error: bool = False) -> None:
    """Prints a line."""
    Console(stderr=error, highlight=False, markup=False).print(clean(text), soft_wrap=True)


def show_json(value: JsonValue) -> None:
    """Prints JSON."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    sys.stdout.write(_RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> None:
    """Prints a table. Nothing is cut off, and an id stays in one piece, to be copied."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    _show(table, rows)


def show_grid(rows: Sequence[tuple[str, str]]) -> None:
    """Prints names with their values."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    _show(table, rows)


def _show(table: Table, rows: Sequence[Sequence[str | Text]]) -> None:
    for row in rows:
        table.add_row(*map(_cell, row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)


def _cell(cell: str | Text) -> Text:
    if isinstance(cell, str):
        return Text(clean(cell))
    return Text(clean(cell.plain), style=cell.style)
