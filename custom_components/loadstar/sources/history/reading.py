"""Ask the recorder once for all that planning wants to know, and reckon in its thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
import math
from typing import Final, Literal

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import UnitOfElectricCurrent, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...planning_wiring import PeakTariffConfig
from ...wiring import SiteConfig
from .asking import async_ask
from .grid import Part, import_kw, meter_parts
from .household import mean_daily_kwh, without_loads
from .loads import LOOK_BACK, load_history
from .own_sensors import own_sensor
from .peaks import daily_peaks, running_kwh
from .types import History, Mean, Series
from .weekdays import weekday_means

_SPAN: Final = timedelta(days=31)  # a month's peaks, and four weeks of all weekdays
_UNITS: Final[dict[str, str]] = {
    "power": UnitOfPower.KILO_WATT,
    "electric_current": UnitOfElectricCurrent.AMPERE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of the recorder, and what it takes to understand the answer."""

    price: str | None
    export_price: str | None
    household: str | None
    loads: Mapping[str, str]  # power of what is planned by subentry: part of the household's
    parts: tuple[Part, ...]  # of the grid meter; none where no peaks are paid for
    tariff: PeakTariffConfig | None
    netting: bool
    now: datetime
    zone: tzinfo


async def async_read_history(
    hass: HomeAssistant, entry_id: str, config: SiteConfig, now: datetime
) -> History:
    """Return what the recorder has of a site, nothing without one; raise HistoryError."""
    if "recorder" not in hass.config.components:
        return History()
    tariff = config.planning.peak_tariff
    question = _Question(
        price=own_sensor(hass, entry_id, "import_price"),
        export_price=own_sensor(hass, entry_id, "export_price"),
        household=own_sensor(hass, entry_id, "household_power"),
        loads={key: load.power for key, load in config.planning.loads.items() if load.power},
        parts=meter_parts(hass, config) if tariff else (),
        tariff=tariff,
        netting=config.phase_netting,
        now=now,
        zone=dt_util.get_default_time_zone(),
    )
    return await async_ask(hass, _answer, hass, question)


def _newest(hourly: Sequence[Mean], recent: Sequence[Mean]) -> tuple[Mean, ...]:
    """Return means of 5 min as far back as they are kept, and those of hours before."""
    if not recent:
        return tuple(hourly)
    since = recent[0].start
    return (*(item for item in hourly if item.end <= since), *recent)


def _answer(hass: HomeAssistant, question: _Question) -> History:
    """Read means by the hour over weeks, and those of 5 min as far as they are kept."""
    now, zone, tariff = question.now, question.zone, question.tariff
    own = {each for each in (question.price, question.export_price, question.household) if each}
    metered = {
        entity for part in question.parts for entity in (part.imported, part.exported) if entity
    }
    month = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    loads = set(question.loads.values())
    hourly = _means(hass, own | metered | loads, now - _SPAN, now, "hour")
    recent = _means(hass, metered, dt_util.as_utc(month), now, "5minute")
    today = dt_util.as_utc(dt_util.start_of_local_day(now.astimezone(zone)))
    drawn = _means(hass, loads, now - LOOK_BACK, now, "5minute")
    imported = _newest(
        import_kw(question.parts, hourly, netting=question.netting),
        import_kw(question.parts, recent, netting=question.netting),
    )
    return History(
        weekday_prices=weekday_means(hourly.get(question.price or "", ()), zone),
        weekday_export_prices=weekday_means(hourly.get(question.export_price or "", ()), zone),
        daily_peaks_kw=daily_peaks(imported, tariff, now, zone) if tariff else (),
        running_kwh=running_kwh(imported, tariff, now, zone) if tariff else 0.0,
        household_kwh_per_day=mean_daily_kwh(
            without_loads(
                hourly.get(question.household or "", ()),
                [hourly.get(load, ()) for load in loads],
            ),
            zone,
        ),
        loads={
            key: load_history(drawn.get(entity, ()), today, now)
            for key, entity in question.loads.items()
        },
    )


def _means(
    hass: HomeAssistant,
    names: set[str],
    since: datetime,
    until: datetime,
    period: Literal["hour", "5minute"],
) -> Mapping[str, Series]:
    if not names:  # the recorder would take that for all there are
        return {}
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
