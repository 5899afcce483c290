"""From a source's price to what is paid or earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from .tariffs import Changes, grid_fee
from .types import ExportPrice, PriceFormula, PricePeriod


def apply(
    formula: PriceFormula, periods: Sequence[PricePeriod], zone: tzinfo
) -> tuple[PricePeriod, ...]:
    """Return what is paid per kWh: (price·factor + fee + tax + grid)·(1 + VAT).

    A period in which the grid operator's fee changes is cut there; fees go by the
    local time of ``zone``. ``periods`` are in order and do not overlap.
    """
    if not periods:
        return ()
    changes = (
        Changes.between(formula.grid, periods[0].start, periods[-1].end, zone)
        if formula.grid
        else Changes(())
    )
    return tuple(
        PricePeriod(start, end, _paid(formula, period.price_per_kwh, fee), period.estimated)
        for period in periods
        for start, end, fee in _fees(formula, period, changes, zone)
    )


def flat(start: datetime, end: datetime) -> tuple[PricePeriod, ...]:
    """Return a period for a formula with a fixed price to fill; none where ``end`` is not later."""
    return (PricePeriod(start, end, 0.0),) if start < end else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBasis:
    """What an export price can be made of; each in order without overlaps."""

    imported: Sequence[PricePeriod] = ()  # what import costs
    spot: Sequence[PricePeriod] = ()  # of the import's source
    source: Sequence[PricePeriod] = ()  # of the export's own
    always: Sequence[PricePeriod] = ()  # ``flat`` over all of the time


def exported(
    kind: ExportPrice, formula: PriceFormula, basis: ExportBasis, zone: tzinfo
) -> tuple[PricePeriod, ...]:
    """Return what exported energy earns per kWh."""
    if kind is ExportPrice.SAME:
        return tuple(basis.imported)
    if kind is ExportPrice.FIXED or formula.fixed_per_kwh is not None:
        return apply(formula, basis.always, zone)
    return apply(formula, basis.source if kind is ExportPrice.SOURCE else basis.spot, zone)


def _paid(formula: PriceFormula, price_per_kwh: float, grid_per_kwh: float) -> float:
    fixed = formula.fixed_per_kwh
    energy = (price_per_kwh if fixed is None else fixed) * formula.factor
    net = energy + formula.fee_per_kwh + formula.tax_per_kwh + grid_per_kwh
    return net * (1.0 + formula.vat_percent / 100.0)


def _fees(
    formula: PriceFormula, period: PricePeriod, changes: Changes, zone: tzinfo
) -> list[tuple[datetime, datetime, float]]:
    """Return the parts of a period with the fee of each, neighbours with one fee as one part."""
    edges = (period.start, *changes.within(period.start, period.end), period.end)
    parts: list[tuple[datetime, datetime, float]] = []
    for start, end in pairwise(edges):
        fee = grid_fee(formula.grid, start, zone)
        if parts and parts[-1][2] == fee:
            start = parts.pop()[0]  # noqa: PLW2901
        parts.append((start, end, fee))
    return parts
