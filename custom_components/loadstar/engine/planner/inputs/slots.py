"""Cut prices, PV and load into the slots of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import math
from typing import Final

import numpy as np

from ...prices.types import PricePeriod
from ..solver.types import BoolArray, FloatArray
from .load_profile import LoadForecaster
from .pv import EnergyPeriod, PvSlots, cut_pv
from .steps import Steps, held, seconds_from
from .types import PlanWarning, SlotData

SLOT: Final = timedelta(minutes=15)
SLOT_H: Final = 0.25
HORIZON_H: Final = 48.0
SHORTEST_H: Final = 2.0  # of prices, below which a plan hardly deserves the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """The slots of a plan, and what was missing when they were made.

    No slots: there is no price from now on.
    """

    slots: tuple[SlotData, ...]
    warnings: tuple[PlanWarning, ...] = ()


def align(  # noqa: PLR0913 - each is a source of its own
    now: datetime,
    prices: Sequence[PricePeriod],
    export: Sequence[PricePeriod],
    pv: Sequence[EnergyPeriod] | None,
    load: LoadForecaster,
    *,
    hours_ahead: float = HORIZON_H,
) -> Aligned:
    """Return slots of 15 min from ``now`` as far as import prices reach, at most ``hours_ahead``.

    Edges are UTC quarter hours; the first slot begins at ``now``, the last may end
    within a quarter. Periods may be of any length and order; prices are means over a
    slot, ``pv`` mean kW; None: a home without PV. A price that is missing is that
    before it. Warnings: ``prices_missing``, ``prices_short``, ``prices_gap``,
    ``export_prices_missing`` and those of ``cut_pv``.
    """
    now = now.astimezone(UTC)
    imports = Steps.of_prices(prices, now)
    reach_s = min(hours_ahead * 3600, imports.reach_s)
    if reach_s <= 0:
        return Aligned(slots=(), warnings=(PlanWarning(code="prices_missing"),))
    edges = slot_edges(now, now + timedelta(seconds=reach_s))
    begin_s, until_s = map(np.array, seconds_from(now, list(pairwise(edges))))
    import_price = imports.means(begin_s, until_s)
    export_price = Steps.of_prices(export, now).means(begin_s, until_s)
    guessed = Steps.of_prices([period for period in prices if period.estimated], now)
    estimated = guessed.covered(begin_s, until_s) | np.isnan(import_price)
    sun, pv_warnings = cut_pv(now, begin_s, until_s, pv)
    return Aligned(
        slots=_slots(edges, _Prices(held(import_price), held(export_price), estimated), sun, load),
        warnings=(*_price_warnings(import_price, export_price, reach_s), *pv_warnings),
    )


def slot_edges(now: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return ``now``, the UTC quarter hours between, and ``end``."""
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + SLOT
    count = max(0, math.ceil((end - quarter) / SLOT))
    return (now, *(quarter + index * SLOT for index in range(count)), end)


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices per kWh and which are estimates; (S,) each."""

    imports: FloatArray
    exports: FloatArray
    estimated: BoolArray


def _slots(
    edges: Sequence[datetime], prices: _Prices, sun: PvSlots, load: LoadForecaster
) -> tuple[SlotData, ...]:
    """Return a slot between each two edges."""
    slots = []
    for index, (start, end) in enumerate(pairwise(edges)):
        hours = (end - start).total_seconds() / 3600
        drawn = load.expected(start, hours)
        slots.append(
            SlotData(
                start=start,
                hours=hours,
                import_price_per_kwh=float(prices.imports[index]),
                export_price_per_kwh=float(prices.exports[index]),
                price_is_estimated=bool(prices.estimated[index]),
                pv_kwh=float(sun.p50_kwh[index]),
                pv_p10_kwh=_known(sun.p10_kwh[index]),
                pv_p90_kwh=_known(sun.p90_kwh[index]),
                load_kwh=drawn.p50,
                load_p10_kwh=drawn.p10,
                load_p90_kwh=drawn.p90,
            )
        )
    return tuple(slots)


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _price_warnings(
    imports: FloatArray, exports: FloatArray, reach_s: float
) -> tuple[PlanWarning, ...]:
    """Return what is missing of prices."""
    warnings = []
    if reach_s < SHORTEST_H * 3600:
        warnings.append(PlanWarning(code="prices_short", data={"hours": round(reach_s / 3600, 2)}))
    for code, prices in (("prices_gap", imports), ("export_prices_missing", exports)):
        if missing := int(np.isnan(prices).sum()):
            warnings.append(PlanWarning(code=code, data={"slots": missing}))
    return tuple(warnings)
