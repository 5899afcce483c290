"""Commissioning orders currents; guards against overload still cut them."""

import math
from typing import Any

import pytest

from custom_components.loadstar.engine.models import (
    ChargingMode,
    ConnectorStatus,
    Reason,
    ReasonCode,
)
from tests.unit.control.bench import Bench, charging, target

SIX = charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)


def at_six(**changes: Any) -> Bench:
    bench = Bench(chargers=[SIX], **changes)
    bench.live(20, 4.0)
    return bench


@pytest.mark.parametrize(
    ("ordered", "current"),
    [
        (10.0, 10.0),
        (10.9, 10.0),
        (40.0, 16.0),
        (6.0, 6.0),
        (5.9, 0.0),
        (0.0, 0.0),
        (-3.0, 0.0),
    ],
)
def test_an_order_is_followed_in_the_next_step(ordered: float, current: float) -> None:
    bench = at_six(site={"charging_mode": ChargingMode.SOLAR, "allow_grid_charging": True})
    bench.ordered = {"garage": ordered}
    result = target(bench.live(4, 4.0))
    assert (result.current, result.reason) == (
        current,
        Reason(ReasonCode.COMMISSIONING, {"target": current}),
    )


def test_an_order_stands_for_as_long_as_it_is_given() -> None:
    bench = at_six(site={"charging_mode": ChargingMode.SOLAR})
    bench.ordered = {"garage": 10.0}
    assert target(bench.live(600, 4.0)).current == 10.0
    bench.ordered = {}
    assert target(bench.live(300, 4.0)).current == 0.0  # there is no sun


@pytest.mark.parametrize("ordered", [math.nan, math.inf, -math.inf])
def test_an_order_that_is_no_number_changes_nothing(ordered: float) -> None:
    bench = at_six()
    before = target(bench.live(2, 4.0)).current
    bench.ordered = {"garage": ordered}
    assert target(bench.live(20, 4.0)).current == before


def test_an_order_takes_no_more_than_there_is() -> None:
    bench = at_six()
    bench.ordered = {"garage": 16.0}
    assert target(bench.live(20, 12.0)).current == 12.0


def test_an_order_that_has_no_room_for_a_start_waits() -> None:
    bench = Bench(chargers=[charging(currents=(0.0,) * 3, accepted_current=0.0)])
    bench.ordered = {"garage": 10.0}
    assert target(bench.live(30, 19.5)).current == 0.0
    bench = Bench(chargers=[charging(currents=(0.0,) * 3, accepted_current=0.0)])
    bench.ordered = {"garage": 10.0}
    assert target(bench.live(30, 4.0)).current == 10.0


def test_an_overload_cuts_an_order_and_holds_it() -> None:
    bench = at_six()
    bench.ordered = {"garage": 16.0}
    bench.live(10, 4.0)
    cut = target(bench.live(2, 14.0))
    assert (cut.current, cut.reason.code, cut.urgent) == (10.0, ReasonCode.OVERLOAD, True)
    assert target(bench.live(40, 4.0)).current == 10.0
    assert target(bench.live(30, 4.0)).current == 16.0


def test_a_stale_meter_ends_an_order() -> None:
    bench = at_six()
    bench.ordered = {"garage": 10.0}
    bench.live(10, 4.0)
    bench.grid_silent = True
    assert target(bench.live(60, 4.0)).current == 6.0


def test_others_hold_what_they_have_or_go_lower() -> None:
    other = charging("other", currents=(6.0, 6.0, 6.0), accepted_current=6.0)
    bench = Bench(chargers=[SIX, other], site={"main_breaker_rating": 40.0})
    bench.ordered = {"garage": 6.0}
    held = target(bench.live(60, 4.0), "other")
    assert (held.current, held.reason.code) == (6.0, ReasonCode.COMMISSIONING)
    cut = target(bench.live(2, 31.0), "other")
    assert (cut.current, cut.reason.code) == (0.0, ReasonCode.OVERLOAD)


def test_who_waits_is_not_started_meanwhile() -> None:
    waiting = charging("other", status=ConnectorStatus.PREPARING, session=None, currents=(0.0,) * 3)
    bench = Bench(chargers=[SIX, waiting], site={"main_breaker_rating": 40.0})
    bench.ordered = {"garage": 6.0}
    assert not target(bench.live(120, 4.0), "other").start_wanted


def test_a_car_that_waits_may_be_started_by_an_order() -> None:
    waiting = charging(status=ConnectorStatus.PREPARING, session=None, currents=(0.0,) * 3)
    bench = Bench(chargers=[waiting], ordered={"garage": 6.0})
    assert target(bench.live(30, 4.0)).start_wanted


def test_a_charger_that_is_off_is_not_ordered_on() -> None:
    bench = Bench(chargers=[charging(enabled=False)], ordered={"garage": 10.0})
    assert target(bench.live(30, 4.0)).reason.code is ReasonCode.DISABLED
