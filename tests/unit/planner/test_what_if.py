"""What would change: the plan of a stored input under other circumstances."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.config import PlannerConfig
from custom_components.loadstar.engine.planner.devices import (
    Battery,
    Car,
    ChargingGoal,
    Grid,
    ManualAction,
    ManualBlock,
)
from custom_components.loadstar.engine.planner.forced_export import forced_export
from custom_components.loadstar.engine.planner.inputs.types import (
    Circumstances,
    PlannerInput,
    PreviousPlan,
    SlotData,
)
from custom_components.loadstar.engine.planner.output.types import Schedule
from custom_components.loadstar.engine.planner.pipeline import generate_schedule
from custom_components.loadstar.engine.planner.what_if import (
    OverrideError,
    Overrides,
    PriceChange,
    simulate,
    with_overrides,
    with_settings,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = 16
CONFIG = PlannerConfig()


def slot(index: int) -> SlotData:
    return SlotData(
        start=NOW + index * HOUR / 4,
        hours=0.25,
        import_price_per_kwh=0.1 if index < COUNT // 2 else 0.4,
        export_price_per_kwh=0.05 + index * 0.001,
        pv_kwh=0.0,
        load_kwh=0.25,
    )


HOME = PlannerInput(
    now=NOW,
    time_zone="Europe/Berlin",
    currency="EUR",
    slots=tuple(slot(index) for index in range(COUNT)),
    grid=Grid(phases=1, breaker_a=35.0),
    batteries=(
        Battery(
            battery_id="b",
            name="House",
            capacity_kwh=10.0,
            max_charge_kw=4.0,
            max_discharge_kw=4.0,
            soc_percent=50.0,
        ),
    ),
    cars=(
        Car(
            car_id="c",
            charger_id="w",
            name="Car",
            phases="A",
            capacity_kwh=50.0,
            soc_percent=50.0,
            goals=(ChargingGoal(by=NOW + 4 * HOUR, energy_kwh=2.0),),
        ),
    ),
    previous=PreviousPlan(energy_kwh={NOW: {"b": 0.5}}),
)


def timeless(plan: Schedule) -> Schedule:
    return replace(plan, solve_time_ms=0.0, times_ms={})


def test_without_overrides_the_stored_input_gives_its_plan_again() -> None:
    comparison = simulate(HOME, CONFIG, Overrides())
    assert timeless(comparison.now) == timeless(generate_schedule(HOME, CONFIG))
    assert comparison.then == comparison.now
    assert comparison.difference == {}


DEARER: dict[str, Overrides] = {
    "a dearer hour": Overrides(
        prices=(PriceChange(start=NOW, end=NOW + 2 * HOUR, price_per_kwh=0.2),)
    ),
    "a fee on top": Overrides(
        prices=(PriceChange(start=NOW, end=NOW + 2 * HOUR, price_per_kwh=0.1, add=True),)
    ),
    "wear": Overrides(settings={"wear_cost_per_kwh": 0.2}),
    "a fuller car": Overrides(goals={"c": (ChargingGoal(by=NOW + 4 * HOUR, energy_kwh=9.0),)}),
    "a battery that stays full": Overrides(min_soc_percent={"b": 50.0}),
    "an order": Overrides(
        manual=(
            ManualBlock(
                block_id="1", start=NOW, end=NOW + 4 * HOUR, action=ManualAction.HOLD, device_id="b"
            ),
        )
    ),
    "forced export": Overrides(forced_export_kwh=2.0),
}


@pytest.mark.parametrize("overrides", DEARER.values(), ids=DEARER)
def test_what_binds_costs(overrides: Overrides) -> None:
    comparison = simulate(HOME, CONFIG, overrides)
    assert comparison.cost_then > comparison.cost_now + 0.01
    money = {
        term: change
        for term, change in comparison.difference.items()
        if term not in {"penalties", "shaping"}
    }
    assert sum(money.values()) == pytest.approx(comparison.cost_then - comparison.cost_now)


def test_a_storm_fills_the_battery() -> None:
    storm = Overrides(circumstances=Circumstances(storm_warning=True))
    comparison = simulate(HOME, CONFIG, storm)
    assert comparison.then.target_soc_percent == pytest.approx(100.0)
    assert comparison.then.slots[-1].projected_soc_percent == pytest.approx(100.0, abs=0.1)


def test_forced_export_leaves_where_it_is_dearest() -> None:
    then = simulate(HOME, CONFIG, Overrides(forced_export_kwh=1.4)).then
    exported = [slot.export_kw * 0.25 for slot in then.slots[-2:]]
    assert sum(exported) == pytest.approx(1.4, abs=1e-3)
    assert all(slot.is_manual for slot in then.slots[-2:])
    assert not any(slot.is_manual for slot in then.slots[:-2])
    assert then.warnings == ()


@pytest.mark.parametrize(
    ("grid", "energy_kwh", "powers_kw"),
    [
        (Grid(), 0.7, [2.8]),
        (Grid(), 1.0, [2.9, 1.1]),
        (Grid(export_limit_kw=2.0), 1.0, [2.0, 2.0]),
        (Grid(inverter_max_kw=3.1), 0.5, [2.0]),
        (Grid(export_limit_kw=0.0), 1.0, []),
        (Grid(), 99.0, [2.9] * COUNT),
    ],
)
def test_forced_export_is_spread_within_what_load_and_limits_leave(
    grid: Grid, energy_kwh: float, powers_kw: list[float]
) -> None:
    blocks = forced_export(replace(HOME, grid=grid), energy_kwh, load_factor=1.1)
    assert [block.power_kw for block in blocks] == pytest.approx(powers_kw)
    assert len({block.block_id for block in blocks}) == len(blocks)


def test_overrides_touch_only_what_they_name() -> None:
    overrides = Overrides(
        prices=(
            PriceChange(start=NOW + HOUR / 4, end=NOW + HOUR / 2, price_per_kwh=0.7),
            PriceChange(
                start=NOW + HOUR / 4, end=NOW + HOUR / 2, price_per_kwh=0.1, add=True, export=True
            ),
        ),
        import_limit_kw=3.0,
        export_limit_kw=0.0,
    )
    changed = with_overrides(HOME, CONFIG, overrides)
    assert changed.slots[0] == HOME.slots[0]
    assert changed.slots[2] == HOME.slots[2]
    assert changed.slots[1].import_price_per_kwh == 0.7
    assert changed.slots[1].export_price_per_kwh == pytest.approx(0.151)
    assert (changed.grid.import_limit_kw, changed.grid.export_limit_kw) == (3.0, 0.0)
    assert replace(changed, slots=HOME.slots, grid=HOME.grid) == HOME


def test_settings_are_changed_by_name_at_any_depth() -> None:
    changed = with_settings(
        CONFIG, {"wear_cost_per_kwh": 0, "strategy.risk_appetite": 5, "solver.relative_gap": 0.1}
    )
    assert changed.wear_cost_per_kwh == 0.0
    assert changed.strategy.risk_appetite == 5
    assert changed.solver.relative_gap == 0.1
    assert changed.strategy.base_factor == CONFIG.strategy.base_factor


REFUSED: dict[str, tuple[Overrides, str, dict[str, Any]]] = {
    "no such setting": (
        Overrides(settings={"speed": 3}),
        "unknown_setting",
        {"setting": "speed"},
    ),
    "no such part": (
        Overrides(settings={"wear_cost_per_kwh.half": 3}),
        "unknown_setting",
        {"setting": "wear_cost_per_kwh.half"},
    ),
    "a whole part": (Overrides(settings={"solver": 3}), "unknown_setting", {"setting": "solver"}),
    "no number": (
        Overrides(settings={"strategy.base_factor": "high"}),
        "invalid_value",
        {"setting": "strategy.base_factor", "expected": "a number"},
    ),
    "half a step": (
        Overrides(settings={"strategy.risk_appetite": 2.5}),
        "invalid_value",
        {"setting": "strategy.risk_appetite", "expected": "a whole number"},
    ),
    "no such car": (Overrides(goals={"x": ()}), "unknown_device", {"device": "x"}),
    "no such battery": (
        Overrides(min_soc_percent={"x": 3.0}),
        "unknown_device",
        {"device": "x"},
    ),
    "a price of nothing": (
        Overrides(prices=(PriceChange(start=NOW, end=NOW, price_per_kwh=float("nan")),)),
        "invalid_value",
        {"setting": "price_per_kwh", "expected": "a number"},
    ),
    "wear that earns": (
        Overrides(settings={"wear_cost_per_kwh": -5.0}),
        "invalid_value",
        {"setting": "wear_cost_per_kwh", "expected": "a number of at least 0"},
    ),
    "negative export": (
        Overrides(forced_export_kwh=-1.0),
        "invalid_value",
        {"setting": "forced_export_kwh", "expected": "a number of at least 0"},
    ),
    "endless import": (
        Overrides(import_limit_kw=float("inf")),
        "invalid_value",
        {"setting": "import_limit_kw", "expected": "a number of at least 0"},
    ),
    "a battery below empty": (
        Overrides(min_soc_percent={"b": -5.0}),
        "invalid_value",
        {"setting": "min_soc_percent", "expected": "a number of at least 0"},
    ),
}


@pytest.mark.parametrize(("overrides", "code", "data"), REFUSED.values(), ids=REFUSED)
def test_what_means_nothing_is_refused(
    overrides: Overrides, code: str, data: dict[str, Any]
) -> None:
    with pytest.raises(OverrideError) as error:
        simulate(HOME, CONFIG, overrides)
    assert (error.value.code, error.value.data) == (code, data)
