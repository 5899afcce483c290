"""The simulated home gives the recorder a year, and Loadstar learns from it."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import (
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockEntityPlatform

from custom_components.loadstar.planning_wiring import LoadConfig, OutdoorConfig, PlanningConfig
from custom_components.loadstar.sources.history.hours import HourReader, Hours
from custom_components.loadstar.wiring import BatteryConfig, MeterConfig, SiteConfig
from simulated_home import SimulatedHomeEntry, backfill
from simulated_home.almanac import HouseClock, almanac
from simulated_home.const import CONF_CLOCK_SHIFT
from simulated_home.day_ahead import DayAheadPrice
from simulated_home.history import DAYS
from simulated_home.life import async_begin, async_remember
from simulated_home.sensor import SENSORS, SimulatedSensor

NOW = datetime(2026, 11, 20, 17, 8, 23, tzinfo=UTC)
_SENSOR = "sensor.simulated_home_"

type Live = Callable[[], Awaitable[SimulatedHomeEntry]]


@pytest.fixture
def entry(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> SimulatedHomeEntry:
    """Move into a simulated home on an evening in November."""
    freezer.move_to(NOW)
    entry: SimulatedHomeEntry = MockConfigEntry(
        domain="simulated_home",
        data={
            "seed": 1,
            "start_hour": 10.0,
            "ocpp_url": "ws://127.0.0.1:1",
            "garage_key": "",
            "driveway_key": "",
        },
    )
    entry.add_to_hass(hass)  # type: ignore[attr-defined]  # a stand-in
    return entry


@pytest.fixture
def live(hass: HomeAssistant, entry: SimulatedHomeEntry) -> Live:
    """Let the house begin, with its sensors, and remember."""

    async def begin() -> SimulatedHomeEntry:
        entry.runtime_data = home = await async_begin(hass, entry)
        for key in (*(description.key for description in SENSORS), "day_ahead_price"):
            er.async_get(hass).async_get_or_create(
                "sensor",
                "simulated_home",
                f"{entry.entry_id}_{key}",
                suggested_object_id=f"simulated_home_{key}",
            )
        platform = MockEntityPlatform(hass, domain="sensor", platform_name="simulated_home")
        platform.config_entry = entry
        await platform.async_add_entities(
            [
                *(SimulatedSensor(entry.entry_id, home, description) for description in SENSORS),
                DayAheadPrice(entry.entry_id, home.seed),
            ]
        )
        await async_remember(hass, entry)
        await platform.async_reset()
        return entry

    return begin


@pytest.fixture
def quiet_sql() -> Iterator[None]:
    """Spare the time of logging a hundred thousand rows."""
    logger = logging.getLogger("sqlalchemy.engine")
    level = logger.level
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(level)


@pytest.fixture
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the time of a year where some days will do."""
    monkeypatch.setattr("simulated_home.history.DAYS", 12)


def site() -> SiteConfig:
    """Return Loadstar's site as ``scripts/develop`` sets it up."""
    return SiteConfig(
        name="Home",
        phases=3,
        voltage=230,
        main_breaker=25,
        import_limit_w=None,
        max_unbalance=None,
        phase_netting=True,
        meter=MeterConfig(
            imports=(
                f"{_SENSOR}grid_current_a",
                f"{_SENSOR}grid_current_b",
                f"{_SENSOR}grid_current_c",
            )
        ),
        pv_power=(f"{_SENSOR}pv_power",),
        export_threshold_w=0,
        inverter_kind="symmetric",
        inverter_phase="A",
        inverter_max_power=10_000,
        inverter_max_power_per_phase=None,
        ocpp_host="127.0.0.1",
        ocpp_port=9016,
        chargers={},
        circuits={},
        batteries={
            "battery": BatteryConfig(
                subentry_id="battery",
                name="Battery",
                soc=f"{_SENSOR}battery_soc",
                power=f"{_SENSOR}battery_power",
                power_invert=False,
                capacity_kwh=10,
                max_charge_power=5000,
                max_discharge_power=5000,
            )
        },
        planning=PlanningConfig(
            outdoor=OutdoorConfig(temperature=f"{_SENSOR}outdoor_temperature"),
            loads={
                "tank": LoadConfig(
                    subentry_id="tank",
                    name="Tank",
                    kind="water_heater",
                    power_kw=2.0,
                    power=f"{_SENSOR}water_heater_power",
                )
            },
        ),
    )


@pytest.mark.usefixtures("quiet_sql", "recorder_mock")
async def test_loadstar_reads_a_year_of_sun_household_and_forecasts(
    hass: HomeAssistant, live: Live
) -> None:
    entry = await live()
    hours = await HourReader(hass, "site", site()).async_read(
        NOW, pv_forecast=(f"{_SENSOR}pv_forecast_power",)
    )
    assert isinstance(hours, Hours)
    for series in (hours.pv, hours.load, hours.temperature, hours.pv_forecast):
        assert series.start_s.size == DAYS * 24
        assert series.start_s[-1] == NOW.replace(minute=0, second=0).timestamp() - 3600
    year = almanac(1).year
    first = int((hours.load.start_s[0] + entry.runtime_data.clock.shift_s - year.start_s[0]) // 900)
    slots = slice(first, first + DAYS * 96)
    # the tank, the battery and the grid cancel out, and the family is left
    assert hours.load.values.sum() == pytest.approx(year.load_kwh[slots].sum(), rel=0.001)
    assert hours.pv.values.sum() == pytest.approx(year.pv_kwh[slots].sum(), rel=0.001)
    assert 1.1 < hours.pv_forecast.values.sum() / hours.pv.values.sum() < 1.35
    assert -15 < hours.temperature.values.min() < 5
    assert 25 < hours.temperature.values.max() < 40
    assert np.corrcoef(hours.pv.values, hours.pv_forecast.values)[0, 1] > 0.9


@pytest.mark.usefixtures("quiet_sql", "recorder_mock", "short_past")
async def test_every_sensors_past_has_its_unit_and_the_last_days_by_five_minutes(
    hass: HomeAssistant, live: Live
) -> None:
    await live()
    recorder = get_instance(hass)
    known = await recorder.async_add_executor_job(lambda: get_metadata(hass))
    units = {name: meta["unit_of_measurement"] for name, (_, meta) in known.items()}
    assert units[f"{_SENSOR}pv_power"] == units[f"{_SENSOR}pv_forecast_power"] == "W"
    assert units[f"{_SENSOR}grid_current_a"] == "A"
    assert units[f"{_SENSOR}outdoor_temperature"] == "°C"
    assert units[f"{_SENSOR}day_ahead_price"] == "EUR/kWh"
    assert {meta["unit_class"] for _, meta in known.values()} == {
        *("power", "electric_current", "temperature", "unitless"),
        None,
    }
    rows = await recorder.async_add_executor_job(
        lambda: statistics_during_period(
            hass,
            NOW - timedelta(days=20),
            None,
            {f"{_SENSOR}pv_power"},
            "5minute",
            None,
            {"mean"},
        )
    )
    assert len(rows[f"{_SENSOR}pv_power"]) == 10 * 288


@pytest.mark.usefixtures("quiet_sql", "recorder_mock", "short_past")
async def test_the_past_is_written_once_and_the_house_lives_on_after_a_restart(
    live: Live,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = await live()
    shift_s = entry.runtime_data.clock.shift_s
    assert entry.data[CONF_CLOCK_SHIFT] == shift_s
    written: list[object] = []
    monkeypatch.setattr(backfill, "async_fill", lambda *about: written.append(about))
    freezer.tick(timedelta(hours=2))
    await live()
    assert written == []
    assert entry.runtime_data.clock.shift_s == shift_s
    assert entry.runtime_data.house.time_s == pytest.approx(12 * 3600, abs=2)


@pytest.mark.usefixtures("quiet_sql", "recorder_mock", "short_past")
async def test_a_recorder_that_was_emptied_is_filled_again(
    hass: HomeAssistant, entry: SimulatedHomeEntry, live: Live
) -> None:
    shift_s = HouseClock.beginning(1, 12.0, NOW).shift_s
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_CLOCK_SHIFT: shift_s})
    await live()
    known = await get_instance(hass).async_add_executor_job(lambda: get_metadata(hass))
    assert f"{_SENSOR}pv_power" in known
    assert entry.runtime_data.clock.shift_s == shift_s


@pytest.mark.usefixtures("quiet_sql", "recorder_mock", "short_past")
async def test_after_dark_another_day_begins_and_another_past_is_written_over_the_old(
    hass: HomeAssistant, live: Live, freezer: FrozenDateTimeFactory
) -> None:
    entry = await live()
    shift_s = entry.runtime_data.clock.shift_s
    freezer.tick(timedelta(hours=12))
    await live()
    clock = entry.runtime_data.clock
    assert clock.shift_s != shift_s
    assert entry.data[CONF_CLOCK_SHIFT] == clock.shift_s
    assert entry.runtime_data.house.time_s == pytest.approx(10 * 3600, abs=2)
    name = f"{_SENSOR}outdoor_temperature"
    found = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass, NOW - timedelta(days=9), None, {name}, "hour", None, {"mean"}
        )
    )
    rows = found[name]
    assert len(rows) == 9 * 24 + 11  # the hour that ran, and eleven of the night
    book = almanac(1)
    for row in rows:
        middle_s = clock.house_s(row["start"]) + 1800
        assert row["mean"] == pytest.approx(book.at(book.year.temperature_c, middle_s), abs=0.5)


async def test_without_a_recorder_nothing_is_remembered(live: Live) -> None:
    assert CONF_CLOCK_SHIFT not in (await live()).data


@pytest.mark.usefixtures("quiet_sql", "recorder_mock")
async def test_while_home_assistant_starts_it_does_not_wait_for_the_recorder(
    hass: HomeAssistant, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []

    async def never(*about: object) -> None:
        begun.append(about)
        await hass.loop.create_future()

    monkeypatch.setattr(backfill, "async_fill", never)
    hass.set_state(CoreState.not_running)
    entry = await live()
    await hass.async_block_till_done()
    assert len(begun) == 1
    assert CONF_CLOCK_SHIFT not in entry.data
    hass.set_state(CoreState.running)
