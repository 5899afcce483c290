"""The sensors that remember what a source of PV forecasts expected are found by themselves."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.sources.pv.past import past_sensors


def own(hass: HomeAssistant, domain: str, entry_id: str, *unique_ids: str) -> None:
    """Let an integration have sensors, named by their unique ids."""
    entry = MockConfigEntry(domain=domain, entry_id=entry_id)
    entry.add_to_hass(hass)
    for unique_id in unique_ids:
        er.async_get(hass).async_get_or_create(
            "sensor", domain, unique_id, suggested_object_id=unique_id, config_entry=entry
        )


@pytest.mark.parametrize(
    ("domain", "unique_ids", "found"),
    [
        ("forecast_solar", ("e_energy_production_today", "e_power_production_now"), 1),
        ("forecast_solar", ("e_power_now",), None),
        ("open_meteo_solar_forecast", ("e_power_production_now",), 0),
        ("solcast_solar", ("power_now_30m", "power_now", "power_now_1hr"), 1),
        ("anything", ("power_production_now",), 0),
        ("simulated_home", ("home_pv_forecast_power",), 0),
        ("anything", ("power_tomorrow",), None),
        ("anything", (), None),
    ],
)
def test_it_is_known_by_the_end_of_its_unique_id(
    hass: HomeAssistant, domain: str, unique_ids: tuple[str, ...], found: int | None
) -> None:
    own(hass, domain, "e", *unique_ids)
    expected = () if found is None else (f"sensor.{unique_ids[found]}",)
    assert past_sensors(hass, [SourceRef(kind="energy_platform", entry_id="e")]) == expected


def test_a_list_of_another_integration_has_the_sensor_of_that_one(hass: HomeAssistant) -> None:
    own(hass, "solcast_solar", "e", "forecast_today", "power_now")
    ref = SourceRef(kind="list_attribute", entity_id="sensor.forecast_today", attribute="x")
    assert past_sensors(hass, [ref]) == ("sensor.power_now",)


def test_several_arrays_are_all_known_or_none_is(hass: HomeAssistant) -> None:
    own(hass, "forecast_solar", "south", "south_power_production_now")
    own(hass, "forecast_solar", "west", "west_power_production_now")
    south, west = (SourceRef(kind="forecast_solar", entry_id=name) for name in ("south", "west"))
    assert len(past_sensors(hass, [south, west])) == 2
    lonely = SourceRef(kind="template", template="{{ [] }}")
    assert past_sensors(hass, [south, lonely]) == ()
    assert past_sensors(hass, []) == ()
