"""What cannot be known is unavailable; what was decided stays."""

from unittest.mock import AsyncMock

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.control.types import MeterState
from custom_components.loadstar.engine.models import ConnectorStatus, Reason, ReasonCode
from custom_components.loadstar.ocpp import PortInUseError
from tests.integration.common import CHARGING, Home, report_meters, running
from tests.integration.fakes import FakeCentralSystem

MEASURED = [
    ("sensor", "status"),
    ("sensor", "offered_current"),
    ("sensor", "current_l1"),
    ("sensor", "current_l2"),
    ("sensor", "current_l3"),
    ("sensor", "power"),
    ("sensor", "session_energy"),
    ("binary_sensor", "plugged"),
    ("binary_sensor", "charging"),
    ("button", "start_session"),
    ("button", "stop_session"),
]
LASTING = [
    ("sensor", "setpoint", "10.0"),
    ("sensor", "reason", "limited_by_phase"),
    ("binary_sensor", "connected", "off"),
    ("select", "charging_mode", "site"),
    ("number", "max_current", "16.0"),
    ("switch", "enabled", "on"),
]


@pytest.mark.parametrize(("platform", "key"), MEASURED)
async def test_what_a_charger_measures_goes_and_comes_with_it(
    home: Home, platform: str, key: str
) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    assert home.state(platform, key, "garage") != "unavailable"
    home.garage.say(connected=False)
    await home.decide()
    assert home.state(platform, key, "garage") == "unavailable"
    home.garage.say(connected=True)
    await home.decide()
    assert home.state(platform, key, "garage") != "unavailable"


@pytest.mark.parametrize(("platform", "key", "state"), LASTING)
async def test_what_was_decided_stays_without_the_charger(
    home: Home, platform: str, key: str, state: str
) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    home.garage.say(connected=False)
    await home.decide()
    assert home.state(platform, key, "garage") == state


@pytest.mark.parametrize("value", ["unavailable", "unknown", "nan", "9999", "-9999", "warm"])
@pytest.mark.parametrize(
    ("source", "key", "subentry_id"),
    [
        ("grid_b", "grid_current_b", None),
        ("pv", "pv_power", None),
        ("battery_soc", "battery_soc", None),
        ("battery_soc", "soc", "cellar"),
        ("out_b", "current_b", "outbuilding"),
    ],
)
async def test_a_source_without_a_value_makes_its_entity_unavailable(
    home: Home, source: str, value: str, key: str, subentry_id: str | None
) -> None:
    before = home.state("sensor", key, subentry_id)
    assert before != "unavailable"
    # PV is read in kW, where 9999 is as absurd as in A
    report_meters(home.hass, **{source: value})
    await home.show()
    assert home.state("sensor", key, subentry_id) == "unavailable"
    report_meters(home.hass)
    await home.show()
    assert home.state("sensor", key, subentry_id) == before


async def test_the_sites_other_phases_stay_when_one_is_missing(home: Home) -> None:
    report_meters(home.hass, grid_b="unavailable")
    await home.show()
    assert home.state("sensor", "grid_current_a") == "4.2"


@pytest.mark.parametrize(
    "status", [status for status in ConnectorStatus if status is not ConnectorStatus.UNKNOWN]
)
async def test_every_status_is_an_option(home: Home, status: ConnectorStatus) -> None:
    home.garage.say(CHARGING, status=status.value)
    await home.decide()
    assert home.state("sensor", "status", "garage") == status.name.lower()
    assert status.name.lower() in home.attributes("sensor", "status", "garage")["options"]


async def test_a_status_that_ocpp_does_not_have_is_none(home: Home) -> None:
    home.garage.say(CHARGING, status="Dreaming")
    await home.decide()
    assert home.state("sensor", "status", "garage") == "unavailable"
    assert home.state("binary_sensor", "plugged", "garage") == "off"


@pytest.mark.parametrize("reason", list(ReasonCode))
async def test_every_reason_is_shown_with_its_figures(home: Home, reason: ReasonCode) -> None:
    home.controller.reason = Reason(reason, {"limit": 12.3456, "circuit": "Outbuilding"})
    await home.decide()
    assert home.state("sensor", "reason", "garage") == reason.value
    attributes = home.attributes("sensor", "reason", "garage")
    assert (attributes["limit"], attributes["circuit"]) == (12.3, "Outbuilding")


async def test_overload_and_a_stale_meter_are_shown_at_once(home: Home) -> None:
    home.controller.overloaded_phases = "AC"
    home.controller.grid_state = MeterState.STALE
    await home.decide()
    assert home.state("binary_sensor", "overload") == "on"
    assert home.attributes("binary_sensor", "overload")["phases"] == ["A", "C"]
    assert home.state("binary_sensor", "meter_stale") == "on"


async def test_an_ageing_meter_is_not_stale(home: Home) -> None:
    home.controller.grid_state = MeterState.AGEING
    await home.decide()
    assert home.state("binary_sensor", "meter_stale") == "off"


async def test_everything_is_unavailable_while_the_site_is_unloaded(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await hass.config_entries.async_unload(home.entry.entry_id)
        for platform, key, subentry_id in (
            ("sensor", "grid_current_a", None),
            ("select", "charging_mode", "garage"),
            ("event", "overload", None),
        ):
            assert home.state(platform, key, subentry_id) == "unavailable"


async def test_with_the_port_taken_everything_but_the_chargers_is_shown(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, issue_registry: ir.IssueRegistry
) -> None:
    monkeypatch.setattr(FakeCentralSystem, "start", AsyncMock(side_effect=PortInUseError))
    async with running(hass) as home:
        assert home.state("sensor", "grid_current_a") == "4.2"
        assert home.state("binary_sensor", "connected", "garage") == "off"
        assert home.state("sensor", "status", "garage") == "unavailable"
        with pytest.raises(HomeAssistantError, match="Garage is not connected"):
            await home.coordinator.chargers.async_start_session("garage")
        issue = issue_registry.async_get_issue(DOMAIN, f"port_taken_{home.entry.entry_id}")
        assert issue is not None
        assert issue.translation_placeholders == {"site": "Home", "port": "9016"}
