"""Cars, loads, batteries and the connection, as planning reads them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.loadstar.engine.planner.devices import Car
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.forecasting import Foreseen
from custom_components.loadstar.goals import GoalSettings
from custom_components.loadstar.planning.cars import next_departure, read_cars
from custom_components.loadstar.planning.gather import _outlook
from custom_components.loadstar.planning.home import read_batteries, read_grid
from custom_components.loadstar.planning.loads import deferrable_loads, water_heaters
from custom_components.loadstar.planning_wiring import LoadConfig
from custom_components.loadstar.sources.history.types import LoadHistory
from custom_components.loadstar.sources.types import PvForecast
from tests.integration.common import AT_REST, BATTERY, CHARGING, EVERYTHING, Home, running

FAMILY_CAR = ConfigSubentryDataWithId(
    subentry_id="family_car",
    subentry_type="vehicle",
    title="Family car",
    unique_id=None,
    data={"capacity": 60, "soc": "sensor.car_soc", "charger": "garage", "efficiency": 92},
)


@pytest.fixture(autouse=True)
def _loadstar_is_found(enable_custom_integrations: None) -> None:
    """Let Home Assistant find Loadstar."""


@pytest.fixture
def berlin() -> Iterator[None]:
    """Live in Berlin."""
    dt_util.set_default_time_zone(ZoneInfo("Europe/Berlin"))
    yield
    dt_util.set_default_time_zone(UTC)


def utc(text: str) -> datetime:
    """Return an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("goal", "now", "leaves"),
    [
        ({}, "2026-11-20T12:00", None),
        ({"departure": "07:00"}, "2026-11-20T05:00", "2026-11-20T06:00"),
        ({"departure": "07:00"}, "2026-11-20T06:00", "2026-11-21T06:00"),
        ({"departure": "07:00"}, "2026-10-24T12:00", "2026-10-25T06:00"),  # winter begins
        ({"departure": "02:30"}, "2026-03-28T12:00", "2026-03-29T01:30"),  # an hour that is not
        ({"by": "2026-11-20T18:00:00+01:00"}, "2026-11-20T12:00", "2026-11-20T17:00"),
        ({"by": "2026-11-20T10:00:00+01:00"}, "2026-11-20T12:00", None),
        (
            {"by": "2026-11-20T10:00:00+01:00", "departure": "07:00"},
            "2026-11-20T12:00",
            "2026-11-21T06:00",
        ),
    ],
)
def test_the_next_departure_is_the_one_off_else_the_daily_one(
    goal: dict[str, Any], now: str, leaves: str | None
) -> None:
    expected = None if leaves is None else utc(leaves)
    assert next_departure(GoalSettings(**goal), utc(now)) == expected


async def cars_of(home: Home) -> dict[str, Car]:
    """Return the cars that planning sees, by their charger."""
    await home.decide()
    coordinator = home.coordinator
    cars = read_cars(home.hass, coordinator.config, coordinator.settings, coordinator.data)
    return {car.charger_id: car for car in cars}


async def test_a_car_is_its_chargers_vehicle_with_what_that_says(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.car_soc", "41", {"unit_of_measurement": "%"})
    async with running(hass, (*EVERYTHING, FAMILY_CAR)) as home:
        home.garage.say(CHARGING)
        car = (await cars_of(home))["garage"]
        assert (car.car_id, car.name) == ("family_car", "Family car")
        assert (car.capacity_kwh, car.soc_percent, car.efficiency) == (60.0, 41.0, 0.92)
        assert car.phases == "BCA"
        assert car.session_kwh == 3.2
        assert car.goals == ()
        assert car.away == ()


async def test_a_guest_has_no_capacity_and_the_chargers_goal(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await home.coordinator.settings.async_update_goal(
            "garage", energy_kwh=10.0, departure="07:00"
        )
        home.garage.say(CHARGING)
        car = (await cars_of(home))["garage"]
        assert (car.car_id, car.capacity_kwh, car.soc_percent) == ("garage", None, None)
        assert car.goals[0].energy_kwh == pytest.approx(10.0 - 3.2)
        assert car.away[0][0] == car.goals[0].by


async def test_a_departure_without_a_goal_means_eighty_percent(hass: HomeAssistant) -> None:
    async with running(hass, (*EVERYTHING, FAMILY_CAR)) as home:
        await home.coordinator.settings.async_update_goal("family_car", departure="07:00")
        home.garage.say(CHARGING)
        assert (await cars_of(home))["garage"].goals[0].soc_percent == 80.0


async def test_who_is_not_there_or_not_to_be_charged_is_not_planned(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        home.garage.say(AT_REST)
        assert await cars_of(home) == {}
        home.garage.say(CHARGING)
        assert set(await cars_of(home)) == {"garage"}
        await home.coordinator.settings.async_update_charger("garage", enabled=False)
        assert await cars_of(home) == {}


async def test_the_connection_is_within_breaker_limit_and_circuits(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        grid = read_grid(home.coordinator.config, home.coordinator.settings.site)
        assert (grid.phases, grid.breaker_a, grid.import_limit_kw) == (3, 24.0, 15.0)
        assert grid.inverter_phases == "ABC"
        (circuit,) = grid.circuits
        assert (circuit.limit_a, circuit.charger_ids) == (20.0, frozenset({"garage"}))


async def test_a_battery_keeps_the_higher_of_both_minimums(hass: HomeAssistant) -> None:
    planned = ConfigSubentryDataWithId(
        {
            **BATTERY,
            "data": {
                **BATTERY["data"],
                "round_trip_efficiency": 81,
                "min_soc": 5,
                "max_soc": 95,
                "power_curve": [{"soc": 90, "charge_power": 2000, "discharge_power": 4000}],
            },
        }
    )
    async with running(hass, (planned,)) as home:
        site = home.coordinator.settings.site
        (battery,) = read_batteries(hass, home.coordinator.config, site)
        assert (battery.min_soc_percent, battery.max_soc_percent) == (30.0, 95.0)
        assert battery.charge_efficiency == pytest.approx(0.9)
        assert battery.soc_percent == 64.0
        assert battery.charge_curve == ((90.0, 2.0),)
        (battery,) = read_batteries(
            hass, home.coordinator.config, replace(site, battery_soc_min=2.0)
        )
        assert battery.min_soc_percent == 5.0


WASHER = LoadConfig(
    subentry_id="washer",
    name="Washer",
    kind="deferrable",
    power_kw=2.0,
    duration_minutes=120,
    earliest=time(9),
    latest_end=time(17),
)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("load", "seen", "now", "window"),
    [
        (WASHER, None, "2026-11-20T10:00", ("2026-11-20T08:00", "2026-11-20T16:00")),
        # less than a run is left of today
        (WASHER, None, "2026-11-20T14:30", ("2026-11-21T08:00", "2026-11-21T16:00")),
        # it has run today
        (
            WASHER,
            LoadHistory(today_kwh=3.5),
            "2026-11-20T10:00",
            ("2026-11-21T08:00", "2026-11-21T16:00"),
        ),
        # it runs
        (
            WASHER,
            LoadHistory(today_kwh=3.5, running_since=utc("2026-11-20T09:00")),
            "2026-11-20T10:45",
            ("2026-11-20T08:00", "2026-11-20T16:00"),
        ),
        # over midnight, and to the end of the day
        (
            replace(WASHER, earliest=time(22), latest_end=time(6)),
            None,
            "2026-11-20T10:00",
            ("2026-11-20T21:00", "2026-11-21T05:00"),
        ),
        # after midnight it is still last evening's
        (
            replace(WASHER, earliest=time(22), latest_end=time(6)),
            LoadHistory(energy=((utc("2026-11-19T06:00"), 4.0),)),
            "2026-11-20T00:00",
            ("2026-11-19T21:00", "2026-11-20T05:00"),
        ),
        # unless it has run since
        (
            replace(WASHER, earliest=time(22), latest_end=time(6)),
            LoadHistory(energy=((utc("2026-11-19T21:30"), 4.0),)),
            "2026-11-20T00:00",
            ("2026-11-20T21:00", "2026-11-21T05:00"),
        ),
        # this morning's run was last evening's
        (
            replace(WASHER, earliest=time(22), latest_end=time(6)),
            LoadHistory(today_kwh=4.0, energy=((utc("2026-11-20T01:00"), 4.0),)),
            "2026-11-20T20:00",
            ("2026-11-20T21:00", "2026-11-21T05:00"),
        ),
        (
            replace(WASHER, earliest=time(0), latest_end=time(0)),
            None,
            "2026-10-25T10:00",
            ("2026-10-24T22:00", "2026-10-25T23:00"),  # a day of 25 hours
        ),
    ],
)
def test_the_next_run_is_todays_while_it_fits(
    load: LoadConfig, seen: LoadHistory | None, now: str, window: tuple[str, str]
) -> None:
    history = {} if seen is None else {"washer": seen}
    (run,) = deferrable_loads([load], history, utc(now))
    assert (run.earliest, run.latest_end) == (utc(window[0]), utc(window[1]))
    assert run.running_since == (None if seen is None else seen.running_since)


def test_a_water_heater_knows_what_it_has_been_given() -> None:
    heater = replace(WASHER, kind="water_heater", energy_kwh_per_day=6.0)
    ended = utc("2026-11-20T06:00")
    seen = {"washer": LoadHistory(today_kwh=2.5, last_run_end=ended)}
    (planned,) = water_heaters([heater, WASHER], seen)
    assert (planned.heated_today_kwh, planned.last_run_end) == (2.5, ended)
    (unmeasured,) = water_heaters([heater], {})
    assert (unmeasured.heated_today_kwh, unmeasured.last_run_end) == (0.0, None)
    assert deferrable_loads([heater], seen, ended + timedelta(hours=1)) == ()


def sun(start: str, hours: int) -> PvForecast:
    """Return 1 kW from 08:00 to 16:00 UTC, nights left out, of the hours after an instant."""
    begins = [utc(start) + timedelta(hours=hour) for hour in range(hours)]
    return PvForecast(
        periods=tuple(
            EnergyPeriod(begin, begin + timedelta(hours=1), 1.0, None, None)
            for begin in begins
            if 8 <= begin.hour < 16
        ),
        warnings=(),
    )


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("hours", "days"),
    [
        (5 * 24, [22, 23, 24]),  # the last ends with the sun
        (4 * 24 + 12, [22, 23]),  # what the last has by noon is no day
        (4 * 24 + 15, [22, 23, 24]),  # the sun sets a little earlier
        (12, []),
    ],
)
def test_the_outlook_is_of_whole_days(hours: int, days: list[int]) -> None:
    foreseen = Foreseen(load=DefaultLoadProfile(10.0, "Europe/Berlin"))
    outlook = _outlook(sun("2026-11-20T00:00", hours), foreseen, utc("2026-11-20T12:00"))
    assert [day.day.day for day in outlook] == days
    assert all(day.pv_kwh == pytest.approx(8.0, abs=1.0) for day in outlook)
