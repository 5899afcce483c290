"""Wiring and settings become the engine's site."""

from dataclasses import replace

from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.models import ChargingMode
from custom_components.loadstar.settings import SettingsStore
from custom_components.loadstar.settings_error import SettingsError
from custom_components.loadstar.sources.site import site_context
from custom_components.loadstar.wiring import CircuitConfig
from tests.integration.wiring import site


def circuit(key: str, parent: str | None = None) -> CircuitConfig:
    """Return a circuit of 20 A."""
    return CircuitConfig(subentry_id=key, name=key, limit=20.0, parent=parent, meter=None)


async def test_settings_and_wiring_meet_in_the_site(hass: HomeAssistant) -> None:
    config = site(inverter_kind="single_phase", inverter_phase="B", max_unbalance=16.0)
    settings = SettingsStore(hass, "entry", config)
    await settings.async_update_site(safety_margin_a=2.0, charging_mode=ChargingMode.SOLAR)
    await settings.async_update_charger("garage", max_current=10.0)
    context = site_context(config, settings.site, settings.chargers)
    assert context.main_breaker_rating == 23.0
    assert context.charging_mode is ChargingMode.SOLAR
    assert (context.inverter_phases, context.inverter_supports_asymmetric) == ("B", False)
    assert context.max_unbalance == 16.0
    assert context.chargers[0].max_current == 10.0


async def test_a_circuit_that_was_removed_limits_nothing(hass: HomeAssistant) -> None:
    garage = replace(site().chargers["garage"], circuit="gone")
    config = site(
        chargers={"garage": garage},
        circuits={"shed": circuit("shed", parent="gone"), "hut": circuit("hut", parent="shed")},
    )
    settings = SettingsStore(hass, "entry", config)
    context = site_context(config, settings.site, settings.chargers)
    assert context.chargers[0].circuit is None
    assert [known.parent for known in context.circuits] == [None, "shed"]


async def test_fallbacks_that_together_overload_the_breaker_are_refused(
    hass: HomeAssistant,
) -> None:
    garage = site().chargers["garage"]
    drive = replace(garage, subentry_id="drive", name="Drive")
    config = site(chargers={"garage": garage, "drive": drive})
    settings = SettingsStore(hass, "entry", config)
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_charger("drive", fallback_current=7.0)
    assert refused.value.translation_key == "fallback_over_breaker"
    assert refused.value.translation_placeholders == {
        "fallbacks": "13",
        "limit": "25",
        "phase": "A",
        "reserve": "12.5",
    }
    await settings.async_update_charger("drive", fallback_current=0.0)
    await settings.async_update_charger("garage", fallback_current=12.0)
