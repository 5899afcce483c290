"""A simulated year: weather, panels, a family, forecasts and prices that belong together."""

from dataclasses import dataclass

import numpy as np

from .calendar import Calendar, calendar
from .family import family_use
from .forecasts import PvService, biased
from .prices import day_ahead_prices
from .pv import output_kwh, shade, snow_free
from .sun import panel_power, sun_position
from .temperature import temperature
from .types import FloatArray, IntArray, IssuedForecast, YearConfig
from .weather import simulate_sky, sunshine

_BEFORE_S = 6 * 3600  # the evening before, a forecast is of the day before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Year:
    """What happened, by slots of 15 min, (N,) each; and what was forecast of it.

    ``load_kwh`` is the household's with its heat pump, whose part is ``heat_kwh``.
    ``price_per_kwh`` is a day-ahead market's, in EUR. ``shine`` is the share of the sun
    that came through the clouds, 0 to 1.
    """

    config: YearConfig
    when: Calendar
    shine: FloatArray
    pv_kwh: FloatArray
    load_kwh: FloatArray
    heat_kwh: FloatArray
    temperature_c: FloatArray
    price_per_kwh: FloatArray
    service: PvService

    @property
    def start_s(self) -> IntArray:
        """Return the slots' starts in s since 1970."""
        return self.when.start_s

    def issued(self, at_s: float) -> IssuedForecast:
        """Return the PV forecast that was the newest at s since 1970, from that slot on.

        It is issued every 6 h from the first local midnight on for 72 h, and ends with the
        year. Raises ValueError after the year and more than 3 days before it.
        """
        return self.service.issued(at_s)

    def day_ahead_pv_kwh(self) -> FloatArray:
        """Return kWh of every slot as forecast at 18 h of the day before, (N,)."""
        first = np.searchsorted(self.when.day, self.when.day)
        return self.service.as_issued(self.start_s[first] - _BEFORE_S)

    def newest_pv_kwh(self) -> FloatArray:
        """Return kWh of every slot as forecast by the newest issue when it began, (N,)."""
        return self.service.as_issued(self.start_s)


def simulate_year(config: YearConfig, seed: int) -> Year:
    """Return a year, the same for the same seed.

    Two years take some 0.2 s. Raises ZoneInfoNotFoundError for a time zone that there is not.
    """
    when = calendar(config.start, config.days, config.time_zone, is_south=config.latitude_deg < 0)
    slots = when.start_s.size
    sun = sun_position(when.start_s, config.latitude_deg, config.longitude_deg)
    sky = simulate_sky(slots, seed, config.source.surprise)
    shine = sunshine(sky.clear, when.season_day)
    outdoor_c = temperature(when.season_day, sun.solar_h, shine, seed)
    built = panel_power(sun, config.panels)
    in_sight = shade(built, sun, config.panels)
    bare_kwh = output_kwh(in_sight, shine, outdoor_c, config.panels)
    use = family_use(config.family, when, sun, outdoor_c, seed)
    return Year(
        config=config,
        when=when,
        shine=shine,
        pv_kwh=bare_kwh * snow_free(when.day, outdoor_c, shine, seed),
        load_kwh=use.load_kwh,
        heat_kwh=use.heat_kwh,
        temperature_c=outdoor_c,
        price_per_kwh=day_ahead_prices(when, built.sunny_kw / config.panels.peak_kw, shine, seed),
        service=PvService(
            when=when,
            power=built,
            panels=config.panels,
            bias=biased(config.source, slots, seed),
            sky=sky,
            has_quantiles=config.source.has_quantiles,
        ),
    )
