"""What the household drew by the hour, without what Loadstar manages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

import numpy as np

from ...engine.forecast.types import FloatArray, LeftOut
from .columns import Columns, before_first, is_away, with_nights

# While a charger is not heard of, as before there was Loadstar, it most often draws nothing.
# Of hours with more than a household draws nobody can tell.
_MOST_HOUSEHOLD_KW: Final = 3.0
_CHARGING_SHARE: Final = 0.5  # of a charger's rated power, as the mean of an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdEntities:
    """The entities that measure a home; all of them have powers or currents."""

    grid: tuple[tuple[str | None, str | None], ...]  # import and export by phase, or in total
    grid_inverted: bool
    pv: tuple[str, ...]
    batteries: Mapping[str, bool]  # whether discharge is positive
    chargers: Mapping[str, float]  # rated kW
    loads: tuple[str, ...]
    own: str | None  # Loadstar's sensor of the household's power, which has no chargers in it

    @property
    def names(self) -> Iterator[str]:
        """Yield all of them."""
        grid = (entity for pair in self.grid for entity in pair)
        named = (*grid, *self.pv, *self.batteries, *self.chargers, *self.loads, self.own)
        yield from (entity for entity in named if entity)


def pv_kw(entities: HouseholdEntities, columns: Columns) -> FloatArray:
    """Return mean PV power where every inverter is known that was there and awake.

    What an inverter draws itself counts as 0, as do silent nights.
    """
    powers = [with_nights(np.maximum(columns.of(entity), 0.0)) for entity in entities.pv]
    away = [is_away(power_kw) for power_kw in powers]
    parts = zip(away, powers, strict=True)
    total = sum((np.where(gone, 0.0, power) for gone, power in parts), columns.zeros())
    return np.where(np.logical_and.reduce(away), np.nan, total)


def household_kw(
    entities: HouseholdEntities, columns: Columns, pv: FloatArray, zone: tzinfo
) -> tuple[FloatArray, tuple[LeftOut, ...]]:
    """Return the household's mean power in the hours that have every part, and what is left out.

    Where the site's own entities do not know, Loadstar's sensor of it stands in.
    """
    loads = sum((_drawn(columns.of(entity)) for entity in entities.loads), columns.zeros())
    reckoned = _grid_kw(entities, columns) - loads
    if entities.pv:
        reckoned = reckoned + pv
    for entity, is_discharge in entities.batteries.items():
        reckoned = reckoned + columns.of(entity) * (1.0 if is_discharge else -1.0)
    reckoned, left_out = _without_chargers(entities, columns, reckoned, zone)
    return np.where(np.isnan(reckoned), columns.of(entities.own) - loads, reckoned), left_out


def _grid_kw(entities: HouseholdEntities, columns: Columns) -> FloatArray:
    """Return the sum over phases, import positive."""
    total = columns.zeros()
    for imported, exported in entities.grid:
        signed = columns.of(imported)
        if exported is not None:
            signed = np.abs(signed) - np.abs(columns.of(exported))
        total = total + signed
    return -total if entities.grid_inverted else total


def _without_chargers(
    entities: HouseholdEntities, columns: Columns, power_kw: FloatArray, zone: tzinfo
) -> tuple[FloatArray, tuple[LeftOut, ...]]:
    """Return a power less the chargers', without the hours in which a car may hide."""
    hiding = np.zeros(columns.hours, dtype=np.bool_)
    for entity, rated_kw in entities.chargers.items():
        column = columns.of(entity)
        power_kw = power_kw - np.maximum(np.nan_to_num(column), 0.0)
        limit_kw = max(_MOST_HOUSEHOLD_KW, _CHARGING_SHARE * rated_kw)
        hiding |= np.isnan(column) & (power_kw > limit_kw)
    if not hiding.any():
        return power_kw, ()
    days = columns.days(hiding, zone)
    left_out = LeftOut(code="charging_unknown", days=days, data={"hours": int(hiding.sum())})
    return np.where(hiding, np.nan, power_kw), (left_out,)


def _drawn(column: FloatArray) -> FloatArray:
    """Return a device's power: nothing before it was known, NaN while it was silent later."""
    return np.where(before_first(column), 0.0, np.maximum(column, 0.0))
