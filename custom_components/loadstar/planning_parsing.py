"""What planning needs of a site, parsed from its entry and subentries."""

from collections.abc import Callable, Iterable, Mapping
from datetime import time
from typing import TYPE_CHECKING, Any

from .const import (
    CONF_ALLOWED,
    CONF_AZIMUTH,
    CONF_BLOCK,
    CONF_CAPACITY,
    CONF_CAR_PHASES,
    CONF_CHARGER,
    CONF_CONTINUOUS,
    CONF_DEPARTURE,
    CONF_DURATION,
    CONF_EARLIEST,
    CONF_EFFICIENCY,
    CONF_ENERGY_PER_DAY,
    CONF_FORECAST_SOURCE,
    CONF_LATEST_END,
    CONF_LOAD_KIND,
    CONF_LOAD_PHASES,
    CONF_LONGEST_GAP,
    CONF_OUTDOOR_TEMPERATURE,
    CONF_PEAK_POWER,
    CONF_POWER,
    CONF_POWER_CURVE,
    CONF_RATED_POWER,
    CONF_SOC,
    CONF_SWITCH,
    CONF_TILT,
    CONF_WEATHER,
    CURVE_SOC,
    SUBENTRY_LOAD,
    SUBENTRY_PV_ARRAY,
    SUBENTRY_VEHICLE,
    TARIFF_FROM,
    TARIFF_UNTIL,
)
from .planning_wiring import (
    LoadConfig,
    OutdoorConfig,
    PlanningConfig,
    PvArrayConfig,
    VehicleConfig,
)
from .price_parsing import parse_peak_tariff, parse_prices, parse_source

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigSubentry


def parse_planning(data: Mapping[str, Any], subentries: Iterable[ConfigSubentry]) -> PlanningConfig:
    """Return what an entry and its subentries say; all of it is optional."""
    parts = list(subentries)
    return PlanningConfig(
        prices=parse_prices(data),
        peak_tariff=parse_peak_tariff(data),
        outdoor=OutdoorConfig(
            temperature=data.get(CONF_OUTDOOR_TEMPERATURE) or None,
            weather=data.get(CONF_WEATHER) or None,
        ),
        vehicles=_parsed(parts, SUBENTRY_VEHICLE, _vehicle),
        pv_arrays=_parsed(parts, SUBENTRY_PV_ARRAY, _pv_array),
        loads=_parsed(parts, SUBENTRY_LOAD, _load),
    )


def parse_curve(data: Mapping[str, Any], power: str) -> tuple[tuple[float, float], ...]:
    """Return (SoC percent, W) of a battery by SoC; a point may leave out one of the powers."""
    points = data.get(CONF_POWER_CURVE, ())
    known = [(float(p[CURVE_SOC]), float(p[power])) for p in points if p.get(power) is not None]
    return tuple(sorted(known))


def _parsed[PartT](
    subentries: Iterable[ConfigSubentry], kind: str, parse: Callable[[ConfigSubentry], PartT]
) -> dict[str, PartT]:
    return {sub.subentry_id: parse(sub) for sub in subentries if sub.subentry_type == kind}


def _vehicle(subentry: ConfigSubentry) -> VehicleConfig:
    data = subentry.data
    phases, departure = data.get(CONF_CAR_PHASES), data.get(CONF_DEPARTURE)
    return VehicleConfig(
        subentry_id=subentry.subentry_id,
        name=subentry.title,
        capacity_kwh=float(data[CONF_CAPACITY]),
        soc=data.get(CONF_SOC),
        charger=data.get(CONF_CHARGER),
        phases=int(phases) if phases else None,
        efficiency=float(data.get(CONF_EFFICIENCY, 90.0)) / 100,
        usual_departure=time.fromisoformat(departure) if departure else None,
    )


def _pv_array(subentry: ConfigSubentry) -> PvArrayConfig:
    data = subentry.data
    return PvArrayConfig(
        subentry_id=subentry.subentry_id,
        name=subentry.title,
        peak_kw=float(data[CONF_PEAK_POWER]),
        forecast=parse_source(data.get(CONF_FORECAST_SOURCE)),
        tilt_deg=data.get(CONF_TILT),
        azimuth_deg=data.get(CONF_AZIMUTH),
    )


def _load(subentry: ConfigSubentry) -> LoadConfig:
    data = subentry.data
    return LoadConfig(
        subentry_id=subentry.subentry_id,
        name=subentry.title,
        kind=data[CONF_LOAD_KIND],
        power_kw=float(data[CONF_RATED_POWER]),
        phases=data.get(CONF_LOAD_PHASES, "A"),
        switch=data.get(CONF_SWITCH),
        power=data.get(CONF_POWER),
        energy_kwh_per_day=float(data.get(CONF_ENERGY_PER_DAY, 0.0)),
        block_minutes=int(data.get(CONF_BLOCK, 60)),
        continuous=data.get(CONF_CONTINUOUS, False),
        longest_gap_h=data.get(CONF_LONGEST_GAP),
        allowed=tuple(
            (time.fromisoformat(hours[TARIFF_FROM]), time.fromisoformat(hours[TARIFF_UNTIL]))
            for hours in data.get(CONF_ALLOWED, ())
        ),
        duration_minutes=int(data.get(CONF_DURATION, 0)),
        earliest=time.fromisoformat(data.get(CONF_EARLIEST, "00:00")),
        latest_end=time.fromisoformat(data.get(CONF_LATEST_END, "00:00")),
    )
