"""A home with a past needs no time to learn: its recorder remembers."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.loadstar.engine.learning.types import SlotForecast
from custom_components.loadstar.models import ForecastSnapshot
from custom_components.loadstar.observing import Observing
from tests.integration.common import Home, running
from tests.integration.forecasting.home import (
    DAY,
    NOW,
    ONE_PHASE,
    PROMISED_TOO_MUCH,
    ROOF,
    forecasting_of,
    live,
    shine,
    sun_kw,
)

PROMISED_KWH = sum(sun_kw(DAY + timedelta(hours=hour)) for hour in range(24))

# the recorder has to be there first
pytestmark = pytest.mark.usefixtures("recorder_mock", "enable_custom_integrations", "berlin")


@pytest.fixture
async def berlin(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[None]:
    """Live in Berlin on a fine day, at noon."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Berlin")
    yield
    dt_util.set_default_time_zone(UTC)


async def settle(home: Home) -> ForecastSnapshot:
    """Let everything in the background end; return what is shown."""
    await home.hass.async_block_till_done(wait_background_tasks=True)
    return home.coordinator.data.forecast


async def test_a_site_with_a_past_has_a_corrected_forecast_as_soon_as_it_runs(
    hass: HomeAssistant,
) -> None:
    live(hass, days=20)
    shine(hass)
    async with running(hass, [ROOF], learns=True, **ONE_PHASE) as home:
        shown = await settle(home)
        assert shown.trained_at == NOW
        assert shown.correction == "over"
        assert shown.correction_data["percent"] == 20
        assert shown.pv_confidence == pytest.approx(1.0, abs=0.05)
        assert shown.pv_tomorrow_kwh == pytest.approx(PROMISED_TOO_MUCH * PROMISED_KWH, rel=0.02)
        assert shown.pv_today_kwh == pytest.approx(PROMISED_TOO_MUCH * PROMISED_KWH, rel=0.02)
        assert shown.load_model == "learned"
        assert shown.load_tomorrow_kwh == pytest.approx(4 * 1.4 + 20 * 0.5, rel=0.1)
        assert shown.load_error is not None
        assert shown.load_naive_error is not None
        assert shown.load_error < shown.load_naive_error
        assert forecasting_of(home).as_dict()["pv_forecast_hours"] == 480
        ahead = forecasting_of(home).pv_ahead_kwh(NOW, 4)
        assert ahead == pytest.approx(
            PROMISED_TOO_MUCH * sum(sun_kw(NOW + timedelta(hours=h)) for h in range(4)), rel=0.05
        )


async def test_the_rest_of_today_follows_how_today_goes(hass: HomeAssistant) -> None:
    live(hass, days=20, share=1.0)
    shine(hass)
    async with running(hass, [ROOF], learns=True, **ONE_PHASE) as home:
        fine = await settle(home)
    assert fine.pv_today_kwh is not None
    assert fine.pv_remaining_kwh is not None
    assert fine.pv_today_kwh == pytest.approx(PROMISED_KWH, rel=0.02)
    assert 0.4 * PROMISED_KWH < fine.pv_remaining_kwh < 0.7 * PROMISED_KWH


async def test_what_loadstar_wrote_down_counts_more_than_what_the_source_remembers(
    hass: HomeAssistant,
) -> None:
    live(hass, days=20)
    shine(hass)
    start = NOW.replace(minute=0) - timedelta(days=20)
    slots = [start + timedelta(minutes=15 * slot) for slot in range(20 * 96)]
    rows = [
        SlotForecast(
            start=slot,
            issued=slot - timedelta(days=1),
            pv_source_kwh=PROMISED_TOO_MUCH * sun_kw(slot.replace(minute=0)) / 4,
        )
        for slot in slots
    ]
    with patch.object(Observing, "async_issued", return_value=rows):
        async with running(hass, [ROOF], learns=True, **ONE_PHASE) as home:
            shown = await settle(home)
            assert shown.correction == "on_target"
            assert shown.pv_tomorrow_kwh == pytest.approx(PROMISED_KWH, rel=0.02)
            assert forecasting_of(home).as_dict()["pv_issued_hours"] == 480
