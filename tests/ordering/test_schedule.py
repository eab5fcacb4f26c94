"""Schedules of plans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calendar import Calendar
from api.ordering.schedule import LAST, Schedule, Slot, Task, schedule
from tests.cpu import growth


def test_nothing() -> None:
    """A plan without steps has no end."""
    assert schedule([], 5.0) == Schedule({}, None)


def test_the_critical_path() -> None:
    """Steps side by side end with the longest; that one and what it waits for decide."""
    found = schedule(
        [
            Task("a", (), 10),
            Task("b", ("a",), 5),
            Task("c", ("a",), 20),
            Task("d", ("b", "c", "elsewhere"), 1),
        ],
        100.0,
    )
    assert found.slots["b"] == Slot(110, 115)
    assert (found.end, found.critical) == (131, ("a", "c", "d"))


def test_without_durations() -> None:
    """Where nobody knows how long anything takes, the longest chain is the critical one."""
    found = schedule([Task("a"), Task("b"), Task("c", ("a", "b")), Task("d", ("c",))], 1.0)
    assert (found.end, len(found.critical)) == (1.0, 3)


def test_what_has_happened() -> None:
    """What ended counts as it went; what runs late ends now at the earliest."""
    found = schedule(
        [
            Task("done", (), 10, started=1, ended=50),
            Task("late", (), 10, started=20),
            Task("running", ("done",), 100, started=60),
            Task("next", ("late", "running"), 10),
        ],
        100.0,
    )
    assert found.slots == {
        "done": Slot(1, 50),
        "late": Slot(20, 100),
        "running": Slot(60, 160),
        "next": Slot(160, 170),
    }
    assert found.critical == ("done", "running", "next")


def test_hours() -> None:
    """A step with a calendar is worked on in its hours."""
    calendar = Calendar(dict.fromkeys(range(7), ((60, 120),)))
    found = schedule([Task("a", (), 1800, calendar=calendar)], 0.0)
    assert found.slots["a"] == Slot(3600, 5400)


def test_no_end_of_time() -> None:
    """Nothing is estimated to lie beyond what a date can tell."""
    assert schedule([Task("a", (), 1e18)], 0.0).end == LAST


@given(st.data())
def test_any_plan(data: st.DataObject) -> None:
    """No step begins before what it waits for is done; the critical path leads to the end."""
    size = data.draw(st.integers(1, 12))
    tasks = [
        Task(
            str(n),
            tuple(str(o) for o in range(n) if data.draw(st.booleans())),
            data.draw(st.floats(0, 1000)),
        )
        for n in range(size)
    ]
    found = schedule(tasks, 10.0)
    for task in tasks:
        slot = found.slots[task.id]
        assert slot.end == pytest.approx(slot.start + task.duration)
        assert slot.start >= max([10.0, *(found.slots[o].end for o in task.after)])
    assert found.end == max(slot.end for slot in found.slots.values())
    assert found.slots[found.critical[-1]].end == found.end
    lengths = sum(task.duration for task in tasks if task.id in found.critical)
    assert found.end == pytest.approx(10.0 + lengths)


@pytest.mark.usefixtures("untraced")
def test_thousands_of_steps() -> None:
    """The cost of a schedule grows with its steps, not with their square."""

    def scheduled(size: int) -> None:
        tasks = [
            Task(str(n), tuple(str(o) for o in range(max(0, n - 5), n)), 1) for n in range(size)
        ]
        assert schedule(tasks, 0.0).end == size

    assert growth(lambda: scheduled(500), lambda: scheduled(4000)) < 24, "8 times the steps"
