"""From what is known to a schedule: each stage timed, each oddity named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging
import math
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.config import (
    Overlays,
    PlanKind,
    PlannerConfig,
)
from custom_components.loadstar.engine.planner.devices import (
    ChargingGoal,
    DeferrableLoad,
    Grid,
    ManualAction,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from custom_components.loadstar.engine.planner.inputs.slots import align
from custom_components.loadstar.engine.planner.inputs.sound import UnsoundInputError
from custom_components.loadstar.engine.planner.inputs.types import (
    Circumstances,
    PlannerInput,
    PlanWarning,
)
from custom_components.loadstar.engine.planner.output.types import Schedule, SlotAction
from custom_components.loadstar.engine.planner.pipeline import generate_schedule
from custom_components.loadstar.engine.planner.solver.types import SolveStatus
from tests.unit.planner.inputs.samples import (
    BATTERY,
    BERLIN,
    CAR,
    NOON,
    Figure,
    an_input,
    codes,
    prices,
    some_slots,
)

HOUR = timedelta(hours=1)
CONFIG = PlannerConfig()


def dear_later(index: int) -> float:
    """Return a price that is low for 3 h, then high."""
    return 0.1 if index < 12 else 0.5


def home(
    price: Figure = dear_later, hours: float = 6, load_kwh: float = 0.2, **changes: Any
) -> PlannerInput:
    slots = some_slots(hours, price=price, export=0.05, load_kwh=load_kwh)
    return an_input(slots, **{"batteries": (BATTERY,), **changes})


def charged_kwh(schedule: Schedule) -> float:
    return sum(slot.battery_charge_kw * (slot.end - slot.start) / HOUR for slot in schedule.slots)


def test_a_battery_is_charged_while_it_is_cheap_and_used_while_it_is_dear() -> None:
    empty = replace(BATTERY, soc_percent=20.0)
    schedule = generate_schedule(home(batteries=(empty,)), CONFIG)
    assert schedule.status is SolveStatus.OPTIMAL
    assert charged_kwh(schedule) > 2
    assert all(slot.battery_discharge_kw == 0 for slot in schedule.slots[:12])
    assert all(slot.import_kw < 0.01 for slot in schedule.slots[12:])
    assert schedule.saving is not None
    assert schedule.saving > 0
    assert (schedule.kind, schedule.currency, schedule.created_at) == ("full", "EUR", NOON)


def test_every_stage_is_timed_and_logged_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "custom_components.loadstar.engine.planner.pipeline"):
        schedule = generate_schedule(home(), CONFIG)
    stages = ["inputs", "strategy", "scheduling", "adapter", "solver", "output"]
    assert list(schedule.times_ms) == stages
    assert all(time_ms >= 0 for time_ms in schedule.times_ms.values())
    lines = [record.getMessage() for record in caplog.records if "stage=" in record.getMessage()]
    assert [line.split()[0] for line in lines] == [f"stage={stage}" for stage in stages]


def test_a_baseline_leaves_out_strategy_and_learning() -> None:
    stormy = home(
        circumstances=Circumstances(storm_warning=True, vacation=True),
        overlays=Overlays(base_factor=1.3, wear_cost_per_kwh=0.2, capacity_kwh={"battery": 1.0}),
    )
    baseline = generate_schedule(stormy, CONFIG, PlanKind.BASELINE)
    assert baseline.kind == "baseline"
    assert (baseline.strategy, baseline.s_index, baseline.target_soc_percent) == ((), None, None)
    plain = generate_schedule(home(), CONFIG, PlanKind.BASELINE)
    assert baseline.slots == plain.slots
    assert baseline.objective == plain.objective


def test_a_full_plan_has_the_strategy_in_its_log() -> None:
    schedule = generate_schedule(
        home(
            circumstances=Circumstances(storm_warning=True),
            overlays=Overlays(base_factor=1.2),
        ),
        CONFIG,
    )
    assert [event.rule for event in schedule.strategy] == [
        "learned",
        "s_index_without_outlook",
        "storm_warning",
    ]
    assert schedule.target_soc_percent == 100.0
    assert schedule.slots[-1].projected_soc_percent == pytest.approx(100.0, abs=0.1)
    assert schedule.slots[0].planned_load_kwh == pytest.approx(0.24)


def test_what_was_wrong_with_the_input_is_said_by_every_stage() -> None:
    schedule = generate_schedule(
        home(
            batteries=(BATTERY, replace(BATTERY, battery_id="unknown", soc_percent=None)),
            cars=(replace(CAR, goals=(ChargingGoal(by=NOON - HOUR, soc_percent=80.0),)),),
            warnings=(PlanWarning(code="prices_short"),),
        ),
        CONFIG,
    )
    assert codes(schedule.warnings) == ["prices_short", "departure_past", "battery_soc_unknown"]


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ((), "no_slots"),
        ((replace(some_slots(1)[0], load_kwh=math.nan),), "not_finite"),
    ],
)
def test_input_that_no_plan_can_be_made_of_is_refused(slots: Any, code: str) -> None:
    with pytest.raises(UnsoundInputError, match=code):
        generate_schedule(an_input(slots), CONFIG)


@pytest.mark.parametrize(
    "devices",
    [
        {},
        {"batteries": ()},
        {"batteries": (replace(BATTERY, capacity_kwh=0.0),)},
        {"batteries": (replace(BATTERY, soc_percent=3.0),)},
        {"batteries": (replace(BATTERY, soc_percent=None),)},
        {"grid": Grid(phases=1, import_limit_kw=0.1, breaker_a=1.0)},
        {"cars": (replace(CAR, plugged=False),)},
        {"cars": (replace(CAR, efficiency=0.0),)},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "price", [0.3, -0.1, 0.0, dear_later], ids=["equal", "negative", "free", "usual"]
)
def test_any_home_has_a_plan_that_balances(price: Figure, devices: dict[str, Any]) -> None:
    schedule = generate_schedule(home(price, hours=2, **devices), CONFIG)
    assert len(schedule.slots) == 8
    for slot in schedule.slots:
        taken = slot.import_kw + slot.battery_discharge_kw - slot.export_kw - slot.battery_charge_kw
        used = slot.planned_load_kwh / 0.25
        used += sum(charger.power_kw for charger in slot.chargers.values())
        assert taken == pytest.approx(used, abs=1e-3)


@pytest.mark.parametrize("now", [NOON, NOON + timedelta(minutes=7)])
def test_longer_prices_give_the_plan_of_those_repeated_per_quarter(now: datetime) -> None:
    values = [0.3, 0.1, 0.4, 0.2]
    load = DefaultLoadProfile(12.0, BERLIN)
    plans = []
    for minutes in (60, 30, 15):
        repeated = [value for value in values for _ in range(60 // minutes)]
        slots = align(now, prices(repeated, minutes=minutes), prices([0.05] * 4), None, load).slots
        assert slots[-1].end == NOON + 4 * HOUR
        plans.append(generate_schedule(an_input(slots, batteries=(BATTERY,)), CONFIG))
    assert plans[0].slots == plans[1].slots == plans[2].slots


@pytest.mark.parametrize(
    ("power_kw", "warned"), [(None, []), (5.0, ["breach_manual"])], ids=["open", "exact"]
)
def test_as_much_as_can_be_is_no_promise_but_a_power_is(
    power_kw: float | None, warned: list[str]
) -> None:
    order = ManualBlock(
        block_id="1",
        start=NOON,
        end=NOON + 2 * HOUR,
        action=ManualAction.CHARGE,
        power_kw=power_kw,
    )
    schedule = generate_schedule(home(manual=(order,)), CONFIG)
    assert [code for code in codes(schedule.warnings) if code == "breach_manual"] == warned[:1]
    assert schedule.slots[0].is_manual
    assert schedule.slots[0].action is SlotAction.CHARGE_FROM_GRID


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)],
    ids=["forward", "back"],
)
def test_a_home_with_everything_is_planned_over_a_clock_change(start: datetime) -> None:
    whole = PlannerInput(
        now=start,
        time_zone=BERLIN,
        currency="EUR",
        slots=some_slots(10, start=start, price=lambda index: 0.2 + 0.01 * (index % 7)),
        grid=Grid(),
        batteries=(BATTERY,),
        cars=(replace(CAR, goals=(ChargingGoal(by=start + 9 * HOUR, energy_kwh=8.0),)),),
        water_heaters=(
            WaterHeater(
                load_id="heater",
                name="Heater",
                power_kw=2.0,
                energy_kwh_per_day=4.0,
                longest_gap_h=20.0,
                last_run_end=start - 12 * HOUR,
            ),
        ),
        deferrables=(
            DeferrableLoad(
                load_id="dishes",
                name="Dishes",
                power_kw=1.0,
                duration_minutes=60,
                earliest=start,
                latest_end=start + 8 * HOUR,
            ),
        ),
        peak_tariff=PeakTariff(fee_per_kw=2.0, past_peaks=(("2026-03-02", 4.0),)),
    )
    schedule = generate_schedule(whole, CONFIG)
    assert not [code for code in codes(schedule.warnings) if code.startswith("breach_")]
    outcomes = {outcome.device_id: outcome.energy_kwh for outcome in schedule.devices}
    assert outcomes["car"] == pytest.approx(8.0, abs=0.01)
    assert outcomes["dishes"] == pytest.approx(1.0, abs=0.01)
    assert outcomes["heater"] > 0


def test_at_negative_prices_cars_and_water_take_all_they_may() -> None:
    heater = WaterHeater(load_id="heater", name="Heater", power_kw=2.0, energy_kwh_per_day=1.0)
    paid_for = home(
        lambda index: -0.1 if 8 <= index < 16 else 0.3,
        batteries=(),
        cars=(replace(CAR, phases="B"),),
        water_heaters=(replace(heater, energy_kwh_per_day=2.0),),
    )
    schedule = generate_schedule(paid_for, CONFIG)
    assert "negative_prices" in [event.rule for event in schedule.strategy]
    assert [slot.chargers["charger"].power_kw for slot in schedule.slots] == pytest.approx(
        [0.0] * 8 + [3.68] * 8 + [0.0] * 8, abs=1e-3
    )
    heated = [slot.water_heater_kw for slot in schedule.slots]
    assert sum(heated[8:16]) / 4 == pytest.approx(4.0, abs=1e-3)  # in blocks of 2 kWh
    assert sum(heated) == pytest.approx(sum(heated[8:16]), abs=1e-3)


def test_near_the_months_peak_a_car_waits_until_the_household_is_through() -> None:
    evening = some_slots(6, price=0.3, load_kwh=lambda index: 0.95 if index < 8 else 0.1)
    crowded = an_input(
        evening,
        cars=(replace(CAR, phases="B", goals=(ChargingGoal(by=NOON + 6 * HOUR, energy_kwh=9),)),),
        peak_tariff=PeakTariff(fee_per_kw=0.001, past_peaks=(("2026-06-02", 4.1),)),
    )
    schedule = generate_schedule(crowded, CONFIG)
    assert "near_peak" in [event.rule for event in schedule.strategy]
    assert all(slot.chargers["charger"].power_kw == 0 for slot in schedule.slots[:8])
    assert max(slot.import_kw for slot in schedule.slots) <= 4.1 * 0.98 + 1e-6
    assert schedule.warnings == ()


def test_export_as_much_as_can_be_empties_the_battery_without_complaint() -> None:
    order = ManualBlock(block_id="1", start=NOON, end=NOON + 3 * HOUR, action=ManualAction.EXPORT)
    schedule = generate_schedule(home(0.3, manual=(order,)), CONFIG)
    assert sum(slot.export_kw for slot in schedule.slots) / 4 > 2
    assert schedule.warnings == ()
