"""The one device that all of the simulated home's entities are on."""

from homeassistant.helpers.device_registry import DeviceInfo

from .const import DOMAIN


def device_info(entry_id: str) -> DeviceInfo:
    """Return the house."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry_id)},
        name="Simulated home",
        manufacturer="Loadstar",
        model="House with two cars",
    )
