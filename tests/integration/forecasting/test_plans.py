"""Plans are made with the corrected forecast, the learned household and the weather ahead."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.util import dt as dt_util
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import PvModel
from custom_components.loadstar.engine.forecast.pv_day_spread import PvDaySpread
from custom_components.loadstar.engine.forecast.types import LeftOut
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput
from custom_components.loadstar.forecasting.models import Learned
from tests.integration.common import Home, running
from tests.integration.forecasting.home import DAY, NOW, ROOF, forecasting_of, shine, sun_kw

CORRECT = "custom_components.loadstar.engine.forecast.pv.PvModel.correct"


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


async def gathered(home: Home) -> PlannerInput:
    """Return what a plan would be made from now."""
    gatherer = home.coordinator.planning._gatherer
    assemble = await gatherer.async_gather(home.coordinator.data, (), None)
    return assemble()


def halved(periods: Any, **_: Any) -> Any:
    """Correct a forecast of twice what comes."""
    return tuple(replace(period, mean_kw=period.mean_kw / 2) for period in periods)


async def test_a_plan_counts_on_the_corrected_sun(hass: HomeAssistant) -> None:
    shine(hass, days=4)
    async with running(hass, [ROOF], import_fixed=0.3) as home:
        with patch(CORRECT, side_effect=halved):
            source = await gathered(home)
        noon = source.slots[1]  # the first one has begun
        assert noon.pv_kwh == pytest.approx(sun_kw(NOW) / 2 / 4, rel=0.05)
        assert source.outlook[0].pv_kwh == pytest.approx(
            sum(sun_kw(DAY + timedelta(hours=hour)) for hour in range(24)) / 2
        )


async def test_the_outlook_has_the_p10_of_whole_days(hass: HomeAssistant) -> None:
    shine(hass, days=4, p10_share=0.1)
    spread = PvDaySpread(clear_kwh=60.0, ratios=np.tile((0.8, 1.1), (11, 1)))
    day_kwh = sum(sun_kw(DAY + timedelta(hours=hour)) for hour in range(24))
    async with running(hass, [ROOF], import_fixed=0.3) as home:
        unlearned = await gathered(home)
        forecasting_of(home)._learned = Learned(pv=PvModel(day_spread=spread))
        source = await gathered(home)
    # an hour may come to a tenth, but not all of them at once
    assert source.slots[1].pv_p10_kwh == pytest.approx(0.1 * source.slots[1].pv_kwh)
    assert [day.pv_p10_kwh for day in source.outlook] == pytest.approx([0.8 * day_kwh] * 2)
    assert [day.pv_p10_kwh for day in unlearned.outlook] == pytest.approx([0.5 * day_kwh] * 2)


async def test_the_outlook_knows_how_cold_it_will_be(hass: HomeAssistant) -> None:
    shine(hass, days=5)
    rows = [
        {"datetime": (DAY + timedelta(hours=hour)).isoformat(), "temperature": hour // 24}
        for hour in range(24 * 3 + 4)
    ]

    async def answer(_call: Any) -> Any:
        return {"weather.home": {"forecast": rows}}

    hass.services.async_register(
        "weather", "get_forecasts", answer, supports_response=SupportsResponse.ONLY
    )
    async with running(hass, [ROOF], weather="weather.home") as home:
        source = await gathered(home)
    assert [day.temperature_c for day in source.outlook] == [2.0, None, None]


async def test_a_plan_names_what_was_lately_not_learned_from(hass: HomeAssistant) -> None:
    shine(hass)
    today = NOW.date()
    left_out = (
        LeftOut(code="pv_snow", days=(today,), data={"days": 1}),
        LeftOut(code="history_gaps", days=(today - timedelta(days=90),), data={"hours": 2}),
    )
    async with running(hass, [ROOF]) as home:
        forecasting_of(home)._learned = Learned(left_out=left_out)
        codes = {warning.code for warning in (await gathered(home)).warnings}
    assert "pv_snow" in codes
    assert "history_no_recorder" in codes
    assert "history_gaps" not in codes


async def test_what_was_learned_and_a_new_forecast_make_a_new_plan(hass: HomeAssistant) -> None:
    shine(hass)
    async with running(hass, [ROOF]) as home:
        forecasting = forecasting_of(home)
        with patch.object(home.coordinator.planning._clock, "request") as request:
            stop = forecasting.async_on_news(request)
            await forecasting.async_retrain()
            assert request.call_count == 1
            shine(hass, days=4)
            await hass.async_block_till_done()
            assert request.call_count == 2
            stop()
