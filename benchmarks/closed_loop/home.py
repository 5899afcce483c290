"""A house with one car under control, second by second."""

from dataclasses import dataclass, field
import random

from loadstar_engine.control import (
    ChargerReading,
    ControlSettings,
    PhaseReading,
    PowerReading,
    SetpointController,
    SiteReadings,
)
from loadstar_engine.models import ChargerContext, ChargingMode, ConnectorStatus, SiteContext
from loadstar_engine.simulation import (
    Car,
    CarConfig,
    EvseConfig,
    House,
    HouseConfig,
    HouseState,
    Load,
    PvConfig,
)

from .keeper import Keeper

VOLTAGE = 230.0
BREAKER_A = 25.0
_MARGIN_A = 1.0
_TOLERANCE_A = 0.8  # of control, before it acts at once
_NOISE_A = 0.1
_CONTROL_S = 2
_REPORT_S = 10
_GARAGE = "garage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A time of day, its weather and loads, and how the car is charged."""

    name: str
    mode: ChargingMode
    start_h: float
    hours: float
    pv: PvConfig | None = None
    loads: tuple[Load, ...] = ()
    car: CarConfig = field(default_factory=lambda: CarConfig(capacity_kwh=1000.0, reaction_s=3.0))


class Home:
    """Lives through a scenario: a meter at 1 Hz, control every 2 s and at an overload."""

    def __init__(self, scenario: Scenario, seed: int, life_s: float) -> None:
        """Build the house and plug the car in."""
        self._scenario = scenario
        self._house = House(
            HouseConfig(
                voltage=VOLTAGE,
                loads=scenario.loads,
                noise_a=_NOISE_A,
                pv=scenario.pv,
                battery=None,
                evses=(EvseConfig(evse_id=_GARAGE, reaction_s=2.0),),
                start_s=scenario.start_h * 3600.0,
            ),
            seed,
        )
        self._evse = self._house.evses[_GARAGE]
        self._evse.plug(Car(scenario.car))
        self._controller = SetpointController(ControlSettings())
        self._rng = random.Random(seed)  # noqa: S311  a seeded generator is what is wanted
        self._now = 0
        self._reported = ((0.0, 0.0, 0.0), 0.0)
        self.keeper = Keeper(life_s)
        self.charging_s = 0

    def live(self) -> None:
        """Live through the whole scenario."""
        for _ in range(round(self._scenario.hours * 3600.0)):
            self._second()

    def _second(self) -> None:
        self._now += 1
        state = self._house.step(1.0)
        grid = tuple(current + self._rng.gauss(0.0, _NOISE_A) for current in state.grid_a)
        if self._now % _REPORT_S == 0:
            self._reported = (self._evse.currents_a, float(self._now))
        if self._now % _CONTROL_S == 0 or max(grid) > BREAKER_A - _MARGIN_A + _TOLERANCE_A:
            self._control(state, (grid[0], grid[1], grid[2]))
        self.keeper.hold(self.keeper.current_a, self._now)
        self._evse.set_limit(self.keeper.current_a)
        self.charging_s += self._evse.current_a > 0

    def _control(self, state: HouseState, grid: tuple[float, float, float]) -> None:
        result = self._controller.step(self._site(), self._readings(state, grid))
        (target,) = result.targets
        self.keeper.hold(target.current, self._now)

    def _site(self) -> SiteContext:
        return SiteContext(
            voltage=VOLTAGE,
            num_phases=3,
            main_breaker_rating=BREAKER_A - _MARGIN_A,
            charging_mode=self._scenario.mode,
            chargers=[ChargerContext(charger_id=_GARAGE, phases=3)],
        )

    def _readings(self, state: HouseState, grid: tuple[float, float, float]) -> SiteReadings:
        now = float(self._now)
        currents, measured_at = self._reported
        paused = self.keeper.current_a == 0
        return SiteReadings(
            now=now,
            grid=PhaseReading(values=grid, at=now),
            pv=PowerReading(value=state.pv_w, at=now) if self._scenario.pv else None,
            chargers=(
                ChargerReading(
                    charger_id=_GARAGE,
                    connected=True,
                    status=ConnectorStatus.SUSPENDED_EVSE if paused else ConnectorStatus.CHARGING,
                    currents=currents,
                    measured_at=measured_at,
                    session="1",
                    accepted_current=self.keeper.current_a,
                ),
            ),
        )
