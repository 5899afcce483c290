"""Vehicles, PV arrays and loads have devices, as long as they are there."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.loadstar.diagnostics import async_get_config_entry_diagnostics
from tests.integration.common import running
from tests.integration.flows.sites import load, pv_array, vehicle

PARTS = [
    pytest.param(vehicle(charger=None, soc=None), id="vehicle"),
    pytest.param(pv_array(), id="PV array"),
    pytest.param(load(switch=None, power=None), id="load"),
]


@pytest.mark.parametrize("part", PARTS)
async def test_it_hangs_on_the_site_and_goes_with_its_subentry(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry, part: ConfigSubentryDataWithId
) -> None:
    async with running(hass, [part]) as home:
        device = home.device(part["subentry_id"])
        assert (device.name, device.via_device_id) == (part["title"], home.device().id)
        hass.config_entries.async_remove_subentry(home.entry, part["subentry_id"])
        await hass.async_block_till_done()
        left = dr.async_entries_for_config_entry(device_registry, home.entry.entry_id)
        assert [one.name for one in left] == ["Home"]


async def test_diagnostics_tell_what_planning_was_told(hass: HomeAssistant) -> None:
    answers: dict[str, Any] = {"import_fixed": 0.3, "peak_fee": 5}
    async with running(hass, [pv_array(), vehicle(charger=None, soc=None)], **answers) as home:
        told = await async_get_config_entry_diagnostics(hass, home.entry)
    assert answers.items() <= told["entry"]["data"].items()
    kept = {part["title"]: part["data"] for part in told["entry"]["subentries"]}
    assert (kept["Roof"]["peak_power"], kept["Beetle"]["capacity"]) == (8.4, 60.0)
