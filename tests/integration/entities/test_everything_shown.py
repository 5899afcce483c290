"""Every entity of a whole site, as registered and as shown."""

from homeassistant.const import Platform
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from custom_components.loadstar import PLATFORMS
from tests.integration.common import AT_REST, CHARGING, Home


@pytest.mark.freeze_time("2026-06-21 10:00:00+00:00")
@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("platform", [each for each in PLATFORMS if each is not Platform.TIME])
async def test_entities_of_a_whole_site(
    home: Home, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion, platform: Platform
) -> None:
    home.garage.say(CHARGING)
    home.carport.say(AT_REST)
    await home.show()
    entries = er.async_entries_for_config_entry(entity_registry, home.entry.entry_id)
    shown = [entry for entry in entries if entry.domain == platform]
    assert shown
    for entry in shown:
        assert entry == snapshot(name=f"{entry.entity_id}-entry")
        assert home.hass.states.get(entry.entity_id) == snapshot(
            name=f"{entry.entity_id}-state", exclude=props("device_id")
        )


async def test_devices_of_a_whole_site(
    home: Home, device_registry: dr.DeviceRegistry, snapshot: SnapshotAssertion
) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    devices = dr.async_entries_for_config_entry(device_registry, home.entry.entry_id)
    assert sorted(devices, key=lambda device: device.name or "") == snapshot
