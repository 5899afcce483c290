"""A site learns from its history, corrects its forecasts, and goes on where it cannot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from custom_components.loadstar.forecasting import TrainingError
from custom_components.loadstar.forecasting.training import Lesson, train
from custom_components.loadstar.models import ForecastSnapshot
from custom_components.loadstar.sources.history.asking import HistoryError
from tests.integration.common import Home, running
from tests.integration.forecasting.home import (
    DAY,
    NOW,
    ROOF,
    forecasting_of,
    shine,
    sun_kw,
)

TRAIN = "custom_components.loadstar.forecasting.forecasting.train"
PROMISED_KWH = sum(sun_kw(DAY + timedelta(hours=hour)) for hour in range(24))


@pytest.fixture(autouse=True)
async def _berlin(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    enable_custom_integrations: None,  # noqa: ARG001  Loadstar is one
) -> AsyncIterator[None]:
    """Live in Berlin on a fine day, at noon."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Berlin")
    yield
    dt_util.set_default_time_zone(UTC)


async def settle(home: Home) -> ForecastSnapshot:
    """Let everything in the background end; return what is shown."""
    await home.hass.async_block_till_done(wait_background_tasks=True)
    return home.coordinator.data.forecast


async def at(home: Home, freezer: FrozenDateTimeFactory, when: datetime) -> ForecastSnapshot:
    """Let it be another time, and everything that is due happen."""
    freezer.move_to(when)
    async_fire_time_changed(home.hass, when)
    return await settle(home)


def codes(snapshot: ForecastSnapshot) -> set[str]:
    return {note.code for note in snapshot.notes}


def issues(hass: HomeAssistant) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


async def test_without_a_recorder_forecasts_are_as_they_come_and_say_so(
    hass: HomeAssistant,
) -> None:
    shine(hass)
    async with running(hass, [ROOF], learns=True) as home:
        shown = await settle(home)
        assert shown.pv_tomorrow_kwh == pytest.approx(PROMISED_KWH)
        assert shown.load_model == "default"
        assert shown.load_tomorrow_kwh == pytest.approx(10.0, rel=0.1)
        assert {"pv_no_forecast_yet", "history_short"} <= codes(shown)
        foreseen = await forecasting_of(home).async_foresee(NOW)
        assert "history_no_recorder" in {note.code for note in foreseen.notes}


async def test_a_home_without_sun_has_a_forecast_of_its_use_alone(hass: HomeAssistant) -> None:
    async with running(hass, [], learns=True, pv_power=None) as home:
        shown = await settle(home)
        assert shown.pv_today_kwh is shown.pv_confidence is None
        assert shown.correction == "no_forecast"
        assert shown.load_today_kwh is not None
        assert forecasting_of(home).pv is None
        assert forecasting_of(home).pv_ahead_kwh(NOW, 4) is None
        assert not any(code.startswith("pv_") for code in codes(shown))


async def test_before_anything_was_learned_a_forecast_is_as_it_comes(hass: HomeAssistant) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        forecasting = forecasting_of(home)
        assert forecasting.snapshot == ForecastSnapshot()
        foreseen = await forecasting.async_foresee(NOW, daily_kwh=24.0)
        assert foreseen.pv == foreseen.source
        assert isinstance(foreseen.load, DefaultLoadProfile)
        assert foreseen.load.daily_kwh == 24.0
        assert foreseen.source is not None
        assert foreseen.load.day(NOW.date()).p50 == pytest.approx(24, rel=0.1)
        assert forecasting.snapshot.correction == "learning"
        assert forecasting.snapshot.pv_confidence is None


async def test_it_learns_anew_every_night_at_four(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    four = datetime(2026, 6, 22, 2, 0, tzinfo=UTC)  # in Berlin
    async with running(hass, [], learns=True) as home:
        await settle(home)
        assert (await at(home, freezer, four - timedelta(minutes=1))).trained_at == NOW
        assert (await at(home, freezer, four)).trained_at == four


async def test_it_learns_anew_in_another_time_zone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    async with running(hass, [], learns=True) as home:
        await settle(home)
        later = NOW + timedelta(minutes=5)
        freezer.move_to(later)
        await hass.config.async_update(location_name="Cabin")
        assert (await settle(home)).trained_at == NOW
        await hass.config.async_update(time_zone="America/New_York")
        assert (await settle(home)).trained_at == later


async def test_where_nobody_plans_the_forecast_is_kept_up_to_date(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        soon = NOW.replace(minute=17)
        before = (await at(home, freezer, soon)).pv_remaining_kwh
        after = (await at(home, freezer, soon + timedelta(hours=3))).pv_remaining_kwh
        assert before is not None
        assert after is not None
        assert after < before
        with patch.object(
            forecasting_of(home)._pv, "async_forecast", side_effect=ZeroDivisionError
        ):
            stays = (await at(home, freezer, soon + timedelta(hours=4))).pv_remaining_kwh
        assert stays == after


async def test_a_clock_that_is_put_back_does_not_stop_forecasts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        await forecasting_of(home).async_foresee(NOW.replace(hour=16))
        late = home.coordinator.data.forecast.pv_remaining_kwh
        early = (await at(home, freezer, NOW.replace(minute=17))).pv_remaining_kwh
        assert late is not None
        assert early is not None
        assert early > late


async def test_a_recorder_that_fails_does_not_stop_forecasts_and_is_said_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    shine(hass)
    gone = HistoryError("server has gone away")
    async with running(hass, [ROOF]) as home:
        forecasting = forecasting_of(home)
        with patch.object(forecasting._memory._reader, "async_read", side_effect=gone):
            foreseen = await forecasting.async_foresee(NOW)
            assert foreseen.pv == foreseen.source
            freezer.move_to(NOW + timedelta(hours=1))
            await forecasting.async_foresee(NOW + timedelta(hours=1))
        assert caplog.text.count("server has gone away") == 1


async def test_a_forecast_that_a_plan_has_asked_for_is_not_made_twice(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        quarter = NOW.replace(minute=17)
        asked = quarter - timedelta(minutes=2)
        await forecasting_of(home).async_foresee(asked)
        before = home.coordinator.data.forecast
        assert await at(home, freezer, quarter) == before
        later = await at(home, freezer, quarter + timedelta(minutes=15))
        assert later.pv_remaining_kwh != before.pv_remaining_kwh


async def test_learning_that_fails_for_two_nights_is_an_issue_until_it_works(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(hass, [], learns=True) as home:
        await settle(home)
        four = datetime(2026, 6, 22, 2, 0, tzinfo=UTC)
        with patch(TRAIN, side_effect=ZeroDivisionError):
            await at(home, freezer, four)
            assert "training_home" not in issues(hass), "once may be chance"
            await at(home, freezer, four + timedelta(days=1))
            assert "training_home" in issues(hass)
            assert "ZeroDivisionError" in caplog.text
            with pytest.raises(TrainingError) as caught:
                await forecasting_of(home).async_retrain()
            assert caught.value.translation_key == "training_failed"
        await forecasting_of(home).async_retrain()
        assert "training_home" not in issues(hass)
    caplog.clear()


async def test_a_model_that_fails_leaves_the_forecast_as_it_comes(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        with patch(
            "custom_components.loadstar.engine.forecast.pv.PvModel.correct",
            side_effect=ZeroDivisionError,
        ):
            foreseen = await forecasting_of(home).async_foresee(NOW)
        assert foreseen.pv == foreseen.source
        assert "ZeroDivisionError" in caplog.text
    caplog.clear()


async def test_two_who_ask_at_once_are_answered_by_one_training(hass: HomeAssistant) -> None:
    lessons: list[Lesson] = []

    def learn(lesson: Lesson) -> Any:
        lessons.append(lesson)
        return train(lesson)

    async with running(hass, []) as home:
        with patch(TRAIN, side_effect=learn):
            first = hass.async_create_task(forecasting_of(home).async_retrain())
            second = hass.async_create_task(forecasting_of(home).async_retrain())
            await first
            await second
        assert len(lessons) == 1


async def test_who_waits_for_a_training_is_told_when_the_site_stops(hass: HomeAssistant) -> None:
    async with running(hass, []) as home:
        forecasting = forecasting_of(home)
        waiting = hass.async_create_task(forecasting.async_retrain())
        await hass.config_entries.async_unload(home.entry.entry_id)
        with pytest.raises(TrainingError) as caught:
            await waiting
        assert caught.value.translation_key == "entry_not_loaded"
        with pytest.raises(TrainingError):
            await forecasting.async_retrain()


async def test_a_reload_in_the_middle_of_a_training_is_no_fault(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(hass, [], learns=True) as home:
        await hass.config_entries.async_reload(home.entry.entry_id)
        shown = await settle(home)
        assert shown.trained_at == NOW
        assert "ERROR" not in caplog.text


async def test_the_button_and_the_action_learn_at_once(hass: HomeAssistant) -> None:
    async with running(hass, []) as home:
        await home.act("button", "press", "retrain")
        assert home.coordinator.forecasting.snapshot.trained_at == NOW
        answer: Any = await hass.services.async_call(
            DOMAIN, "retrain", {}, blocking=True, return_response=True
        )
        assert answer["load_model"] == "default"
        assert answer["trained_at"] == NOW.isoformat()
        (short,) = [note for note in answer["notes"] if note["code"] == "history_short"]
        assert short["message"].startswith("Only 0 whole days of the household are known")
        with patch(TRAIN, side_effect=ZeroDivisionError), pytest.raises(HomeAssistantError):
            await hass.services.async_call(DOMAIN, "retrain", {}, blocking=True)


async def test_what_is_expected_is_written_down(hass: HomeAssistant) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        forecasting = forecasting_of(home)
        with patch.object(forecasting._observing, "record_forecasts") as record:
            await forecasting.async_foresee(NOW)
        (rows,) = record.call_args.args
        assert len(rows) == 192
        assert rows[0].start == NOW.replace(minute=15)
        assert rows[0].pv_source_kwh == rows[0].pv_p50_kwh == pytest.approx(sun_kw(NOW) / 4)
        assert rows[0].load_p10_kwh < rows[0].load_p50_kwh < rows[0].load_p90_kwh
        midnight = next(row for row in rows if row.start == DAY + timedelta(days=1))
        assert midnight.pv_source_kwh == 0.0
