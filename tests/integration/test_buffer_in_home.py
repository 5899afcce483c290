"""The buffer in a whole site: what is shown of it, what can be done, and what follows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from unittest.mock import AsyncMock, Mock

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import numpy as np
from probatio import Invalid
import pytest

from custom_components.loadstar.buffering import async_need_history, in_force
from custom_components.loadstar.buffering.inputs import PV_AHEAD_H, BufferInputs, read_inputs
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.learning.types import SlotForecast, SlotObservation
from custom_components.loadstar.models import ForecastSnapshot
from custom_components.loadstar.plan_data import section_data
from custom_components.loadstar.planning.home import read_batteries
from tests.integration.common import BATTERY, GARAGE, Home, running
from tests.unit.planner.inputs.samples import NOON, an_input, some_slots

pytestmark = [
    pytest.mark.usefixtures("enable_custom_integrations"),
    pytest.mark.freeze_time(NOON),
]

ENTITIES = {
    ("sensor", "buffer_target"),
    ("sensor", "buffer_mode"),
    ("sensor", "buffer_days_left"),
    ("sensor", "effective_min_soc"),
    ("select", "buffer_formula"),
    ("button", "activate_buffer"),
    ("button", "extend_observation"),
}


def entities(hass: HomeAssistant) -> set[tuple[str, str]]:
    """Return the buffer's entities that there are, by platform and key."""
    found = er.async_entries_for_config_entry(er.async_get(hass), "home")
    return {(entry.domain, entry.unique_id.removeprefix("home_")) for entry in found} & ENTITIES


async def ask(hass: HomeAssistant, action: str, /, **data: Any) -> Any:
    """Call an action; return what it answers, which is plain data."""
    answers = action == "get_buffer_log"
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=answers
    )
    await hass.async_block_till_done()
    json.dumps(answer, allow_nan=False)
    return answer


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    """Return a home with a minimum of 50 % that has just begun to watch a good forecast."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    async with running(hass) as home:
        home.coordinator.forecasting.snapshot = ForecastSnapshot(pv_confidence=0.8)
        await home.act("number", "set_value", "battery_soc_min", value=50)
        yield home


async def test_a_site_with_a_battery_and_sun_shows_its_buffer(home: Home) -> None:
    assert entities(home.hass) == ENTITIES
    assert home.state("sensor", "buffer_target") == "35.0"
    assert home.state("sensor", "buffer_mode") == "observation"
    assert home.state("sensor", "buffer_days_left") == "14.0"
    assert home.state("sensor", "effective_min_soc") == "50.0"
    why = {
        "reason": "buffer_lowered",
        "reason_data": {"target": 35.0, "base": 50.0, "confidence_percent": 80.0},
    }
    for key in ("buffer_target", "effective_min_soc"):
        assert home.attributes("sensor", key).items() >= why.items()
    await home.decide()
    assert home.controller.sites[-1].battery_soc_min == 50.0
    plain = section_data(home.coordinator.data.sections["buffer"])  # as the websocket sends it
    assert json.loads(json.dumps(plain, allow_nan=False))["target_soc_percent"] == 35.0
    ends = (NOON + timedelta(days=14)).isoformat()
    assert home.attributes("sensor", "buffer_days_left")["ends"] == ends


async def test_live_the_buffers_minimum_is_everybodys(home: Home) -> None:
    await home.act("button", "press", "activate_buffer")
    await home.decide()
    assert home.state("sensor", "buffer_mode") == "live"
    assert home.state("sensor", "buffer_days_left") == "0.0"
    assert home.state("sensor", "effective_min_soc") == "35.0"
    assert home.state("number", "battery_soc_min") == "50.0"
    assert home.controller.sites[-1].battery_soc_min == 35.0
    coordinator = home.coordinator
    tuned = in_force(coordinator.settings.site, coordinator.data.buffer)
    (battery,) = read_batteries(home.hass, coordinator.config, tuned)
    assert battery.min_soc_percent == 35.0


async def test_a_live_buffer_can_only_be_watched_again(home: Home) -> None:
    await home.act("button", "press", "activate_buffer")
    assert home.state("button", "activate_buffer") == "unavailable"
    await home.act("button", "press", "extend_observation")
    assert home.state("sensor", "buffer_days_left") == "7.0"
    assert home.state("sensor", "effective_min_soc") == "50.0"
    assert home.state("button", "activate_buffer") != "unavailable"


async def test_the_formula_can_be_chosen(home: Home) -> None:
    await home.act("select", "select_option", "buffer_formula", option="calibrated")
    assert home.state("select", "buffer_formula") == "calibrated"
    assert home.state("sensor", "buffer_target") == "50.0"
    assert home.attributes("sensor", "buffer_target")["reason"] == "buffer_calibrating"


async def test_a_new_minimum_in_force_is_planned_with_at_once(home: Home) -> None:
    planning, snapshot = home.coordinator.planning, home.coordinator.data
    request = Mock()
    planning._clock.request = request  # type: ignore[method-assign]  # the test's own clock
    planning.observe(snapshot)
    request.reset_mock()
    planning.observe(snapshot)
    assert request.call_count == 0
    buffer = replace(snapshot.buffer, effective_soc_percent=35.0)
    planning.observe(replace(snapshot, buffer=buffer))
    assert request.call_count == 1


async def test_the_log_is_told_in_sentences(home: Home) -> None:
    await ask(home.hass, "activate_buffer", config_entry_id="home")
    await ask(home.hass, "extend_observation", days=3)
    answer = await ask(home.hass, "get_buffer_log")
    assert (answer["mode"], answer["days_left"]) == ("observation", 3.0)
    assert (answer["target_soc_percent"], answer["effective_soc_percent"]) == (35.0, 50.0)
    assert [step["message"] for step in answer["log"]] == [
        "How far the solar forecast can be trusted is not known, so the minimum of 30 % stays.",
        "The solar forecast is trusted at 80 %: 35 % instead of 50 % is enough.",
        "The buffer was put live by hand.",
        "Observation was extended by hand, by 3 days.",
    ]
    assert answer["log"][1] == {
        "time": NOON.isoformat(),
        "mode": "observation",
        "old_percent": 30.0,
        "new_percent": 35.0,
        "confidence": 0.8,
        "spread_per_kwh": None,
        "local_hour": 14,
        "pv_ahead_kwh": None,
        "applied": False,
        "reason": "buffer_lowered",
        "data": {"target": 35.0, "base": 50.0, "confidence_percent": 80.0},
        "message": "The solar forecast is trusted at 80 %: 35 % instead of 50 % is enough.",
    }
    home.hass.config.language = "de"
    (_, step, *_) = (await ask(home.hass, "get_buffer_log"))["log"]
    assert step["message"] == "Der Solarprognose ist zu 80 % zu trauen: 35 % statt 50 % genügen."


async def test_an_extension_is_of_a_day_to_a_year(home: Home) -> None:
    for days in (0, -1, 366, "soon", None):
        with pytest.raises(Invalid):
            await ask(home.hass, "extend_observation", days=days)
    await ask(home.hass, "extend_observation", days=365)
    assert home.state("sensor", "buffer_days_left") == "379.0"


@pytest.mark.parametrize(
    ("subentries", "changes"), [((GARAGE,), {}), ((BATTERY,), {"pv_power": None})]
)
async def test_without_a_battery_or_sun_there_is_no_buffer(
    hass: HomeAssistant, subentries: Any, changes: dict[str, Any]
) -> None:
    async with running(hass, subentries, **changes) as home:
        assert entities(hass) == set()
        await home.decide()
        assert home.controller.sites[-1].battery_soc_min == 30.0
        for action in ("activate_buffer", "extend_observation", "get_buffer_log"):
            with pytest.raises(ServiceValidationError) as refused:
                await ask(hass, action)
            assert refused.value.translation_key == "no_buffer"


class TestInputs:
    """What a step is told."""

    def test_all_of_it(self) -> None:
        forecasting = Mock(snapshot=ForecastSnapshot(pv_confidence=0.7))
        forecasting.pv_ahead_kwh.return_value = 2.5
        slots = some_slots(24, price=lambda index: 0.1 * (index // 24))
        told = read_inputs(forecasting, an_input(slots, currency="SEK"))
        assert (told.currency, told.confidence, told.pv_ahead_kwh) == ("SEK", 0.7, 2.5)
        assert told.spread_per_kwh == pytest.approx(0.3)
        assert told.median_price_per_kwh == pytest.approx(0.15)
        assert told.ev_boost_active is False
        forecasting.pv_ahead_kwh.assert_called_once_with(NOON, PV_AHEAD_H)

    def test_only_prices_ahead_that_are_known_count(self) -> None:
        forecasting = Mock(snapshot=ForecastSnapshot())
        forecasting.pv_ahead_kwh.return_value = None
        past = some_slots(1, start=NOON - timedelta(hours=1), price=9.0)
        known = some_slots(1, price=0.25)
        guessed = some_slots(1, start=NOON + timedelta(hours=1), price=5.0)
        slots = (*past, *known, *(replace(slot, price_is_estimated=True) for slot in guessed))
        told = read_inputs(forecasting, an_input(slots))
        assert (told.spread_per_kwh, told.median_price_per_kwh) == (0.0, 0.25)
        told = read_inputs(forecasting, an_input(past))
        assert (told.spread_per_kwh, told.median_price_per_kwh) == (None, None)

    def test_without_a_plan_there_are_no_prices(self) -> None:
        forecasting = Mock(snapshot=ForecastSnapshot())
        forecasting.pv_ahead_kwh.return_value = None
        assert read_inputs(forecasting, None) == BufferInputs()


async def test_what_was_observed_stands_beside_what_was_expected(hass: HomeAssistant) -> None:
    starts = [datetime(2026, 6, 1, 0, minute, tzinfo=UTC) for minute in (0, 15, 45)]
    observing = Mock(
        async_observations=AsyncMock(
            return_value=[
                SlotObservation(
                    start=starts[0], load_kwh=0.2, pv_kwh=0.5, import_price_per_kwh=0.3
                ),
                SlotObservation(start=starts[1], load_kwh=None, pv_kwh=0.5),
                SlotObservation(start=starts[2], load_kwh=0.4),
            ]
        ),
        async_issued=AsyncMock(
            return_value=[
                SlotForecast(start=starts[0], issued=starts[0], pv_p50_kwh=0.1),
                SlotForecast(start=starts[1], issued=starts[0], pv_p50_kwh=None),
            ]
        ),
    )
    found = await async_need_history(hass, observing, starts[0], starts[-1])
    assert found.start_s.tolist() == [round(start.timestamp()) for start in starts]
    np.testing.assert_equal(found.load_kwh, [0.2, np.nan, 0.4])
    np.testing.assert_equal(found.pv_kwh, [0.1, 0.5, np.nan])
    np.testing.assert_equal(found.price_per_kwh, [0.3, np.nan, np.nan])


async def test_nothing_observed_is_an_empty_history(hass: HomeAssistant) -> None:
    nothing = Mock(
        async_observations=AsyncMock(return_value=[]), async_issued=AsyncMock(return_value=[])
    )
    found = await async_need_history(hass, nothing, NOON, NOON)
    assert found.start_s.size == 0
    assert found.median_price_per_kwh is None
