"""Adding a site: what is asked, what is stored, and what is refused in which words."""

import socket
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import site

THREE = {"grid_a": "sensor.grid_a", "grid_b": "sensor.grid_b", "grid_c": "sensor.grid_c"}


async def at_meter(hass: HomeAssistant, **supply: Any) -> User:
    """Return a user who has answered the first step."""
    user = await User.adds_site(hass)
    await user.submits(**({"main_breaker": 25} | supply))
    assert user.step == "meter"
    return user


async def at_solar(hass: HomeAssistant, **supply: Any) -> User:
    """Return a user who has answered the first two steps of a three-phase site."""
    user = await at_meter(hass, **supply)
    await user.submits(**THREE)
    assert user.step == "solar"
    return user


async def test_a_three_phase_site_with_a_meter_per_phase(
    hass: HomeAssistant, free_port: int
) -> None:
    user = await User.adds_site(hass)
    assert user.shown["name"] == hass.config.location_name
    await user.submits(name=" Cottage ", main_breaker=20, import_limit=9000)
    assert {"grid_a", "grid_b", "grid_c", "grid_export_c", "max_unbalance"} <= user.fields
    assert "grid_total" not in user.fields
    await user.submits(**THREE, grid_heartbeat="binary_sensor.meter_alive", max_unbalance=20)
    result = await user.finishes(
        pv_power=["sensor.pv_south", "sensor.pv_west"],
        inverter_kind="asymmetric",
        inverter_max_power=8000,
        inverter_max_power_per_phase=3000,
        export_threshold=300,
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Cottage"
    assert result["data"] == {
        "phases": 3,
        "voltage": 230,
        "main_breaker": 20,
        "import_limit": 9000,
        "meter_layout": "per_phase",
        **THREE,
        "grid_invert": False,
        "grid_heartbeat": "binary_sensor.meter_alive",
        "phase_netting": False,
        "max_unbalance": 20,
        "pv_power": ["sensor.pv_south", "sensor.pv_west"],
        "export_threshold": 300,
        "inverter_kind": "asymmetric",
        "inverter_phase": "A",
        "inverter_max_power": 8000,
        "inverter_max_power_per_phase": 3000,
        "ocpp_port": free_port,
        "ocpp_host": "0.0.0.0",  # noqa: S104
    }
    config = SiteConfig.from_entry(result["result"])
    assert (config.name, config.phases, config.meter.imports) == (
        "Cottage",
        3,
        tuple(THREE.values()),
    )


async def test_a_single_phase_site_is_asked_for_one_phase_alone(hass: HomeAssistant) -> None:
    user = await at_meter(hass, phases="1", meter_layout="total")
    assert user.fields == {"grid_a", "grid_export_a", "grid_invert", "grid_heartbeat"}
    await user.submits(grid_a="sensor.import_a", grid_export_a="sensor.export_a")
    assert {"inverter_kind", "inverter_phase"}.isdisjoint(user.fields)
    data = (await user.finishes())["data"]
    assert (data["phases"], data["meter_layout"]) == (1, "per_phase")
    assert "pv_power" not in data


async def test_a_meter_of_the_total_alone(hass: HomeAssistant) -> None:
    user = await at_meter(hass, meter_layout="total")
    await user.submits(grid_total="sensor.grid_power", grid_export_total="sensor.grid_export")
    result = await user.finishes(inverter_kind="single_phase", inverter_phase="B")
    meter = SiteConfig.from_entry(result["result"]).meter
    assert (meter.total, meter.total_export) == ("sensor.grid_power", "sensor.grid_export")
    assert meter.imports == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("main_breaker", 5, "between 6 and 125 A"),
        ("main_breaker", 126, "between 6 and 125 A"),
        ("main_breaker", "nan", "between 6 and 125 A"),
        ("voltage", -230, "between 100 and 280 V"),
        ("import_limit", -1, "between 500 and 250000 W"),
        ("name", "   ", "Enter a name"),
        ("name", "HOME", "already used"),
    ],
)
async def test_a_supply_that_cannot_be(
    hass: HomeAssistant, field: str, value: object, words: str
) -> None:
    await site(hass, title="Home")
    good = {"main_breaker": 25, "name": "Cottage", "voltage": 230, "import_limit": None}
    user = await User.adds_site(hass)
    await user.submits(**(good | {field: value}))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(**good)
    assert user.step == "meter"


async def test_several_ranges_are_named_each_with_its_own_figures(hass: HomeAssistant) -> None:
    user = await User.adds_site(hass)
    await user.submits(main_breaker=500, voltage=12)
    assert "125 A" in user.reads("main_breaker")
    assert "280 V" in user.reads("voltage")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"grid_b": "sensor.none"},
            "grid_b",
            "Not found in Home Assistant, or disabled: sensor.none",
        ),
        ({"grid_b": "sensor.temperature"}, "grid_b", "Neither a current (A) nor a power (W)"),
        ({"grid_b": "binary_sensor.meter_alive"}, "grid_b", "Neither a current"),
        ({"grid_b": "sensor.words"}, "grid_b", "not a number: sensor.words"),
        ({"grid_b": "sensor.endless"}, "grid_b", "not a number: sensor.endless"),
        ({"grid_b": "sensor.grid_a"}, "grid_b", "more than once: sensor.grid_a"),
        ({"grid_b": "sensor.grid_power"}, "grid_b", "either current or power"),
        ({"grid_export_a": "sensor.garage_a"}, "export", "an entity for each phase"),
        ({"grid_heartbeat": "sensor.none"}, "meter_options", "Not found"),
        ({"max_unbalance": -16}, "meter_options", "between 1 and 125 A"),
    ],
)
async def test_a_meter_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await at_meter(hass)
    await user.submits(**(THREE | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    cleared = {name: None for name in changes if name not in THREE}
    await user.submits(**(THREE | cleared))
    assert user.step == "solar"


async def test_one_sentence_names_every_entity_that_is_missing(hass: HomeAssistant) -> None:
    user = await at_meter(hass)
    await user.submits(grid_a="sensor.x", grid_b="sensor.y", grid_c="sensor.grid_c")
    assert user.reads("grid_a").endswith("sensor.x, sensor.y")
    assert user.reads("grid_b") == user.reads("grid_a")


async def test_a_section_with_a_problem_is_opened(hass: HomeAssistant) -> None:
    user = await at_meter(hass)
    assert collapsed(user) == {"export": True, "meter_options": True}
    await user.submits(**THREE, grid_export_a="sensor.none")
    assert collapsed(user) == {"export": False, "meter_options": True}


def collapsed(user: User) -> dict[str, bool]:
    """Return which sections are closed."""
    fields = user.result["data_schema"].schema.items()
    return {
        str(name): field.options["collapsed"]
        for name, field in fields
        if isinstance(field, section)
    }


async def test_export_is_named_for_every_phase(hass: HomeAssistant) -> None:
    user = await at_meter(hass)
    imports = {f"grid_{phase}": f"sensor.import_{phase}" for phase in "abc"}
    exports = {f"grid_export_{phase}": f"sensor.export_{phase}" for phase in "abc"}
    await user.submits(**imports, **exports)
    data = (await user.finishes())["data"]
    assert data | exports == data


async def test_loadstars_own_values_are_no_source(hass: HomeAssistant) -> None:
    entry = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "own")
    hass.states.async_set(entry.entity_id, "1", {"unit_of_measurement": "A"})
    user = await at_meter(hass)
    await user.submits(**(THREE | {"grid_a": entry.entity_id}))
    assert "own values" in user.reads("grid_a")


async def test_two_sites_cannot_share_a_meter(hass: HomeAssistant) -> None:
    await site(hass, title="Barn")
    user = await at_meter(hass, name="Home")
    await user.submits(grid_a="sensor.other_a", grid_b="sensor.grid_b", grid_c="sensor.grid_c_ma")
    assert set(user.errors) == {"grid_b"}
    assert "Barn" in user.reads("grid_b")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"pv_power": ["sensor.none"]}, "pv_power", "Not found"),
        ({"pv_power": ["sensor.grid_power", "sensor.other_a"]}, "pv_power", "sensor.other_a"),
        ({"pv_power": ["sensor.pv_west", "sensor.pv_west"]}, "pv_power", "more than once"),
        ({"export_threshold": -5}, "export_threshold", "between 0 and 250000 W"),
        ({"inverter_max_power": 0}, "inverter", "between 100 and 250000 W"),
        ({"inverter_max_power_per_phase": 1e9}, "inverter", "between 100 and 100000 W"),
        ({"ocpp_port": "nan"}, "ocpp", "between 1024 and 65535"),
        ({"ocpp_port": "inf"}, "ocpp", "between 1024 and 65535"),
        ({"ocpp_port": 80}, "ocpp", "between 1024 and 65535"),
        ({"ocpp_port": 70000}, "ocpp", "between 1024 and 65535"),
        ({"ocpp_host": "home"}, "ocpp", "Enter an IP address"),
        ({"ocpp_host": "192.0.2.1"}, "ocpp", "does not have this address"),
        ({"ocpp_host": "2001:db8::1"}, "ocpp", "does not have this address"),
    ],
)
async def test_solar_power_and_a_server_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await at_solar(hass)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)


async def test_a_meter_is_no_solar_power(hass: HomeAssistant) -> None:
    user = await at_meter(hass, meter_layout="total")
    await user.submits(grid_total="sensor.grid_power")
    await user.submits(pv_power=["sensor.grid_power"])
    assert "more than once" in user.reads("pv_power")


async def test_a_port_that_another_program_holds_is_refused(
    hass: HomeAssistant, free_port: int
) -> None:
    user = await at_solar(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        await user.submits(ocpp_port=port)
        assert user.reads("ocpp").startswith(f"Port {port} cannot be opened")
        assert (await user.finishes(ocpp_port=free_port))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_port_that_loadstar_serves_for_another_site_is_fine(hass: HomeAssistant) -> None:
    others: dict[str, Any] = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}
    with socket.socket() as served:
        served.bind(("127.0.0.1", 0))
        served.listen()
        port = served.getsockname()[1]
        await site(hass, title="Barn", ocpp_port=port, **others)
        user = await at_solar(hass)
        result = await user.finishes(ocpp_port=port)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_first_problem_of_a_field_stays(hass: HomeAssistant) -> None:
    await site(hass, title="Barn")
    user = await at_meter(hass)
    await user.submits(
        grid_a="sensor.other_a", grid_b="sensor.other_a", grid_c="sensor.temperature"
    )
    assert user.errors == {"grid_b": "entity_twice", "grid_c": "not_current_or_power"}
    await user.submits(grid_a="sensor.grid_a", grid_b="sensor.grid_a", grid_c="sensor.grid_c_ma")
    assert user.errors == {"grid_a": "meter_used", "grid_b": "entity_twice"}


async def test_several_sites_may_stand_side_by_side(hass: HomeAssistant) -> None:
    first = await site(hass, title="Home")
    user = await at_meter(hass, name="Barn")
    await user.submits(grid_a="sensor.garage_a", grid_b="sensor.garage_b", grid_c="sensor.garage_c")
    result = await user.finishes()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id is None
    assert first.entry_id != result["result"].entry_id
