"""Where cars are, what they have room for, and what they are to have by when."""

from dataclasses import replace
from datetime import datetime, timedelta
import math
from typing import Final

import numpy as np

from ..devices import Car, ChargingGoal
from ..inputs.types import PlannerInput, PlanWarning
from ..solver.types import BoolArray, KeplerGoal
from ..strategy.types import CarPlanning

ASSUMED_SOC_PERCENT: Final = 50.0  # of a car that does not say
_CHEAP: Final = 0.2  # quantile of import prices at which a car's kWh will be bought some day


def plan_car(planner_input: PlannerInput, car: Car) -> tuple[CarPlanning, tuple[PlanWarning, ...]]:
    """Return a car in the solver's terms, and what is wrong with its goals.

    A goal by SoC is the kWh at the charger that lead there. A car of unknown SoC is taken
    to have come with ``ASSUMED_SOC_PERCENT``, which is said. Of a goal beyond the plan
    only that is due which cannot be charged after it; the rest is bought where it is
    cheap. A car without goals takes surplus PV where a cheap hour's kWh would cost more.
    Warnings: ``car_soc_unknown``, ``car_soc_clamped``, ``car_capacity_unknown`` (its goal
    by SoC is left out), ``departure_past`` (the goal is left out).
    """
    warnings: list[PlanWarning] = []
    known = _with_soc(car, warnings)
    present = _present(planner_input, car)
    room_kwh = _room_kwh(planner_input, known)
    goals = []
    for goal in sorted(car.goals, key=lambda goal: goal.by):
        if goal.by <= planner_input.now:
            warnings.append(_warning("departure_past", car, by=goal.by.isoformat()))
        elif (energy_kwh := _energy_kwh(known, goal)) is None:
            warnings.append(_warning("car_capacity_unknown", car))
        else:
            # a full car has what it can have; what another cannot get in time it misses
            asked_kwh = energy_kwh if known.soc_percent is None else min(energy_kwh, room_kwh)
            goals.append(_goal(planner_input, known, goal, asked_kwh))
    return CarPlanning(
        present=present,
        room_kwh=room_kwh,
        goals=tuple(goals),
        surplus_worth_per_kwh=_surplus_worth(planner_input, car),
        soc_percent=known.soc_percent,
    ), tuple(warnings)


def _with_soc(car: Car, warnings: list[PlanWarning]) -> Car:
    """Return the car with a SoC of 0-100, None where its capacity is unknown anyway."""
    if car.capacity_kwh is None or not 0 < car.capacity_kwh < math.inf:
        return replace(car, capacity_kwh=None, soc_percent=None)
    if car.soc_percent is None or not math.isfinite(car.soc_percent):
        gained = max(0.0, car.session_kwh) * car.efficiency / car.capacity_kwh * 100
        assumed = round(min(100.0, ASSUMED_SOC_PERCENT + gained), 1)
        warnings.append(_warning("car_soc_unknown", car, assumed_percent=assumed))
        return replace(car, soc_percent=assumed)
    clamped = min(100.0, max(0.0, car.soc_percent))
    if clamped != car.soc_percent:
        warnings.append(_warning("car_soc_clamped", car, soc_percent=car.soc_percent))
    return replace(car, soc_percent=clamped)


def _present(planner_input: PlannerInput, car: Car) -> BoolArray:
    """Return the slots in which a car can charge: of one that is out, those after its return."""
    return np.array(
        [
            (car.plugged or any(until <= slot.start for _, until in car.away))
            and not any(start < slot.end and until > slot.start for start, until in car.away)
            for slot in planner_input.slots
        ],
        dtype=np.bool_,
    )


def _at_charger_kwh(car: Car, soc_percent: float) -> float | None:
    """Return the kWh at the charger up to a SoC, None where that cannot be known."""
    if car.capacity_kwh is None or car.soc_percent is None:
        return None
    inside_kwh = car.capacity_kwh * (min(soc_percent, 100.0) - car.soc_percent) / 100
    return max(0.0, inside_kwh / car.efficiency)


def _room_kwh(planner_input: PlannerInput, car: Car) -> float:
    """Return what a car can take; without a known capacity as much as it can charge at all."""
    room_kwh = _at_charger_kwh(car, car.max_soc_percent)
    if room_kwh is not None:
        return room_kwh
    hours = sum(slot.hours for slot in planner_input.slots)
    return _max_kw(planner_input, car) * hours


def _max_kw(planner_input: PlannerInput, car: Car) -> float:
    return car.max_current_a * planner_input.grid.voltage * len(car.phases) / 1000


def _energy_kwh(car: Car, goal: ChargingGoal) -> float | None:
    """Return what a goal asks for at the charger, the more where it says both."""
    by_energy = None if goal.energy_kwh is None else max(0.0, goal.energy_kwh)
    by_soc = None if goal.soc_percent is None else _at_charger_kwh(car, goal.soc_percent)
    asked = [kwh for kwh in (by_energy, by_soc) if kwh is not None]
    if goal.energy_kwh is None and goal.soc_percent is None:
        return 0.0
    return max(asked) if asked else None


def _goal(
    planner_input: PlannerInput, car: Car, goal: ChargingGoal, energy_kwh: float
) -> KeplerGoal:
    beyond_h = (goal.by - planner_input.slots[-1].end) / timedelta(hours=1)
    later_kwh = max(0.0, beyond_h) * _max_kw(planner_input, car)
    due_kwh = max(0.0, energy_kwh - later_kwh)
    most_kwh = energy_kwh if due_kwh < energy_kwh else 0.0
    worth = _cheap_price(planner_input) if most_kwh else 0.0
    if goal.target_soc_percent is not None and goal.cheap_price_per_kwh is not None:
        target_kwh = _at_charger_kwh(car, min(goal.target_soc_percent, car.max_soc_percent))
        if target_kwh is not None and target_kwh > energy_kwh:
            most_kwh, worth = target_kwh, goal.cheap_price_per_kwh
    return KeplerGoal(
        by=_slots_before(planner_input, goal.by),
        energy_kwh=due_kwh,
        most_kwh=most_kwh,
        worth_per_kwh=worth,
    )


def _slots_before(planner_input: PlannerInput, instant: datetime) -> int:
    """Return how many slots are over at an instant; of the first, which runs, at least one."""
    return max(1, sum(slot.end <= instant for slot in planner_input.slots))


def _surplus_worth(planner_input: PlannerInput, car: Car) -> float:
    """Return what surplus PV is worth: nothing to a car with goals, or one that may be full."""
    may_be_full = car.soc_percent is None or not math.isfinite(car.soc_percent)
    if car.goals or may_be_full or car.capacity_kwh is None:
        return 0.0
    return _cheap_price(planner_input)


def _cheap_price(planner_input: PlannerInput) -> float:
    prices = [slot.import_price_per_kwh for slot in planner_input.slots]
    return max(0.0, float(np.quantile(prices, _CHEAP)))


def _warning(code: str, car: Car, **data: str | float) -> PlanWarning:
    return PlanWarning(code=code, data={"device": car.car_id, "name": car.name, **data})
