"""The simulated home measures what its house does."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
import json
from pathlib import Path

from homeassistant.components.sensor import SensorDeviceClass
import pytest

from simulated_home.home import PARKINGS, HomeConfig, SimulatedHome
from simulated_home.sensor import SENSORS, SimulatedSensor

from .conftest import Central

type Eventually = Callable[[Callable[[], object]], Awaitable[None]]

ROOT = Path(__file__).parents[3] / "simulated_home"


@pytest.fixture
def home() -> SimulatedHome:
    """Build a home at ten in the morning."""
    return SimulatedHome(
        HomeConfig(
            seed=1,
            start_hour=10.0,
            ocpp_url="ws://127.0.0.1:1",
            keys={"garage": "", "driveway": ""},
        )
    )


def test_it_is_day_with_both_cars_at_home(home: SimulatedHome) -> None:
    assert home.state.house.pv_w > 2000
    assert all(evse.car is not None for evse in home.house.evses.values())
    assert {key: car.config.phases for key, car in home.cars.items()} == {
        "garage": 3,
        "driveway": 1,
    }


def test_the_cars_leave_and_come_back(home: SimulatedHome) -> None:
    seen = set()
    for _ in range(24 * 6):
        home.step(600.0)
        seen.add(tuple(evse.car is not None for evse in home.house.evses.values()))
    assert seen == {(True, True), (False, True), (True, False)}


def test_the_meter_wavers_around_what_flows(home: SimulatedHome) -> None:
    errors = [
        metered - flowing
        for _ in range(200)
        for state in [home.step(1.0)]
        for metered, flowing in zip(state.grid_a, state.house.grid_a, strict=True)
    ]
    assert 0 < max(map(abs, errors)) < 0.3


def test_the_energy_counters_agree_with_each_other(home: SimulatedHome) -> None:
    household_kwh = 0.0
    start = dict(home.state.energy_kwh)
    for _ in range(300):
        state = home.step(60.0)
        household_kwh += sum(state.house.household_a) * 230 / 60_000
    grew = {key: value - start[key] for key, value in home.state.energy_kwh.items()}
    assert min(grew.values()) >= 0
    used = (
        grew["grid_import"]
        - grew["grid_export"]
        + grew["pv"]
        - grew["battery_charge"]
        + grew["battery_discharge"]
    )
    assert used == pytest.approx(household_kwh)


async def test_its_chargers_dial_and_charge_while_it_lives(
    central: Central, eventually: Eventually
) -> None:
    home = SimulatedHome(
        HomeConfig.from_data(
            {
                "seed": 2,
                "start_hour": 12.0,
                "ocpp_url": central.url,
                "garage_key": "garage-key-0123456",
                "driveway_key": "driveway-key-01234",
            }
        )
    )
    seen: list[float] = []
    home.listen(lambda: seen.append(home.state.house.time_s))
    task = asyncio.create_task(home.run())
    await eventually(lambda: len(central.heard("StartTransaction")) == 2 and len(seen) >= 2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert {credentials for _, credentials in central.handshakes} == {
        "garage:garage-key-0123456",
        "driveway:driveway-key-01234",
    }
    assert seen[1] - seen[0] == pytest.approx(1.0, abs=0.5)


def test_listeners_can_leave(home: SimulatedHome) -> None:
    calls: list[int] = []
    leave = home.listen(lambda: calls.append(1))
    assert len(home._listeners) == 1
    leave()
    assert home._listeners == []


def test_departures_stand_on_whole_minutes_in_the_future(home: SimulatedHome) -> None:
    first = home.state.departure
    assert all(at % 60 == 0 for at in first.values())
    assert set(first) == {parking.key for parking in PARKINGS}


@pytest.mark.parametrize("description", SENSORS, ids=lambda description: description.key)
def test_every_sensor_has_a_value_and_a_name(home: SimulatedHome, description: object) -> None:
    sensor = SimulatedSensor("entry", home, description)  # type: ignore[arg-type]  # parametrised
    assert sensor.native_value is not None
    names = json.loads((ROOT / "translations" / "en.json").read_text())["entity"]["sensor"]
    assert names[sensor.entity_description.key]["name"]
    if sensor.device_class is not SensorDeviceClass.TIMESTAMP:
        assert sensor.native_unit_of_measurement
        assert sensor.state_class
