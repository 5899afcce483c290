"""One question to the recorder answers all that planning wants to know of the past."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import math

from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.planning_wiring import LoadConfig, PeakTariffConfig, PlanningConfig
from custom_components.loadstar.sources.history.reading import async_read_history
from custom_components.loadstar.sources.history.types import History, LoadHistory
from custom_components.loadstar.wiring import MeterConfig, SiteConfig

ENTRY = "home"
NOW = datetime(2026, 1, 14, 16, 20, tzinfo=UTC)
MONTH = datetime(2026, 1, 1, tzinfo=UTC)
TARIFF = PeakTariffConfig(fee_per_kw=50)
HEATER = LoadConfig(
    subentry_id="heater", name="Heater", kind="water_heater", power_kw=2.0, power="sensor.heater"
)
SITE = SiteConfig(
    name="Home",
    phases=1,
    voltage=230,
    main_breaker=25,
    import_limit_w=None,
    max_unbalance=None,
    phase_netting=True,
    meter=MeterConfig(imports=("sensor.grid", None, None)),
    pv_power=(),
    export_threshold_w=0,
    inverter_kind="symmetric",
    inverter_phase="A",
    inverter_max_power=None,
    inverter_max_power_per_phase=None,
    ocpp_host="127.0.0.1",
    ocpp_port=9016,
    chargers={},
    circuits={},
    batteries={},
    planning=PlanningConfig(peak_tariff=TARIFF),
)


def remember(
    hass: HomeAssistant, entity: str, unit: str, values: Iterable[tuple[datetime, float]]
) -> None:
    """Give the recorder hourly means."""
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity,
        unit_class={"W": "power", "A": "electric_current"}.get(unit),
        unit_of_measurement=unit,
    )
    rows = [StatisticData(start=start, mean=value) for start, value in values]
    async_import_statistics(hass, metadata, rows)


def hours(start: datetime, *values: float) -> list[tuple[datetime, float]]:
    return [(start + timedelta(hours=n), value) for n, value in enumerate(values)]


def remember_minutes(hass: HomeAssistant, entity: str, start: datetime, *values: float) -> None:
    """Give the recorder means of 5 min of an entity of which it has others."""
    with get_instance(hass).get_session() as session:
        meta = get_instance(hass).statistics_meta_manager.get(session, entity)
        assert meta is not None
        session.add_all(
            StatisticsShortTerm(
                metadata_id=meta[0],
                created_ts=NOW.timestamp(),
                start_ts=(start + timedelta(minutes=5 * n)).timestamp(),
                mean=value,
            )
            for n, value in enumerate(values)
        )
        session.commit()


def own_sensor(hass: HomeAssistant, key: str) -> str:
    return er.async_get(hass).async_get_or_create("sensor", DOMAIN, f"{ENTRY}_{key}").entity_id


async def test_without_a_recorder_there_is_no_history(hass: HomeAssistant) -> None:
    assert await async_read_history(hass, ENTRY, SITE, NOW) == History()


@pytest.mark.usefixtures("recorder_mock")
async def test_a_new_home_has_no_history(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.grid", "1", {"unit_of_measurement": "W"})
    assert await async_read_history(hass, ENTRY, SITE, NOW) == History()


@pytest.mark.usefixtures("recorder_mock")
async def test_prices_peaks_and_the_mean_day_come_from_statistics(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("UTC")
    hass.states.async_set("sensor.grid", "1", {"unit_of_measurement": "A"})
    remember(hass, own_sensor(hass, "import_price"), "EUR/kWh", hours(MONTH, 0.2, 0.3))
    remember(hass, own_sensor(hass, "export_price"), "EUR/kWh", hours(MONTH, 0.05))
    remember(hass, own_sensor(hass, "household_power"), "W", hours(MONTH, *[500.0] * 24))
    remember(hass, "sensor.heater", "W", hours(MONTH, 400.0, 100.0))
    remember(
        hass,
        "sensor.grid",
        "A",
        [
            *hours(MONTH - timedelta(days=1), 20.0),  # last month's
            *hours(MONTH, 5.0, 10.0, -20.0),
            *hours(NOW.replace(minute=0), 8.0),  # the window that runs
        ],
    )
    await async_wait_recording_done(hass)
    site = replace(SITE, planning=replace(SITE.planning, loads={"heater": HEATER}))
    history = await async_read_history(hass, ENTRY, site, NOW)
    assert history.weekday_export_prices == {(3, 0): pytest.approx(0.05)}
    assert history.weekday_prices == {(3, 0): pytest.approx(0.2), (3, 1): pytest.approx(0.3)}
    assert history.household_kwh_per_day == pytest.approx(12.0 - 0.5), "the heater has its own plan"
    assert dict(history.daily_peaks_kw) == pytest.approx({"2026-01-01": 2.3})
    assert history.running_kwh == pytest.approx(8.0 * 0.23 / 3)


@pytest.mark.usefixtures("recorder_mock")
async def test_means_of_five_minutes_take_the_place_of_hours_as_far_as_they_go(
    hass: HomeAssistant,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    hass.states.async_set("sensor.grid", "1", {"unit_of_measurement": "W"})
    remember(hass, "sensor.grid", "W", hours(NOW.replace(hour=12, minute=0), *[1000.0] * 4))
    await async_wait_recording_done(hass)
    quarters = replace(
        SITE, planning=PlanningConfig(peak_tariff=replace(TARIFF, window_minutes=15))
    )
    means = [6000.0] * 3 + [math.nan] + [0.0] * 8
    remember_minutes(hass, "sensor.grid", NOW.replace(hour=15, minute=0), *means)
    history = await async_read_history(hass, ENTRY, quarters, NOW)
    assert dict(history.daily_peaks_kw) == pytest.approx({"2026-01-14": 6.0})


@pytest.mark.usefixtures("recorder_mock")
@pytest.mark.parametrize(
    "site",
    [
        replace(SITE, planning=PlanningConfig()),
        replace(SITE, meter=MeterConfig(imports=("sensor.gone", None, None))),
        replace(SITE, meter=MeterConfig(total="sensor.energy")),
    ],
)
async def test_without_a_tariff_or_a_meter_of_known_units_no_peaks_are_asked_for(
    hass: HomeAssistant, site: SiteConfig
) -> None:
    hass.states.async_set("sensor.grid", "1", {"unit_of_measurement": "W"})
    hass.states.async_set("sensor.energy", "1", {"unit_of_measurement": "kWh"})
    remember(hass, "sensor.grid", "W", hours(MONTH, 1000.0))
    await async_wait_recording_done(hass)
    assert await async_read_history(hass, ENTRY, site, NOW) == History()


@pytest.mark.usefixtures("recorder_mock")
async def test_what_loads_have_had_comes_with_the_same_question(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("UTC")
    remember(hass, "sensor.heater", "W", hours(MONTH, 0.0))
    await async_wait_recording_done(hass)
    begin = NOW - timedelta(minutes=20)
    remember_minutes(hass, "sensor.heater", begin, 0.0, 2000.0, 2000.0, 2000.0)
    site = replace(SITE, planning=PlanningConfig(loads={"heater": HEATER}))
    heater = (await async_read_history(hass, ENTRY, site, NOW)).loads["heater"]
    assert heater.today_kwh == pytest.approx(0.5)
    assert heater.running_since == NOW - timedelta(minutes=15)
    assert heater.kwh_since(NOW - timedelta(minutes=10)) == pytest.approx(1 / 3)
    never = replace(HEATER, power="sensor.never_measured")
    site = replace(SITE, planning=PlanningConfig(loads={"heater": never}))
    assert (await async_read_history(hass, ENTRY, site, NOW)).loads == {"heater": LoadHistory()}
