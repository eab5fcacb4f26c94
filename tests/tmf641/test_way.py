"""What an item needs, as a table of action, ordered state and present state."""

import pytest

from tmf641_service_ordering.way import Way, way

DESIGNS = ("feasibilityChecked", "designed", "reserved")
NETWORK = ("inactive", "active")
ANY = (None, *DESIGNS, *NETWORK, "terminated")

TABLE = [
    *(("add", ordered, None, Way.SET_UP) for ordered in (None, *NETWORK)),
    *(("add", ordered, None, Way.WRITE_DOWN) for ordered in (*DESIGNS, "terminated")),
    *(("modify", ordered, None, Way.MISSING) for ordered in ANY),
    *(("modify", ordered, present, Way.CHANGE) for ordered in ANY for present in NETWORK),
    *(("modify", ordered, present, Way.CHANGE) for ordered in NETWORK for present in DESIGNS),
    *(("modify", None, present, Way.AMEND) for present in DESIGNS),
    ("modify", "active", "terminated", Way.CHANGE),
    ("modify", None, "terminated", Way.AMEND),
    *(("delete", ordered, None, Way.MISSING) for ordered in ANY),
    *(("delete", None, present, Way.TAKE_DOWN) for present in NETWORK),
    *(("delete", None, present, Way.REMOVE) for present in DESIGNS),
    ("delete", None, "terminated", Way.NOTHING),
    *(("noChange", ordered, present, Way.NOTHING) for ordered in ANY for present in ANY),
]


@pytest.mark.parametrize(("action", "ordered", "present", "expected"), TABLE)
def test_ways(action: str, ordered: str | None, present: str | None, expected: Way) -> None:
    """Each combination has its way."""
    assert way(action, ordered, present) is expected
