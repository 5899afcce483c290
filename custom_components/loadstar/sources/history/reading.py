"""Ask the recorder once for all that planning wants to know."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
import math
from typing import Final, Literal

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import Platform, UnitOfElectricCurrent, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...wiring import SiteConfig
from .grid import Part, import_kw, meter_parts
from .household import mean_daily_kwh
from .peaks import daily_peaks, running_kwh
from .types import History, Mean, Series
from .weekdays import weekday_means

_SPAN: Final = timedelta(days=31)  # a month's peaks, and four weeks of all weekdays
_UNITS: Final[dict[str, str]] = {
    "power": UnitOfPower.KILO_WATT,
    "electric_current": UnitOfElectricCurrent.AMPERE,
}

type _Read = tuple[Mapping[str, Series], Mapping[str, Series]]


async def async_read_history(
    hass: HomeAssistant, entry_id: str, config: SiteConfig, now: datetime
) -> History:
    """Return what the recorder has of a site; empty where there is no recorder."""
    if "recorder" not in hass.config.components:
        return History()
    price = _own_sensor(hass, entry_id, "import_price")
    household = _own_sensor(hass, entry_id, "household_power")
    tariff = config.planning.peak_tariff
    parts = meter_parts(hass, config) if tariff else ()
    zone = dt_util.get_default_time_zone()
    hourly, recent = await get_instance(hass).async_add_executor_job(
        _read,
        hass,
        {entity for entity in (price, household) if entity} | _entities(parts),
        _entities(parts),
        now,
    )
    imported = _newest(
        import_kw(parts, hourly, netting=config.phase_netting),
        import_kw(parts, recent, netting=config.phase_netting),
    )
    return History(
        weekday_prices=weekday_means(hourly.get(price or "", ()), zone),
        daily_peaks_kw=daily_peaks(imported, tariff, now, zone) if tariff else (),
        running_kwh=running_kwh(imported, tariff, now, zone) if tariff else 0.0,
        household_kwh_per_day=mean_daily_kwh(hourly.get(household or "", ()), zone),
    )


def _own_sensor(hass: HomeAssistant, entry_id: str, key: str) -> str | None:
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, f"{entry_id}_{key}")


def _entities(parts: Sequence[Part]) -> set[str]:
    return {
        entity for part in parts for entity in (part.imported, part.exported) if entity is not None
    }


def _newest(hourly: Sequence[Mean], recent: Sequence[Mean]) -> tuple[Mean, ...]:
    """Return means of 5 min as far back as they are kept, and those of hours before."""
    if not recent:
        return tuple(hourly)
    since = recent[0].start
    return (*(item for item in hourly if item.end <= since), *recent)


def _read(hass: HomeAssistant, hourly: set[str], recent: set[str], now: datetime) -> _Read:
    """Read means by the hour over weeks, and those of 5 min as far as they are kept."""
    since = now - _SPAN
    return (  # never without names: that would mean all statistics
        _means(hass, hourly, since, now, "hour") if hourly else {},
        _means(hass, recent, since, now, "5minute") if recent else {},
    )


def _means(
    hass: HomeAssistant,
    names: set[str],
    since: datetime,
    until: datetime,
    period: Literal["hour", "5minute"],
) -> Mapping[str, Series]:
    found = statistics_during_period(hass, since, until, names, period, _UNITS, {"mean"})
    return {name: _series(rows) for name, rows in found.items()}


def _series(rows: Sequence[StatisticsRow]) -> Series:
    return [
        Mean(
            datetime.fromtimestamp(row["start"], UTC),
            datetime.fromtimestamp(row["end"], UTC),
            mean,
        )
        for row in rows
        if (mean := row.get("mean")) is not None and math.isfinite(mean)
    ]
