"""Rules that change what is in force when the circumstances ask for it, each with a name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ..config import StrategyConfig
from ..inputs.types import Circumstances
from ..solver.types import BoolArray, FloatArray, KeplerPeak
from .types import Posture

_EQUAL: Final = 1e-9  # two figures that differ by less are the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What rules look at; arrays are per slot, of shape (T,).

    ``peak`` is this month's, None where no fee is due in it.
    """

    hours: FloatArray
    import_price: FloatArray
    price_is_known: BoolArray
    load_kwh: FloatArray
    pv_kwh: FloatArray
    circumstances: Circumstances
    peak: KeplerPeak | None
    config: StrategyConfig


type Change = tuple[Posture, Mapping[str, Any]]
type Rule = Callable[[Situation, Posture], Change | None]


def price_spread(situation: Situation, beyond: float = 0.2) -> tuple[float, float]:
    """Return the spread and the median size of import prices; of the known ones, if any.

    ``beyond`` is the part of the prices that is left out at either end: P80 - P20.
    """
    known = situation.price_is_known
    prices = situation.import_price[known] if known.any() else situation.import_price
    low, high = np.quantile(prices, (beyond, 1 - beyond))
    return float(high - low), float(np.median(np.abs(prices)))


def wide_spread(situation: Situation, posture: Posture) -> Change | None:
    """Let batteries export for less where prices differ much: they will do so often."""
    spread, median = price_spread(situation)
    least = situation.config.wide_spread_of_median * median
    if posture.export_threshold_per_kwh <= 0 or spread < max(least - _EQUAL, 2 * _EQUAL):
        return None
    threshold = posture.export_threshold_per_kwh * situation.config.wide_spread_threshold_factor
    return replace(posture, export_threshold_per_kwh=threshold), {
        "spread": spread,
        "from_spread": least,
        "export_threshold_per_kwh": threshold,
    }


def flat_prices(situation: Situation, posture: Posture) -> Change | None:
    """Ask more of each battery cycle where prices hardly differ: forecasts err by as much."""
    # a few cheap hours are what a night tariff is made of
    spread, median = price_spread(situation, beyond=0.05)
    most = situation.config.flat_spread_of_median * median
    if posture.wear_cost_per_kwh <= 0 or spread > most + _EQUAL:
        return None
    wear = posture.wear_cost_per_kwh * situation.config.flat_wear_factor
    return replace(posture, wear_cost_per_kwh=wear), {
        "spread": spread,
        "to_spread": most,
        "wear_cost_per_kwh": wear,
    }


def vacation(situation: Situation, posture: Posture) -> Change | None:
    """Plan with an empty house: less load, water only against legionella, a lower limit."""
    if not situation.circumstances.vacation:
        return None
    config = situation.config
    data: dict[str, Any] = {"load_factor": config.vacation_load_factor}
    posture = replace(
        posture,
        load_factor=posture.load_factor * config.vacation_load_factor,
        water_on_legionella_day_only=True,
    )
    if config.vacation_import_limit_kw is not None:
        data["import_limit_kw"] = config.vacation_import_limit_kw
        limit_kw = np.minimum(posture.import_limit_kw, config.vacation_import_limit_kw)
        posture = replace(posture, import_limit_kw=limit_kw)
    return posture, data


def storm_warning(situation: Situation, posture: Posture) -> Change | None:
    """Fill batteries before the grid may fail."""
    if not situation.circumstances.storm_warning:
        return None
    return replace(posture, least_target_soc_percent=100.0), {"target_soc_percent": 100.0}


def near_peak(situation: Situation, posture: Posture) -> Change | None:
    """Stay just under the month's peak where the household alone nearly reaches it.

    It is that lowest of the daily peaks which are paid for. A household that will pass
    it anyway is left to the fee, and no slot is held below the household's own need.
    """
    peak = situation.peak
    to_beat_kw = None if peak is None else _to_beat_kw(peak)
    if peak is None or to_beat_kw is None:
        return None
    need_kwh = np.maximum(0.0, situation.load_kwh * posture.load_factor - situation.pv_kwh)
    needs_kw = [
        (window.metered_kwh + float(need_kwh[list(window.slots)].sum())) / window.hours
        for window in peak.windows
    ]
    highest_kw = max(needs_kw, default=0.0)
    least_kw = situation.config.near_peak_share * to_beat_kw
    if not least_kw - _EQUAL <= highest_kw <= to_beat_kw + _EQUAL:
        return None
    under_kw = situation.config.under_peak_share * to_beat_kw
    limits_kw = _limits_kw(peak, under_kw, need_kwh, situation.hours)
    limit_kw = np.minimum(posture.import_limit_kw, limits_kw)
    return replace(posture, import_limit_kw=limit_kw), {
        "peak_kw": to_beat_kw,
        "need_kw": highest_kw,
        "import_limit_kw": under_kw,
    }


def _to_beat_kw(peak: KeplerPeak) -> float | None:
    """Return the lowest daily peak that counts so far; None: any day would count."""
    seen = sorted(kw for kw in (*peak.past_kw, *peak.so_far_kw) if kw > 0)
    if len(seen) < peak.peaks_counted:
        return None
    return max(seen[-peak.peaks_counted], peak.base_kw)


def _limits_kw(
    peak: KeplerPeak, under_kw: float, need_kwh: FloatArray, hours: FloatArray
) -> FloatArray:
    """Return per slot what keeps its window's mean under a power, but never below the need."""
    limits_kw = np.full(hours.shape, np.inf)
    for window in peak.windows:
        slots = list(window.slots)
        left_kw = (under_kw * window.hours - window.metered_kwh) / float(hours[slots].sum())
        limits_kw[slots] = np.maximum(left_kw, need_kwh[slots] / hours[slots])
    return limits_kw


def negative_prices(situation: Situation, posture: Posture) -> Change | None:
    """Let water take all it may where import is paid for, as cars do by themselves."""
    negative = situation.import_price < 0
    if not negative.any():
        return None
    factor = situation.config.negative_price_water_factor
    return replace(posture, water_factor_at_negative_prices=factor), {
        "hours": float(situation.hours[negative].sum()),
        "lowest_price": float(situation.import_price.min()),
    }


RULES: Final[Mapping[str, Rule]] = {
    rule.__name__: rule
    for rule in (wide_spread, flat_prices, vacation, storm_warning, near_peak, negative_prices)
}


def apply_rules(
    situation: Situation, posture: Posture
) -> tuple[Posture, Mapping[str, Mapping[str, Any]]]:
    """Return what is in force after every rule, and by name the figures of what changed."""
    changes = {}
    for name, rule in RULES.items():
        if (change := rule(situation, posture)) is not None:
            posture, changes[name] = change
    return posture, changes
