"""Adding and changing PV arrays and their forecasts."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.market import SUN, add_sun, rows
from tests.integration.flows.sites import PV_ARRAY, pv_array, site

FOUND = f"list_attribute|{SUN}|forecast"
SUN_REF = {"kind": "list_attribute", "entity_id": SUN, "attribute": "forecast"}
GOOD: dict[str, Any] = {"name": "South", "peak_power": 6.5}
TEMPLATE = "{{ state_attr('sensor.sun_forecast', 'forecast') }}"


async def dashboard(hass: HomeAssistant) -> None:
    """Let the energy dashboard show a forecast."""
    solar = {"type": "solar", "stat_energy_from": "sensor.pv_kwh"}
    manager = await async_get_manager(hass)
    preferences: Any = {"energy_sources": [solar | {"config_entry_solar_forecast": ["sun"]}]}
    await manager.async_update(preferences)


async def test_a_forecast_that_is_here_is_offered_first(hass: HomeAssistant) -> None:
    add_sun(hass)
    entry = await site(hass)
    user = await User.adds(hass, entry, "pv_array")
    assert user.shown["forecast"] == FOUND
    result = await user.submits(**GOOD, tilt=30, azimuth=200)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (added,) = entry.subentries.values()
    data = {"peak_power": 6.5, "tilt": 30, "azimuth": 200, "forecast_source": SUN_REF}
    assert (added.title, added.data) == ("South", data)


async def test_the_energy_dashboards_forecast_needs_no_source(hass: HomeAssistant) -> None:
    add_sun(hass)
    await dashboard(hass)
    entry = await site(hass)
    user = await User.adds(hass, entry, "pv_array")
    assert user.shown["forecast"] == "energy"
    await user.submits(**GOOD)
    (array,) = SiteConfig.from_entry(entry).planning.pv_arrays.values()
    assert (array.peak_kw, array.forecast, array.tilt_deg) == (6.5, None, None)


async def test_a_dashboard_without_a_forecast_is_no_source(hass: HomeAssistant) -> None:
    add_sun(hass)
    user = await User.adds(hass, await site(hass), "pv_array")
    await user.submits(**GOOD, forecast="energy")
    assert "has no forecast of solar power" in user.reads("forecast")
    result = await user.submits(forecast=FOUND)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_list_is_confirmed_key_by_key(hass: HomeAssistant) -> None:
    add_sun(hass, forecast=rows("strength"))
    entry = await site(hass)
    user = await User.adds(hass, entry, "pv_array")
    assert user.shown["forecast"] == "list"
    await user.submits(**GOOD)
    await user.submits(entity_id=SUN, attribute="forecast")
    assert user.shown == {}
    result = await user.submits(start_key="start", end_key="end", value_key="strength")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    options = {"start_key": "start", "end_key": "end", "value_key": "strength"}
    (array,) = SiteConfig.from_entry(entry).planning.pv_arrays.values()
    assert array.forecast == SourceRef(
        kind="list_attribute", entity_id=SUN, attribute="forecast", options=options
    )
    (added,) = entry.subentries.values()
    again = await User.changes(hass, entry, added)
    assert again.shown["forecast"] == "list"
    await again.submits()
    assert again.shown == {"entity_id": SUN, "attribute": "forecast"}
    await again.submits()
    assert again.shown == options
    await again.submits(end_key=None, unit="W")
    changed = added_data(entry)["forecast_source"]["options"]
    assert changed == {"start_key": "start", "value_key": "strength", "unit": "W"}


def added_data(entry: Any) -> dict[str, Any]:
    """Return what is stored of the only subentry."""
    (only,) = entry.subentries.values()
    return dict(only.data)


async def test_a_list_in_an_unknown_unit_is_asked_for_it(hass: HomeAssistant) -> None:
    add_sun(hass, unit_of_measurement=None)
    user = await User.adds(hass, await site(hass), "pv_array")
    await user.submits(**GOOD, forecast="list")
    await user.submits(entity_id=SUN, attribute="forecast")
    await user.submits()
    assert user.reads("unit") == "The unit is not known. Choose one."
    assert (await user.submits(unit="Wh"))["type"] is FlowResultType.CREATE_ENTRY


async def test_powers_by_time_need_no_keys(hass: HomeAssistant) -> None:
    add_sun(hass, forecast={row["start"]: row["power"] for row in rows("power")})
    user = await User.adds(hass, await site(hass), "pv_array")
    await user.submits(**GOOD, forecast="list")
    await user.submits(entity_id=SUN, attribute="forecast")
    assert user.fields == {"unit"}
    assert (await user.submits())["type"] is FlowResultType.CREATE_ENTRY


async def test_powers_of_another_day_are_no_forecast(hass: HomeAssistant) -> None:
    old = {row["start"]: row["power"] for row in rows("power", days_ago=5)}
    add_sun(hass, forecast=old)
    user = await User.adds(hass, await site(hass), "pv_array")
    await user.submits(**GOOD, forecast="list")
    await user.submits(entity_id=SUN, attribute="forecast")
    await user.submits()
    assert "no values for today and tomorrow" in user.reads("base")


async def test_a_template_gives_a_forecast(hass: HomeAssistant) -> None:
    add_sun(hass)
    entry = await site(hass)
    user = await User.adds(hass, entry, "pv_array")
    await user.submits(**GOOD, forecast="template")
    await user.submits(template="{{ nonsense() }}")
    assert "The template fails: UndefinedError" in user.reads("template")
    await user.submits(template=TEMPLATE, unit="kW")
    ref = {"kind": "template", "template": TEMPLATE, "options": {"unit": "kW"}}
    assert added_data(entry)["forecast_source"] == ref


async def test_an_array_is_changed_with_its_values_in_the_fields(hass: HomeAssistant) -> None:
    add_sun(hass)
    entry = await site(hass, pv_array(forecast_source=SUN_REF))
    user = await User.changes(hass, entry, entry.subentries["roof"])
    assert user.shown == {"name": "Roof", "forecast": FOUND} | PV_ARRAY
    hass.states.async_remove(SUN)  # what is in use stays in use
    result = await user.submits(peak_power=9.2, tilt=None)
    assert result["reason"] == "reconfigure_successful"
    kept = {"peak_power": 9.2, "azimuth": 180.0, "forecast_source": SUN_REF}
    assert entry.subentries["roof"].data == kept


async def test_an_array_with_the_dashboards_forecast_still_has_it(hass: HomeAssistant) -> None:
    add_sun(hass)
    entry = await site(hass, pv_array())
    user = await User.changes(hass, entry, entry.subentries["roof"])
    assert user.shown["forecast"] == "energy"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": "ROOF"}, "name", "already used"),
        ({"peak_power": 0}, "peak_power", "between 0.1 and 1000 kW"),
        ({"tilt": 91}, "tilt", "between 0 and 90 °"),
        ({"azimuth": -10}, "azimuth", "between 0 and 360 °"),
        ({"forecast": FOUND}, "forecast", "the forecast of Roof already"),
    ],
)
async def test_an_array_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    add_sun(hass)
    others = pv_array("shed", "Shed"), pv_array(forecast_source=SUN_REF)
    user = await User.adds(hass, await site(hass, *others), "pv_array")
    await user.submits(**(GOOD | {"forecast": "list"} | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(**GOOD, forecast="list", tilt=None, azimuth=None)
    assert user.step == "source_list"


async def test_the_same_list_does_not_count_twice(hass: HomeAssistant) -> None:
    add_sun(hass)
    keys = {"start_key": "start", "end_key": "end", "value_key": "power"}
    entry = await site(hass, pv_array(forecast_source=SUN_REF | {"options": keys}))
    user = await User.adds(hass, entry, "pv_array")
    await user.submits(**GOOD, forecast="list")
    await user.submits(entity_id=SUN, attribute="forecast")
    await user.submits()
    assert "It would count twice" in user.reads("value_key")


async def test_a_forecast_of_another_day_is_refused(hass: HomeAssistant) -> None:
    add_sun(hass, forecast=rows("power", days_ago=4))
    user = await User.adds(hass, await site(hass), "pv_array")
    await user.submits(**GOOD)
    assert "no values for today and tomorrow" in user.reads("forecast")


async def test_a_forecast_that_vanishes_meanwhile_is_refused(hass: HomeAssistant) -> None:
    add_sun(hass)
    user = await User.adds(hass, await site(hass), "pv_array")
    hass.states.async_remove(SUN)
    await user.submits(**GOOD)
    assert "It does not answer at present" in user.reads("forecast")


async def test_an_array_that_was_removed_meanwhile_is_changed_no_more(hass: HomeAssistant) -> None:
    entry = await site(hass, pv_array())
    user = await User.changes(hass, entry, entry.subentries["roof"])
    hass.config_entries.async_remove_subentry(entry, "roof")
    assert (await user.submits())["reason"] == "removed"
