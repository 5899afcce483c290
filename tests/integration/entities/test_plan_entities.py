"""What a plan shows, what it is tuned by, and that nothing is made up where there is none."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from custom_components.loadstar.entity import LoadstarEntity
from custom_components.loadstar.models import ChargerPlan, PlannerMode, PlanSnapshot
from tests.integration.common import EVERYTHING, GARAGE, Home, running
from tests.integration.plans import (
    CAR,
    NOW,
    PLANNED,
    PRICED,
    SNAPSHOT,
    planned,
    planning,
    show_plan,
)

pytestmark = pytest.mark.freeze_time(NOW)

# By platform: every entity that planning adds, and of which subentries.
SITE = None
ADDED: dict[str, dict[str, set[str | None]]] = {
    "binary_sensor": {"plan_stale": {SITE}},
    "button": {"plan_now": {SITE}},
    "event": {"goal_at_risk": {SITE}},
    "number": {
        "wear_cost": {SITE},
        "battery_export_threshold": {SITE},
        "goal_energy": {"garage", "carport"},
        "goal_soc": {"garage", "carport"},
    },
    "select": {"planner_mode": {SITE}, "risk_appetite": {SITE}},
    "sensor": {
        "import_price": {SITE},
        "export_price": {SITE},
        "next_action": {SITE},
        "plan_reason": {SITE},
        "planned_battery_power": {SITE},
        "plan_cost": {SITE},
        "plan_saving": {SITE},
        "s_index": {SITE},
        "target_soc": {SITE},
        "month_peak": {SITE},
        "last_plan": {SITE},
        "solver_status": {SITE},
        "solve_time": {SITE},
        "solver_gap": {SITE},
        "planned_power": {"garage", "carport", "cellar", "heater"},
        "finish_time": {"garage", "carport"},
    },
    "switch": {"vacation": {SITE}},
    "time": {"departure": {"garage", "carport"}},
}
DISABLED = {"solve_time", "solver_gap"}


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    """Return a site that is planned for."""
    async with planned(hass) as home:
        yield home


def every_entity() -> Iterator[tuple[str, str, set[str | None]]]:
    """Yield platform, key and whose it is."""
    for platform, keys in ADDED.items():
        for key, whose in keys.items():
            yield platform, key, whose


def keys_of(home: Home) -> dict[str, dict[str, set[str | None]]]:
    """Return every entity's key by platform, and whose it is."""
    found: dict[str, dict[str, set[str | None]]] = {}
    registry = er.async_get(home.hass)
    for entry in er.async_entries_for_config_entry(registry, home.entry.entry_id):
        keys = found.setdefault(entry.domain, {})
        keys.setdefault(str(entry.translation_key), set()).add(entry.config_subentry_id)
    return found


async def test_prices_bring_the_plans_entities_and_nothing_else_does(hass: HomeAssistant) -> None:
    async with running(hass, PLANNED) as home:
        without = keys_of(home)
        await hass.config_entries.async_remove(home.entry.entry_id)
    async with planned(hass) as home:
        found = keys_of(home)
    added = {
        platform: {key: of for key, of in keys.items() if key not in without.get(platform, {})}
        for platform, keys in found.items()
    }
    assert {platform: keys for platform, keys in added.items() if keys} == ADDED


async def test_prices_that_are_taken_away_take_the_entities_with_them(hass: HomeAssistant) -> None:
    async with planned(hass) as home:
        data = {key: value for key, value in home.entry.data.items() if key not in PRICED}
        hass.config_entries.async_update_entry(home.entry, data=data)
        await hass.async_block_till_done()
        left = keys_of(home)
    assert "time" not in left
    assert "plan_cost" not in left["sensor"]


async def test_without_batteries_and_peak_tariff_nothing_is_said_of_them(
    hass: HomeAssistant,
) -> None:
    async with planned(hass, [GARAGE, CAR], peak_fee=None) as home:
        found = keys_of(home)
    of_batteries = {"planned_battery_power", "s_index", "target_soc", "month_peak"}
    assert not of_batteries & found["sensor"].keys()
    assert not {"wear_cost", "battery_export_threshold"} & found["number"].keys()
    assert "risk_appetite" not in found["select"]
    assert "plan_cost" in found["sensor"]


async def test_what_is_seldom_wanted_is_off(home: Home, entity_registry: er.EntityRegistry) -> None:
    for platform, key, whose in every_entity():
        for subentry_id in whose:
            entry = entity_registry.async_get(home.entity_id(platform, key, subentry_id))
            assert entry is not None
            assert (entry.disabled_by is not None) == (key in DISABLED), entry.entity_id


@pytest.mark.usefixtures("all_enabled")
async def test_every_entity_of_a_plan(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion
) -> None:
    async with planned(hass) as home:
        await show_plan(home)
        for platform, key, whose in every_entity():
            for subentry_id in sorted(whose, key=str):
                entity_id = home.entity_id(platform, key, subentry_id)
                assert entity_registry.async_get(entity_id) == snapshot(name=f"{entity_id}-entry")
                assert hass.states.get(entity_id) == snapshot(
                    name=f"{entity_id}-state", exclude=props("device_id")
                )


@pytest.mark.usefixtures("all_enabled")
async def test_without_a_plan_every_sensor_of_it_is_unavailable(hass: HomeAssistant) -> None:
    async with planned(hass) as home:
        await show_plan(home, PlanSnapshot(currency="EUR"))
        for key, whose in ADDED["sensor"].items():
            for subentry_id in whose:
                assert home.state("sensor", key, subentry_id) == STATE_UNAVAILABLE, key
        assert home.state("binary_sensor", "plan_stale") == "off"


async def test_what_the_plan_does_not_have_for_a_device_is_unavailable(home: Home) -> None:
    await show_plan(home)
    assert home.state("sensor", "planned_power", "garage") == "3600.0"
    assert home.state("sensor", "planned_power", "carport") == STATE_UNAVAILABLE
    assert home.state("sensor", "finish_time", "carport") == STATE_UNAVAILABLE
    await show_plan(home, loads={}, batteries={"cellar": 0.0})
    assert home.state("sensor", "planned_power", "heater") == STATE_UNAVAILABLE
    assert home.state("sensor", "planned_power", "cellar") == "0.0"


async def test_money_is_in_the_plans_currency(home: Home) -> None:
    await show_plan(home, currency="SEK")
    assert home.attributes("sensor", "plan_cost")["unit_of_measurement"] == "SEK"
    assert home.attributes("sensor", "import_price")["unit_of_measurement"] == "SEK/kWh"


async def test_a_plan_that_is_old_is_a_problem(home: Home) -> None:
    await show_plan(home, stale=True, problem="solver_failed")
    assert home.state("binary_sensor", "plan_stale") == "on"
    assert home.attributes("binary_sensor", "plan_stale")["problem"] == "solver_failed"


async def test_a_plan_wakes_its_own_entities_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.decide()
    written: set[str] = set()
    monkeypatch.setattr(
        LoadstarEntity,
        "async_write_ha_state",
        lambda entity: written.add(entity.entity_description.key),
    )
    await show_plan(home)
    assert written <= {key for keys in ADDED.values() for key in keys}
    assert {"plan_cost", "planned_power", "departure"} <= written


async def test_a_plan_is_asked_for(home: Home) -> None:
    await home.act("button", "press", "plan_now")
    assert planning(home).asked == ["plan"]


async def test_a_plan_that_cannot_be_made_says_so(home: Home) -> None:
    planning(home).next_plan = None
    with pytest.raises(HomeAssistantError, match="no plan today"):
        await home.act("button", "press", "plan_now")


TUNED: list[tuple[str, str, str, dict[str, Any], str, object]] = [
    # platform, action, key, data, field of the settings, value
    ("select", "select_option", "planner_mode", {"option": "off"}, "planner_mode", "off"),
    ("select", "select_option", "risk_appetite", {"option": "very_bold"}, "risk_appetite", 5),
    ("select", "select_option", "risk_appetite", {"option": "very_careful"}, "risk_appetite", 1),
    ("number", "set_value", "wear_cost", {"value": 0.07}, "wear_cost_per_kwh", 0.07),
    (
        "number",
        "set_value",
        "battery_export_threshold",
        {"value": 0.1},
        "battery_export_threshold_per_kwh",
        0.1,
    ),
    ("switch", "turn_on", "vacation", {}, "vacation", True),
]


async def test_what_plans_weigh_is_tuned(home: Home) -> None:
    for platform, action, key, data, field, value in TUNED:
        before = home.state(platform, key)
        await home.act(platform, action, key, **data)
        assert getattr(home.coordinator.settings.site, field) == value
        assert home.state(platform, key) != before, key


async def test_the_planner_starts_in_shadow_and_with_a_balanced_appetite(home: Home) -> None:
    assert home.state("select", "planner_mode") == PlannerMode.SHADOW
    assert home.state("select", "risk_appetite") == "balanced"


@pytest.mark.parametrize("key", ["wear_cost", "battery_export_threshold"])
async def test_a_cost_without_sense_is_refused(home: Home, key: str) -> None:
    before = home.state("number", key)
    for value in (-0.01, 1000.1, float("nan"), float("inf")):
        with pytest.raises(ServiceValidationError):
            await home.act("number", "set_value", key, value=value)
        assert home.state("number", key) == before


async def test_a_chargers_goal_is_that_of_the_car_that_is_usually_there(home: Home) -> None:
    assert home.state("time", "departure", "garage") == "07:30:00"
    await home.act("time", "set_value", "departure", "garage", time="06:45:20")
    await home.act("number", "set_value", "goal_soc", "garage", value=80)
    goal = home.coordinator.settings.goals["car"]
    assert (goal.departure, goal.soc_percent, goal.energy_kwh) == ("06:45", 80, None)
    assert home.state("time", "departure", "garage") == "06:45:00"
    assert home.state("number", "goal_soc", "garage") == "80.0"


async def test_a_guest_has_a_goal_of_its_own(home: Home) -> None:
    assert home.state("time", "departure", "carport") == STATE_UNKNOWN
    await home.act("number", "set_value", "goal_energy", "carport", value=12.5)
    assert home.coordinator.settings.goals["carport"].energy_kwh == 12.5
    assert home.coordinator.settings.goals["car"].energy_kwh is None


async def test_the_goal_goes_along_when_the_car_stands_elsewhere(home: Home) -> None:
    await home.act("number", "set_value", "goal_soc", "garage", value=80)
    chargers = {"garage": ChargerPlan(), "carport": ChargerPlan(vehicle="car")}
    await show_plan(home, chargers=chargers)
    assert home.state("number", "goal_soc", "carport") == "80.0"
    assert home.state("number", "goal_soc", "garage") == "0.0"
    assert home.state("time", "departure", "carport") == "07:30:00"


async def test_a_goal_is_a_charge_or_an_energy_and_0_is_none(home: Home) -> None:
    await home.act("number", "set_value", "goal_soc", "garage", value=80)
    await home.act("number", "set_value", "goal_energy", "garage", value=10)
    assert home.state("number", "goal_soc", "garage") == "0.0"
    await home.act("number", "set_value", "goal_soc", "garage", value=0)
    assert home.state("number", "goal_energy", "garage") == "10.0"
    await home.act("number", "set_value", "goal_energy", "garage", value=0)
    goal = home.coordinator.settings.goals["car"]
    assert (goal.soc_percent, goal.energy_kwh) == (None, None)


async def test_a_goal_beyond_reach_is_refused(home: Home) -> None:
    for key, value in (("goal_soc", 101), ("goal_energy", 500.1), ("goal_soc", float("nan"))):
        with pytest.raises(ServiceValidationError):
            await home.act("number", "set_value", key, "garage", value=value)
        assert home.state("number", key, "garage") == "0.0"


async def test_a_goal_at_risk_is_told_once_and_when_it_is_in_reach_again(home: Home) -> None:
    assert home.state("event", "goal_at_risk") == STATE_UNKNOWN
    late = replace(SNAPSHOT.chargers["garage"], missing_kwh=3.25)
    await show_plan(home, chargers={"garage": late})
    told = home.attributes("event", "goal_at_risk")
    assert told["event_type"] == "started"
    assert (told["charger"], told["vehicle"], told["missing_kwh"]) == ("Garage", "Blue car", 3.25)
    assert told["by"] == (NOW + timedelta(hours=20)).isoformat()
    first = home.hass.states.get(home.entity_id("event", "goal_at_risk"))
    later = replace(late, missing_kwh=2.5)
    await show_plan(home, chargers={"garage": later})
    again = home.hass.states.get(home.entity_id("event", "goal_at_risk"))
    assert first is not None
    assert again is not None
    assert again.attributes["missing_kwh"] == 3.25
    await show_plan(home, chargers={})
    assert home.attributes("event", "goal_at_risk")["event_type"] == "cleared"


async def test_a_guest_at_risk_has_no_name(home: Home) -> None:
    await show_plan(home, chargers={"carport": ChargerPlan(missing_kwh=1.0)})
    told = home.attributes("event", "goal_at_risk")
    assert (told["charger"], told["vehicle"], told["by"]) == ("Carport", None, None)


@pytest.mark.parametrize(
    "plan",
    [
        replace(SNAPSHOT, chargers={"garage": ChargerPlan(missing_kwh=0.01)}),
        replace(SNAPSHOT, created_at=None, chargers={"garage": ChargerPlan(missing_kwh=9.0)}),
        replace(SNAPSHOT, chargers={"removed": ChargerPlan(missing_kwh=9.0)}),
    ],
)
async def test_neither_the_solvers_tolerance_nor_no_plan_nor_an_old_one_is_a_risk(
    home: Home, plan: PlanSnapshot
) -> None:
    await show_plan(home, plan)
    assert home.state("event", "goal_at_risk") == STATE_UNKNOWN


async def test_a_site_without_chargers_has_no_goals(hass: HomeAssistant) -> None:
    without = [each for each in EVERYTHING if each["subentry_type"] != "charger"]
    async with planned(hass, without) as home:
        found = keys_of(home)
    assert "goal_at_risk" not in found["event"]
    assert "time" not in found
