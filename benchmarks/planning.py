"""What planning an order costs: ``python -m benchmarks.planning [ITEMS …]``.

Every item depends on up to three earlier ones. The figure is CPU time, the best of five.
"""

import random
import sys
import time

from api.catalog.handling import Handling
from api.catalog.model import Catalog, ServiceSpecification
from api.jsontypes import JsonObject
from tmf641_service_ordering.plan import make_plan
from tmf641_service_ordering.planning import detailed

CATALOG = Catalog("v", {"s": ServiceSpecification("s", "S", usual=Handling(duration=5.0))})


def items(count: int) -> list[JsonObject]:
    """An order's items."""
    chance = random.Random(1)
    return [
        {
            "id": str(number),
            "action": "add",
            "service": {"serviceSpecification": {"id": "s"}},
            "serviceOrderItemRelationship": [
                {
                    "relationshipType": "reliesOn",
                    "orderItem": {"itemId": str(chance.randrange(number))},
                }
                for _ in range(min(number, 3))
            ],
        }
        for number in range(count)
    ]


def measure(count: int) -> float:
    """Milliseconds of CPU for a plan of so many items."""
    order = items(count)
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        detailed(make_plan(order), order, {}, CATALOG)
        best = min(best, time.process_time() - begun)
    return best * 1000


def main() -> None:
    """Measures the sizes that are asked for."""
    for count in [int(each) for each in sys.argv[1:]] or [1000, 2000, 4000, 8000]:
        print(f"{count:6} items {measure(count):8.1f} ms")


if __name__ == "__main__":
    main()
