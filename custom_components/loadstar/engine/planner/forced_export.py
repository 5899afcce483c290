"""An order to export so many kWh where export is dearest."""

from .devices import ManualAction, ManualBlock
from .inputs.types import PlannerInput, SlotData

BLOCK_ID = "forced_export"


def forced_export(
    planner_input: PlannerInput, energy_kwh: float, *, load_factor: float = 1.0
) -> tuple[ManualBlock, ...]:
    """Return blocks for the dearest slots, each at what load, batteries and limits leave.

    ``load_factor`` is on the expected load. Together less than ``energy_kwh`` where the
    plan is too short for it.
    """
    blocks: list[ManualBlock] = []
    left_kwh = energy_kwh
    for slot in sorted(planner_input.slots, key=lambda each: -each.export_price_per_kwh):
        part_kwh = min(left_kwh, _most_kw(planner_input, slot, load_factor) * slot.hours)
        if part_kwh <= 0.0:
            continue
        left_kwh -= part_kwh
        blocks.append(
            ManualBlock(
                block_id=f"{BLOCK_ID}_{len(blocks) + 1}",
                start=slot.start,
                end=slot.end,
                action=ManualAction.EXPORT,
                power_kw=part_kwh / slot.hours,
            )
        )
    return tuple(blocks)


def _most_kw(planner_input: PlannerInput, slot: SlotData, load_factor: float) -> float:
    """Return what can be exported in a slot while the household goes on."""
    grid = planner_input.grid
    power_kw = sum(battery.max_discharge_kw for battery in planner_input.batteries)
    power_kw += slot.pv_kwh / slot.hours
    if grid.inverter_max_kw is not None:
        power_kw = min(power_kw, grid.inverter_max_kw)
    power_kw -= load_factor * slot.load_kwh / slot.hours
    return power_kw if grid.export_limit_kw is None else min(power_kw, grid.export_limit_kw)
