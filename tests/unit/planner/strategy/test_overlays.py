"""What learning found lies over the settings, and is seen to."""

from dataclasses import replace

from custom_components.loadstar.engine.planner.config import Overlays, PlannerConfig
from custom_components.loadstar.engine.planner.strategy.overlays import (
    with_overlays,
    without_overlays,
)
from tests.unit.planner.inputs.samples import BATTERY, NOON, an_input

CONFIG = PlannerConfig()


def test_without_overlays_the_users_settings_are_in_force() -> None:
    plain = an_input(batteries=(BATTERY,))
    assert with_overlays(plain, CONFIG) == (plain, CONFIG, ())


def test_overlays_are_in_force_and_logged() -> None:
    other = replace(BATTERY, battery_id="other")
    learned = an_input(
        batteries=(BATTERY, other),
        overlays=Overlays(
            base_factor=1.1,
            pv_factor=0.9,
            wear_cost_per_kwh=0.05,
            capacity_kwh={"battery": 9.0},
        ),
    )
    planned, config, (event,) = with_overlays(learned, CONFIG)
    assert config.strategy.base_factor == 1.1
    assert config.wear_cost_per_kwh == 0.05
    assert [battery.capacity_kwh for battery in planned.batteries] == [9.0, 10.0]
    assert (event.at, event.rule) == (NOON, "learned")
    assert event.data == {
        "base_factor": 1.1,
        "pv_factor": 0.9,
        "wear_cost_per_kwh": 0.05,
        "capacity_kwh": {"battery": 9.0},
    }


def test_a_baseline_knows_nothing_of_them() -> None:
    assert without_overlays(an_input(overlays=Overlays(pv_factor=0.8))) == an_input()
