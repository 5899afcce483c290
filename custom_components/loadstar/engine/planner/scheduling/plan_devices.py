"""The scheduling stage: goals, windows, peaks and the worth of what is left over."""

from collections.abc import Mapping, Sequence

from ..inputs.sound import can_charge, sound_batteries
from ..inputs.types import PlannerInput, PlanWarning
from ..solver.types import KeplerDeferrable
from ..strategy.decide import Strategy
from ..strategy.manual_plan import manual_orders
from ..strategy.types import CarPlanning, Decisions, ManualOrders
from .charging_goals import plan_car
from .deferrable_starts import plan_deferrable
from .peak_windows import peaks
from .terminal_value import terminal_values
from .water_windows import plan_water


def plan_devices(planner_input: PlannerInput, strategy: Strategy) -> Decisions:
    """Return everything that is decided before the solver runs."""
    posture = strategy.posture
    manual, manual_warnings = manual_orders(planner_input)
    cars, car_warnings = _cars(planner_input)
    deferrables, load_warnings = _deferrables(planner_input, manual)
    batteries, _ = sound_batteries(planner_input)
    return Decisions(
        posture=posture,
        planned_load_kwh=strategy.planned_load_kwh,
        planned_pv_kwh=strategy.planned_pv_kwh,
        s_index=strategy.s_index,
        target_soc_percent=strategy.target_soc_percent,
        targets_soc_percent=strategy.targets_soc_percent,
        terminal_value=terminal_values(
            batteries,
            planner_input.slots,
            strategy.planned_load_kwh - strategy.planned_pv_kwh,
            posture,
        ),
        cars=cars,
        water_heaters=tuple(
            plan_water(
                planner_input,
                heater,
                legionella_day_only=posture.water_on_legionella_day_only,
                at_negative_prices=posture.water_factor_at_negative_prices,
            )
            for heater in planner_input.water_heaters
        ),
        deferrables=deferrables,
        peaks=peaks(planner_input),
        manual=manual,
        events=strategy.events,
        warnings=(*strategy.warnings, *manual_warnings, *car_warnings, *load_warnings),
    )


def _cars(
    planner_input: PlannerInput,
) -> tuple[Mapping[str, CarPlanning], Sequence[PlanWarning]]:
    """Return the cars that can charge, and what is wrong with any."""
    cars = {}
    warnings: list[PlanWarning] = []
    for car in planner_input.cars:
        if can_charge(car, planner_input.grid):
            cars[car.car_id], said = plan_car(planner_input, car)
            warnings.extend(said)
        else:
            data = {"device": car.car_id, "name": car.name}
            warnings.append(PlanWarning(code="car_limits_invalid", data=data))
    return cars, warnings


def _deferrables(
    planner_input: PlannerInput, manual: ManualOrders
) -> tuple[tuple[KeplerDeferrable, ...], Sequence[PlanWarning]]:
    """Return the loads that have a run in this plan, and what is wrong with any."""
    loads = []
    warnings: list[PlanWarning] = []
    for load in planner_input.deferrables:
        planned, said = plan_deferrable(planner_input, load, manual.orders.get(load.load_id))
        warnings.extend(said)
        if planned is not None:
            loads.append(planned)
    return tuple(loads), warnings
