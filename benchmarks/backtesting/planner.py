"""A plan from what a strategy knows, made as the integration makes it."""

from datetime import timedelta
from typing import Final

from loadstar_engine.planner.config import PlanKind, PlannerConfig
from loadstar_engine.planner.devices import Battery, Grid
from loadstar_engine.planner.inputs.slots import align
from loadstar_engine.planner.inputs.types import PlannerInput, PreviousPlan
from loadstar_engine.planner.output.types import Schedule
from loadstar_engine.planner.pipeline import generate_schedule
from loadstar_engine.simulation.year.prices import CURRENCY

from .knowledge import Known
from .physics import Plant
from .strategies import Strategy

CONFIG: Final = PlannerConfig()
_BATTERY: Final = "battery"


def make_plan(  # noqa: PLR0913 - what a plan is made from
    strategy: Strategy,
    known: Known,
    plant: Plant,
    *,
    soc_percent: float,
    reserve_percent: float,
    last: Schedule | None,
) -> Schedule:
    """Return the plan for the 48 h from ``known.now`` on.

    What knows the future needs no caution: it is planned as a baseline, without strategy.
    """
    aligned = align(known.now, known.prices.imports, known.prices.exports, known.pv, known.load)
    source = PlannerInput(
        now=known.now,
        time_zone=known.time_zone,
        currency=CURRENCY,
        slots=aligned.slots,
        grid=Grid(inverter_max_kw=plant.inverter_kw),
        batteries=(_battery(plant, soc_percent, reserve_percent),),
        outlook=known.outlook,
        previous=None if last is None else _meant(last),
        warnings=aligned.warnings,
    )
    kind = PlanKind.BASELINE if strategy.is_foresight else PlanKind.FULL
    return generate_schedule(source, CONFIG, kind)


def _battery(plant: Plant, soc_percent: float, reserve_percent: float) -> Battery:
    return Battery(
        battery_id=_BATTERY,
        name="Battery",
        capacity_kwh=plant.capacity_kwh,
        max_charge_kw=plant.max_charge_kw,
        max_discharge_kw=plant.max_discharge_kw,
        soc_percent=soc_percent,
        charge_efficiency=plant.charge_efficiency,
        discharge_efficiency=plant.discharge_efficiency,
        min_soc_percent=reserve_percent,
    )


def _meant(last: Schedule) -> PreviousPlan:
    """Return what the last plan meant to do with the battery, in kWh by slot."""
    return PreviousPlan(
        energy_kwh={
            slot.start: {
                name: power_kw * ((slot.end - slot.start) / timedelta(hours=1))
                for name, power_kw in slot.batteries.items()
            }
            for slot in last.slots
        }
    )
