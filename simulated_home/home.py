"""A family's house with two cars; needs nothing of Home Assistant."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import random
import time
from typing import Any

from loadstar_engine.simulation import (
    FAMILY_HOME,
    HEAT_PUMP,
    BatteryConfig,
    Car,
    CarConfig,
    Driver,
    Evse,
    EvseConfig,
    House,
    HouseConfig,
    HouseState,
    Load,
    Trip,
    WaterHeaterConfig,
)
from loadstar_engine.simulation.year import SLOT_S

from .almanac import DAY_S, Almanac, HouseClock, almanac
from .charger import VARIANTS, Clock, Connection, MeterConfig, Station, StationConfig, Variant
from .const import (
    CONF_DRIVEWAY_KEY,
    CONF_DRIVEWAY_VARIANT,
    CONF_GARAGE_KEY,
    CONF_GARAGE_VARIANT,
    CONF_OCPP_URL,
    CONF_SEED,
    CONF_START_HOUR,
)
from .counters import EnergyCounters
from .sun import HousePv, expected_w, forecast_wh

VOLTAGE = 230.0
_METER_NOISE_A = 0.03
_PERIOD_S = 1.0
_MAX_STEP_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """A place to park: its charger, its car and when that is away."""

    key: str
    evse: EvseConfig
    meter_phases: tuple[str, str, str]
    car: CarConfig
    trip: Trip
    clock_offset_s: float = 0.0


PARKINGS = (
    Parking(
        key="garage",
        evse=EvseConfig(evse_id="garage", phase_rotation="ABC"),
        meter_phases=("L1", "L2", "L3"),
        car=CarConfig(phases=3, capacity_kwh=77.0, soc_percent=35.0, reaction_s=3.0),
        trip=Trip(departure_h=18.5, return_h=21.0, energy_kwh=9.0),
    ),
    Parking(
        key="driveway",
        evse=EvseConfig(evse_id="driveway", phase_rotation="BCA"),
        meter_phases=("L1-N", "L2-N", "L3-N"),
        car=CarConfig(
            phases=1, capacity_kwh=40.0, soc_percent=48.0, reaction_s=4.0, draw_factor=0.97
        ),
        trip=Trip(departure_h=7.2, return_h=9.5, energy_kwh=5.0),
        clock_offset_s=4.0,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeConfig:
    """Which house, at what hour of its day, where its chargers dial and how they behave.

    ``variants`` holds those of ``charger.VARIANTS`` that are not obedient. ``clock`` is that
    of a house which lived before; None begins a day at ``start_hour``.
    """

    seed: int
    start_hour: float
    ocpp_url: str
    keys: Mapping[str, str]
    variants: Mapping[str, str] = field(default_factory=dict)
    clock: HouseClock | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any], clock: HouseClock | None = None) -> HomeConfig:
        """Read a config entry's data."""
        return cls(
            seed=data[CONF_SEED],
            start_hour=data[CONF_START_HOUR],
            ocpp_url=data[CONF_OCPP_URL],
            keys={"garage": data[CONF_GARAGE_KEY], "driveway": data[CONF_DRIVEWAY_KEY]},
            variants={
                key: data[name]
                for key, name in (
                    ("garage", CONF_GARAGE_VARIANT),
                    ("driveway", CONF_DRIVEWAY_VARIANT),
                )
                if name in data
            },
            clock=clock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """What the home's meters say; ``water_c`` is the heater's."""

    house: HouseState
    grid_a: tuple[float, float, float]  # as metered: import positive, with noise
    car_soc_percent: Mapping[str, float]
    departure: Mapping[str, float]  # seconds since 1970
    energy_kwh: Mapping[str, float]
    water_c: float
    outdoor_c: float
    pv_forecast_w: float  # as the newest forecast expects of now


class SimulatedHome:
    """The house, its chargers and their cars, living in real seconds."""

    def __init__(self, config: HomeConfig) -> None:
        """Build the house with both cars plugged in."""
        began = datetime.now(UTC)
        clock = config.clock or HouseClock.beginning(config.seed, config.start_hour, began)
        house_s = clock.house_s(began.timestamp())
        self.clock = clock
        self._almanac = almanac(config.seed)
        self._midnight_s = house_s // DAY_S * DAY_S
        self.house = House(
            HouseConfig(
                voltage=VOLTAGE,
                noise_a=0.1,
                loads=_loads(self._almanac, self._midnight_s),
                # nearly full, so that there is sun left for the cars
                battery=BatteryConfig(soc_percent=86.0),
                evses=tuple(parking.evse for parking in PARKINGS),
                water_heaters=(WaterHeaterConfig(heater_id="tank"),),
                start_s=house_s - self._midnight_s,
            ),
            config.seed,
            HousePv(self._almanac, self._midnight_s, random.Random(f"{config.seed}/pv")),
        )
        self.cars = {parking.key: Car(parking.car) for parking in PARKINGS}
        self.seed = config.seed
        self.water_heater = self.house.water_heaters["tank"]
        self._rng = random.Random(f"{config.seed}/meter")
        self._counters = EnergyCounters(VOLTAGE)
        self._drivers = {
            parking.key: Driver(self.cars[parking.key], self.house.evses[parking.key], parking.trip)
            for parking in PARKINGS
        }
        self.stations = {
            parking.key: _station(
                parking,
                self.house.evses[parking.key],
                VARIANTS[config.variants.get(parking.key, "obedient")],
            )
            for parking in PARKINGS
        }
        self._connections = [
            Connection(station, config.ocpp_url, config.keys[key])
            for key, station in self.stations.items()
        ]
        self._listeners: list[Callable[[], None]] = []
        self.state = self.step(_PERIOD_S)

    def step(self, dt_s: float) -> HomeState:
        """Let ``dt_s`` seconds pass."""
        for driver in self._drivers.values():
            driver.step(self.house.time_s)
        house = self.house.step(dt_s)
        for station in self.stations.values():
            station.advance(station.clock.now())
        self._counters.step(house, dt_s)
        house_s = self._midnight_s + house.time_s
        a, b, c = (current + self._rng.gauss(0.0, _METER_NOISE_A) for current in house.grid_a)
        self.state = HomeState(
            house=house,
            grid_a=(a, b, c),
            car_soc_percent={key: car.soc_percent for key, car in self.cars.items()},
            departure=self._departures(),
            energy_kwh=self._counters.kwh,
            water_c=self.water_heater.temperature_c,
            outdoor_c=self._almanac.at(self._almanac.year.temperature_c, house_s),
            pv_forecast_w=expected_w(self._almanac, house_s),
        )
        return self.state

    def pv_forecast_wh(self, now: datetime) -> dict[str, float]:
        """Return what a service would expect of the panels: Wh by hour."""
        return forecast_wh(self._almanac, now, self._house_s)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every step, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for connection in self._connections:
                tasks.create_task(connection.run())
            tasks.create_task(self._step_forever())

    async def _step_forever(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(_PERIOD_S)
            now = time.monotonic()
            # a machine that slept has not lived meanwhile
            self.step(min(now - last, _MAX_STEP_S))
            last = now
            for listener in self._listeners:
                listener()

    def _house_s(self, at: float) -> float:
        """Return the house's time at seconds since 1970; it stands still while nobody steps it."""
        return self._midnight_s + self.house.time_s + at - time.time()

    def _departures(self) -> dict[str, float]:
        """Return when the cars leave, in whole minutes of the real clock."""
        real_less_house = time.time() - self.house.time_s
        return {
            key: round((driver.next_departure_s(self.house.time_s) + real_less_house) / 60) * 60.0
            for key, driver in self._drivers.items()
        }


def _loads(almanac: Almanac, midnight_s: float) -> tuple[Load, ...]:
    """Return the family's appliances, the heat pump as much as it heats that day."""
    year = almanac.year
    first = int((midnight_s - year.start_s[0]) // SLOT_S)
    day_kwh = float(year.heat_kwh[first : first + DAY_S // SLOT_S].sum())
    on_s = HEAT_PUMP.period_s * day_kwh / (HEAT_PUMP.on_power_w * 24 / 1000)
    return tuple(
        replace(HEAT_PUMP, on_s=on_s) if load is HEAT_PUMP else load for load in FAMILY_HOME
    )


def _station(parking: Parking, evse: Evse, variant: Variant) -> Station:
    return Station(
        evse,
        StationConfig(
            station_id=parking.key,
            model=f"Simulated {parking.key}",
            meter=MeterConfig(phases=parking.meter_phases, reports_soc=parking.car.phases > 1),
        ),
        Clock(offset_s=parking.clock_offset_s),
        variant,
    )
