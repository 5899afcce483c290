"""Ask the recorder once for up to two years by the hour: sun, household, temperature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.const import UnitOfElectricCurrent, UnitOfPower, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import (
    ElectricCurrentConverter,
    PowerConverter,
    TemperatureConverter,
)
import numpy as np

from ...engine.forecast.local_time import HOUR_S
from ...engine.forecast.types import EMPTY, FloatArray, HourlySeries, LeftOut
from ...wiring import SiteConfig
from .asking import async_ask
from .columns import Columns, fill
from .grid import meter_pairs
from .household_hours import HouseholdEntities, household_kw, pv_kw
from .own_sensors import own_sensor

SPAN: Final = timedelta(days=730)
# All rows of two years at once would hold up the event loop while they are let go of.
_AT_ONCE_H: Final = 60 * 24
_UNITS: Final[dict[str, str]] = {
    "power": UnitOfPower.KILO_WATT,
    "electric_current": UnitOfElectricCurrent.AMPERE,
    "temperature": UnitOfTemperature.CELSIUS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What was, by the hour: energies in kWh, the temperature in °C; only known hours.

    ``load`` is the household's without managed chargers and loads; ``pv_forecast`` is
    what the source of the PV forecast expected of the hour when it ran.
    """

    pv: HourlySeries = EMPTY
    load: HourlySeries = EMPTY
    temperature: HourlySeries = EMPTY
    pv_forecast: HourlySeries = EMPTY
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of the recorder, and what it takes to understand the answer."""

    household: HouseholdEntities
    temperature: str | None
    pv_forecast: tuple[str, ...]
    voltage: float
    zone: tzinfo
    first_s: int
    hours: int

    @property
    def names(self) -> set[str]:
        """Every statistic that is asked for."""
        others = {self.temperature} if self.temperature else set()
        return set(self.household.names) | others | set(self.pv_forecast)


class HourReader:
    """Read the hours of one site."""

    def __init__(self, hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
        """Ask nothing yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._config = config

    async def async_read(
        self, until: datetime, span: timedelta = SPAN, pv_forecast: tuple[str, ...] = ()
    ) -> Hours:
        """Return the whole hours of ``span`` before ``until``; empty without a recorder.

        ``pv_forecast`` are the sensors of the power that the sources of the PV forecast
        expect now, one per source. Raises HistoryError.
        """
        if "recorder" not in self._hass.config.components:
            return Hours()
        hours = int(span.total_seconds()) // HOUR_S
        question = _Question(
            household=self._entities(),
            temperature=self._config.planning.outdoor.temperature,
            pv_forecast=pv_forecast,
            voltage=self._config.voltage,
            zone=dt_util.get_default_time_zone(),
            first_s=(int(until.timestamp()) // HOUR_S - hours) * HOUR_S,
            hours=hours,
        )
        return await async_ask(self._hass, _answer, self._hass, question)

    def _entities(self) -> HouseholdEntities:
        config = self._config
        batteries, loads = config.batteries.values(), config.planning.loads.values()
        return HouseholdEntities(
            grid=meter_pairs(config),
            grid_inverted=config.meter.invert,
            pv=config.pv_power,
            batteries={battery.power: battery.power_invert for battery in batteries},
            chargers={
                entity: charger.rated_current * config.voltage * charger.phases / 1000
                for charger in config.chargers.values()
                if (entity := self._own(charger.subentry_id, "power"))
            },
            loads=tuple(load.power for load in loads if load.power),
            own=self._own("household_power"),
        )

    def _own(self, *keys: str) -> str | None:
        return own_sensor(self._hass, self._entry_id, *keys)


def _answer(hass: HomeAssistant, question: _Question) -> Hours:
    household = question.household
    columns = Columns(question.first_s, question.hours, _columns(hass, question))
    pv = pv_kw(household, columns)
    load, left_out = household_kw(household, columns, pv, question.zone)
    return Hours(
        pv=columns.series(pv),
        load=columns.series(load),
        temperature=columns.series(columns.of(question.temperature)),
        pv_forecast=columns.series(_sum([columns.of(name) for name in question.pv_forecast])),
        left_out=left_out,
    )


def _columns(hass: HomeAssistant, question: _Question) -> Mapping[str, FloatArray]:
    """Return every statistic that has a unit of ours, in kW or °C."""
    first_s, hours = question.first_s, question.hours
    names = {
        name: data["unit_of_measurement"]
        for name, (_, data) in get_metadata(hass, statistic_ids=question.names).items()
    }
    known = {name for name, unit in names.items() if _factor(unit, question.voltage) is not None}
    if not known:  # the recorder would take that for all there are
        return {}
    columns = {name: np.full(hours, np.nan) for name in known}
    start = datetime.fromtimestamp(first_s, UTC)
    for begin in range(0, hours, _AT_ONCE_H):
        since = start + timedelta(hours=begin)
        until = start + timedelta(hours=min(begin + _AT_ONCE_H, hours))
        found = statistics_during_period(hass, since, until, known, "hour", _UNITS, {"mean"})
        for name, rows in found.items():
            fill(columns[name], rows, first_s)
    return {
        name: column * (_factor(names[name], question.voltage) or 1.0)
        for name, column in columns.items()
    }


def _factor(unit: str | None, voltage: float) -> float | None:
    """Return what makes kW or °C of a statistic that was converted to ours; None of others."""
    if unit in ElectricCurrentConverter.VALID_UNITS:
        return voltage / 1000
    if unit in PowerConverter.VALID_UNITS or unit in TemperatureConverter.VALID_UNITS:
        return 1.0
    return None


def _sum(columns: Sequence[FloatArray]) -> FloatArray:
    """Return the sum where every part is known: an array's forecast is not the home's."""
    return np.sum(columns, axis=0) if columns else np.empty(0)
