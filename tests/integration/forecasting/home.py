"""A home with a past: statistics in the recorder, and a forecast of its sun."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import numpy as np
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.forecasting import Forecasting
from tests.integration.common import Home
from tests.integration.sources.history.statistics import remember

NOW = datetime(2026, 6, 21, 10, 3, tzinfo=UTC)  # noon in Berlin
DAY = datetime(2026, 6, 20, 22, tzinfo=UTC)  # the local day's start
PROMISED_TOO_MUCH = 0.8  # of the forecast is what there was

ROOF = ConfigSubentryDataWithId(
    subentry_id="roof",
    subentry_type="pv_array",
    title="Roof",
    unique_id=None,
    data={
        "peak_power": 8.0,
        "forecast_source": {
            "kind": "list_attribute",
            "entity_id": "sensor.sun",
            "attribute": "forecast",
            "options": {},
        },
    },
)
# one phase is enough to tell, and has fewer statistics to write
ONE_PHASE: dict[str, Any] = {"phases": 1, "grid_b": None, "grid_c": None}


def sun_kw(start: datetime) -> float:
    """Return what is forecast of an hour: a fine day, every day."""
    return max(0.0, 6.0 * float(np.sin((start.hour + 0.5 - 4) / 16 * np.pi)))


def use_kw(start: datetime) -> float:
    """Return what the household draws in an hour: more in the evening, no day like the other."""
    usual_kw = 1.4 if 17 <= start.hour <= 20 else 0.5
    return usual_kw * (1 + 0.2 * float(np.sin(2.4 * start.toordinal())))


def shine(hass: HomeAssistant, days: int = 3, p10_share: float | None = None) -> None:
    """Show a forecast by the hour, from the day's start on, with a P10 that is a share of it."""
    rows = [
        {
            "start": (start := DAY + timedelta(hours=hour)).isoformat(),
            "end": (start + timedelta(hours=1)).isoformat(),
            "kw": sun_kw(start),
            **({} if p10_share is None else {"p10": p10_share * sun_kw(start)}),
        }
        for hour in range(24 * days)
    ]
    entity = sun_sensor(hass)
    hass.states.async_set(entity, "1", {"unit_of_measurement": "kW", "forecast": rows})


def sun_sensor(hass: HomeAssistant) -> str:
    """Return the sensor with the forecast, of an integration that has others."""
    registry, entries = er.async_get(hass), hass.config_entries
    owner = entries.async_get_entry("sunny")
    if owner is None:
        owner = MockConfigEntry(domain="sunny", entry_id="sunny")
        owner.add_to_hass(hass)
    for unique_id, name in (("forecast", "sun"), ("roof_power_production_now", "sun_now")):
        registry.async_get_or_create(
            "sensor", "sunny", unique_id, suggested_object_id=name, config_entry=owner
        )
    return "sensor.sun"


def hourly(
    figure: Callable[[datetime], float], days: int, share: float = 1.0
) -> tuple[datetime, list[float]]:
    """Return the start and the W of every hour of some days before now, in order."""
    end = NOW.replace(minute=0)
    start = end - timedelta(days=days)
    hours = (start + timedelta(hours=hour) for hour in range(24 * days))
    return start, [1000 * share * figure(hour) for hour in hours]


def live(hass: HomeAssistant, days: int, share: float = PROMISED_TOO_MUCH) -> None:
    """Let a home of one phase have been there for some days; ``share`` of the sun came."""
    start, sun = hourly(sun_kw, days, share)
    _, use = hourly(use_kw, days)
    remember(hass, "sensor.sun_now", "W", *hourly(sun_kw, days))
    remember(hass, "sensor.pv", "kW", start, [watts / 1000 for watts in sun])
    remember(hass, "sensor.grid_a", "W", start, difference(use, sun))


def difference(first: list[float], second: list[float]) -> list[float]:
    """Return first less second, one by one."""
    return [one - other for one, other in zip(first, second, strict=True)]


def forecasting_of(home: Home) -> Forecasting:
    """Return the forecasts of a running site."""
    return home.coordinator.forecasting
