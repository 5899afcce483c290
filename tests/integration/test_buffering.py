"""The buffer of a site: stepped by the clock, kept over restarts, and never in anybody's way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
import json
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import numpy as np
import pytest

from custom_components.loadstar.buffering import (
    in_force,
)
from custom_components.loadstar.buffering.capacity import percent_for
from custom_components.loadstar.engine.buffer import (
    BufferFormula,
    BufferMode,
    BufferReason,
    NeedHistory,
)
from custom_components.loadstar.engine.buffer.calibrated import NO_HISTORY, SLOT_S
from custom_components.loadstar.models import BufferSnapshot
from custom_components.loadstar.settings import SettingsStore
from custom_components.loadstar.wiring import BatteryConfig, SiteConfig
from tests.integration.buffers import DAY, KEY, NEXT, QUARTER, START, Site, a_site
from tests.integration.common import BATTERY, make_entry

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")

FAILED = "buffer_home"


@pytest.fixture
async def site(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[Site]:
    async with a_site(hass, freezer) as site:
        yield site


class TestSteps:
    """When the buffer is stepped, and what is shown of it."""

    async def test_it_steps_at_the_start_and_at_every_quarter_of_an_hour(self, site: Site) -> None:
        shown = await site.start()
        assert shown == BufferSnapshot(
            mode=BufferMode.OBSERVATION,
            formula=BufferFormula.DYNAMIC,
            target_soc_percent=35,
            effective_soc_percent=50,
            observation_ends=START + 14 * DAY,
            days_left=14.0,
            reason=BufferReason.LOWERED,
            reason_data={"target": 35.0, "base": 50, "confidence_percent": 80.0},
        )
        await site.at(datetime(2026, 6, 1, 12, 14, 59, tzinfo=UTC))
        assert len(site.buffering.log) == 1
        for minute in (15, 30, 45):
            await site.at(datetime(2026, 6, 1, 12, minute, tzinfo=UTC))
        assert [event.time.minute for event in site.buffering.log] == [7, 15, 30, 45]
        assert {event.local_hour for event in site.buffering.log} == {14}
        assert site.last.pv_ahead_kwh == 4.0

    async def test_it_steps_as_soon_as_the_confidence_is_known(self, site: Site) -> None:
        site.inputs = replace(site.inputs, confidence=None)
        assert (await site.start()).target_soc_percent == 50
        site.buffering.on_confidence(None)
        assert len(site.buffering.log) == 1
        site.inputs = replace(site.inputs, confidence=1.0)
        site.buffering.on_confidence(1.0)
        assert site.shown.target_soc_percent == 20
        site.buffering.on_confidence(0.9)  # from now on at every quarter alone
        assert len(site.buffering.log) == 2

    async def test_whoever_listens_is_told(self, site: Site) -> None:
        seen: list[float | None] = []
        site.buffering.async_on_change(lambda: seen.append(site.shown.target_soc_percent))
        await site.start()
        site.inputs = replace(site.inputs, confidence=1.0)
        await site.at(NEXT)
        assert seen == [None, 35, 20]

    async def test_it_steps_no_more_once_stopped(self, site: Site) -> None:
        await site.start()
        site.buffering.stop()
        await site.at(START + DAY)
        assert len(site.buffering.log) == 1

    async def test_another_minimum_or_formula_counts_at_once(self, site: Site) -> None:
        await site.start()
        await site.settings.async_update_site(battery_soc_min=70.0)
        assert site.shown.target_soc_percent == 50
        assert site.shown.effective_soc_percent == 70
        await site.settings.async_update_site(buffer_formula=BufferFormula.CALIBRATED)
        assert site.last.reason is BufferReason.CALIBRATING
        assert site.shown.formula is BufferFormula.CALIBRATED
        await site.settings.async_update_site(vacation=True)
        assert len(site.buffering.log) == 3

    async def test_while_the_battery_feeds_a_car_the_target_stands(self, site: Site) -> None:
        await site.start()
        site.inputs = replace(site.inputs, confidence=1.0, ev_boost_active=True)
        shown = await site.at(NEXT)
        assert (shown.reason, shown.target_soc_percent) == (BufferReason.CAR_BOOST, 35)

    @pytest.mark.parametrize("kept", [-7.0, 180.0])
    async def test_a_kept_minimum_that_is_no_percentage_is_no_obstacle(
        self, site: Site, kept: float
    ) -> None:
        site.settings.site = replace(site.settings.site, battery_soc_min=kept)
        assert (await site.start()).effective_soc_percent == min(100, max(0, kept))


@pytest.mark.parametrize(
    ("currency", "spread", "median", "wide"),
    [
        ("EUR", 0.11, None, True),
        ("EUR", 0.10, None, False),
        ("SEK", 0.81, 2.0, True),
        ("SEK", 0.79, 2.0, False),
        ("SEK", 9.0, None, False),
        (None, 0.81, 2.0, True),  # Home Assistant's own: SEK
    ],
)
async def test_what_spread_is_wide_hangs_on_the_currency(
    site: Site, *, currency: str | None, spread: float, median: float | None, wide: bool
) -> None:
    site.inputs = replace(
        site.inputs, currency=currency, spread_per_kwh=spread, median_price_per_kwh=median
    )
    await site.start()
    assert (site.last.reason is BufferReason.LOWERED_SPREAD) is wide


def month(price_per_kwh: float = 2.0) -> NeedHistory:
    """Return a month of nights of 14 h in which 0.05 kWh are needed per quarter of an hour."""
    hours = np.tile(np.arange(96) / 4, 30)
    sunny = (hours >= 8) & (hours < 18)
    first = int((START - 30 * DAY).timestamp()) // SLOT_S * SLOT_S
    return NeedHistory(
        start_s=first + SLOT_S * np.arange(hours.size),
        load_kwh=np.full(hours.size, 0.05),
        pv_kwh=np.where(sunny, 1.0, 0.0),
        price_per_kwh=np.full(hours.size, price_per_kwh),
    )


class TestHistory:
    """What the last month has shown."""

    async def test_the_months_median_price_counts_before_that_of_the_prices_ahead(
        self, site: Site
    ) -> None:
        site.history = month(price_per_kwh=2.0)
        site.inputs = replace(
            site.inputs, currency="SEK", spread_per_kwh=0.7, median_price_per_kwh=1.0
        )
        await site.start()
        assert site.last.reason is BufferReason.LOWERED

    async def test_calibrated_keeps_what_the_house_has_needed(self, site: Site) -> None:
        site.history = month()
        await site.settings.async_update_site(buffer_formula=BufferFormula.CALIBRATED)
        shown = await site.start()
        assert shown.reason == BufferReason.CALIBRATED
        # 2.5 kWh of 10, and what is lost on the way
        assert shown.reason_data["needed_percent"] == pytest.approx(26.6, abs=0.3)
        assert shown.target_soc_percent == 25

    async def test_it_is_read_once_a_day(self, site: Site) -> None:
        await site.start()
        await site.at(START + DAY - QUARTER)
        assert site.asked == 1
        site.history = month()
        await site.at(datetime(2026, 6, 2, 12, 15, tzinfo=UTC))
        assert site.asked == 2

    async def test_a_file_that_cannot_be_read_takes_nothing_away(self, site: Site) -> None:
        site.history = month()
        await site.settings.async_update_site(buffer_formula=BufferFormula.CALIBRATED)
        await site.start()
        site.history = NO_HISTORY
        await site.at(datetime(2026, 6, 2, 12, 15, tzinfo=UTC))
        shown = await site.at(datetime(2026, 6, 2, 12, 30, tzinfo=UTC))
        assert site.asked == 2
        assert shown.reason == BufferReason.CALIBRATED

    async def test_without_it_the_buffer_goes_on(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        site.failure = OSError("gone")
        await site.buffering.async_load()
        with patch.object(site, "_inputs", return_value=site.inputs):
            site.buffering = site.another()
        await site.buffering.async_load()
        await site.buffering.async_start()
        assert "no history for the buffer" in caplog.text
        assert len(site.buffering.log) == 1


@pytest.mark.parametrize(
    ("batteries", "needed_kwh", "percent"),
    [
        ([(10.0, 1.0, 0.0)], 2.0, 20.0),
        ([(10.0, 0.81, 0.0)], 1.8, 20.0),
        ([(10.0, 1.0, 10.0)], 2.0, 30.0),
        ([(10.0, 1.0, 10.0), (30.0, 1.0, 20.0)], 4.0, 27.5),
        ([(10.0, 1.0, 10.0)], 50.0, 100.0),
        ([(0.0, 1.0, 0.0)], 1.0, 100.0),
    ],
)
def test_a_need_is_a_charge_of_all_batteries(
    batteries: list[tuple[float, float, float]], needed_kwh: float, percent: float
) -> None:
    wired = [
        BatteryConfig(
            subentry_id=str(index),
            name="",
            soc="",
            power="",
            power_invert=False,
            capacity_kwh=capacity,
            max_charge_power=1.0,
            max_discharge_power=1.0,
            round_trip_efficiency=efficiency,
            min_soc_percent=least,
        )
        for index, (capacity, efficiency, least) in enumerate(batteries)
    ]
    assert percent_for(wired, needed_kwh) == pytest.approx(percent)


class TestFailure:
    """Whatever goes wrong in the buffer stays in it."""

    async def test_the_target_stands_and_an_issue_tells(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        await site.start()
        await site.buffering.async_activate()
        site.failure = ZeroDivisionError("of all things")
        for hour in (13, 14):
            shown = await site.at(datetime(2026, 6, 1, hour, 0, tzinfo=UTC))
            assert (shown.target_soc_percent, shown.effective_soc_percent) == (35, 35)
        issue = site.issue(FAILED)
        assert issue is not None
        assert issue.translation_placeholders == {"site": "Home", "error": "ZeroDivisionError"}
        assert caplog.text.count("the buffer failed") == 1
        site.failure = None
        await site.at(datetime(2026, 6, 1, 15, 0, tzinfo=UTC))
        assert site.issue(FAILED) is None
        assert "is reckoned again" in caplog.text

    async def test_another_minimum_counts_all_the_same(self, site: Site) -> None:
        await site.start()
        await site.buffering.async_activate()
        site.failure = ZeroDivisionError()
        await site.settings.async_update_site(battery_soc_min=60.0)
        assert site.shown.effective_soc_percent == 60

    async def test_at_the_start_it_does_not_keep_the_site_from_running(self, site: Site) -> None:
        site.failure = RuntimeError("no")
        shown = await site.start()
        assert shown.effective_soc_percent == 50
        assert site.issue(FAILED) is not None


@pytest.mark.parametrize(
    "changes",
    [{"subentries": ()}, {"subentries": (BATTERY,), "pv_power": None}],
)
async def test_a_home_without_battery_or_sun_has_no_buffer(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    entry = make_entry(**changes)
    entry.add_to_hass(hass)
    site = Site(hass, freezer, entry, SettingsStore(hass, "home", SiteConfig.from_entry(entry)))
    assert await site.start() == BufferSnapshot()
    await site.at(START + DAY)
    assert site.buffering.log == ()
    assert KEY not in hass_storage
    assert in_force(site.settings.site, site.shown) is site.settings.site


def test_the_minimum_in_force_takes_the_place_of_the_users(site: Site) -> None:
    for effective in (10.0, 35.0):
        shown = BufferSnapshot(effective_soc_percent=effective)
        assert in_force(site.settings.site, shown).battery_soc_min == effective


async def test_diagnostics_have_the_state_and_a_day_of_the_log(site: Site) -> None:
    await site.start()
    for index in range(100):
        await site.at(NEXT + index * QUARTER)
    plain = site.buffering.as_dict()
    json.dumps(plain, allow_nan=False)
    assert len(plain["log"]) == 96
    assert plain["terms"]["base_percent"] == 50
