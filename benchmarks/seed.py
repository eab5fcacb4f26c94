"""Fills a SQLite file with services, through the store's own code, so that every key is right.

    python -m benchmarks.seed --services 1000000 FILE

A service is about 1 kB, with an own value for each attribute that lists are looked up by: three
states, 20 categories, 1000 specifications, a party per 20 services, and dates a minute apart.
"""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

import orjson

from api.store.document import Body, Document
from api.store.protocol import Collection
from api.store.sqlite.change import Insert, Transaction
from api.store.sqlite.connection import connect
from api.store.sqlite.schema import prepare
from api.store.sqlite.stretches import Stretches
from api.store.sqlite.tables import STATE, Table
from tmf638_service_inventory.resources import SERVICE

__all__ = ["COLLECTION", "seed", "service"]

COLLECTION = Collection(SERVICE.collection, SERVICE.indexes)
_STATES = ("active", "inactive", "terminated")
_BATCH = 10_000
_EPOCH = 1_700_000_000


def service(number: int) -> dict[str, Any]:
    """The service of that number: the same number, the same service."""
    minute = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(_EPOCH + 60 * number))
    return {
        "id": f"00000000-0000-7000-8000-{number:012x}",
        "@type": "Service",
        "name": f"Line {number:09}",
        "description": "A service for measuring",
        "state": _STATES[number % len(_STATES)],
        "category": f"category-{number % 20}",
        "serviceType": "CFS" if number % 4 else "RFS",
        "startDate": minute,
        "relatedParty": [
            {"id": f"party-{number // 20}", "role": "customer", "@referredType": "Individual"}
        ],
        "serviceSpecification": {"id": f"spec-{number % 1000}", "name": "Line", "version": "1"},
        "serviceOrderItem": [{"serviceOrderId": f"order-{number // 3}", "itemId": "1"}],
        "serviceCharacteristic": [
            {"name": f"characteristic{n}", "valueType": "string", "value": f"value {number} {n}"}
            for n in range(5)
        ],
        "place": [{"id": "A-1", "name": "12 Elm Street", "role": "installation"}],
    }


def seed(file: Path, services: int) -> None:
    """Adds so many services to a file, with the store's own statements, many to a transaction."""
    table = Table(COLLECTION.name, COLLECTION.indexes)
    connection = connect(str(file))
    connection.execute("PRAGMA synchronous = OFF")
    prepare(connection, [table])
    loop = asyncio.new_event_loop()
    for start in range(0, services, _BATCH):
        connection.execute(STATE.BEGIN)
        transaction = Transaction(connection, Stretches([table]))
        for number in range(start, min(start + _BATCH, services)):
            Insert(loop.create_future(), table, _document(number), ()).apply(transaction)
        transaction.finish()
        connection.execute(STATE.COMMIT)
    loop.close()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _document(number: int) -> Document:
    body = service(number)
    created = (_EPOCH + 60 * number) * 1_000_000
    return Document(body["id"], Body(raw=orjson.dumps(body), data=body), created)


def main() -> None:
    """Fills the file that was named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--services", type=int, default=1_000_000)
    chosen = parser.parse_args()
    started = time.monotonic()
    seed(chosen.file, chosen.services)
    print(f"{chosen.services} services in {time.monotonic() - started:.0f} s: {chosen.file}")


if __name__ == "__main__":
    main()
