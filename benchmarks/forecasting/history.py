"""A simulated year as a home gets to know it: hour by hour, and no further than now."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from loadstar_engine.forecast.load import LoadModel, train_load
from loadstar_engine.forecast.pv import PvModel, train_pv
from loadstar_engine.forecast.types import HourlySeries
from loadstar_engine.planner.inputs.load_profile import LoadForecaster
from loadstar_engine.planner.inputs.pv import EnergyPeriod, cut_pv
from loadstar_engine.simulation.year import (
    SLOT_S,
    IssuedForecast,
    PanelsConfig,
    SourceConfig,
    Year,
    YearConfig,
    simulate_year,
)
import numpy as np
import numpy.typing as npt

type FloatArray = npt.NDArray[np.float64]
type IntArray = npt.NDArray[np.int64]

PEAK_KW: Final = 10.0
WARM_UP_DAYS: Final = 60  # of history before the first day that counts
AFTER_DAYS: Final = 9  # that forecasts of the last day reach into
SLOT_H: Final = SLOT_S / 3600
_SLOT: Final = timedelta(seconds=SLOT_S)
HOUR_S: Final = 3600
_RECENT_H: Final = 24
_TEMPERATURE_ERROR_K: Final = 1.5  # of a weather forecast, a day ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which year is lived through; ``bias`` is the share by which the PV source exaggerates."""

    first_day: date = date(2026, 1, 1)
    days: int = 365
    seed: int = 1
    bias: float = SourceConfig().bias
    warm_up_days: int = WARM_UP_DAYS

    def simulate(self) -> Year:
        """Return the default home's year, with what comes before and after it."""
        return simulate_year(
            YearConfig(
                start=self.first_day - timedelta(days=self.warm_up_days),
                days=self.warm_up_days + self.days + AFTER_DAYS,
                panels=PanelsConfig(peak_kw=PEAK_KW, inverter_kw=PEAK_KW),
                source=SourceConfig(bias=self.bias),
            ),
            self.seed,
        )


class History:
    """What was measured and forecast, and what is learnt of it; models are kept by the day."""

    def __init__(self, year: Year) -> None:
        """Begin with the first slot of the year."""
        self.year = year
        self.zone = ZoneInfo(year.config.time_zone)
        self.first_s = int(year.start_s[0])
        self._pv_models: dict[date, PvModel] = {}
        self._load_models: dict[date, LoadModel] = {}
        self._corrected_days: dict[date, FloatArray] = {}

    def slot(self, instant: datetime) -> int:
        """Return the number of the slot that an instant is in."""
        return int(instant.timestamp() - self.first_s) // SLOT_S

    def instant(self, slot: int) -> datetime:
        """Return when a slot begins."""
        return datetime.fromtimestamp(self.first_s + slot * SLOT_S, UTC)

    def local(self, day: date, hour: int = 0) -> datetime:
        """Return the instant of a local hour."""
        return datetime(day.year, day.month, day.day, hour, tzinfo=self.zone).astimezone(UTC)

    @cached_property
    def pv(self) -> HourlySeries:
        """Return what the panels gave, kWh."""
        return self._hourly(self.year.pv_kwh)

    @cached_property
    def load(self) -> HourlySeries:
        """Return what the household used, kWh."""
        return self._hourly(self.year.load_kwh)

    @cached_property
    def day_ahead_pv(self) -> HourlySeries:
        """Return what the source promised at 18:00 of the day before, kWh."""
        return self._hourly(self.year.day_ahead_pv_kwh())

    @cached_property
    def newest_pv(self) -> HourlySeries:
        """Return what the source promised last, kWh."""
        return self._hourly(self.year.newest_pv_kwh())

    @cached_property
    def temperature(self) -> HourlySeries:
        """Return the mean outdoor temperature, °C."""
        summed = self._hourly(self.year.temperature_c)
        return HourlySeries(start_s=summed.start_s, values=summed.values * SLOT_H)

    @cached_property
    def _expected_temperature(self) -> HourlySeries:
        """Return the temperature with the error that a day's forecast has."""
        true = self.temperature
        days = (true.start_s - self.first_s) // 86_400
        errors = np.random.default_rng(self.first_s).normal(0.0, _TEMPERATURE_ERROR_K, days[-1] + 1)
        return HourlySeries(start_s=true.start_s, values=true.values + errors[days])

    def pv_model(self, now: datetime) -> PvModel:
        """Return the PV model that was trained last, at 04:00."""
        trained = self._trained(now)
        day = trained.astimezone(self.zone).date()
        if day not in self._pv_models:
            self._pv_models[day] = self.train_pv(trained)
        return self._pv_models[day]

    def load_model(self, now: datetime) -> LoadModel:
        """Return the load model that was trained last, at 04:00."""
        trained = self._trained(now)
        day = trained.astimezone(self.zone).date()
        if day not in self._load_models:
            self._load_models[day] = self.train_load(trained)
        return self._load_models[day]

    def train_pv(self, now: datetime) -> PvModel:
        """Return what is learnt of all that was known at an instant."""
        return train_pv(
            before(self.pv, now),
            before(self.day_ahead_pv, now),
            now=now,
            time_zone=self.zone.key,
            installed_kwp=PEAK_KW,
        )

    def train_load(self, now: datetime) -> LoadModel:
        """Return what is learnt of all that was known at an instant."""
        return train_load(
            before(self.load, now),
            now=now,
            time_zone=self.zone.key,
            temperature=before(self.temperature, now),
            daily_kwh=self.daily_kwh(now),
        )

    def daily_kwh(self, now: datetime, days: int = 31) -> float:
        """Return what the household used in a mean day of the last ones."""
        return 24 * float(before(self.load, now, 24 * days).values.mean())

    def source_pv(self, now: datetime) -> tuple[EnergyPeriod, ...]:
        """Return the PV source's newest forecast by the hour, which is how most give it."""
        return _hours_of(self.year.issued(now.timestamp()))

    def corrected_pv(self, now: datetime) -> tuple[EnergyPeriod, ...]:
        """Return the same, corrected by what was learnt and by today's hours so far."""
        return self.corrected_by(self.pv_model(now), now)

    def corrected_by(self, model: PvModel, now: datetime) -> tuple[EnergyPeriod, ...]:
        """Return the same, corrected by a certain model."""
        return model.correct(
            self.source_pv(now),
            now=now,
            seen=before(self.pv, now, _RECENT_H),
            expected=before(self.newest_pv, now, _RECENT_H),
        )

    def corrected_day_ahead_kwh(self, day: date) -> FloatArray:
        """Return what was expected of a local day at 18:00 of the day before, kWh per slot."""
        if day not in self._corrected_days:
            issued = self.local(day - timedelta(days=1), 18)
            midnight, following = self.local(day), self.local(day + timedelta(days=1))
            slots = np.arange(self.slot(midnight), self.slot(following))
            begin_s = np.multiply(slots - self.slot(issued), SLOT_S, dtype=np.float64)
            expected, _ = cut_pv(issued, begin_s, begin_s + SLOT_S, self.corrected_pv(issued))
            self._corrected_days[day] = expected.p50_kwh
        return self._corrected_days[day]

    def load_forecaster(self, now: datetime) -> LoadForecaster:
        """Return what the household is expected to use by what was learnt."""
        return self.forecaster_of(self.load_model(now), now)

    def forecaster_of(self, model: LoadModel, now: datetime) -> LoadForecaster:
        """Return the same by a certain model."""
        return model.forecaster(
            now=now,
            recent=before(self.load, now, _RECENT_H),
            temperature=self._temperature_around(now),
        )

    def _temperature_around(self, now: datetime) -> HourlySeries:
        """Return what was measured of late, then what is expected, °C."""
        true, expected = self.temperature, self._expected_temperature.values
        over = before(true, now).start_s.size
        part = slice(max(0, over - _RECENT_H), None)
        values = np.concatenate((true.values[:over], expected[over:]))
        return HourlySeries(start_s=true.start_s[part], values=values[part])

    def _trained(self, now: datetime) -> datetime:
        day = (now.astimezone(self.zone) - timedelta(hours=4)).date()
        return self.local(day, 4)

    def _hourly(self, values: FloatArray) -> HourlySeries:
        return HourlySeries(
            start_s=self.year.start_s[::4], values=values.reshape(-1, 4).sum(axis=1)
        )


def before(series: HourlySeries, now: datetime, hours: int | None = None) -> HourlySeries:
    """Return the hours that are over, or the last so many of them."""
    end = int(np.searchsorted(series.start_s, now.timestamp() - HOUR_S, side="right"))
    part = slice(0 if hours is None else max(0, end - hours), end)
    return HourlySeries(start_s=series.start_s[part], values=series.values[part])


def _hours_of(issued: IssuedForecast) -> tuple[EnergyPeriod, ...]:
    """Return means over UTC hours; the first may be what is left of one."""
    hours, first = np.unique(issued.start_s // HOUR_S, return_index=True)
    edges = [*first.tolist(), issued.start_s.size]
    lengths = np.diff(edges)

    def mean_kw(energy: FloatArray | None) -> list[float | None]:
        if energy is None:
            return [None] * hours.size
        means: list[float | None] = (np.add.reduceat(energy, first) / lengths / SLOT_H).tolist()
        return means

    mean, p10, p90 = map(mean_kw, (issued.pv_kwh, issued.p10_kwh, issued.p90_kwh))
    return tuple(
        EnergyPeriod(
            start=(start := datetime.fromtimestamp(int(issued.start_s[begin]), UTC)),
            end=start + int(count) * _SLOT,
            mean_kw=power or 0.0,
            p10_kw=low,
            p90_kw=high,
        )
        for begin, count, power, low, high in zip(first, lengths, mean, p10, p90, strict=True)
    )
