"""Control's own time."""

import pytest

from custom_components.loadstar.engine.control.clock import StepClock


@pytest.mark.parametrize(
    ("later", "dt", "jumped"),
    [
        (0.0, 0.0, False),
        (2.0, 2.0, False),
        (15.0, 15.0, False),
        (3600.0, 15.0, True),
        (-5.0, 0.0, True),
    ],
)
def test_time_goes_on_but_never_jumps(later: float, dt: float, *, jumped: bool) -> None:
    clock = StepClock()
    clock.advance(500.0)
    tick = clock.advance(500.0 + later)
    assert (tick.time, tick.dt, tick.jumped) == (dt, dt, jumped)


def test_the_first_step_is_the_beginning() -> None:
    tick = StepClock().advance(1e9)
    assert (tick.time, tick.dt, tick.jumped) == (0.0, 0.0, False)
