"""What given flows cost: the money of the objective, for whoever made the flows."""

from collections.abc import Sequence

from ..solver.types import FloatArray, KeplerBattery, KeplerInput, KeplerPeak, ObjectiveTerm
from .self_consumption import HomeFlows


def bill(
    problem: KeplerInput, flows: HomeFlows, wear_cost_per_kwh: float
) -> dict[ObjectiveTerm, float]:
    """Return the money of flows by term; each kWh charged or discharged wears by half."""
    return {
        ObjectiveTerm.IMPORT: float(problem.import_price @ flows.import_kwh),
        ObjectiveTerm.EXPORT: -float(problem.export_price @ flows.export_kwh),
        ObjectiveTerm.WEAR: wear_cost_per_kwh / 2 * flows.cycled_kwh,
        ObjectiveTerm.PEAK: sum(peak_fee(peak, flows.import_kwh) for peak in problem.peaks),
        ObjectiveTerm.TERMINAL: -sum(
            terminal_value(battery, flows.final_kwh[battery.battery_id])
            for battery in problem.batteries
        ),
    }


def peak_fee(peak: KeplerPeak, import_kwh: FloatArray) -> float:
    """Return what a month's peaks cost beyond what it will see anyway."""
    days = list(peak.so_far_kw)
    for window in (each for each in peak.windows if each.slots):
        energy_kwh = window.metered_kwh + float(import_kwh[list(window.slots)].sum())
        days[window.day] = max(days[window.day], energy_kwh / window.hours)
    return peak.fee_per_kw * (_counted_kw(peak, days) - max(peak.base_kw, 0.0))


def terminal_value(battery: KeplerBattery, content_kwh: float) -> float:
    """Return the worth of what is inside a battery, above its floor, when the plan ends."""
    floor_kwh = min(max(battery.min_kwh, 0.0), battery.capacity_kwh)
    left_kwh, worth = max(content_kwh - floor_kwh, 0.0), 0.0
    for size_kwh, value_per_kwh in battery.terminal_value:
        used_kwh = min(max(size_kwh, 0.0), left_kwh)
        worth += used_kwh * value_per_kwh
        left_kwh -= used_kwh
    return worth


def _counted_kw(peak: KeplerPeak, days_kw: Sequence[float]) -> float:
    """Return the mean of the highest daily peaks, none of them below the month's base."""
    counted = max(peak.peaks_counted, 1)
    base_kw = max(peak.base_kw, 0.0)
    highest = sorted((*peak.past_kw, *days_kw), reverse=True)[:counted]
    return base_kw + sum(max(each - base_kw, 0.0) for each in highest) / counted
