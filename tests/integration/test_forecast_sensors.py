"""What is expected is shown where there can be anything, and given to the energy dashboard."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.energy import async_get_solar_forecast
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.models import ForecastSnapshot
from custom_components.loadstar.sources.types import PvForecast
from tests.integration.common import Home, running

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")

NOW = datetime(2026, 6, 21, 8, 0, tzinfo=UTC)
FORECAST = ForecastSnapshot(
    pv_today_kwh=31.26,
    pv_remaining_kwh=24.1,
    pv_tomorrow_kwh=18.0,
    pv_confidence=0.8251,
    correction="over",
    correction_data={"percent": 12.0, "confidence": "good"},
    pv_error=0.175,
    load_today_kwh=11.2,
    load_tomorrow_kwh=12.7,
    load_error=0.214,
    load_naive_error=0.3333,
    load_model="learned",
    trained_at=NOW - timedelta(hours=4),
    learned_days=28,
    notes=(PlanWarning(code="snow"), PlanWarning(code="gap"), PlanWarning(code="gap")),
)
PV = {
    "pv_today": "31.26",
    "pv_remaining": "24.1",
    "pv_tomorrow": "18.0",
    "pv_confidence": "82.51",
    "pv_correction": "over",
    "pv_forecast_error": "17.5",
}
LOAD = {
    "load_today": "11.2",
    "load_tomorrow": "12.7",
    "load_forecast_error": "21.4",
    "load_model": "learned",
}
ROOF = ConfigSubentryDataWithId(
    subentry_id="roof",
    subentry_type="pv_array",
    title="Roof",
    unique_id=None,
    data={"peak_power": 9.8},
)


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    async with running(hass, ()) as home:
        yield home


def foresee(home: Home, forecast: ForecastSnapshot) -> None:
    home.coordinator.forecasting.snapshot = forecast


def shown(home: Home) -> set[str]:
    """Return the keys of the forecast's sensors that there are."""
    registry = er.async_get(home.hass)
    prefix = f"{home.entry.entry_id}_"
    entries = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return {entry.unique_id.removeprefix(prefix) for entry in entries} & (PV | LOAD).keys()


async def test_all_that_is_expected_is_shown(home: Home) -> None:
    foresee(home, FORECAST)
    await home.show()
    assert {key: home.state("sensor", key) for key in PV | LOAD} == PV | LOAD


async def test_figures_behind_a_state_are_its_attributes(home: Home) -> None:
    foresee(home, FORECAST)
    await home.show()

    def attributes(key: str, *names: str) -> dict[str, Any]:
        found = home.attributes("sensor", key)
        return {name: found[name] for name in names}

    assert attributes("pv_correction", "percent", "confidence") == {
        "percent": 12.0,
        "confidence": "good",
    }
    assert attributes("load_forecast_error", "same_as_last_week") == {"same_as_last_week": 33.3}
    assert attributes("load_model", "trained_at", "learned_days", "notes") == {
        "trained_at": "2026-06-21T04:00:00+00:00",
        "learned_days": 28,
        "notes": ["gap", "snow"],
    }


async def test_what_is_not_known_is_unavailable(home: Home) -> None:
    foresee(home, ForecastSnapshot())
    await home.show()
    assert {home.state("sensor", key) for key in PV | LOAD} == {"unavailable"}
    foresee(home, ForecastSnapshot(load_error=0.2, load_model="default", correction="learning"))
    await home.show()
    assert home.state("sensor", "load_model") == "default"
    assert home.attributes("sensor", "load_model")["trained_at"] is None
    assert home.attributes("sensor", "load_forecast_error")["same_as_last_week"] is None
    assert home.attributes("sensor", "pv_correction")["percent"] is None


async def test_a_new_forecast_is_shown_at_once(home: Home) -> None:
    foresee(home, FORECAST)
    await home.show()
    foresee(home, replace(FORECAST, pv_tomorrow_kwh=18.1))
    await home.decide()
    assert home.state("sensor", "pv_tomorrow") == "18.1"


@pytest.mark.parametrize(
    ("pv_power", "subentries", "keys"),
    [
        (None, (), LOAD.keys()),
        (["sensor.pv"], (), (PV | LOAD).keys()),
        (None, (ROOF,), (PV | LOAD).keys()),
    ],
    ids=["no PV", "measured PV", "an array"],
)
async def test_a_home_without_pv_has_no_sensors_of_it(
    hass: HomeAssistant,
    pv_power: list[str] | None,
    subentries: tuple[ConfigSubentryDataWithId, ...],
    keys: set[str],
) -> None:
    async with running(hass, subentries, pv_power=pv_power) as home:
        assert shown(home) == keys


# the energy dashboard


def corrected(*powers_kw: float, minutes: int = 30) -> PvForecast:
    length = timedelta(minutes=minutes)
    return PvForecast(
        periods=tuple(
            EnergyPeriod(start=NOW + index * length, end=NOW + (index + 1) * length, mean_kw=power)
            for index, power in enumerate(powers_kw)
        )
    )


async def test_the_energy_dashboard_gets_the_corrected_forecast(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreseen = corrected(2.0, 1.5)
    forecasting = home.coordinator.forecasting
    monkeypatch.setattr(type(forecasting), "pv", property(lambda _self: foreseen))
    assert await async_get_solar_forecast(home.hass, home.entry.entry_id) == {
        "wh_hours": {"2026-06-21T08:00:00+00:00": 1000.0, "2026-06-21T08:30:00+00:00": 750.0}
    }


@pytest.mark.parametrize("foreseen", [None, PvForecast(periods=())])
async def test_the_energy_dashboard_gets_nothing_where_nothing_is_foreseen(
    home: Home, monkeypatch: pytest.MonkeyPatch, foreseen: PvForecast | None
) -> None:
    forecasting = home.coordinator.forecasting
    monkeypatch.setattr(type(forecasting), "pv", property(lambda _self: foreseen))
    assert await async_get_solar_forecast(home.hass, home.entry.entry_id) is None


async def test_the_energy_dashboard_may_ask_for_a_site_that_does_not_run(home: Home) -> None:
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert await async_get_solar_forecast(home.hass, home.entry.entry_id) is None
    assert await async_get_solar_forecast(home.hass, "never heard of") is None
