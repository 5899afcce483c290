"""The judge of plans finds what is wrong with a plan that somebody has tampered with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    Breach,
    BreachKind,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerDeferrable,
    KeplerGoal,
    KeplerGrid,
    KeplerInput,
    KeplerResult,
    KeplerWater,
    ObjectiveTerm,
    Orders,
    WaterDay,
)
from tests.unit.planner.judge import complaints
from tests.unit.planner.judge_blocks import complaints_of_blocks
from tests.unit.planner.judge_money import money_by_term

SLOTS = 16
FREE = np.full(SLOTS, np.nan)
PRICE = np.array([0.1, 0.4, 0.2, 0.3] * 4)
HOME = KeplerInput(
    hours=np.full(SLOTS, 0.25),
    import_price=PRICE,
    export_price=PRICE - 0.09,
    pv_kwh=np.full(SLOTS, 0.3),
    load_kwh=np.full(SLOTS, 0.2),
    grid=KeplerGrid(
        phases=3,
        phase_limit_kw=4.0,
        load_shares=(0.5, 0.3, 0.2),
        inverter_shares=(1 / 3,) * 3,
        import_limit_kw=np.full(SLOTS, 9.0),
        export_limit_kw=3.0,
        inverter_max_kw=4.0,
        circuits={"garage": 3.0},
    ),
    batteries=(
        KeplerBattery(
            battery_id="battery",
            capacity_kwh=6.0,
            initial_kwh=3.0,
            min_kwh=1.0,
            max_kwh=5.0,
            max_charge_kw=3.0,
            max_discharge_kw=3.0,
            charge_efficiency=0.95,
            discharge_efficiency=0.95,
            target_kwh=2.0,
            orders=Orders(least_kwh=FREE, most_kwh=np.array([np.nan] * 15 + [0.0])),
        ),
    ),
    cars=(
        KeplerCar(
            car_id="car",
            phases="ABC",
            min_kw=4.14,
            max_kw=8.0,
            present=np.arange(SLOTS) < 14,
            room_kwh=8.0,
            goals=(KeplerGoal(by=14, energy_kwh=3.0),),
            circuits=("garage",),
        ),
    ),
    water_heaters=(
        KeplerWater(
            load_id="boiler",
            phases="A",
            power_kw=2.0,
            block_slots=4,
            continuous=False,
            allowed=np.arange(SLOTS) > 1,
            days=(WaterDay(first=0, end=SLOTS, energy_kwh=2.0),),
            latest_first=12,
        ),
    ),
    deferrables=(
        KeplerDeferrable(
            load_id="washer", phases="B", power_kw=1.0, slots=4, starts=tuple(range(8))
        ),
    ),
)


@pytest.fixture(scope="module")
def plan() -> KeplerResult:
    return solve(HOME, KeplerConfig())


def found(result: KeplerResult) -> list[str]:
    return complaints(HOME, result) + complaints_of_blocks(HOME, result)


def changed(result: KeplerResult, device_id: str, **changes: Any) -> KeplerResult:
    device = replace(result.devices[device_id], **changes)
    return replace(result, devices={**result.devices, device_id: device})


def more(result: KeplerResult, device_id: str, slot: int, kwh: float) -> KeplerResult:
    """Return a plan whose device takes more, and whose import follows."""
    extra = np.zeros(SLOTS)
    extra[slot] = kwh
    device = result.devices[device_id]
    grown = changed(result, device_id, charge_kwh=device.charge_kwh + extra)
    return replace(grown, import_kwh=result.import_kwh + extra)


def told(result: KeplerResult, kind: BreachKind, **where: Any) -> KeplerResult:
    return replace(result, breaches=(*result.breaches, Breach(kind=kind, kwh=0.5, **where)))


def off(result: KeplerResult, device_id: str) -> KeplerResult:
    return changed(result, device_id, charge_kwh=np.zeros(SLOTS))


CASES: dict[str, tuple[Callable[[KeplerResult], KeplerResult], str]] = {
    "import": (lambda it: replace(it, import_kwh=it.import_kwh + 0.01), "the balance"),
    "negative": (lambda it: replace(it, export_kwh=it.export_kwh - 1.0), "export falls to"),
    "not finite": (lambda it: replace(it, export_kwh=it.export_kwh * np.nan), "not finite"),
    "both ways": (
        lambda it: replace(it, import_kwh=it.import_kwh + 1, export_kwh=it.export_kwh + 1),
        "import and export",
    ),
    "curtailed": (lambda it: replace(it, curtailed_kwh=HOME.pv_kwh + 0.1), "curtailed beyond PV"),
    "battery power": (lambda it: more(it, "battery", 0, 0.9), "battery charges too fast"),
    "battery content": (lambda it: more(it, "battery", 0, 0.1), "the content of battery"),
    "battery order": (lambda it: more(it, "battery", 15, 0.74), "the order to battery"),
    "away": (lambda it: more(it, "car", 15, 1.2), "car charges while away"),
    "too fast": (lambda it: more(it, "car", 3, 2.1), "car charges too fast"),
    "too weak": (lambda it: more(off(it, "car"), "car", 3, 0.5), "car charges with 2.0"),
    "goal": (lambda it: off(it, "car"), "car misses"),
    "breaker": (lambda it: more(it, "car", 3, 2.0), "phase A over its breaker"),
    "circuit": (lambda it: more(off(it, "car"), "car", 3, 2.4), "circuit garage over its limit"),
    "import limit": (lambda it: more(it, "car", 3, 2.5), "the import limit"),
    "water missed": (lambda it: off(it, "boiler"), "boiler misses"),
    "water late": (lambda it: off(it, "boiler"), "boiler rests too long"),
    "water forbidden": (lambda it: more(it, "boiler", 0, 0.5), "boiler takes 0.5"),
    "water at part": (lambda it: more(off(it, "boiler"), "boiler", 9, 0.2), "at part of its power"),
    "water block": (lambda it: more(off(it, "boiler"), "boiler", 9, 0.5), "no blocks of 4"),
    "washer": (lambda it: off(it, "washer"), "washer does not run"),
    "washer late": (lambda it: more(off(it, "washer"), "washer", 12, 0.25), "washer runs in"),
    "false breaker": (lambda it: told(it, BreachKind.BREAKER, device_id="A", slot=0), "reported"),
    "false goal": (lambda it: told(it, BreachKind.CAR_GOAL, device_id="car"), "car misses"),
    "false floor": (
        lambda it: told(it, BreachKind.SOC_FLOOR, device_id="battery", slot=2),
        "the floor of battery",
    ),
    "false target": (
        lambda it: told(it, BreachKind.TARGET_SOC, device_id="battery"),
        "misses its target",
    ),
    "inverter": (
        lambda it: changed(it, "battery", discharge_kwh=np.full(SLOTS, 0.9)),
        "the inverter",
    ),
}


def test_nothing_is_wrong_with_the_plan_itself(plan: KeplerResult) -> None:
    assert found(plan) == []


@pytest.mark.parametrize(("tamper", "expected"), CASES.values(), ids=CASES)
def test_what_was_tampered_with_is_told(
    plan: KeplerResult, tamper: Callable[[KeplerResult], KeplerResult], expected: str
) -> None:
    assert any(expected in sentence for sentence in found(tamper(plan))), found(tamper(plan))


def test_phases_that_are_metered_apart_have_to_add_up(plan: KeplerResult) -> None:
    apart = replace(HOME, grid=replace(HOME.grid, phase_netting=False))
    wrong = replace(plan, import_kwh=plan.import_kwh + 0.1, export_kwh=plan.export_kwh + 0.1)
    assert any("import by phases" in sentence for sentence in complaints(apart, wrong))


def test_money_follows_the_flows(plan: KeplerResult) -> None:
    dearer = replace(plan, import_kwh=plan.import_kwh + 1.0)
    before, after = (money_by_term(HOME, KeplerConfig(), it) for it in (plan, dearer))
    risen = after[ObjectiveTerm.IMPORT] - before[ObjectiveTerm.IMPORT]
    assert risen == pytest.approx(PRICE.sum())
