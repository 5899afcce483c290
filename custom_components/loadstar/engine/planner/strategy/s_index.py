"""The S-index: how much risk lies in the days after tomorrow."""

from collections.abc import Sequence
from dataclasses import dataclass
import math
from typing import TypeIs

from ..config import SIGMA_BY_RISK_APPETITE, StrategyConfig
from ..inputs.types import DayOutlook

_Z90 = 1.28  # standard deviations between a median and P90


@dataclass(frozen=True, slots=True, kw_only=True)
class SIndex:
    """The index and its parts; with no ``days`` it is 1, for nothing is known."""

    value: float
    days: int = 0
    pv_deficit: float = 0.0
    cold: float = 0.0
    uncertainty: float = 0.0


def s_index(outlook: Sequence[DayOutlook], config: StrategyConfig) -> SIndex:
    """Return the risk index of days, 1 where they are neutral, clamped to the config's range.

    S = 1 + w_pv·mean(max(0, 1 - PV/L)) + w_t·cold + (sigma/1.28)·√(Σ(L90-L50)² + Σ(P50-P10)²)/ΣL50
    on daily energies in kWh; cold rises from 0 at ``mild_c`` to 1 at ``freezing_c``.
    Days without both energies are left out; a quantile or temperature that is missing
    adds nothing. Source: Loadstar's own, see ``docs/planning.md``.
    """
    days = [
        (day, day.load_kwh, day.pv_kwh)
        for day in outlook
        if _known(day.load_kwh) and _known(day.pv_kwh) and day.load_kwh > 0
    ]
    if not days:
        return SIndex(value=1.0)
    deficit = sum(max(0.0, 1 - max(0.0, pv) / load) for _, load, pv in days) / len(days)
    cold = _cold([day.temperature_c for day, _, _ in days], config)
    strayed = sum(
        _beyond(day.load_p90_kwh, load) ** 2 + _beyond(pv, day.pv_p10_kwh) ** 2
        for day, load, pv in days
    )
    uncertainty = math.sqrt(strayed) / sum(load for _, load, _ in days)
    sigma = SIGMA_BY_RISK_APPETITE[min(5, max(1, config.risk_appetite))]
    value = (
        1
        + config.pv_deficit_weight * deficit
        + config.temperature_weight * cold
        + sigma / _Z90 * uncertainty
    )
    return SIndex(
        value=min(config.max_s_index, max(config.min_s_index, value)),
        days=len(days),
        pv_deficit=deficit,
        cold=cold,
        uncertainty=uncertainty,
    )


def _cold(temperatures_c: Sequence[float | None], config: StrategyConfig) -> float:
    """Return the mean coldness, 0 to 1, of the days with a temperature."""
    known = [celsius for celsius in temperatures_c if _known(celsius)]
    if not known:
        return 0.0
    span = config.mild_c - config.freezing_c
    return sum(min(1.0, max(0.0, (config.mild_c - celsius) / span)) for celsius in known) / len(
        known
    )


def _beyond(high: float | None, low: float | None) -> float:
    return max(0.0, high - low) if _known(high) and _known(low) else 0.0


def _known(value: float | None) -> TypeIs[float]:
    return value is not None and math.isfinite(value)
