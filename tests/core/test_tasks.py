"""Background tasks: what a step raises, and what is said of it."""

import gc
import warnings

import pytest
from structlog.testing import capture_logs

from api.errors import Unavailable
from api.tasks import Background
from tests.fake_clock import FakeClock


@pytest.mark.parametrize(
    ("error", "traceback"), [(Unavailable("no store"), False), (KeyError("x"), True)]
)
async def test_a_loop_outlives_its_errors(error: Exception, *, traceback: bool) -> None:
    """It goes on after a pause; only a fault of its own comes with a traceback."""
    clock = FakeClock()
    tasks = Background(clock)
    calls: list[float] = []

    async def step() -> None:
        calls.append(clock.now())
        if len(calls) < 3:
            raise error
        await clock.sleep(1e9)

    with capture_logs() as logs:
        tasks.repeat(step, "looking")
        await clock.advance(10)
        await tasks.stop()
    assert [round(at - calls[0]) for at in calls] == [0, 1, 2]
    assert [("exc_info" in each, each["task"]) for each in logs] == [(traceback, "looking")] * 2


async def test_work_that_is_stopped_before_it_began() -> None:
    """It is not begun, and nothing of it is left behind that Python would complain of."""
    tasks = Background(FakeClock())
    begun: list[bool] = []

    async def work() -> None:
        begun.append(True)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        task = tasks.start(work(), "telling")
        await tasks.stop()
        gc.collect()
    assert task.cancelled()
    assert not begun
    assert [str(each.message) for each in said] == []
