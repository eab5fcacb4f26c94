"""To which ports callbacks may go, as settings say it. Pure."""

from collections.abc import Iterable

from api.errors import SetupError

__all__ = ["Ports"]

_LARGEST = 65535

_SERVICES = frozenset(
    {
        *(1080, 1099, 1433, 1521, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380),
        *(3128, 3260, 3306, 3389, 4369, 5060, 5061, 5432, 5601, 5671, 5672),
        *(5900, 5901, 5984, 5985, 5986, *range(6000, 6064), 6379, 6443, *range(6665, 6670)),
        *(7000, 7001, 8086, 8200, 8300, 8301, 8302, 8500, 9042, 9092, 9100, 9160, 9200, 9300),
        *(10250, 10255, 11211, 15672, 16379, 27017, 27018, 27019),
    }
)
"""Of databases, queues and the like: a request that goes there by mistake or malice may do harm."""


class Ports:
    """An allow-list.

    Args:
        texts: ports and ranges, e.g. ``443`` or ``1024-65535``. Ports of well-known services
            that are not for callbacks (databases and the like) count only when they are named by
            themselves. Raises SetupError.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._named: set[int] = set()
        self._ranges: list[range] = []
        for text in texts:
            first, dash, last = text.partition("-")
            if dash:
                self._ranges.append(range(_port(first, text), _port(last, text) + 1))
            else:
                self._named.add(_port(first, text))

    def __contains__(self, port: int) -> bool:
        if port in self._named:
            return True
        return port not in _SERVICES and any(port in each for each in self._ranges)


def _port(part: str, text: str) -> int:
    part = part.strip()
    if part.isascii() and part.isdecimal() and 0 < int(part) <= _LARGEST:
        return int(part)
    raise SetupError(
        f"callback_ports: {text!r} is neither a port nor a range: write e.g. 443 or 1024-65535"
    )
