"""Put what learning found over the user's settings, for one plan, without changing them."""

from dataclasses import replace
from typing import Any

from ..config import Overlays, PlannerConfig
from ..devices import Battery
from ..inputs.types import PlannerInput
from ..output.types import StrategyEvent


def with_overlays(
    planner_input: PlannerInput, config: PlannerConfig
) -> tuple[PlannerInput, PlannerConfig, tuple[StrategyEvent, ...]]:
    """Return what is in force, and an event ``learned`` where it is not the user's.

    The part of PV that is planned with is the strategy stage's.
    """
    overlays = planner_input.overlays
    changed: dict[str, Any] = {}
    if overlays.base_factor is not None:
        changed["base_factor"] = overlays.base_factor
        config = replace(
            config, strategy=replace(config.strategy, base_factor=overlays.base_factor)
        )
    if overlays.wear_cost_per_kwh is not None:
        changed["wear_cost_per_kwh"] = overlays.wear_cost_per_kwh
        config = replace(config, wear_cost_per_kwh=overlays.wear_cost_per_kwh)
    if overlays.pv_factor != 1:
        changed["pv_factor"] = overlays.pv_factor
    if overlays.capacity_kwh:
        changed["capacity_kwh"] = dict(overlays.capacity_kwh)
        planner_input = replace(planner_input, batteries=_learned_capacities(planner_input))
    if not changed:
        return planner_input, config, ()
    event = StrategyEvent(at=planner_input.now, rule="learned", data=changed)
    return planner_input, config, (event,)


def _learned_capacities(planner_input: PlannerInput) -> tuple[Battery, ...]:
    learned = planner_input.overlays.capacity_kwh
    return tuple(
        replace(battery, capacity_kwh=learned.get(battery.battery_id, battery.capacity_kwh))
        for battery in planner_input.batteries
    )


def without_overlays(planner_input: PlannerInput) -> PlannerInput:
    """Return the input as if nothing had been learned, for a baseline."""
    return replace(planner_input, overlays=Overlays())
