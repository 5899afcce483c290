"""A small house that a case varies: every slot is an hour, prices are plain."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    Breach,
    BreachKind,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerDeferrable,
    KeplerGrid,
    KeplerInput,
    KeplerResult,
    KeplerWater,
    Orders,
)

ONE_PHASE = KeplerGrid(phases=1, phase_limit_kw=50.0, load_shares=(1.0,), inverter_shares=(1.0,))
THREE_PHASES = KeplerGrid(
    phases=3,
    phase_limit_kw=50.0,
    load_shares=(1 / 3, 1 / 3, 1 / 3),
    inverter_shares=(1 / 3, 1 / 3, 1 / 3),
)
MONEY_ALONE = KeplerConfig(
    wear_cost_per_kwh=0.0,
    ramp_cost_per_kw=0.0,
    car_start_cost=0.0,
    churn_cost_per_kwh=0.0,
    relative_gap=0.0,
)


def house(prices: Sequence[float], **changes: Any) -> KeplerInput:
    """Return an hour per price, 1 kWh of load in each, export worth nothing."""
    count = len(prices)
    arrays: dict[str, Any] = {
        "hours": np.ones(count),
        "import_price": np.array(prices, dtype=np.float64),
        "export_price": np.zeros(count),
        "pv_kwh": np.zeros(count),
        "load_kwh": np.ones(count),
    }
    for name in set(arrays) & set(changes):
        values = np.asarray(changes.pop(name), dtype=np.float64)
        arrays[name] = np.broadcast_to(values, (count,)).copy() if values.ndim == 0 else values
    return KeplerInput(**arrays, grid=changes.pop("grid", ONE_PHASE), **changes)


def battery(**changes: Any) -> KeplerBattery:
    """Return 4 kWh without losses, empty, that charge and discharge at 2 kW."""
    plain: dict[str, Any] = {
        "battery_id": "battery",
        "capacity_kwh": 4.0,
        "initial_kwh": 0.0,
        "min_kwh": 0.0,
        "max_kwh": 4.0,
        "max_charge_kw": 2.0,
        "max_discharge_kw": 2.0,
        "charge_efficiency": 1.0,
        "discharge_efficiency": 1.0,
    }
    return KeplerBattery(**(plain | changes))


def car(count: int, **changes: Any) -> KeplerCar:
    """Return a car that is there all the time and draws 2 to 4 kW on one phase."""
    plain: dict[str, Any] = {
        "car_id": "car",
        "phases": "A",
        "min_kw": 2.0,
        "max_kw": 4.0,
        "present": np.ones(count, np.bool_),
        "room_kwh": 40.0,
    }
    return KeplerCar(**(plain | changes))


def water(count: int, **changes: Any) -> KeplerWater:
    """Return a heater of 2 kW in blocks of two hours, always allowed."""
    plain: dict[str, Any] = {
        "load_id": "water",
        "phases": "A",
        "power_kw": 2.0,
        "block_slots": 2,
        "continuous": False,
        "allowed": np.ones(count, np.bool_),
        "days": (),
    }
    return KeplerWater(**(plain | changes))


def washer(**changes: Any) -> KeplerDeferrable:
    """Return a run of two hours at 1 kW."""
    plain: dict[str, Any] = {
        "load_id": "washer",
        "phases": "A",
        "power_kw": 1.0,
        "slots": 2,
        "starts": (0,),
    }
    return KeplerDeferrable(**(plain | changes))


def orders(
    count: int, least: dict[int, float] | None = None, most: dict[int, float] | None = None
) -> Orders:
    """Return orders in kWh by slot."""
    return Orders(least_kwh=by_slot(count, least or {}), most_kwh=by_slot(count, most or {}))


def by_slot(count: int, values: dict[int, float]) -> FloatArray:
    """Return an array that is NaN but in the given slots."""
    array = np.full(count, np.nan)
    for slot, value in values.items():
        array[slot] = value
    return array


def taken(result: KeplerResult, device_id: str) -> list[float]:
    """Return a device's kWh per slot, a battery's signed, free of rounding."""
    plan = result.devices[device_id]
    return [round(value, 6) + 0.0 for value in (plan.charge_kwh - plan.discharge_kwh).tolist()]


def broken(result: KeplerResult) -> list[tuple[BreachKind, float, str, int | None]]:
    """Return what gave: kind, kWh, device and slot."""
    return [_facts(breach) for breach in result.breaches]


def _facts(breach: Breach) -> tuple[BreachKind, float, str, int | None]:
    return breach.kind, round(breach.kwh, 6), breach.device_id, breach.slot
