"""What an inverter does by itself: batteries take surplus PV and give what the home needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..solver.types import FloatArray, KeplerBattery, KeplerInput


@dataclass(slots=True)
class HomeFlows:
    """Energies in kWh per slot, shape (T,), and what the batteries did for them."""

    import_kwh: FloatArray
    export_kwh: FloatArray
    cycled_kwh: float
    final_kwh: dict[str, float]


def self_consumption(problem: KeplerInput, used_kwh: FloatArray) -> HomeFlows:
    """Return the flows when batteries follow surplus and need; ``used_kwh``: (T, phases).

    Nothing is charged from the grid or discharged into it, and PV is curtailed only
    where the inverter or the export limit leaves no other way.
    """
    flows = HomeFlows(
        import_kwh=np.zeros_like(problem.hours),
        export_kwh=np.zeros_like(problem.hours),
        cycled_kwh=0.0,
        final_kwh={battery.battery_id: battery.initial_kwh for battery in problem.batteries},
    )
    for slot in range(len(problem.hours)):
        inverter_kwh = _run_batteries(problem, flows, slot, float(used_kwh[slot].sum()))
        _meter(problem, flows, slot, used_kwh[slot], inverter_kwh)
    return flows


def _run_batteries(problem: KeplerInput, flows: HomeFlows, slot: int, used_kwh: float) -> float:
    """Move what is to be moved and return what the inverter gives to the home."""
    hours = float(problem.hours[slot])
    pv_kwh = float(problem.pv_kwh[slot])
    limit_kwh = np.inf
    if problem.grid.inverter_max_kw is not None:
        limit_kwh = problem.grid.inverter_max_kw * hours
    charged = discharged = 0.0
    for battery in problem.batteries:
        content = flows.final_kwh[battery.battery_id]
        charge = min(pv_kwh - used_kwh - charged, _most_charge_kwh(battery, content, hours))
        need = min(used_kwh - pv_kwh, limit_kwh - pv_kwh) - discharged
        discharge = min(need, _most_discharge_kwh(battery, content, hours))
        charge, discharge = max(charge, 0.0), max(discharge, 0.0)
        content += charge * battery.charge_efficiency - discharge / battery.discharge_efficiency
        flows.final_kwh[battery.battery_id] = content
        charged += charge
        discharged += discharge
    flows.cycled_kwh += charged + discharged
    return float(min(pv_kwh + discharged - charged, limit_kwh))


def _most_charge_kwh(battery: KeplerBattery, content_kwh: float, hours: float) -> float:
    power_kw = _at(battery.charge_curve, content_kwh, battery.max_charge_kw)
    return min(power_kw * hours, (battery.max_kwh - content_kwh) / battery.charge_efficiency)


def _most_discharge_kwh(battery: KeplerBattery, content_kwh: float, hours: float) -> float:
    power_kw = _at(battery.discharge_curve, content_kwh, battery.max_discharge_kw)
    return min(power_kw * hours, (content_kwh - battery.min_kwh) * battery.discharge_efficiency)


def _at(curve: Sequence[tuple[float, float]], content_kwh: float, most_kw: float) -> float:
    if not curve:
        return most_kw
    contents, powers = zip(*curve, strict=True)
    return min(most_kw, float(np.interp(content_kwh, contents, powers)))


def _meter(
    problem: KeplerInput, flows: HomeFlows, slot: int, used_kwh: FloatArray, inverter_kwh: float
) -> None:
    """Book what the meter sees: the sum of the phases, or each phase by itself."""
    grid = problem.grid
    phases = used_kwh - inverter_kwh * np.array(grid.inverter_shares)
    metered = np.array([phases.sum()]) if grid.phase_netting else phases
    export_kwh = float(np.maximum(-metered, 0.0).sum())
    if grid.export_limit_kw is not None:
        export_kwh = min(export_kwh, grid.export_limit_kw * float(problem.hours[slot]))
    flows.import_kwh[slot] = np.maximum(metered, 0.0).sum()
    flows.export_kwh[slot] = export_kwh
