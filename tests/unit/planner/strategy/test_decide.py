"""The strategy inflates, rules and aims in a full plan, and does none of it in a baseline."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.config import (
    Overlays,
    PlanKind,
    PlannerConfig,
    StrategyConfig,
)
from custom_components.loadstar.engine.planner.devices import Grid, PeakTariff
from custom_components.loadstar.engine.planner.inputs.types import (
    Circumstances,
    DayOutlook,
    PlannerInput,
)
from custom_components.loadstar.engine.planner.strategy.decide import Strategy, decide
from tests.unit.planner.inputs.samples import BATTERY, NOON, an_input, codes, some_slots

CONFIG = PlannerConfig(
    export_threshold_per_kwh=0.04, strategy=StrategyConfig(vacation_import_limit_kw=3.0)
)
EVERYTHING = an_input(
    some_slots(
        48, price=lambda index: -0.1 if index < 60 else 0.4, pv_kwh=0.05, load_kwh=0.97 / 1.05
    ),
    batteries=(BATTERY,),
    outlook=(DayOutlook(day=NOON.date() + timedelta(days=3), pv_kwh=0.0, load_kwh=10.0),),
    circumstances=Circumstances(vacation=True, storm_warning=True),
    peak_tariff=PeakTariff(fee_per_kw=5.0, past_peaks=(("2026-06-02", 1.85),)),
    overlays=Overlays(pv_factor=0.8),
)


def full(planner_input: PlannerInput, config: PlannerConfig = CONFIG) -> Strategy:
    return decide(planner_input, config, PlanKind.FULL)


def test_a_baseline_is_the_bare_expectation_and_the_users_settings() -> None:
    found = decide(EVERYTHING, CONFIG, PlanKind.BASELINE)
    assert set(found.planned_load_kwh) == {0.97 / 1.05}
    assert set(found.planned_pv_kwh) == {0.05}
    assert found.posture.export_threshold_per_kwh == 0.04
    assert found.posture.wear_cost_per_kwh == 0.03
    assert np.isinf(found.posture.import_limit_kw).all()
    assert (found.s_index, found.target_soc_percent, found.targets_soc_percent) == (None, None, {})
    assert (found.events, found.warnings) == ((), ())


def test_in_a_full_plan_all_of_the_strategy_is_in_force_and_logged() -> None:
    found = full(EVERYTHING)
    assert [event.rule for event in found.events] == [
        "s_index",
        "wide_spread",
        "vacation",
        "storm_warning",
        "near_peak",
        "negative_prices",
    ]
    assert {event.at for event in found.events} == {NOON}
    assert found.s_index == pytest.approx(1.3)
    assert found.target_soc_percent == 100.0
    assert found.planned_load_kwh[0] == pytest.approx(0.97 / 2)
    assert found.planned_pv_kwh == pytest.approx([0.04] * 192)
    assert found.posture.water_factor_at_negative_prices == 1.5


def test_the_load_of_the_first_24_hours_is_inflated() -> None:
    found = full(an_input(some_slots(48, start=NOON + timedelta(minutes=5), load_kwh=0.2)))
    assert found.planned_load_kwh[:97] == pytest.approx([0.21] * 97)
    assert found.planned_load_kwh[97:] == pytest.approx([0.2] * 96)


def test_without_an_outlook_the_index_is_one_and_that_is_logged() -> None:
    found = full(an_input(batteries=(BATTERY,)))
    assert found.s_index == 1.0
    assert found.target_soc_percent == 20.0
    assert found.events[0].rule == "s_index_without_outlook"
    assert found.events[0].data["days"] == 0


def test_the_target_is_at_least_the_buffer() -> None:
    assert full(an_input(batteries=(BATTERY,), buffer_soc_percent=45.0)).target_soc_percent == 45.0


@pytest.mark.parametrize(("allowed", "reachable"), [(True, 100.0), (False, 50 + 2.4 * 0.95 * 10)])
def test_without_grid_charging_only_the_sun_can_fill_a_battery(
    allowed: bool,  # noqa: FBT001
    reachable: float,
) -> None:
    stormy = an_input(
        some_slots(12, pv_kwh=0.05),
        batteries=(BATTERY,),
        grid=Grid(allow_grid_charging=allowed),
        circumstances=Circumstances(storm_warning=True),
    )
    found = full(stormy)
    assert found.target_soc_percent == pytest.approx(reachable)
    assert codes(found.warnings) == ([] if allowed else ["target_soc_unreachable"])


def test_a_battery_of_unknown_soc_has_no_target() -> None:
    found = full(an_input(batteries=(replace(BATTERY, soc_percent=None),)))
    assert (found.target_soc_percent, found.targets_soc_percent) == (None, {})
