"""Hours of sun and of household, without what Loadstar manages, come from statistics."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
import math
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.forecast.types import HourlySeries
from custom_components.loadstar.planning_wiring import LoadConfig, OutdoorConfig, PlanningConfig
from custom_components.loadstar.sources.history.hours import HourReader, Hours
from custom_components.loadstar.wiring import (
    BatteryConfig,
    ChargerConfig,
    MeterConfig,
    SiteConfig,
)
from tests.integration.sources.history.statistics import remember

ENTRY = "home"
NOW = datetime(2026, 1, 14, 16, 20, tzinfo=UTC)
DAY = datetime(2026, 1, 13, tzinfo=UTC)

BATTERY = BatteryConfig(
    subentry_id="cellar",
    name="Cellar",
    soc="sensor.soc",
    power="sensor.battery",
    power_invert=False,
    capacity_kwh=10,
    max_charge_power=5000,
    max_discharge_power=5000,
)
CHARGER = ChargerConfig(
    subentry_id="garage",
    name="Garage",
    station_id="CP-1",
    connector_id=1,
    security="none",
    password=None,
    phases=3,
    phase_rotation="ABC",
    car_phases=None,
    rated_current=16,
    circuit=None,
    min_current=6,
    fallback_current=6,
    priority=1,
)
HEATER = LoadConfig(
    subentry_id="heater", name="Heater", kind="water_heater", power_kw=2.0, power="sensor.heater"
)


def site(**changes: Any) -> SiteConfig:
    """Return a home with a meter and nothing else, with what a case varies."""
    values: dict[str, Any] = {
        "name": "Home",
        "phases": 1,
        "voltage": 230,
        "main_breaker": 25,
        "import_limit_w": None,
        "max_unbalance": None,
        "phase_netting": True,
        "meter": MeterConfig(imports=("sensor.grid", None, None)),
        "pv_power": (),
        "export_threshold_w": 0,
        "inverter_kind": "symmetric",
        "inverter_phase": "A",
        "inverter_max_power": None,
        "inverter_max_power_per_phase": None,
        "ocpp_host": "127.0.0.1",
        "ocpp_port": 9016,
        "chargers": {},
        "circuits": {},
        "batteries": {},
    }
    return SiteConfig(**(values | changes))


def by_hour(series: HourlySeries) -> dict[int, float]:
    """Return a series by hours since the day's start."""
    first = int(DAY.timestamp())
    hours = ((series.start_s - first) // 3600).tolist()
    return dict(zip(hours, series.values.tolist(), strict=True))


def own_sensor(hass: HomeAssistant, key: str) -> str:
    return er.async_get(hass).async_get_or_create("sensor", DOMAIN, f"{ENTRY}_{key}").entity_id


async def read(hass: HomeAssistant, config: SiteConfig, **wanted: Any) -> Hours:
    """Return what the recorder has."""
    return await HourReader(hass, ENTRY, config).async_read(NOW, **wanted)


async def test_without_a_recorder_nothing_is_known(hass: HomeAssistant) -> None:
    assert await HourReader(hass, ENTRY, site()).async_read(NOW) == Hours()


@pytest.mark.usefixtures("recorder_mock")
async def test_of_a_new_home_nothing_is_known(hass: HomeAssistant) -> None:
    hours = await read(hass, site(pv_power=("sensor.pv",), batteries={"cellar": BATTERY}))
    for series in (hours.pv, hours.load, hours.temperature, hours.pv_forecast):
        assert series.start_s.size == 0
    assert hours.left_out == ()


@pytest.mark.usefixtures("recorder_mock")
@pytest.mark.parametrize(
    ("config", "units", "expected_kwh"),
    [
        pytest.param(site(), {"sensor.grid": ("W", 1500.0)}, 1.5, id="power"),
        pytest.param(site(), {"sensor.grid": ("A", 10.0)}, 2.3, id="current"),
        pytest.param(
            site(meter=MeterConfig(imports=("sensor.grid", None, None), invert=True)),
            {"sensor.grid": ("kW", -1.5)},
            1.5,
            id="inverted",
        ),
        pytest.param(
            site(
                phases=3,
                meter=MeterConfig(
                    imports=("sensor.a", "sensor.b", "sensor.c"),
                    exports=("sensor.xa", "sensor.xb", "sensor.xc"),
                ),
            ),
            {
                "sensor.a": ("W", 1000.0),
                "sensor.b": ("W", 0.0),
                "sensor.c": ("W", 500.0),
                "sensor.xa": ("W", 0.0),
                "sensor.xb": ("W", 300.0),
                "sensor.xc": ("W", 0.0),
            },
            1.2,
            id="three phases, import and export apart",
        ),
        pytest.param(
            site(phases=3, meter=MeterConfig(total="sensor.net", total_export="sensor.back")),
            {"sensor.net": ("W", 900.0), "sensor.back": ("W", 200.0)},
            0.7,
            id="total",
        ),
        pytest.param(
            site(pv_power=("sensor.south", "sensor.west")),
            {
                "sensor.grid": ("W", -2000.0),
                "sensor.south": ("W", 3000.0),
                "sensor.west": ("kW", 0.5),
            },
            1.5,
            id="with sun",
        ),
        pytest.param(
            site(batteries={"cellar": BATTERY}),
            {"sensor.grid": ("W", 3000.0), "sensor.battery": ("W", 2000.0)},
            1.0,
            id="battery that charges",
        ),
        pytest.param(
            site(batteries={"cellar": replace(BATTERY, power_invert=True)}),
            {"sensor.grid": ("W", 500.0), "sensor.battery": ("W", 700.0)},
            1.2,
            id="battery that discharges, as positive",
        ),
        pytest.param(
            site(planning=PlanningConfig(loads={"heater": HEATER})),
            {"sensor.grid": ("W", 2500.0), "sensor.heater": ("W", 2000.0)},
            0.5,
            id="managed load",
        ),
    ],
)
async def test_the_household_is_the_grid_and_the_sun_less_battery_and_managed_loads(
    hass: HomeAssistant,
    config: SiteConfig,
    units: dict[str, tuple[str, float]],
    expected_kwh: float,
) -> None:
    for entity, (unit, value) in units.items():
        remember(hass, entity, unit, DAY, [value] * 3)
    hours = await read(hass, config)
    assert by_hour(hours.load) == pytest.approx(dict.fromkeys(range(3), expected_kwh))


@pytest.mark.usefixtures("recorder_mock")
async def test_only_hours_with_every_part_are_known(hass: HomeAssistant) -> None:
    remember(hass, "sensor.grid", "W", DAY, [1000.0, 1000.0, None, 1000.0, 1000.0])
    remember(hass, "sensor.battery", "W", DAY, [0.0, None, 0.0, 0.0, 0.0])
    remember(hass, "sensor.heater", "W", DAY, [None, None, None, 400.0, None])
    config = site(batteries={"cellar": BATTERY}, planning=PlanningConfig(loads={"heater": HEATER}))
    hours = await read(hass, config)
    assert by_hour(hours.load) == pytest.approx({0: 1.0, 3: 0.6}), (
        "a load counts as off before it was measured, and is unknown while it is silent later"
    )


@pytest.mark.usefixtures("recorder_mock")
async def test_loadstars_own_sensor_stands_in_where_the_meter_was_not_remembered(
    hass: HomeAssistant,
) -> None:
    remember(hass, "sensor.grid", "W", DAY, [None, 900.0])
    remember(hass, own_sensor(hass, "household_power"), "W", DAY, [700.0, 800.0])
    assert by_hour((await read(hass, site())).load) == pytest.approx({0: 0.7, 1: 0.9})


@pytest.mark.usefixtures("recorder_mock")
async def test_cars_are_taken_out_and_hours_in_which_one_may_hide_are_left_out(
    hass: HomeAssistant,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    remember(hass, "sensor.grid", "W", DAY, [500.0, 9000.0, 5000.0, 8000.0, 600.0, 7000.0])
    charger = own_sensor(hass, "garage_power")
    remember(hass, charger, "W", DAY, [None, None, None, 7400.0, None, None])
    hours = await read(hass, site(chargers={"garage": CHARGER}))
    assert by_hour(hours.load) == pytest.approx({0: 0.5, 2: 5.0, 3: 0.6, 4: 0.6})
    (left_out,) = hours.left_out
    assert left_out.code == "charging_unknown"
    assert left_out.days == (date(2026, 1, 13),)
    assert left_out.data == {"hours": 2}


@pytest.mark.usefixtures("recorder_mock")
async def test_an_inverter_that_sleeps_at_night_gives_nothing_and_one_that_is_lost_is_unknown(
    hass: HomeAssistant,
) -> None:
    remember(hass, "sensor.pv", "W", DAY, [2000.0, 20.0, None, None, -5.0, 1500.0, None, 1800.0])
    config = site(pv_power=("sensor.pv",))
    assert by_hour((await read(hass, config)).pv) == pytest.approx(
        {0: 2.0, 1: 0.02, 2: 0.0, 3: 0.0, 4: 0.0, 5: 1.5, 7: 1.8}
    )


@pytest.mark.usefixtures("recorder_mock")
async def test_the_sun_of_several_inverters_is_known_where_all_are_that_were_there_and_awake(
    hass: HomeAssistant,
) -> None:
    south = [2000.0, None, 1800.0, 50.0, None, None, 60.0, 20.0]
    west = [None, None, 300.0, 900.0, 700.0, 10.0, 400.0, 200.0, 100.0]
    remember(hass, "sensor.south", "W", DAY, south)
    remember(hass, "sensor.west", "W", DAY, west)
    config = site(pv_power=("sensor.south", "sensor.west"))
    assert by_hour((await read(hass, config)).pv) == pytest.approx(
        {0: 2.0, 2: 2.1, 3: 0.95, 4: 0.7, 5: 0.01, 6: 0.46, 7: 0.22, 8: 0.1}
    ), "west began at two; south is lost at one, and sleeps from four to six and from eight on"


@pytest.mark.usefixtures("recorder_mock")
async def test_temperature_and_what_the_sources_expected_come_along(hass: HomeAssistant) -> None:
    remember(hass, "sensor.outside", "°F", DAY, [50.0, None, 32.0])
    remember(hass, "sensor.south_now", "W", DAY, [1000.0, 500.0, 200.0])
    remember(hass, "sensor.west_now", "W", DAY, [100.0, None, 50.0])
    config = site(planning=PlanningConfig(outdoor=OutdoorConfig(temperature="sensor.outside")))
    hours = await read(hass, config, pv_forecast=("sensor.south_now", "sensor.west_now"))
    assert by_hour(hours.temperature) == pytest.approx({0: 10.0, 2: 0.0})
    assert by_hour(hours.pv_forecast) == pytest.approx({0: 1.1, 2: 0.25}), "every array, or none"


@pytest.mark.usefixtures("recorder_mock")
async def test_what_has_no_unit_of_ours_or_no_number_is_not_counted(hass: HomeAssistant) -> None:
    remember(hass, "sensor.grid", "kWh", DAY, [1.0])
    remember(hass, "sensor.pv", "W", DAY, [math.inf, 500.0])
    hours = await read(hass, site(pv_power=("sensor.pv",)))
    assert by_hour(hours.load) == {}
    assert by_hour(hours.pv) == pytest.approx({1: 0.5})


@pytest.mark.usefixtures("recorder_mock")
async def test_only_whole_hours_of_the_span_are_read(hass: HomeAssistant) -> None:
    remember(hass, "sensor.grid", "W", NOW.replace(minute=0) - timedelta(hours=3), [100.0] * 4)
    hours = await read(hass, site(), span=timedelta(hours=2))
    assert by_hour(hours.load) == pytest.approx({38: 0.1, 39: 0.1}), "16:00 still runs"
