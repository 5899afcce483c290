"""Actions about the plan answer in plain data, or refuse in words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any
from unittest.mock import AsyncMock

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from probatio import Invalid
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.planner.devices import ChargingGoal, ManualAction
from custom_components.loadstar.engine.planner.inputs.types import Circumstances
from custom_components.loadstar.engine.planner.what_if import (
    Comparison,
    OverrideError,
    Overrides,
    PriceChange,
)
from custom_components.loadstar.models import ChargerPlan
from tests.integration.common import GARAGE, Home
from tests.integration.plans import CAR, NOW, planned, planning, schedule, show_plan, slot

pytestmark = [
    pytest.mark.usefixtures("enable_custom_integrations"),
    pytest.mark.freeze_time(NOW),
]

LATER = NOW + timedelta(hours=2)
ORDER = {"start": NOW.isoformat(), "end": LATER.isoformat(), "action": "charge"}


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    await hass.config.async_set_time_zone("Europe/Berlin")
    async with planned(hass) as home:
        planning(home).schedule = schedule()
        yield home


async def ask(hass: HomeAssistant, action: str, /, **data: Any) -> Any:
    """Call an action and return what it answers, which is plain data."""
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    json.dumps(answer, allow_nan=False)
    return answer


async def test_a_plan_is_made_and_summed_up(home: Home) -> None:
    answer = await ask(home.hass, "plan")
    assert planning(home).asked == ["plan"]
    assert (answer["status"], answer["cost"], answer["currency"]) == ("optimal", 4.2, "EUR")
    assert answer["saving"] == pytest.approx(1.1)
    assert "slots" not in answer


async def test_a_plan_that_cannot_be_made_says_why(home: Home) -> None:
    planning(home).next_plan = None
    with pytest.raises(HomeAssistantError, match="no plan today"):
        await ask(home.hass, "plan")


async def test_the_plan_is_read_whole_with_sentences_beside_the_codes(home: Home) -> None:
    await ask(home.hass, "set_manual_plan", **ORDER, block_id="mine")
    answer = await ask(home.hass, "get_plan")
    assert [each["start"] for each in answer["slots"]] == [
        (NOW + timedelta(minutes=15 * index)).isoformat() for index in range(4)
    ]
    assert answer["slots"][0]["chargers"]["garage"] == {
        "power_kw": 3.6,
        "current_a": 16.0,
        "surplus": False,
        "phases": "",
    }
    reason = answer["slots"][0]["reason"]
    assert (reason["code"], reason["data"]["saved_per_kwh"]) == ("discharge_saves", 0.2)
    assert "04:00" in reason["message"]
    assert "0.2" in reason["message"]
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["data"]["kwh"]) == ("breach_breaker", 0.4)
    assert "0.4 kWh" in warning["message"]
    car, battery = answer["devices"]
    assert car["missing_kwh"] == 2.0
    assert "19:30" in car["reason"]["message"]
    assert battery["reason"] is None
    assert answer["strategy"][0]["rule"] == "price_spread"
    assert [each["block_id"] for each in answer["manual"]] == ["mine"]


async def test_sentences_are_in_home_assistants_language(home: Home) -> None:
    said = set()
    for language in ("en", "de", "sv", "nl", "sl", "fr"):
        home.hass.config.language = language
        message = (await ask(home.hass, "get_plan"))["slots"][0]["reason"]["message"]
        assert "04:00" in message
        said.add(message)
    assert len(said) == 6


async def test_a_limit_that_binds_is_named_after_the_reason(home: Home) -> None:
    limited = replace(
        slot(0).reason, data={**slot(0).reason.data, "limited_by": "breaker", "limit_kw": 11.5}
    )
    planning(home).schedule = schedule(slots=(slot(0, reason=limited),))
    (only,) = (await ask(home.hass, "get_plan"))["slots"]
    assert only["reason"]["message"].endswith("(11.5 kW).")


async def test_a_part_of_the_plan_is_read(home: Home) -> None:
    parts: list[tuple[dict[str, str], list[int]]] = [
        ({"from": (NOW + timedelta(minutes=15)).isoformat()}, [1, 2, 3]),
        ({"until": (NOW + timedelta(minutes=16)).isoformat()}, [0, 1]),
        ({"from": "2026-11-20 11:20", "until": "2026-11-20 11:40"}, [1, 2]),
        ({"from": LATER.isoformat()}, []),
    ]
    for data, indices in parts:
        answer = await ask(home.hass, "get_plan", **data)
        starts = [(NOW + timedelta(minutes=15 * index)).isoformat() for index in indices]
        assert [each["start"] for each in answer["slots"]] == starts


async def test_what_cannot_be_read_is_refused(home: Home) -> None:
    with pytest.raises(ServiceValidationError, match="is not after"):
        await ask(home.hass, "get_plan", **{"from": LATER, "until": NOW})
    planning(home).schedule = None
    with pytest.raises(ServiceValidationError, match="Home has no plan yet"):
        await ask(home.hass, "get_plan")


async def test_the_site_is_found(hass: HomeAssistant) -> None:
    async with planned(hass) as home:
        planning(home).schedule = schedule()
        assert await ask(hass, "get_plan", config_entry_id="home")
        other = MockConfigEntry(domain="toaster", entry_id="toaster")
        other.add_to_hass(hass)
        for unknown in ("toaster", "nowhere"):
            with pytest.raises(ServiceValidationError, match=f"no site {unknown}"):
                await ask(hass, "get_plan", config_entry_id=unknown)
        await hass.config_entries.async_unload("home")
        with pytest.raises(ServiceValidationError, match="Home is not running"):
            await ask(hass, "get_plan", config_entry_id="home")
        with pytest.raises(ServiceValidationError, match="No site of Loadstar is running"):
            await ask(hass, "get_plan")


async def test_of_several_sites_one_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [home.entry, MockConfigEntry(domain=DOMAIN, title="Cabin")]
    monkeypatch.setattr(home.hass.config_entries, "async_loaded_entries", lambda _domain: both)
    with pytest.raises(ServiceValidationError, match="several sites: Home, Cabin"):
        await ask(home.hass, "plan")
    assert await ask(home.hass, "plan", config_entry_id="home")


ORDERS = [
    # of which device, what, and what the plan knows the device as
    (None, "export", None),
    (None, "hold", None),
    ("cellar", "discharge", "cellar"),
    ("garage", "charge", "car"),  # which is usually there
    ("carport", "hold", "carport"),  # a guest
    ("car", "charge", "car"),
    ("heater", "run", "heater"),
]


async def test_an_order_is_given_and_taken_back(home: Home) -> None:
    for subentry_id, action, planned_as in ORDERS:
        where = {} if subentry_id is None else {"device_id": home.device(subentry_id).id}
        answer = await ask(
            home.hass, "set_manual_plan", **(ORDER | {"action": action, "power_kw": 2}), **where
        )
        (block,) = planning(home).manual
        assert (block.device_id, block.action, block.power_kw) == (planned_as, action, 2.0)
        assert (block.start, block.end) == (NOW, LATER)
        assert answer == {
            "block_id": block.block_id,
            "start": NOW.isoformat(),
            "end": LATER.isoformat(),
            "action": action,
            "device_id": planned_as,
            "power_kw": 2.0,
        }
        cleared = await ask(home.hass, "clear_manual_plan", block_id=block.block_id)
        assert cleared == {"cleared": 1}
        assert planning(home).manual == ()


async def test_an_order_for_a_charger_is_for_the_car_that_is_there(home: Home) -> None:
    await show_plan(home, chargers={"carport": ChargerPlan(vehicle="car")})
    await ask(home.hass, "set_manual_plan", **ORDER, device_id=home.device("carport").id)
    assert planning(home).manual[0].device_id == "car"


async def test_local_times_of_an_order_are_the_homes(home: Home) -> None:
    await ask(
        home.hass,
        "set_manual_plan",
        start="2026-11-21 02:00:00",
        end="2026-11-21 04:00:00",
        action="charge",
    )
    assert planning(home).manual[0].start.isoformat() == "2026-11-21T01:00:00+00:00"


async def test_an_order_is_replaced_by_its_id_and_all_are_taken_back(home: Home) -> None:
    for name in ("one", "two", "one"):
        await ask(home.hass, "set_manual_plan", **ORDER, block_id=name)
    assert [block.block_id for block in planning(home).manual] == ["two", "one"]
    assert await ask(home.hass, "clear_manual_plan") == {"cleared": 2}
    assert await ask(home.hass, "clear_manual_plan") == {"cleared": 0}
    with pytest.raises(ServiceValidationError, match="There is no order gone"):
        await ask(home.hass, "clear_manual_plan", block_id="gone")


UNFIT = [
    (None, {"action": "run"}, "Home cannot be ordered to do this: run"),
    ("cellar", {"action": "export"}, "Cellar cannot be ordered to do this: export"),
    ("garage", {"action": "discharge"}, "Garage cannot be ordered to do this: discharge"),
    ("heater", {"action": "charge"}, "Water heater cannot be ordered to do this: charge"),
    ("outbuilding", {}, "Outbuilding cannot be ordered to do this: charge"),
    (None, {"end": ORDER["start"]}, "is not after"),
    (
        None,
        {"start": "2026-11-20 08:00:00", "end": "2026-11-20 11:00:00"},
        "would have been over at 2026-11-20 11:00",
    ),
]


async def test_an_order_that_no_plan_can_follow_is_refused(home: Home) -> None:
    for subentry_id, changes, words in UNFIT:
        where = {} if subentry_id is None else {"device_id": home.device(subentry_id).id}
        with pytest.raises(ServiceValidationError, match=words):
            await ask(home.hass, "set_manual_plan", **(ORDER | changes), **where)
    assert planning(home).manual == ()


async def test_an_order_that_is_none_is_invalid(home: Home) -> None:
    wrong: list[dict[str, Any]] = [
        {"power_kw": -1},
        {"power_kw": float("nan")},
        {"power_kw": 1e6},
        {"action": "explode"},
        {"start": "soon"},
        {"start": None},
        {"start": "0001-01-01 00:00:00"},
        {"end": "9999-12-31 23:59:59"},
        {"unheard_of": 1},
    ]
    for changes in wrong:
        with pytest.raises(Invalid):
            await ask(home.hass, "set_manual_plan", **(ORDER | changes))
    assert planning(home).manual == ()


async def test_a_home_without_a_battery_has_nothing_to_order_of_the_site(
    hass: HomeAssistant,
) -> None:
    async with planned(hass, [GARAGE, CAR]):
        with pytest.raises(ServiceValidationError, match="Home cannot be ordered"):
            await ask(hass, "set_manual_plan", **ORDER)


async def test_an_order_for_anothers_device_is_refused(
    home: Home, device_registry: dr.DeviceRegistry
) -> None:
    other = MockConfigEntry(domain="toaster")
    other.add_to_hass(home.hass)
    toaster = device_registry.async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("toaster", "1")}, name="Toaster"
    )
    with pytest.raises(ServiceValidationError, match="Toaster is nothing that this site plans"):
        await ask(home.hass, "set_manual_plan", **ORDER, device_id=toaster.id)
    with pytest.raises(ServiceValidationError, match="Toaster is neither a vehicle nor"):
        await ask(home.hass, "set_charging_goal", device_id=toaster.id, soc_percent=80)
    cellar = home.device("cellar").id
    await ask(home.hass, "set_manual_plan", **ORDER, device_id=cellar, config_entry_id="home")
    assert planning(home).manual[0].device_id == "cellar"


async def test_an_order_for_another_sites_device_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = (object(), "cellar", "Cellar")
    monkeypatch.setattr(
        "custom_components.loadstar.manual_orders.find_device", lambda *_, **__: elsewhere
    )
    with pytest.raises(ServiceValidationError, match="Cellar is nothing that this site plans"):
        await ask(home.hass, "set_manual_plan", **ORDER, device_id="cabin", config_entry_id="home")
    assert planning(home).manual == ()


async def test_a_goal_is_set_for_a_vehicle_or_for_who_is_at_a_charger(home: Home) -> None:
    for soc, subentry_id, key in (
        (85, "car", "car"),
        (90, "garage", "car"),
        (95, "carport", "carport"),
    ):
        answer = await ask(
            home.hass,
            "set_charging_goal",
            device_id=home.device(subentry_id).id,
            soc_percent=soc,
            departure="06:30:00",
            by="2026-11-21 05:00:00",
        )
        goal = home.coordinator.settings.goals[key]
        assert (goal.soc_percent, goal.energy_kwh, goal.departure) == (soc, None, "06:30")
        assert goal.by == "2026-11-21T04:00:00+00:00"
        assert answer == {
            "subentry_id": key,
            "soc_percent": soc,
            "energy_kwh": None,
            "departure": "06:30",
            "by": goal.by,
        }


async def test_an_energy_takes_the_place_of_a_charge_and_the_departure_stays(home: Home) -> None:
    car = home.device("car").id
    await ask(home.hass, "set_charging_goal", device_id=car, soc_percent=85)
    await ask(home.hass, "set_charging_goal", device_id=car, energy_kwh=20)
    goal = home.coordinator.settings.goals["car"]
    assert (goal.soc_percent, goal.energy_kwh, goal.departure) == (None, 20.0, "07:30")


async def test_a_goal_is_cleared(home: Home) -> None:
    car = home.device("car").id
    answer = await ask(home.hass, "set_charging_goal", device_id=car, clear=True)
    assert answer["departure"] is None
    assert home.state("time", "departure", "garage") == "unknown"


SENSELESS: list[tuple[str | None, dict[str, Any], str]] = [
    ("cellar", {"soc_percent": 80}, "Cellar is neither a vehicle nor a charger"),
    (None, {"soc_percent": 80}, "Home is neither a vehicle nor a charger"),
    ("car", {}, "Say what Blue car is to have"),
    ("car", {"soc_percent": 80, "energy_kwh": 5}, "either a charge or an energy"),
    ("car", {"soc_percent": 80, "clear": True}, "cannot be cleared and set at once"),
    ("car", {"by": NOW.isoformat()}, "has passed already"),
]


async def test_a_goal_that_makes_no_sense_is_refused(home: Home) -> None:
    before = home.coordinator.settings.goals["car"]
    for subentry_id, data, words in SENSELESS:
        device_id = home.device(subentry_id).id
        with pytest.raises(ServiceValidationError, match=words):
            await ask(home.hass, "set_charging_goal", device_id=device_id, **data)
    assert home.coordinator.settings.goals["car"] == before


async def test_a_goal_that_is_none_is_invalid(home: Home) -> None:
    wrong: list[dict[str, Any]] = [
        {"soc_percent": 101},
        {"soc_percent": float("nan")},
        {"energy_kwh": -1},
        {"departure": "25:00"},
        {"by": "tomorrow"},
        {"by": "9999-12-31 23:59:59"},
        {"clear": "perhaps"},
    ]
    for data in wrong:
        with pytest.raises(Invalid):
            await ask(home.hass, "set_charging_goal", device_id=home.device("car").id, **data)


def compared() -> Comparison:
    """Return two plans, the second a dearer one."""
    dearer = schedule(cost=5.0, objective={"energy": 4.8, "wear": 0.2})
    return Comparison(now=schedule(), then=dearer)


async def test_what_if_answers_with_both_plans_and_the_difference(home: Home) -> None:
    planning(home).comparison = compared()
    answer = await ask(home.hass, "simulate")
    assert planning(home).asked == [Overrides()]
    assert (answer["cost_now"], answer["cost_then"], answer["currency"]) == (4.2, 5.0, "EUR")
    assert answer["difference"] == {"energy": pytest.approx(0.8)}
    assert len(answer["now"]["slots"]) == len(answer["then"]["slots"]) == 4


async def test_what_if_takes_settings_prices_goals_and_orders(home: Home) -> None:
    planning(home).comparison = compared()
    await ask(
        home.hass,
        "simulate",
        settings={
            "wear_cost_per_kwh": 0.05,
            "risk_appetite": 5,
            "battery_export_threshold_per_kwh": 0.1,
            "vacation": True,
            "import_limit_kw": 5,
        },
        prices=[{"start": NOW.isoformat(), "end": LATER.isoformat(), "price_per_kwh": "0.1"}],
        export_kwh=3,
        goals=[
            {
                "device_id": home.device("garage").id,
                "by": LATER.isoformat(),
                "soc_percent": 90,
            }
        ],
        manual=[ORDER | {"block_id": "tried"}],
    )
    (asked,) = planning(home).asked
    assert isinstance(asked, Overrides)
    (block,) = asked.manual
    assert (block.block_id, block.action) == ("tried", ManualAction.CHARGE)
    assert replace(asked, manual=()) == Overrides(
        settings={
            "wear_cost_per_kwh": 0.05,
            "strategy.risk_appetite": 5,
            "export_threshold_per_kwh": 0.1,
        },
        circumstances=Circumstances(vacation=True),
        import_limit_kw=5.0,
        prices=(PriceChange(start=NOW, end=LATER, price_per_kwh=0.1),),
        forced_export_kwh=3.0,
        goals={"car": (ChargingGoal(by=LATER, soc_percent=90.0),)},
    )
    assert planning(home).manual == ()


UNKNOWN = [
    (OverrideError("unknown_setting", setting="colour"), "no setting colour"),
    (OverrideError("unknown_device", device="gone"), "knows of no gone"),
    (
        OverrideError("invalid_value", setting="risk", expected="a number"),
        "risk does not fit: expected a number",
    ),
]


async def test_what_the_planner_does_not_know_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, words in UNKNOWN:
        monkeypatch.setattr(planning(home), "async_simulate", AsyncMock(side_effect=error))
        with pytest.raises(ServiceValidationError, match=words):
            await ask(home.hass, "simulate")


async def test_a_what_if_without_sense_is_refused(home: Home) -> None:
    goal = {"device_id": home.device().id, "by": LATER.isoformat(), "soc_percent": 90}
    refused: list[tuple[dict[str, Any], str]] = [
        ({"settings": {"import_limit_kw": "much"}}, "import_limit_kw does not fit"),
        ({"settings": {"export_limit_kw": None}}, "export_limit_kw does not fit"),
        ({"settings": {"vacation": "perhaps"}}, "vacation does not fit"),
        ({"settings": {"solver.time_limit_s": 9e9}}, "no setting solver.time_limit_s"),
        (
            {"prices": [{"start": LATER.isoformat(), "end": NOW.isoformat(), "price_per_kwh": 1}]},
            "is not after",
        ),
        ({"manual": [ORDER | {"action": "run"}]}, "Home cannot be ordered to do this"),
        ({"goals": [goal]}, "Home is nothing that this site plans for"),
    ]
    for data, words in refused:
        with pytest.raises(ServiceValidationError, match=words):
            await ask(home.hass, "simulate", **data)
    assert planning(home).asked == []


async def test_a_what_if_that_is_none_is_invalid(home: Home) -> None:
    wrong: list[dict[str, Any]] = [
        {"export_kwh": -1},
        {"settings": ["wear"]},
        {"prices": [{"start": NOW.isoformat()}]},
        {"prices": [{"start": NOW.isoformat(), "end": LATER.isoformat(), "price_per_kwh": 1e300}]},
        {"goals": [{"by": LATER.isoformat()}]},
    ]
    for data in wrong:
        with pytest.raises(Invalid):
            await ask(home.hass, "simulate", **data)
