"""What a plan is told: prices, sun, load and the days after tomorrow, true or expected."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from loadstar_engine.planner.inputs.load_profile import (
    DefaultLoadProfile,
    LoadForecaster,
    Quantiles,
)
from loadstar_engine.planner.inputs.pv import EnergyPeriod
from loadstar_engine.planner.inputs.types import DayOutlook
from loadstar_engine.prices import apply
from loadstar_engine.prices.types import GridTariff, PriceFormula, PricePeriod

from benchmarks.forecasting.history import SLOT_H, History

from .prices import HORIZON, SLOT, KnownPrices, PriceList
from .strategies import Expected, Strategy

# About what a German supplier, the state and the grid take beside the market's price.
IMPORT: Final = PriceFormula(
    fee_per_kwh=0.015, tax_per_kwh=0.035, vat_percent=19.0, grid=(GridTariff(fee_per_kwh=0.09),)
)
_OUTLOOK_DAYS: Final = range(2, 7)  # as far as the integration looks ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that a plan is made from, beside the home itself."""

    now: datetime
    time_zone: str
    prices: KnownPrices
    pv: tuple[EnergyPeriod, ...]
    load: LoadForecaster
    outlook: tuple[DayOutlook, ...]


class Knowledge:
    """Knows all of the year, and tells a strategy what that is to know."""

    def __init__(self, history: History) -> None:
        """Reckon what every slot's import and export cost."""
        self.history = history
        starts = map(history.instant, range(history.year.start_s.size))
        spot = [
            PricePeriod(start, start + SLOT, price)
            for start, price in zip(starts, history.year.price_per_kwh.tolist(), strict=True)
        ]
        self.prices = PriceList(apply(IMPORT, spot, history.zone), spot, history.zone)

    def at(self, now: datetime, strategy: Strategy) -> Known:
        """Return what a strategy knows at an instant."""
        pv, load = self._pv(now, strategy.pv), self._load(now, strategy.load)
        return Known(
            now=now,
            time_zone=self.history.zone.key,
            prices=self.prices.all(now) if strategy.prices_known else self.prices.at(now),
            pv=pv,
            load=load,
            outlook=self._outlook(now, pv, load),
        )

    def _pv(self, now: datetime, expected: Expected) -> tuple[EnergyPeriod, ...]:
        history = self.history
        match expected:
            case Expected.SOURCE:
                return history.source_pv(now)
            case Expected.LEARNED:
                return history.corrected_pv(now)
        first = history.slot(now)
        energies = history.year.pv_kwh[first : first + HORIZON // SLOT].tolist()
        return tuple(
            EnergyPeriod(now + index * SLOT, now + (index + 1) * SLOT, energy / SLOT_H)
            for index, energy in enumerate(energies)
        )

    def _load(self, now: datetime, expected: Expected) -> LoadForecaster:
        match expected:
            case Expected.SOURCE:
                history = self.history
                return DefaultLoadProfile(history.daily_kwh(now), history.zone.key)
            case Expected.LEARNED:
                return self.history.load_forecaster(now)
        return TrueLoad(self.history)

    def _outlook(
        self, now: datetime, pv: Sequence[EnergyPeriod], load: LoadForecaster
    ) -> tuple[DayOutlook, ...]:
        """Return the days after tomorrow that a forecast has all of."""
        zone = self.history.zone
        today = now.astimezone(zone).date()
        days: dict[date, list[EnergyPeriod]] = defaultdict(list)
        for period in pv:
            days[period.start.astimezone(zone).date()].append(period)
        return tuple(
            _day(day, days[day], load)
            for day in (today + timedelta(days=ahead) for ahead in _OUTLOOK_DAYS)
            if day in days and pv[-1].end >= self.history.local(day + timedelta(days=1))
        )


@dataclass(frozen=True, slots=True)
class TrueLoad:
    """Says what the household will use, as nobody can."""

    history: History

    def expected(self, start: datetime, hours: float) -> Quantiles:
        """Return kWh from ``start`` over ``hours``, whole slots."""
        first = self.history.slot(start)
        slots = slice(first, first + round(hours / SLOT_H))
        energy = float(self.history.year.load_kwh[slots].sum())
        return Quantiles(energy, energy, energy)

    def day(self, day: date) -> Quantiles:
        """Return kWh of a whole local day."""
        start, end = map(self.history.local, (day, day + timedelta(days=1)))
        return self.expected(start, (end - start) / timedelta(hours=1))


def _day(day: date, periods: Sequence[EnergyPeriod], load: LoadForecaster) -> DayOutlook:
    hours = [(period.end - period.start) / timedelta(hours=1) for period in periods]
    low = [period.p10_kw for period in periods if period.p10_kw is not None]
    expected = load.day(day)
    return DayOutlook(
        day=day,
        pv_kwh=sum(period.mean_kw * h for period, h in zip(periods, hours, strict=True)),
        pv_p10_kwh=(
            sum(kw * h for kw, h in zip(low, hours, strict=True))
            if len(low) == len(periods)
            else None
        ),
        load_kwh=expected.p50,
        load_p90_kwh=expected.p90,
    )
