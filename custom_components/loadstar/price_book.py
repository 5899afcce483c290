"""A site's prices of import and export, kept from source to source and from plan to plan."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
import random
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .engine.planner.inputs.types import PlanWarning
from .engine.prices import Estimates, ExportBasis, WeekdayMeans, apply, complete, exported, flat
from .engine.prices.types import ExportPrice, PricePeriod
from .planning_wiring import PriceConfig, SourceRef
from .sources.prices.kept import KeptPrices

# So that homes do not all ask a service in the same second.
_MAX_JITTER_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """Prices from the local day's start on, per kWh in ``currency``, without gaps.

    Empty where nothing is known. ``spot`` are the import source's own prices, with gaps
    and without estimates. From ``known_until`` on, import prices are estimates.
    """

    import_periods: tuple[PricePeriod, ...]
    export_periods: tuple[PricePeriod, ...]
    spot: tuple[PricePeriod, ...]
    currency: str
    known_until: datetime | None
    warnings: tuple[PlanWarning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceMeans:
    """What import has cost and export has earned, by weekday and hour, for want of better."""

    imported: WeekdayMeans = field(default_factory=dict)
    exported: WeekdayMeans = field(default_factory=dict)


_NO_MEANS: Final = PriceMeans()


class PriceBook:
    """Keep the prices of a site's sources, and make of them what is paid and earned."""

    def __init__(
        self,
        hass: HomeAssistant,
        config: PriceConfig,
        on_change: Callable[[], None],
        jitter: Callable[[], float] = lambda: random.uniform(0.0, _MAX_JITTER_S),  # noqa: S311
    ) -> None:
        """``on_change`` is told of prices that have changed without being asked for."""
        self._hass = hass
        self._config = config
        self._spot = _kept(hass, _import_source(config), on_change, jitter)
        self._export = _kept(hass, _export_source(config), on_change, jitter)
        self._forecast = _kept(hass, _forecast_source(config), on_change, jitter)
        self._all = [kept for kept in (self._spot, self._export, self._forecast) if kept]

    @callback
    def start(self) -> None:
        """Begin to look out for changes."""
        for kept in self._all:
            kept.start()

    @callback
    def stop(self) -> None:
        """Look out no more."""
        for kept in self._all:
            kept.stop()

    async def async_prices(
        self, now: datetime, until: datetime, means: PriceMeans = _NO_MEANS
    ) -> PriceView:
        """Return prices from the start of the local day of ``now`` to ``until``.

        Sources are only asked where that is due; what they do not give is in the warnings.
        """
        await asyncio.gather(*(kept.async_update(now) for kept in self._all))
        zone = dt_util.get_default_time_zone()
        start = dt_util.as_utc(dt_util.start_of_local_day(dt_util.as_local(now)))
        imported = self._imported(start, until, means.imported, zone)
        return PriceView(
            import_periods=imported,
            export_periods=self._exported(imported, means.exported, zone),
            spot=_periods(self._spot),
            currency=self._currency(),
            known_until=_known_until(imported, now),
            warnings=self._warnings(now),
        )

    def _imported(
        self, start: datetime, until: datetime, means: WeekdayMeans, zone: tzinfo
    ) -> tuple[PricePeriod, ...]:
        formula = self._config.formula
        if formula.fixed_per_kwh is not None:
            return apply(formula, flat(start, until), zone)
        forecast = apply(formula, _periods(self._forecast), zone)
        estimates = Estimates(zone=zone, forecast=forecast, weekday_means=means)
        return complete(apply(formula, _periods(self._spot), zone), estimates, until, start)

    def _exported(
        self, imported: tuple[PricePeriod, ...], means: WeekdayMeans, zone: tzinfo
    ) -> tuple[PricePeriod, ...]:
        """Return what export earns wherever an import price is known; nothing, if need be."""
        if not imported:
            return ()
        kind, formula = self._config.export, self._config.export_formula
        start, until = imported[0].start, imported[-1].end
        basis = ExportBasis(
            imported=imported,
            spot=_periods(self._spot),
            source=_periods(self._export),
            always=flat(start, until),
        )
        forecast = _periods(self._forecast) if kind is ExportPrice.SPOT else ()
        estimates = Estimates(
            zone=zone, forecast=apply(formula, forecast, zone), weekday_means=means
        )
        known = exported(kind, formula, basis, zone)
        return complete(known, estimates, until, start) or (
            PricePeriod(start, until, 0.0, estimated=True),
        )

    def _currency(self) -> str:
        """Return the currency of the first source that says it, else Home Assistant's."""
        named = (kept.currency for kept in self._all)
        return next((code for code in named if code), self._hass.config.currency)

    def _warnings(self, now: datetime) -> tuple[PlanWarning, ...]:
        """Return what sources left open, without what is over, and currencies that mix."""
        warnings = [
            warning
            for kept in self._all
            for warning in kept.warnings
            if warning.data.get("until", now) >= now
        ]
        named = sorted({kept.currency for kept in self._all if kept.currency})
        if len(named) > 1:
            warnings.append(
                PlanWarning(code="price_currencies", data={"currencies": ", ".join(named)})
            )
        return tuple(warnings)


def _kept(
    hass: HomeAssistant,
    ref: SourceRef | None,
    on_change: Callable[[], None],
    jitter: Callable[[], float],
) -> KeptPrices | None:
    return None if ref is None else KeptPrices(hass, ref, on_change, jitter)


def _import_source(config: PriceConfig) -> SourceRef | None:
    """Return the source of spot prices, where anything is made of them."""
    is_fixed = config.formula.fixed_per_kwh is not None
    return None if is_fixed and config.export is not ExportPrice.SPOT else config.source


def _export_source(config: PriceConfig) -> SourceRef | None:
    return config.export_source if config.export is ExportPrice.SOURCE else None


def _forecast_source(config: PriceConfig) -> SourceRef | None:
    return None if _import_source(config) is None else config.forecast


def _periods(kept: KeptPrices | None) -> tuple[PricePeriod, ...]:
    return () if kept is None else kept.periods


def _known_until(periods: tuple[PricePeriod, ...], now: datetime) -> datetime | None:
    """Return from when on prices are estimates; None where there are none."""
    ahead = [period for period in periods if period.end > now]
    if not ahead:
        return None
    return next((period.start for period in ahead if period.estimated), ahead[-1].end)
