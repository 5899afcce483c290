"""The scheduling stage: goals, windows, peaks and the worth of what is left over."""

from ..config import PlannerConfig
from ..inputs.sound import can_charge, sound_batteries
from ..inputs.types import PlannerInput, PlanWarning
from ..strategy.decide import Strategy
from ..strategy.manual_plan import manual_orders
from ..strategy.types import Decisions
from .charging_goals import plan_car
from .deferrable_starts import plan_deferrable
from .peak_windows import peaks
from .terminal_value import terminal_values
from .water_windows import plan_water


def plan_devices(
    planner_input: PlannerInput, config: PlannerConfig, strategy: Strategy
) -> Decisions:
    """Return everything that is decided before the solver runs."""
    posture = strategy.posture
    batteries, _ = sound_batteries(planner_input)
    manual, said = manual_orders(planner_input)
    warnings = [*strategy.warnings, *said]
    cars = {}
    for car in planner_input.cars:
        if not can_charge(car, planner_input.grid):
            data = {"device": car.car_id, "name": car.name}
            warnings.append(PlanWarning(code="car_limits_invalid", data=data))
            continue
        cars[car.car_id], said = plan_car(planner_input, car, take_all=posture.take_all)
        warnings.extend(said)
    deferrables = []
    for load in planner_input.deferrables:
        order = manual.orders.get(load.load_id)
        deferrable, said = plan_deferrable(planner_input, load, order)
        warnings.extend(said)
        if deferrable is not None:
            deferrables.append(deferrable)
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
                at_negative_prices=config.strategy.negative_price_water_factor
                if posture.take_all
                else 0.0,
            )
            for heater in planner_input.water_heaters
        ),
        deferrables=tuple(deferrables),
        peaks=peaks(planner_input),
        manual=manual,
        events=strategy.events,
        warnings=tuple(warnings),
    )
