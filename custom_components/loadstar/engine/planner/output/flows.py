"""The plan's energy flows in arrays: what actions, reasons and costs are read from."""

from dataclasses import dataclass

import numpy as np

from ..solver.types import DevicePlan, FloatArray, KeplerInput, KeplerResult

# Below these a figure is the solver's dust, not a plan.
ENERGY_TOLERANCE_KWH = 1e-3
POWER_TOLERANCE_KW = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Energies in kWh per slot, shape (T,); contents and bounds are of all batteries together.

    ``content_kwh`` is what is inside at each slot's end; ``headroom_kwh`` what still fits.
    """

    hours: FloatArray
    load_kwh: FloatArray
    pv_kwh: FloatArray  # used: without what is curtailed
    curtailed_kwh: FloatArray
    import_kwh: FloatArray
    export_kwh: FloatArray
    charge_kwh: FloatArray
    discharge_kwh: FloatArray
    content_kwh: FloatArray
    available_kwh: FloatArray  # at the slot's start, above the minimum
    headroom_kwh: FloatArray  # at the slot's end, below the maximum

    @property
    def net_export_kwh(self) -> FloatArray:
        """Return what leaves the house in all; phases metered apart may do both."""
        return np.maximum(self.export_kwh - self.import_kwh, 0.0)


def flows_of(problem: KeplerInput, result: KeplerResult) -> Flows:
    """Return the flows of a solved problem."""
    count = len(problem.hours)
    charge, discharge, content, available, headroom = (np.zeros(count) for _ in range(5))
    for battery in problem.batteries:
        plan = result.devices[battery.battery_id]
        inside = contents(plan, count)
        charge += plan.charge_kwh
        discharge += plan.discharge_kwh
        content += inside[1:]
        available += np.maximum(inside[:-1] - battery.min_kwh, 0.0)
        headroom += np.maximum(battery.max_kwh - inside[1:], 0.0)
    return Flows(
        hours=problem.hours,
        load_kwh=problem.load_kwh,
        pv_kwh=problem.pv_kwh - result.curtailed_kwh,
        curtailed_kwh=result.curtailed_kwh,
        import_kwh=result.import_kwh,
        export_kwh=result.export_kwh,
        charge_kwh=charge,
        discharge_kwh=discharge,
        content_kwh=content,
        available_kwh=available,
        headroom_kwh=headroom,
    )


def contents(plan: DevicePlan, count: int) -> FloatArray:
    """Return a battery's content at the slots' edges, shape (T + 1,)."""
    return np.zeros(count + 1) if plan.content_kwh is None else plan.content_kwh
