"""From the home and what was decided about it to the solver's problem."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np

from ..config import PlannerConfig
from ..devices import Battery, Car, Grid
from ..inputs.previous import align_previous
from ..inputs.sound import sound_batteries
from ..inputs.types import PlannerInput, PlanWarning
from ..strategy.types import CarPlanning, Decisions
from .types import (
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerGrid,
    KeplerInput,
    KeplerWater,
    Orders,
)

_PHASES = "ABC"
# A battery that is below its minimum is refilled, but not at whatever a kWh costs now: half a
# day has a night or a noon in it.
REFILL_WITHIN: Final = timedelta(hours=12)


def to_kepler(
    planner_input: PlannerInput, config: PlannerConfig, decisions: Decisions
) -> tuple[KeplerInput, KeplerConfig, tuple[PlanWarning, ...]]:
    """Return the problem in kWh per slot and kW, how to solve it, and what was left out of it.

    A·V·phases become kW and percent kWh. The warnings are those of ``sound_batteries``.
    """
    slots, grid = planner_input.slots, planner_input.grid
    grace_ends = planner_input.now + REFILL_WITHIN
    back_by = sum(slot.start < grace_ends for slot in slots)
    batteries, warnings = sound_batteries(planner_input)
    orders = decisions.manual.orders
    prices = np.array([slot.import_price_per_kwh for slot in slots])
    problem = KeplerInput(
        hours=np.array([slot.hours for slot in slots]),
        import_price=prices,
        export_price=np.array([slot.export_price_per_kwh for slot in slots]),
        pv_kwh=decisions.planned_pv_kwh,
        load_kwh=decisions.planned_load_kwh,
        grid=_grid(grid, decisions.posture.import_limit_kw),
        batteries=tuple(
            _battery(battery, decisions, back_by, grid_charging=grid.allow_grid_charging)
            for battery in batteries
        ),
        cars=tuple(
            _car(car, grid, decisions.cars[car.car_id], orders.get(car.car_id))
            for car in planner_input.cars
            if car.car_id in decisions.cars
        ),
        water_heaters=tuple(
            _water(heater, grid, orders.get(heater.load_id)) for heater in decisions.water_heaters
        ),
        deferrables=tuple(
            replace(load, phases=_phases(load.phases, grid), orders=orders.get(load.load_id))
            for load in decisions.deferrables
        ),
        peaks=decisions.peaks,
        previous=align_previous(planner_input.previous, slots),
        least_export_kwh=decisions.manual.least_export_kwh,
    )
    return problem, _config(config, decisions, prices), warnings


def _grid(grid: Grid, strategy_limit_kw: FloatArray) -> KeplerGrid:
    limit_kw = strategy_limit_kw
    if grid.import_limit_kw is not None:
        limit_kw = np.minimum(limit_kw, grid.import_limit_kw)
    kw_per_a = grid.voltage / 1000
    phases = _PHASES[: grid.phases]
    on_inverter = _phases(grid.inverter_phases, grid)
    return KeplerGrid(
        phases=grid.phases,
        phase_limit_kw=grid.breaker_a * kw_per_a,
        load_shares=_shares(grid.load_shares[: grid.phases], grid.phases),
        inverter_shares=_shares([phase in on_inverter for phase in phases], grid.phases),
        import_limit_kw=limit_kw if np.isfinite(limit_kw).any() else None,
        export_limit_kw=grid.export_limit_kw,
        inverter_max_kw=grid.inverter_max_kw,
        phase_netting=grid.phase_netting,
        circuits={circuit.circuit_id: circuit.limit_a * kw_per_a for circuit in grid.circuits},
    )


def _shares(parts: Sequence[float], phases: int) -> tuple[float, ...]:
    """Return parts that sum to 1, equal ones where they say nothing."""
    total = sum(parts)
    if len(parts) != phases or not total > 0:
        return (1 / phases,) * phases
    return tuple(part / total for part in parts)


def _phases(phases: str, grid: Grid) -> str:
    """Return which of a device's phases the site has, its first one at least."""
    return "".join(phase for phase in phases if phase in _PHASES[: grid.phases]) or _PHASES[0]


def _battery(
    battery: Battery, decisions: Decisions, back_by: int, *, grid_charging: bool
) -> KeplerBattery:
    kwh_per_percent = battery.capacity_kwh / 100
    return KeplerBattery(
        battery_id=battery.battery_id,
        capacity_kwh=battery.capacity_kwh,
        initial_kwh=(battery.soc_percent or 0.0) * kwh_per_percent,
        min_kwh=battery.min_soc_percent * kwh_per_percent,
        max_kwh=battery.max_soc_percent * kwh_per_percent,
        max_charge_kw=battery.max_charge_kw,
        max_discharge_kw=battery.max_discharge_kw,
        charge_efficiency=battery.charge_efficiency,
        discharge_efficiency=battery.discharge_efficiency,
        back_by=back_by,
        target_kwh=decisions.targets_soc_percent.get(battery.battery_id, 0.0) * kwh_per_percent,
        terminal_value=decisions.terminal_value.get(battery.battery_id, ()),
        charge_curve=_curve(battery.charge_curve, kwh_per_percent),
        discharge_curve=_curve(battery.discharge_curve, kwh_per_percent),
        grid_charging=grid_charging,
        orders=decisions.manual.orders.get(battery.battery_id),
    )


def _curve(
    curve: Sequence[tuple[float, float]], kwh_per_percent: float
) -> tuple[tuple[float, float], ...]:
    return tuple((percent * kwh_per_percent, kw) for percent, kw in sorted(curve))


def _car(car: Car, grid: Grid, planning: CarPlanning, orders: Orders | None) -> KeplerCar:
    phases = _phases(car.phases, grid)
    kw_per_a = grid.voltage / 1000
    least_kw, most_kw = car.min_current_a * kw_per_a, car.max_current_a * kw_per_a
    return KeplerCar(
        car_id=car.car_id,
        phases=phases,
        min_kw=least_kw * len(phases),
        max_kw=most_kw * len(phases),
        present=planning.present,
        room_kwh=planning.room_kwh,
        goals=planning.goals,
        single_phase=(least_kw, most_kw) if car.phase_choice and len(phases) > 1 else None,
        taper=_taper(car, planning.soc_percent),
        circuits=tuple(
            circuit.circuit_id for circuit in grid.circuits if car.charger_id in circuit.charger_ids
        ),
        orders=orders,
        surplus_worth_per_kwh=planning.surplus_worth_per_kwh,
    )


def _taper(car: Car, soc_percent: float | None) -> tuple[tuple[float, float], ...]:
    """Return a car's curve over the kWh that it takes at the charger from now."""
    if soc_percent is None or car.capacity_kwh is None or not car.taper:
        return ()
    percents, powers_kw = zip(*sorted(car.taper), strict=True)
    kwh_per_percent = car.capacity_kwh / 100 / car.efficiency
    now_kw = float(np.interp(soc_percent, percents, powers_kw))
    ahead = [
        ((percent - soc_percent) * kwh_per_percent, kw)
        for percent, kw in zip(percents, powers_kw, strict=True)
        if percent > soc_percent
    ]
    return ((0.0, now_kw), *ahead)


def _water(heater: KeplerWater, grid: Grid, orders: Orders | None) -> KeplerWater:
    """Return a heater with its orders, which go before the times that it is allowed."""
    allowed = heater.allowed if orders is None else heater.allowed | (orders.least_kwh > 0)
    return replace(heater, phases=_phases(heater.phases, grid), allowed=allowed, orders=orders)


def _config(config: PlannerConfig, decisions: Decisions, prices: FloatArray) -> KeplerConfig:
    """Return the solver's settings; the absolute gap is a part of a median kWh's price."""
    return KeplerConfig(
        wear_cost_per_kwh=decisions.posture.wear_cost_per_kwh,
        export_threshold_per_kwh=decisions.posture.export_threshold_per_kwh,
        ramp_cost_per_kw=config.ramp_cost_per_kw,
        car_start_cost=config.car_start_cost,
        churn_cost_per_kwh=config.churn_cost_per_kwh,
        relative_gap=config.solver.relative_gap,
        absolute_gap=config.solver.gap_of_median_price * max(0.0, float(np.median(prices))),
        time_limit_s=config.solver.time_limit_s,
        threads=config.solver.threads,
    )
