"""When a charger starts and when it stops."""

import pytest

from custom_components.loadstar.engine.control.start_stop import (
    Stage,
    StartStop,
    StopRule,
    Verdict,
)

SOLAR = StopRule(180.0, 180.0)
STANDARD = StopRule(10.0, 0.0)


def decide(
    machine: StartStop, time: float, *, enough: bool, rule: StopRule = SOLAR, short_now: bool = True
) -> Verdict:
    return machine.decide(
        enough=enough, time=time, rule=rule, start_delay_s=60.0, still_short=lambda: short_now
    )


def running() -> StartStop:
    machine = StartStop()
    machine.adopt()
    return machine


def test_a_start_needs_a_minute_above_the_minimum() -> None:
    machine = StartStop()
    assert decide(machine, 0.0, enough=True) == Verdict(Stage.WAITING, 60.0)
    assert decide(machine, 59.0, enough=True) == Verdict(Stage.WAITING, 1.0)
    assert decide(machine, 60.0, enough=True).stage is Stage.STARTING


def test_the_minute_begins_again_after_a_cloud() -> None:
    machine = StartStop()
    decide(machine, 0.0, enough=True)
    assert decide(machine, 50.0, enough=False).stage is Stage.OFF
    assert decide(machine, 60.0, enough=True) == Verdict(Stage.WAITING, 60.0)


@pytest.mark.parametrize(("rule", "last"), [(SOLAR, 179.0), (STANDARD, 9.0)])
def test_a_stop_waits(rule: StopRule, last: float) -> None:
    machine = running()
    assert decide(machine, 0.0, enough=False, rule=rule).stage is Stage.ENDING
    assert decide(machine, last, enough=False, rule=rule) == Verdict(Stage.ENDING, 1.0)
    assert decide(machine, last + 1, enough=False, rule=rule).stage is Stage.OFF
    assert not machine.running


def test_a_share_that_returns_ends_the_waiting() -> None:
    machine = running()
    decide(machine, 0.0, enough=False)
    assert decide(machine, 100.0, enough=True).stage is Stage.RUNNING
    assert decide(machine, 200.0, enough=False) == Verdict(Stage.ENDING, 180.0)


def test_no_stop_while_this_instant_has_enough() -> None:
    machine = running()
    decide(machine, 0.0, enough=False)
    assert decide(machine, 181.0, enough=False, short_now=False) == Verdict(Stage.ENDING, 0.0)
    assert decide(machine, 182.0, enough=False, short_now=True).stage is Stage.OFF


def test_after_a_stop_comes_a_pause() -> None:
    machine = running()
    decide(machine, 0.0, enough=False)
    decide(machine, 180.0, enough=False)
    assert decide(machine, 182.0, enough=True) == Verdict(Stage.PAUSED, 178.0)
    assert decide(machine, 359.0, enough=True) == Verdict(Stage.PAUSED, 1.0)
    assert decide(machine, 360.0, enough=True).stage is Stage.STARTING


def test_another_mode_need_not_sit_out_the_pause() -> None:
    machine = running()
    machine.stop(0.0, 180.0)
    decide(machine, 1.0, enough=True, rule=STANDARD)
    assert decide(machine, 61.0, enough=True, rule=STANDARD).stage is Stage.STARTING


def test_unsettled_waiting_begins_anew() -> None:
    machine = StartStop()
    decide(machine, 0.0, enough=True)
    machine.unsettle()
    assert decide(machine, 59.0, enough=True) == Verdict(Stage.WAITING, 60.0)
