"""Which number a declared attribute has in the key tables, and keys for those declared later.

A file keeps the numbers that it has given. An attribute that is declared for the first time gets
one of its own, and documents that are there already get its keys little by little, while the
server works: a write keeps the keys of all attributes, and lists do not look at those of an
attribute before every document has them. How far this has come is in the file, written with the
keys themselves, so that a restart goes on from there and several processes share the work.

An attribute that is declared no more keeps its keys, until its number is needed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import orjson

from api.store.sqlite.change import Change, Transaction
from api.store.sqlite.keys import MOST_PATHS
from api.store.sqlite.tables import STATE, Table

if TYPE_CHECKING:
    from asyncio import Future

__all__ = ["DOCUMENTS", "Rekey", "numbered", "rekey", "take_up"]

DOCUMENTS: Final = 64
"""Documents that get their keys in one transaction: a few milliseconds of the event loop."""


def numbered(known: Sequence[str], declared: Sequence[str]) -> list[str]:
    """The attributes in the order of their numbers."""
    names = list(known)
    free = [number for number, name in enumerate(known) if name not in declared]
    for name in declared:
        if name in names:
            continue
        if len(names) < MOST_PATHS:
            names.append(name)
        else:
            names[free.pop()] = name
    return names


def take_up(transaction: Transaction, table: Table, known: Sequence[str], lacking: str) -> str:
    """Gives a table the numbers that a file has for it, and new ones; tells which lack keys.

    Args:
        transaction: the one in which the file is opened.
        table: of the collection.
        known: the attributes that have numbers.
        lacking: the numbers that lacked keys before, as the file tells it.
    """
    names = numbered(known, [".".join(path) for path in table.declared])
    table.number(names)
    new = [number for number, name in enumerate(names) if [name] != [*known[number : number + 1]]]
    if not new:
        return lacking
    numbers = sorted({*new, *orjson.loads(lacking or "[]")})
    for number in numbers:
        transaction.execute(table.forget_count, (number,))
    lacking = orjson.dumps(numbers).decode()
    end = transaction.execute(table.newest).fetchone()[0] + 1  # what comes later has all keys
    transaction.execute(STATE.NUMBER, (orjson.dumps(names).decode(), lacking, end, table.name))
    transaction.execute(STATE.CHANGE_STRETCHES)
    transaction.execute(STATE.CHANGE_NUMBERING)
    return lacking


def rekey(transaction: Transaction, table: Table) -> int:
    """Gives some more documents the keys that they lack; tells how many were looked at."""
    row = transaction.execute(STATE.LACKING, (table.name,)).fetchone()
    if row is None or not row[0]:  # done, perhaps by another process
        return 0
    batch = transaction.execute(table.scan, (row[1], DOCUMENTS)).fetchall()
    for seq, created, old, body in batch:
        transaction.rekey(table, old, table.keys(orjson.loads(body)), created, seq)
    if batch:
        transaction.execute(STATE.REACH, (batch[-1][0], table.name))
    else:
        transaction.execute(STATE.KEYED, (table.name,))
    return len(batch)


class Rekey(Change):
    """Gives some more documents the keys that they lack; 0: none is left."""

    __slots__ = ("table",)

    def __init__(self, future: "Future[int]", table: Table) -> None:
        super().__init__(future)
        self.table = table

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        return rekey(transaction, self.table)
