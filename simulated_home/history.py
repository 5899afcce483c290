"""What the house's meters have shown over a year; needs nothing of Home Assistant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from loadstar_engine.simulation import Battery, BatteryConfig
from loadstar_engine.simulation.year import SLOT_S
import numpy as np
import numpy.typing as npt

from .almanac import DAY_S, FloatArray, HouseClock, almanac
from .market import day_prices

type IntArray = npt.NDArray[np.int64]

DAYS: Final = 365
HOUR_S: Final = 3600
RECENT_S: Final = 300
_PER_HOUR: Final = HOUR_S // SLOT_S
_RECENT_PER_SLOT: Final = SLOT_S // RECENT_S
_W_PER_KWH: Final = 1000 * 3600 / SLOT_S
_SHARES: Final = {"a": 0.38, "b": 0.33, "c": 0.29}  # of the household
_TANK_PHASE: Final = "c"
_TANK_W: Final = 2000.0
_TANK_H: Final = (2.0, 6.0)  # by a timer of the house, before Loadstar came


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Means:
    """A sensor's means and extremes from ``start_s`` (s since 1970) on, (N,) each."""

    start_s: IntArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Every sensor's values by 15 min, (N,) each, by its key; in whole hours."""

    start_s: IntArray
    values: Mapping[str, FloatArray]

    def hourly(self, key: str) -> Means:
        """Return all of a sensor by the hour."""
        hours = self.values[key].reshape(-1, _PER_HOUR)
        return Means(
            start_s=self.start_s[::_PER_HOUR],
            mean=hours.mean(axis=1),
            low=hours.min(axis=1),
            high=hours.max(axis=1),
        )

    def recent(self, key: str, days: int) -> Means:
        """Return a sensor's last days by 5 min."""
        slots = days * DAY_S // SLOT_S
        values = self.values[key][-slots:].repeat(_RECENT_PER_SLOT)
        first_s = int(self.start_s[-slots])
        start_s = first_s + np.arange(values.size, dtype=np.int64) * RECENT_S
        return Means(start_s=start_s, mean=values, low=values, high=values)


def remember(
    seed: int, clock: HouseClock, until: datetime, zone: tzinfo, voltage: float
) -> History:
    """Return the year that ends with the hour in which ``until`` (aware) is, as it was metered.

    A few tenths of a second's work. Powers are in W, currents in A, import and charging
    positive; prices are the market's of ``zone``. The sun knows no summer time, the family
    does.
    """
    end_s = int(until.timestamp()) // HOUR_S * HOUR_S
    start_s = np.arange(end_s - DAYS * DAY_S, end_s, SLOT_S, dtype=np.int64)
    sun_s = start_s.astype(np.float64) + clock.shift_s
    family_s = sun_s + _offsets_s(start_s, zone)
    book = almanac(seed)
    pv_w = book.kwh_from(book.year.pv_kwh, sun_s) * _W_PER_KWH
    load_w = book.kwh_from(book.year.load_kwh, family_s) * _W_PER_KWH
    hour = family_s % DAY_S / HOUR_S
    tank_w = np.where((hour >= _TANK_H[0]) & (hour < _TANK_H[1]), _TANK_W, 0.0)
    forecast_kwh = book.kwh_from(book.newest_forecast_kwh, sun_s)
    return History(
        start_s=start_s,
        values={
            **_metered(pv_w, load_w, tank_w, voltage),
            "pv_forecast_power": forecast_kwh * _W_PER_KWH,
            "outdoor_temperature": np.interp(
                sun_s, book.year.start_s.astype(np.float64), book.year.temperature_c
            ),
            "day_ahead_price": _prices(start_s, zone, seed),
        },
    )


def _metered(
    pv_w: FloatArray, load_w: FloatArray, tank_w: FloatArray, voltage: float
) -> dict[str, FloatArray]:
    """Return what the meters show of a home whose battery keeps the grid at zero."""
    battery_w, soc = _self_consumption(pv_w - load_w - tank_w)
    household = {phase: load_w * share for phase, share in _SHARES.items()}
    household[_TANK_PHASE] = household[_TANK_PHASE] + tank_w
    inverter_w = (pv_w - battery_w) / len(household)
    grid = {phase: power_w - inverter_w for phase, power_w in household.items()}
    return {
        **{f"grid_power_{phase}": power_w for phase, power_w in grid.items()},
        **{f"grid_current_{phase}": power_w / voltage for phase, power_w in grid.items()},
        "grid_power": np.sum([*grid.values()], axis=0),
        "pv_power": pv_w,
        "battery_power": battery_w,
        "battery_soc": soc,
        "water_heater_power": tank_w,
    }


def _self_consumption(surplus_w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the power in W and the SoC in percent of a battery that follows a surplus."""
    config = BatteryConfig(lag_s=0.0)
    battery = Battery(config)
    most_w = max(config.max_charge_power_w, config.max_discharge_power_w)
    lived = [
        (battery.step(surplus, -most_w, most_w, SLOT_S), battery.soc_percent)
        for surplus in surplus_w.tolist()
    ]
    power_w, soc = np.array(lived).T
    return power_w, soc


def _prices(start_s: IntArray, zone: tzinfo, seed: int) -> FloatArray:
    """Return the day-ahead price of every slot, in EUR per kWh."""
    first, last = (_local(int(at), zone).date() for at in (start_s[0], start_s[-1]))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    prices = [price for day in days for price in day_prices(day, zone, seed)]
    starts = np.array([price.start.timestamp() for price in prices])
    values = np.array([price.value for price in prices])
    return values[np.searchsorted(starts, start_s, side="right") - 1]


def _offsets_s(start_s: IntArray, zone: tzinfo) -> FloatArray:
    """Return by how much clocks went ahead of those at the end, for summer time."""
    hours, index = np.unique(start_s // HOUR_S, return_inverse=True)
    offsets = [_local(hour * HOUR_S, zone).utcoffset() or timedelta() for hour in hours.tolist()]
    ahead_s = np.array([(offset - offsets[-1]).total_seconds() for offset in offsets], np.float64)
    return ahead_s[index]


def _local(at_s: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at_s, UTC).astimezone(zone)
