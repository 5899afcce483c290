"""An order to export so many kWh where export is dearest."""

from datetime import timedelta

from .devices import ManualAction, ManualBlock
from .inputs.types import PlannerInput

BLOCK_ID = "forced_export"


def forced_export(planner_input: PlannerInput, energy_kwh: float) -> tuple[ManualBlock, ...]:
    """Return blocks for the dearest slots, each at what batteries and limits can give.

    Together less than ``energy_kwh`` where the plan is too short for it.
    """
    grid = planner_input.grid
    power_kw = sum(battery.max_discharge_kw for battery in planner_input.batteries)
    for limit_kw in (grid.export_limit_kw, grid.inverter_max_kw):
        power_kw = power_kw if limit_kw is None else min(power_kw, limit_kw)
    blocks: list[ManualBlock] = []
    left_kwh = energy_kwh if power_kw > 0.0 else 0.0
    for slot in sorted(planner_input.slots, key=lambda each: -each.export_price_per_kwh):
        if left_kwh <= 0.0:
            break
        part_kwh = min(left_kwh, power_kw * slot.hours)
        left_kwh -= part_kwh
        blocks.append(
            ManualBlock(
                block_id=f"{BLOCK_ID}_{len(blocks) + 1}",
                start=slot.start,
                end=slot.start + timedelta(hours=slot.hours),
                action=ManualAction.EXPORT,
                power_kw=part_kwh / slot.hours,
            )
        )
    return tuple(blocks)
