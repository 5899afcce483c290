"""Commissioning in Home Assistant, from the button to the report and what is to be mended."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.loadstar.commissioning import Commissioning
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.commissioning import Wishes
from custom_components.loadstar.engine.control import ControlResult, SiteReadings
from custom_components.loadstar.engine.models import ConnectorStatus
from tests.integration.common import AT_REST, CARPORT, CHARGING, GARAGE, Home, running
from tests.unit.commissioning.bench import Bench, Point, car

TESTED = (GARAGE, CARPORT)

pytestmark = pytest.mark.usefixtures("enable_custom_integrations", "store")


class Inside:
    """A site's commissioning as a simulated house sees it."""

    def __init__(self, commissioning: Commissioning) -> None:
        self._commissioning = commissioning

    @property
    def ordered(self) -> Mapping[str, float]:
        return self._commissioning.ordered

    @property
    def is_over(self) -> bool:
        return not self._commissioning.is_running

    def observe(self, readings: SiteReadings, result: ControlResult) -> Wishes:
        self._commissioning.observe(readings, result)
        return Wishes()


@pytest.fixture
def store(hass_storage: dict[str, Any]) -> dict[str, Any]:
    """Keep what is stored in memory."""
    return hass_storage


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    """Run a site with two chargers, nothing of which is proven."""
    async with running(hass, TESTED) as home:
        for charger in (home.garage, home.carport):
            charger.say(CHARGING, transaction_id=1)
        yield home


def house(home: Home, **changes: Any) -> Bench:
    """Return the simulated house of the site, with its chargers wired as configured."""
    points = (
        Point(wired="BCA", configured="BCA"),
        Point(charger_id="carport", wired="B", configured="B", car=car(1)),
    )
    bench = Bench(**{"points": points, **changes}, run=Inside(home.coordinator.commissioning))
    # the control cycles of Home Assistant look at it too
    bench.began = bench.now = float(round(time.monotonic()))
    return bench


async def commission(home: Home, **changes: Any) -> None:
    """Press the button and live until the test is over."""
    await home.act("button", "press", "commission")
    house(home, **changes).live(4000)
    await home.show()


def issues(home: Home) -> dict[str, dict[str, str] | None]:
    """Return what commissioning wants mended: keys and words."""
    return {
        str(issue.translation_key): issue.translation_placeholders
        for (domain, _), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and str(issue.translation_key).startswith("commissioning_")
    }


async def test_a_site_is_not_proven_until_it_has_passed(home: Home) -> None:
    assert home.state("sensor", "commissioning") == "not_proven"
    assert home.state("image", "commissioning_report") == "unavailable"
    await commission(home)
    assert home.state("sensor", "commissioning") == "passed"
    for key in ("garage", "carport"):
        assert home.state("sensor", "commissioning", key) == "passed"
        assert home.attributes("sensor", "commissioning", key)["obedience"] == "proved"
    assert home.attributes("sensor", "commissioning", "carport")["moved"] == "B"
    assert issues(home) == {}


async def test_while_it_runs_it_says_what_it_does(home: Home) -> None:
    await home.act("button", "press", "commission")
    await home.decide()
    assert home.state("sensor", "commissioning") == "running"
    shown = home.attributes("sensor", "commissioning")
    assert (shown["charger"], shown["stage"], shown["progress"]) == ("Garage", "settling", 0)
    assert home.state("sensor", "commissioning", "garage") == "running"
    assert home.state("sensor", "commissioning", "carport") == "not_proven"
    assert home.state("button", "commission") == "unavailable"
    assert home.controller.readings[-1].ordered == {"garage": 6.0, "carport": 6.0}


async def test_the_buttons_begin_and_end_it(home: Home) -> None:
    assert home.state("button", "stop_commissioning") == "unavailable"
    await home.act("button", "press", "commission")
    assert home.state("button", "stop_commissioning") != "unavailable"
    await home.act("button", "press", "stop_commissioning")
    assert home.state("sensor", "commissioning") == "inconclusive"
    assert home.attributes("sensor", "commissioning", "garage")["note"] == "stopped"
    assert home.controller.readings[-1].ordered == {}


async def test_an_inverted_meter_fails_and_asks_to_be_mended(home: Home) -> None:
    await commission(home, factors=(-1.0, -1.0, -1.0))
    assert home.state("sensor", "commissioning") == "failed"
    assert home.attributes("sensor", "commissioning")["findings"] == ["meter_inverted"]
    words = issues(home)["commissioning_meter_inverted"]
    assert words is not None
    assert words["site"] == "Home"
    await commission(home)
    assert home.state("sensor", "commissioning") == "passed"
    assert issues(home) == {}


async def test_a_wrong_rotation_names_the_charger_and_what_to_set(home: Home) -> None:
    points = (
        Point(wired="BCA", configured="BCA"),
        Point(charger_id="carport", wired="C", configured="B", car=car(1)),
    )
    await commission(home, points=points)
    words = issues(home)["commissioning_phase_order"]
    assert words is not None
    assert (words["charger"], words["expected"], words["seen"], words["rotation"]) == (
        "Carport",
        "B",
        "C",
        "C",
    )
    assert home.state("sensor", "commissioning", "garage") == "passed"
    assert home.state("sensor", "commissioning", "carport") == "failed"


async def test_what_was_found_stands_until_that_charger_is_tested_again(home: Home) -> None:
    wrong = (
        Point(wired="BCA", configured="BCA"),
        Point(charger_id="carport", wired="C", configured="B", car=car(1)),
    )
    await commission(home, points=wrong)
    await act(home, "commission", device_id=home.device("garage").id)
    house(home).live(4000)
    await home.show()
    assert set(issues(home)) == {"commissioning_phase_order"}
    assert home.state("sensor", "commissioning") == "failed"
    await act(home, "commission", device_id=[home.device("carport").id])
    house(home).live(4000)
    await home.show()
    assert issues(home) == {}
    assert home.state("sensor", "commissioning") == "passed"


async def test_a_test_without_result_does_not_undo_an_earlier_proof(home: Home) -> None:
    await commission(home)
    await commission(home, noise_a=4.0)
    assert home.state("sensor", "commissioning") == "passed"
    last = home.attributes("sensor", "commissioning", "garage")
    assert (last["last_result"], last["note"]) == ("inconclusive", "noise")


async def test_a_skipped_charger_stays_not_proven(home: Home) -> None:
    points = (
        Point(wired="BCA", configured="BCA"),
        Point(
            charger_id="carport",
            wired="B",
            configured="B",
            session=None,
            status=ConnectorStatus.AVAILABLE,
        ),
    )
    await commission(home, points=points)
    assert home.state("sensor", "commissioning") == "not_proven"
    assert home.state("sensor", "commissioning", "garage") == "passed"
    assert home.attributes("sensor", "commissioning", "carport")["note"] == "no_car"


async def act(home: Home, action: str, **data: Any) -> None:
    """Call an action of Loadstar."""
    await home.hass.services.async_call(DOMAIN, action, data, blocking=True)


async def test_the_action_tests_the_chosen_chargers_and_answers_with_the_report(
    home: Home,
) -> None:
    begun = asyncio.Event()
    home.coordinator.commissioning.async_on_change(begun.set)
    call = home.hass.async_create_task(
        home.hass.services.async_call(
            DOMAIN,
            "commission",
            {"device_id": [home.device("carport").id], "disconnect_test": True},
            blocking=True,
            return_response=True,
        )
    )
    await asyncio.wait_for(begun.wait(), 10)
    bench = house(home)
    bench.live(200)
    bench.live(4000)
    report: Any = await call
    assert [charger["charger_id"] for charger in report["chargers"]] == ["carport"]
    assert home.carport.asked.count(("disconnect", 130.0)) == 1
    assert report["chargers"][0]["note"] == "not_cut", "the simulated charger was not told"


@pytest.mark.parametrize("devices", [["garage", "carport"], ["garage", None]])
async def test_the_action_takes_a_site_or_some_of_its_chargers(
    home: Home, devices: list[str | None]
) -> None:
    await act(home, "commission", device_id=[home.device(key).id for key in devices])
    run = home.coordinator.commissioning._run
    assert run is not None
    assert [trial.plan.charger_id for trial in run._trials] == ["garage", "carport"]
    await act(home, "stop_commissioning", device_id=home.device("garage").id)
    assert not home.coordinator.commissioning.is_running


async def test_what_cannot_be_done_is_said(home: Home) -> None:
    site = home.device().id
    with pytest.raises(HomeAssistantError) as error:
        await act(home, "stop_commissioning", device_id=site)
    assert error.value.translation_key == "commissioning_not_running"
    await act(home, "commission", device_id=site)
    with pytest.raises(HomeAssistantError) as error:
        await act(home, "commission", device_id=site)
    assert error.value.translation_key == "commissioning_running"
    with pytest.raises(ServiceValidationError) as refused:
        await act(home, "commission", device_id="nothing")
    assert refused.value.translation_key == "device_unknown"


async def test_a_site_without_chargers_has_nothing_to_test(hass: HomeAssistant) -> None:
    async with running(hass, ()) as home:
        assert home.state("sensor", "commissioning") == "not_proven"
        with pytest.raises(HomeAssistantError) as error:
            await act(home, "commission", device_id=home.device().id)
        assert error.value.translation_key == "commissioning_no_charger"


async def test_a_circuit_cannot_be_commissioned(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        with pytest.raises(ServiceValidationError) as error:
            await act(home, "commission", device_id=home.device("outbuilding").id)
        assert error.value.translation_key == "device_not_charger"


async def test_a_waiting_car_is_started(home: Home) -> None:
    home.garage.say(AT_REST, status="Preparing")
    await home.act("button", "press", "commission")
    await home.decide()
    assert ("start", "loadstar") in home.garage.asked


async def test_a_start_that_is_refused_only_ends_that_chargers_test(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    home.garage.say(AT_REST, status="Preparing")
    home.garage.answer = False
    await home.act("button", "press", "commission")
    await home.decide()
    assert "Garage: no session for its test" in caplog.text
    assert home.coordinator.commissioning.is_running


async def test_a_reload_ends_it_and_says_so(hass: HomeAssistant, home: Home) -> None:
    await home.act("button", "press", "commission")
    await hass.config_entries.async_reload(home.entry.entry_id)
    await hass.async_block_till_done()
    assert home.state("sensor", "commissioning") == "inconclusive"
    assert home.attributes("sensor", "commissioning", "garage")["note"] == "interrupted"
    assert home.controller.readings[-1].ordered == {}


async def test_a_crash_ends_it_and_says_so_after_the_restart(
    hass: HomeAssistant, home: Home, store: dict[str, Any]
) -> None:
    await home.act("button", "press", "commission")
    kept = deepcopy(store[f"{DOMAIN}.home.commissioning"])
    await hass.config_entries.async_unload(home.entry.entry_id)
    await hass.async_block_till_done()
    store[f"{DOMAIN}.home.commissioning"] = kept
    await hass.config_entries.async_setup(home.entry.entry_id)
    await hass.async_block_till_done()
    assert home.state("sensor", "commissioning") == "inconclusive"
    assert home.attributes("sensor", "commissioning", "carport")["note"] == "interrupted"


async def test_a_result_is_kept_over_a_restart(hass: HomeAssistant, home: Home) -> None:
    await commission(home, factors=(-1.0, -1.0, -1.0))
    finished = home.attributes("sensor", "commissioning")["finished_at"]
    ir.async_get(hass).issues.clear()
    await hass.config_entries.async_reload(home.entry.entry_id)
    await hass.async_block_till_done()
    assert home.state("sensor", "commissioning") == "failed"
    assert home.attributes("sensor", "commissioning")["finished_at"] == finished
    assert set(issues(home)) == {"commissioning_meter_inverted"}


@pytest.mark.parametrize(
    ("changes", "carport"),
    [
        ({"grid_b": "sensor.grid_c", "grid_c": "sensor.grid_b"}, "not_proven"),
        ({"grid_invert": True}, "not_proven"),
        ({"main_breaker": 32}, "passed"),
    ],
)
async def test_other_wiring_is_not_proven(
    hass: HomeAssistant, home: Home, changes: dict[str, Any], carport: str
) -> None:
    await commission(home)
    hass.config_entries.async_update_entry(home.entry, data={**home.entry.data, **changes})
    await hass.async_block_till_done()
    assert home.state("sensor", "commissioning", "carport") == carport
    assert home.state("sensor", "commissioning") == carport


async def test_another_rotation_concerns_its_charger_alone(hass: HomeAssistant, home: Home) -> None:
    points = (
        Point(wired="CAB", configured="BCA", car=car(1)),
        Point(charger_id="carport", wired="B", configured="B", car=car(1)),
    )
    await commission(home, points=points)
    assert set(issues(home)) == {"commissioning_phase_order"}
    subentry = home.entry.subentries["garage"]
    hass.config_entries.async_update_subentry(
        home.entry, subentry, data={**subentry.data, "phase_rotation": "CAB"}
    )
    await hass.async_block_till_done()
    assert home.state("sensor", "commissioning", "garage") == "not_proven"
    assert home.state("sensor", "commissioning", "carport") == "passed"
    assert issues(home) == {}, "mended, as far as anybody knows"


async def test_the_picture_is_served_as_svg(
    home: Home, hass_client: ClientSessionGenerator
) -> None:
    await commission(home)
    entity_id = home.entity_id("image", "commissioning_report")
    client = await hass_client()
    answer = await client.get(f"/api/image_proxy/{entity_id}")
    assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    text = await answer.text()
    assert text.startswith("<svg")
    assert "Garage" in text
    assert "Passed" in text
    assert (
        home.state("image", "commissioning_report")
        == (home.attributes("sensor", "commissioning")["finished_at"])
    )


@pytest.mark.parametrize(
    "kept",
    [
        {"proofs": {"garage": {"fingerprint": "x"}}, "last": None, "findings": []},
        {"proofs": [], "last": {}, "findings": []},
        {"last": {"at": "yesterday"}},
        {},
    ],
)
async def test_what_was_kept_and_makes_no_sense_is_forgotten(
    hass: HomeAssistant, store: dict[str, Any], kept: dict[str, Any]
) -> None:
    store[f"{DOMAIN}.home.commissioning"] = {"version": 1, "data": kept}
    async with running(hass, TESTED) as home:
        assert home.state("sensor", "commissioning") == "not_proven"


async def test_a_removed_site_leaves_nothing(
    hass: HomeAssistant, home: Home, store: dict[str, Any]
) -> None:
    await commission(home, factors=(-1.0, -1.0, -1.0))
    assert f"{DOMAIN}.home.commissioning" in store
    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.home.commissioning" not in store
    assert issues(home) == {}
