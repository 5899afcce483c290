"""Homes at the edge of sense, from their input to the sentences that a person reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.config import PlannerConfig
from custom_components.loadstar.engine.planner.devices import (
    ChargingGoal,
    DeferrableLoad,
    Grid,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from custom_components.loadstar.engine.planner.inputs.slots import align
from custom_components.loadstar.engine.planner.inputs.types import SlotData
from custom_components.loadstar.engine.planner.output.sentences import sentence
from custom_components.loadstar.engine.planner.output.types import Schedule
from custom_components.loadstar.engine.planner.output.warning_sentences import warning_sentence
from custom_components.loadstar.engine.planner.pipeline import generate_schedule
from tests.unit.planner.inputs.samples import (
    BATTERY,
    BERLIN,
    CAR,
    NOON,
    an_input,
    prices,
    some_slots,
)

ZONE = ZoneInfo(BERLIN)
BOILER = WaterHeater(load_id="boiler", name="Boiler", power_kw=2.0, energy_kwh_per_day=4.0)
ONE_PHASE = Grid(phases=1, breaker_a=10.0, load_shares=(1.0,), inverter_phases="A")


def planned(*, start: datetime = NOON, hours: float = 12.0, **changes: Any) -> Schedule:
    """Return the plan of a home whose slots are like ``some_slots``, given what else it has."""
    figures = {name: changes.pop(name) for name in ("price", "export", "pv_kwh") if name in changes}
    slots = some_slots(hours, start=start, **figures)
    return generate_schedule(an_input(slots, **changes), PlannerConfig())


def warnings_of(schedule: Schedule) -> list[str]:
    return [warning_sentence(it, ZONE, schedule.created_at) for it in schedule.warnings]


def reasons_of(schedule: Schedule) -> set[str]:
    return {sentence(slot.reason, ZONE, schedule.created_at) for slot in schedule.slots}


def outcomes_of(schedule: Schedule) -> dict[str, str]:
    return {
        it.device_id: sentence(it.reason, ZONE, schedule.created_at)
        for it in schedule.devices
        if it.reason is not None
    }


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 12), datetime(2026, 10, 24, 12)])  # noqa: DTZ001  made aware below
def test_days_of_clock_change_are_planned_by_the_local_day(day: datetime) -> None:
    schedule = planned(
        start=day.replace(tzinfo=UTC), hours=48.0, batteries=(BATTERY,), water_heaters=(BOILER,)
    )
    assert len(schedule.slots) == 192
    assert schedule.warnings == ()
    heated: dict[Any, float] = {}
    for slot in schedule.slots:
        local = slot.start.astimezone(ZONE).date()
        heated[local] = heated.get(local, 0.0) + slot.water_heater_kw / 4
    assert len(heated) == 3
    assert list(heated.values())[1] == pytest.approx(4.0)


def test_a_horizon_that_ends_mid_slot_is_planned_to_its_end() -> None:
    start = NOON + timedelta(minutes=7)
    aligned = align(
        start,
        prices([0.1, 0.4, 0.2], start=NOON, minutes=50),
        prices([0.05, 0.05, 0.05], start=NOON, minutes=50),
        None,
        DefaultLoadProfile(10.0, BERLIN),
    )
    schedule = generate_schedule(an_input(aligned.slots, batteries=(BATTERY,)), PlannerConfig())
    assert schedule.slots[0].start == start
    assert schedule.slots[-1].end == NOON + timedelta(minutes=150)
    whole = [slot for slot in schedule.slots if slot.start.minute % 15 == 0]
    assert {slot.end - slot.start for slot in whole} == {timedelta(minutes=15)}
    assert warnings_of(schedule) == []


@pytest.mark.parametrize("minutes", [30, 60])
def test_longer_prices_give_the_plan_of_repeated_quarters(minutes: int) -> None:
    values = [0.1 + 0.07 * (index * 5 % 7) for index in range(24 * 60 // minutes)]
    repeated = [value for value in values for _ in range(minutes // 15)]
    goal = ChargingGoal(by=NOON + timedelta(hours=20), energy_kwh=20.0)
    plans = [
        generate_schedule(
            an_input(
                slots_of(values_of, length),
                batteries=(BATTERY,),
                cars=(replace(CAR, goals=(goal,)),),
                water_heaters=(BOILER,),
            ),
            PlannerConfig(),
        )
        for values_of, length in ((values, minutes), (repeated, 15))
    ]
    assert plans[0].slots == plans[1].slots
    assert plans[0].objective == plans[1].objective


def slots_of(values: list[float], minutes: int) -> tuple[SlotData, ...]:
    periods = prices(values, minutes=minutes)
    return align(NOON, periods, periods, None, DefaultLoadProfile(10.0, BERLIN)).slots


def test_negative_prices_fill_the_battery_and_leave_the_sun_unused() -> None:
    schedule = planned(
        price=lambda slot: -0.1 if slot < 12 else 0.3,
        export=lambda slot: -0.15 if slot < 12 else 0.1,
        pv_kwh=lambda slot: 0.5 if slot < 12 else 0.0,
        batteries=(BATTERY,),
    )
    assert schedule.warnings == ()
    assert max(slot.battery_charge_kw for slot in schedule.slots[:12]) > 0.0
    assert all(slot.export_kw == 0.0 for slot in schedule.slots[:12])
    assert "Charging at -0.10: who takes energy now is paid for it." in {
        text.partition(". The")[0].rstrip(".") + "." for text in reasons_of(schedule)
    }


def test_equal_prices_leave_a_battery_as_it_is() -> None:
    schedule = planned(batteries=(BATTERY,), export=0.0)
    charged = sum(slot.battery_charge_kw for slot in schedule.slots)
    assert charged == pytest.approx(0.0, abs=1e-6)
    assert schedule.warnings == ()


@pytest.mark.parametrize(
    ("soc_percent", "expected"),
    [
        (
            5.0,
            "battery below minimum: device battery, name Battery, soc_percent 5, min_percent 20.",
        ),
        (99.0, "Battery is above its highest charge by up to 0.847 kWh from 14:00 until 14:15."),
        (130.0, "battery soc clamped: device battery, name Battery, soc_percent 130."),
        (None, "battery soc unknown: device battery, name Battery."),
    ],
)
def test_a_strange_soc_is_told(soc_percent: float | None, expected: str) -> None:
    battery = replace(BATTERY, soc_percent=soc_percent, max_soc_percent=80.0)
    schedule = planned(batteries=(battery,))
    assert warnings_of(schedule)[0] == expected


def test_a_battery_without_capacity_is_left_out_and_told() -> None:
    schedule = planned(batteries=(replace(BATTERY, capacity_kwh=0.0),))
    assert warnings_of(schedule) == ["battery capacity zero: device battery, name Battery."]
    assert reasons_of(schedule) == {"Buying at 0.30: there is no battery to plan."}


def test_a_car_that_should_have_left_is_told() -> None:
    goal = ChargingGoal(by=NOON - timedelta(hours=1), energy_kwh=5.0)
    schedule = planned(cars=(replace(CAR, goals=(goal,)),))
    assert [it.code for it in schedule.warnings] == ["departure_past"]
    assert outcomes_of(schedule) == {"car": "It was to be ready by 13:00, which has passed."}


def test_a_car_that_leaves_too_soon_gets_all_there_is_until_then() -> None:
    goal = ChargingGoal(by=NOON + timedelta(hours=1), energy_kwh=20.0)
    schedule = planned(cars=(replace(CAR, goals=(goal,)),))
    assert warnings_of(schedule) == ["Car misses its goal by 8.96 kWh."]
    assert outcomes_of(schedule)["car"].startswith("8.96 kWh are missing by 15:00:")


def test_three_devices_that_want_more_than_the_breaker_are_told_by_name() -> None:
    """Of 2.3 kW, less 0.4 kW of household, neither 2 kW of heat nor of washing is left."""
    washer = DeferrableLoad(
        load_id="washer",
        name="Washer",
        power_kw=2.0,
        duration_minutes=60,
        earliest=NOON,
        latest_end=NOON + timedelta(hours=6),
    )
    goal = ChargingGoal(by=NOON + timedelta(hours=8), energy_kwh=9.0)
    schedule = planned(
        grid=ONE_PHASE,
        cars=(replace(CAR, phases="A", goals=(goal,)),),
        water_heaters=(replace(BOILER, energy_kwh_per_day=2.0),),
        deferrables=(washer,),
    )
    told = warnings_of(schedule)
    assert "Washer does not run: 2 kWh are missing." in told
    assert any(text.startswith("Boiler gets ") for text in told)
    assert not any(text.startswith("Car") for text in told)
    assert max(slot.import_kw for slot in schedule.slots) <= 2.3 + 1e-5


def test_a_household_beyond_its_breaker_is_told_by_phase() -> None:
    schedule = planned(grid=replace(ONE_PHASE, breaker_a=1.0))
    assert warnings_of(schedule) == [
        "Phase A is 2.28 kWh over its breaker from 14:00 until Wed 02:00."
    ]
