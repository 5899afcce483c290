"""Batteries are to end a plan as full as the coming days ask for, and as they can be."""

from dataclasses import replace

import pytest

from custom_components.loadstar.engine.planner.devices import Battery
from custom_components.loadstar.engine.planner.strategy.target_soc import TargetSoc, target_soc
from tests.unit.planner.inputs.samples import BATTERY, codes


def target(
    *batteries: Battery,
    s_index: float = 1.0,
    scaling: float = 50.0,
    least: float = 0.0,
    chargeable_kwh: float = 100.0,
) -> TargetSoc:
    return target_soc(
        batteries,
        s_index=s_index,
        scaling=scaling,
        least_percent=least,
        chargeable_kwh={battery.battery_id: chargeable_kwh for battery in batteries},
    )


@pytest.mark.parametrize(
    ("s_index", "scaling", "least", "expected"),
    [
        (1.0, 50.0, 0.0, 20.0),
        (1.5, 50.0, 0.0, 45.0),
        (1.2, 50.0, 0.0, 30.0),
        (1.2, 100.0, 0.0, 40.0),
        (0.8, 50.0, 0.0, 20.0),  # never below the floor
        (1.2, 50.0, 100.0, 100.0),
        (1.5, 500.0, 0.0, 100.0),
    ],
)
def test_the_target_is_the_floor_and_what_the_index_adds(
    s_index: float, scaling: float, least: float, expected: float
) -> None:
    found = target(BATTERY, s_index=s_index, scaling=scaling, least=least)
    assert found.by_battery == {"battery": pytest.approx(expected)}
    assert found.together == pytest.approx(expected)
    assert found.warnings == ()


def test_the_target_is_never_above_the_ceiling() -> None:
    assert target(replace(BATTERY, max_soc_percent=80.0), least=100.0).together == 80.0


def test_a_target_out_of_reach_is_lowered_and_the_shortfall_said() -> None:
    found = target(BATTERY, least=100.0, chargeable_kwh=2.0)
    # 50 % and 2 kWh · 0.95 into 10 kWh
    assert found.by_battery == {"battery": pytest.approx(69.0)}
    assert codes(found.warnings) == ["target_soc_unreachable"]
    assert found.warnings[0].data == {
        "device": "battery",
        "name": "Battery",
        "target_percent": 100.0,
        "reachable_percent": 69.0,
    }


def test_several_batteries_are_reported_by_their_capacity() -> None:
    small = replace(BATTERY, battery_id="small", capacity_kwh=5.0, min_soc_percent=50.0)
    assert target(BATTERY, small).together == pytest.approx((20 * 10 + 50 * 5) / 15)


def test_without_a_battery_there_is_no_target() -> None:
    assert target().together is None
