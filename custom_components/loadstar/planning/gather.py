"""Everything that a plan is made from, read at one moment."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..buffering import in_force
from ..const import LOGGER
from ..engine.planner.devices import ManualBlock
from ..engine.planner.inputs.slots import HORIZON_H, align
from ..engine.planner.inputs.types import (
    Circumstances,
    DayOutlook,
    PlannerInput,
    PlanWarning,
    PreviousPlan,
)
from ..engine.planner.output.types import Schedule
from ..forecasting import Forecasting, Foreseen
from ..forecasting.energy import mean_of_day
from ..models import Snapshot
from ..price_book import PriceBook, PriceMeans
from ..settings import SettingsStore
from ..sources.history.asking import HistoryError
from ..sources.history.reading import async_read_history
from ..sources.history.types import History
from ..sources.pv.adding import between
from ..sources.types import PvForecast
from ..wiring import SiteConfig
from .cars import read_cars
from .home import read_batteries, read_grid, read_peak_tariff
from .loads import deferrable_loads, water_heaters

type Assemble = Callable[[], PlannerInput]

# The strategy looks at the days after tomorrow, as far as forecasts reach.
_OUTLOOK_DAYS: Final = range(2, 7)
_AHEAD: Final = timedelta(days=_OUTLOOK_DAYS.stop)
# From a day to the next, with a period of an hour on top.
_SUNSET_MOVES: Final = timedelta(hours=1, minutes=10)


class Gatherer:
    """Read prices, forecasts, history and devices of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        config: SiteConfig,
        settings: SettingsStore,
        forecasting: Forecasting,
    ) -> None:
        """Read nothing yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._config = config
        self._settings = settings
        self._prices = PriceBook(hass, config.planning.prices, self._changed)
        self._forecasting = forecasting
        self._on_change: Callable[[], None] | None = None
        self._forget: CALLBACK_TYPE | None = None

    @callback
    def start(self, on_change: Callable[[], None]) -> None:
        """Begin to look out for new prices and forecasts, and tell ``on_change`` of them."""
        self._on_change = on_change
        self._prices.start()
        self._forget = self._forecasting.async_on_news(self._changed)

    @callback
    def stop(self) -> None:
        """Look out no more."""
        self._prices.stop()
        if self._forget is not None:
            self._forget()
            self._forget = None

    @callback
    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()

    async def _async_history(self, now: datetime) -> History:
        """Return what the recorder has; nothing where it fails, as without one."""
        try:
            return await async_read_history(self._hass, self._entry_id, self._config, now)
        except HistoryError as error:
            LOGGER.debug("%s: no history: %s", self._config.name, error)
            return History()

    async def async_gather(
        self,
        snapshot: Snapshot,
        manual: tuple[ManualBlock, ...],
        previous: tuple[PlannerInput, Schedule] | None,
    ) -> Assemble:
        """Read everything; return what puts it together, which takes a while.

        ``snapshot`` is what the control cycle knows of the site, ``previous`` the last
        plan and what it was made from.
        """
        now = dt_util.utcnow()
        until = now + timedelta(hours=HORIZON_H)
        planning = self._config.planning
        history = await self._async_history(now)
        means = PriceMeans(imported=history.weekday_prices, exported=history.weekday_export_prices)
        # prices reach from the day's start, forecasts beyond the plan for the outlook
        prices, foreseen = await asyncio.gather(
            self._prices.async_prices(now, until, means),
            self._forecasting.async_foresee(now, history.household_kwh_per_day),
        )
        pv = None if foreseen.pv is None else between(foreseen.pv, now, now + _AHEAD)
        zone = self._hass.config.time_zone
        site = in_force(self._settings.site, snapshot.buffer)
        cars = read_cars(self._hass, self._config, self._settings, snapshot)
        batteries = read_batteries(self._hass, self._config, site)

        def assemble() -> PlannerInput:
            aligned = align(
                now,
                prices.import_periods,
                prices.export_periods,
                None if pv is None else pv.periods,
                foreseen.load,
            )
            return PlannerInput(
                now=now,
                time_zone=zone,
                currency=prices.currency,
                slots=aligned.slots,
                grid=read_grid(self._config, site),
                batteries=batteries,
                cars=cars,
                water_heaters=water_heaters(planning.loads.values(), history.loads),
                deferrables=deferrable_loads(planning.loads.values(), history.loads, now),
                peak_tariff=read_peak_tariff(self._config, history),
                outlook=_outlook(pv, foreseen, now),
                circumstances=Circumstances(vacation=site.vacation),
                manual=manual,
                previous=None if previous is None else _previous(*previous),
                warnings=_distinct(
                    prices.warnings,
                    pv.warnings if pv else (),
                    aligned.warnings,
                    foreseen.notes,
                ),
            )

        return assemble


def _outlook(pv: PvForecast | None, foreseen: Foreseen, now: datetime) -> tuple[DayOutlook, ...]:
    """Return the days after tomorrow of which a forecast knows; a home without PV has none."""
    if pv is None:
        return ()
    today = dt_util.as_local(now).date()
    days = (today + timedelta(days=ahead) for ahead in _OUTLOOK_DAYS)
    return tuple(outlook for day in days if (outlook := _day(pv, foreseen, day)) is not None)


def _day(pv: PvForecast, foreseen: Foreseen, day: date) -> DayOutlook | None:
    zone = dt_util.get_default_time_zone()
    periods = [period for period in pv.periods if period.start.astimezone(zone).date() == day]
    if not periods or _is_cut_off(pv, day):
        return None
    hours = [(period.end - period.start) / timedelta(hours=1) for period in periods]
    pv_kwh = sum(p.mean_kw * h for p, h in zip(periods, hours, strict=True))
    load_kwh = foreseen.load.day(day)
    return DayOutlook(
        day=day,
        pv_kwh=pv_kwh,
        pv_p10_kwh=foreseen.pv_model.day(pv_kwh).p10,
        load_kwh=load_kwh.p50,
        load_p90_kwh=load_kwh.p90,
        temperature_c=mean_of_day(foreseen.temperature, day, zone),
    )


def _is_cut_off(pv: PvForecast, day: date) -> bool:
    """Whether a forecast ends in the middle of a day: well before the sun of the day before did."""
    zone = dt_util.get_default_time_zone()
    before = [
        period.end
        for period in pv.periods
        if period.mean_kw > 0 and period.start.astimezone(zone).date() == day - timedelta(days=1)
    ]
    return bool(before) and pv.periods[-1].end < max(before) + timedelta(days=1) - _SUNSET_MOVES


def _previous(source: PlannerInput, schedule: Schedule) -> PreviousPlan:
    """Return what the last plan meant to do, in kWh by slot and device."""
    car_at = {car.charger_id: car.car_id for car in source.cars}
    energy: dict[datetime, dict[str, float]] = {}
    for slot in schedule.slots:
        hours = (slot.end - slot.start) / timedelta(hours=1)
        powers = {
            **slot.batteries,
            **slot.loads,
            **{
                car_at[key]: charger.power_kw
                for key, charger in slot.chargers.items()
                if key in car_at
            },
        }
        energy[slot.start.astimezone(UTC)] = {key: kw * hours for key, kw in powers.items()}
    return PreviousPlan(energy_kwh=energy)


def _distinct(*groups: Sequence[PlanWarning]) -> tuple[PlanWarning, ...]:
    """Return warnings in order, each once."""
    found: list[PlanWarning] = []
    for group in groups:
        found += [warning for warning in group if warning not in found]
    return tuple(found)
