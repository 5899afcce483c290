"""Whatever the home: its schedule adds up, can be read, and comes back from storage."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
import random
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.config import PlannerConfig
from custom_components.loadstar.engine.planner.devices import (
    Battery,
    Car,
    ChargingGoal,
    DeferrableLoad,
    Grid,
    ManualAction,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, SlotData
from custom_components.loadstar.engine.planner.output.sentences import sentence
from custom_components.loadstar.engine.planner.output.stored import (
    schedule_as_dict,
    schedule_from_dict,
)
from custom_components.loadstar.engine.planner.output.types import Schedule, SlotAction
from custom_components.loadstar.engine.planner.output.warning_sentences import warning_sentence
from custom_components.loadstar.engine.planner.pipeline import generate_schedule

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
ZONE = ZoneInfo("Europe/Berlin")
SLOTS = 24


def home(seed: int) -> PlannerInput:
    """Return a home with some of everything, now and then scarce."""
    rng = random.Random(seed)
    edges = [NOW, *(NOW.replace(minute=0) + QUARTER * n for n in range(1, SLOTS + 1))]
    end = edges[-1]
    slots = tuple(
        SlotData(
            start=start,
            hours=(until - start) / timedelta(hours=1),
            import_price_per_kwh=(price := rng.uniform(-0.05, 0.4)),
            export_price_per_kwh=price - rng.choice((0.0, 0.1)),
            pv_kwh=rng.choice((0.0, rng.uniform(0.0, 1.5))),
            load_kwh=rng.uniform(0.05, 0.5),
        )
        for start, until in pairwise(edges)
    )
    return PlannerInput(
        now=NOW,
        time_zone="Europe/Berlin",
        currency="EUR",
        slots=slots,
        grid=Grid(
            breaker_a=rng.choice((6.0, 16.0, 35.0)),
            export_limit_kw=rng.choice((None, 0.0, 2.0)),
            import_limit_kw=rng.choice((None, None, 4.0)),
            inverter_max_kw=rng.choice((None, 3.0)),
        ),
        batteries=tuple(
            Battery(
                battery_id=f"b{n}",
                name=f"House {n}",
                capacity_kwh=rng.uniform(4.0, 12.0),
                max_charge_kw=3.0,
                max_discharge_kw=4.0,
                soc_percent=rng.uniform(5.0, 100.0),
            )
            for n in range(rng.choice((0, 1, 1, 2)))
        ),
        cars=tuple(
            Car(
                car_id=f"c{n}",
                charger_id=f"w{n}",
                name=f"Car {n}",
                phases=rng.choice(("A", "ABC")),
                phase_choice=True,
                capacity_kwh=50.0,
                soc_percent=rng.uniform(20.0, 100.0),
                plugged=rng.random() < 0.8,
                goals=(
                    ChargingGoal(
                        by=NOW + timedelta(hours=rng.uniform(-1.0, 9.0)), soc_percent=60.0
                    ),
                ),
            )
            for n in range(rng.choice((0, 1, 2)))
        ),
        water_heaters=(
            WaterHeater(load_id="w", name="Boiler", power_kw=2.0, energy_kwh_per_day=6.0),
        )[: rng.choice((0, 1))],
        deferrables=(
            DeferrableLoad(
                load_id="l",
                name="Washer",
                power_kw=1.0,
                duration_minutes=60,
                earliest=NOW,
                latest_end=end,
            ),
        )[: rng.choice((0, 1))],
        peak_tariff=rng.choice((None, PeakTariff(fee_per_kw=3.0, expected_kw=2.0))),
        manual=(
            ManualBlock(
                block_id="1",
                start=NOW + timedelta(hours=1),
                end=NOW + timedelta(hours=2),
                action=rng.choice((ManualAction.CHARGE, ManualAction.HOLD, ManualAction.EXPORT)),
            ),
        )[: rng.choice((0, 0, 1))],
    )


@pytest.fixture(scope="module", params=range(12))
def plan(request: pytest.FixtureRequest) -> Schedule:
    """Return the schedule of one of some homes."""
    return generate_schedule(home(request.param), PlannerConfig())


def test_what_comes_in_goes_out(plan: Schedule) -> None:
    for slot in plan.slots:
        hours = (slot.end - slot.start) / timedelta(hours=1)
        into = slot.import_kw + slot.planned_pv_kwh / hours - slot.curtailed_kw
        into += slot.battery_discharge_kw
        out = slot.export_kw + slot.planned_load_kwh / hours + slot.battery_charge_kw
        out += sum(charger.power_kw for charger in slot.chargers.values())
        out += sum(slot.loads.values())
        assert into == pytest.approx(out, abs=2e-3)


def test_its_figures_are_possible(plan: Schedule) -> None:
    for slot in plan.slots:
        assert slot.projected_soc_percent is None or 0 <= slot.projected_soc_percent <= 100 + 1e-6
        assert slot.battery_charge_kw - slot.battery_discharge_kw == pytest.approx(
            sum(slot.batteries.values()), abs=1e-3
        )
    assert plan.saving is not None
    assert sum(
        value for term, value in plan.objective.items() if term not in {"penalties", "shaping"}
    ) == pytest.approx(plan.cost)


def test_its_sentences_can_be_read(plan: Schedule) -> None:
    told = [sentence(slot.reason, ZONE, slot.start) for slot in plan.slots]
    told += [
        sentence(device.reason, ZONE, NOW) for device in plan.devices if device.reason is not None
    ]
    told += [warning_sentence(warning, ZONE, NOW) for warning in plan.warnings]
    assert all(text.endswith(".") and "{" not in text for text in told)


def test_its_reasons_fit_its_actions(plan: Schedule) -> None:
    words = {
        SlotAction.CHARGE_FROM_GRID: "charge_",
        SlotAction.CHARGE_FROM_PV: "store_",
        SlotAction.DISCHARGE: "discharge_",
        SlotAction.EXPORT: "export_",
        SlotAction.HOLD: "hold_",
        SlotAction.IDLE: "idle_",
    }
    for slot in plan.slots:
        assert slot.reason.code.startswith((words[slot.action], "ordered"))


def test_what_is_saved_is_never_less_than_nothing(plan: Schedule) -> None:
    for slot in plan.slots:
        assert slot.reason.data.get("saved_per_kwh", 1.0) > 0


def test_it_comes_back_from_storage(plan: Schedule) -> None:
    assert schedule_from_dict(json.loads(json.dumps(schedule_as_dict(plan)))) == plan
