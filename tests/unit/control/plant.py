"""A simulated home under control: the house's physics, slow meters, slow chargers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
import itertools
import random

from custom_components.loadstar.engine.control import (
    ChargerReading,
    ControlResult,
    ControlSettings,
    FallbackProof,
    PhaseReading,
    PowerReading,
    SetpointController,
    SiteReadings,
)
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    ConnectorStatus,
    DistributionMode,
    Remedy,
    SiteContext,
)
from custom_components.loadstar.engine.simulation import (
    BatteryConfig,
    Car,
    CarConfig,
    EvseConfig,
    House,
    HouseConfig,
    HouseState,
    Load,
    PvConfig,
)

VOLTAGE = 230.0
BREAKER = 25.0
MARGIN = 1.0
FALLBACK = 6.0
LIFE_S = 120.0  # of a set-point that nothing renews

type Triple = tuple[float, float, float]


class Obeys(Enum):
    """What a charger follows of what it is told."""

    LIMITS = auto()
    PAUSES = auto()  # any limit but 0 A is its maximum
    STOPS = auto()  # nothing but the end of its session
    NOTHING = auto()


@dataclass(frozen=True, kw_only=True)
class Point:
    """A charging point with its car."""

    charger_id: str = "garage"
    mode: ChargingMode | None = None
    priority: int = 1
    phases: int = 3
    rotation: str = "ABC"
    car: CarConfig = field(default_factory=lambda: CarConfig(capacity_kwh=1000.0))
    reaction_s: float = 1.0
    report_s: int = 10  # between two reports
    report_age_s: int = 0  # of the values within a report
    step_a: float = 1.0
    obeys: Obeys = Obeys.LIMITS
    proof: FallbackProof = FallbackProof.PROVED
    controlled: bool = True
    silent_s: tuple[float, float] = (0.0, 0.0)  # from when to when it cannot be heard


@dataclass(frozen=True)
class Row:
    """One second of the home's life."""

    time: float
    grid: tuple[float, float, float]
    set_points: dict[str, float]
    result: ControlResult | None


@dataclass(kw_only=True)
class Home:
    """A home that lives second by second; control runs every 2 s and at an overload."""

    points: tuple[Point, ...] = (Point(),)
    loads: tuple[Load, ...] = ()
    base_load_w: tuple[float, float, float] = (920.0, 920.0, 920.0)
    pv: PvConfig | None = None
    battery: BatteryConfig | None = None
    mode: ChargingMode = ChargingMode.STANDARD
    distribution: DistributionMode = DistributionMode.PRIORITY
    allow_grid: bool = True
    noise_a: float = 0.0
    seed: int = 0
    grid_period_s: int = 1
    start_s: float = 0.0
    breaker: float = BREAKER
    adjust: Callable[[SiteContext], None] = lambda _: None
    # what the grid meter shows of what flows, at a time
    meter: Callable[[Triple, float], Triple] = lambda grid, _: grid
    ordered: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the house and plug the cars in."""
        self.house = House(
            HouseConfig(
                voltage=VOLTAGE,
                loads=self.loads,
                base_load_w=self.base_load_w,
                pv=self.pv,
                battery=self.battery,
                evses=tuple(
                    EvseConfig(
                        evse_id=point.charger_id,
                        phase_rotation=point.rotation[: point.phases],
                        reaction_s=point.reaction_s,
                    )
                    for point in self.points
                ),
                start_s=self.start_s,
            ),
            self.seed,
        )
        for point in self.points:
            self.house.evses[point.charger_id].plug(Car(point.car))
        self.controller = SetpointController(ControlSettings())
        self.rng = random.Random(self.seed)
        self.now = 0.0
        self.rows: list[Row] = []
        self.set_points = {point.charger_id: 0.0 for point in self.points}
        self.grid_reading = PhaseReading(values=(None, None, None), at=None)
        self.ended: set[str] = set()  # chargers whose session was ended from afar
        self.told = {point.charger_id: 0.0 for point in self.points}
        self._told_at = dict.fromkeys(self.told, 0.0)
        self._currents: dict[str, deque[tuple[float, float, float]]] = {
            point.charger_id: deque(maxlen=point.report_age_s + 1) for point in self.points
        }
        self._reports: dict[str, tuple[tuple[float, float, float], float]] = {}

    def run(self, seconds: float) -> list[Row]:
        """Live for some seconds and return them."""
        first = len(self.rows)
        for _ in range(round(seconds)):
            self._second()
        return self.rows[first:]

    def _second(self) -> None:
        self.now += 1.0
        state = self.house.step(1.0)
        self._measure(state)
        over = max(value or 0.0 for value in self.grid_reading.values) > self.breaker
        result = self._control(state) if self.now % 2 == 0 or over else None
        self.rows.append(Row(self.now, state.grid_a, dict(self.set_points), result))

    def _measure(self, state: HouseState) -> None:
        if self.now % self.grid_period_s == 0:
            a, b, c = (value + self._noise() for value in state.grid_a)
            a, b, c = self.meter((a, b, c), self.now)
            self.grid_reading = PhaseReading(values=(a, b, c), at=self.now)
        for index, point in enumerate(self.points):
            self._currents[point.charger_id].append(self.house.evses[point.charger_id].currents_a)
            if (self.now + 3 * index) % point.report_s == 0:
                l1, l2, l3 = (
                    max(0.0, value + self._noise()) if value else 0.0
                    for value in self._currents[point.charger_id][0]
                )
                self._reports[point.charger_id] = ((l1, l2, l3), self.now)

    def _noise(self) -> float:
        return self.rng.uniform(-self.noise_a, self.noise_a)

    def _control(self, state: HouseState) -> ControlResult:
        result = self.controller.step(self.site(), self.readings(state))
        for point, target in zip(self.points, result.targets, strict=True):
            key = point.charger_id
            self.set_points[key] = target.current
            if not self._is_silent(point):
                self.told[key], self._told_at[key] = target.current, self.now
                if target.remedy is Remedy.END_SESSION and point.obeys is not Obeys.NOTHING:
                    self.ended.add(key)
            self.house.evses[key].set_limit(self._limit(point))
        return result

    def _is_silent(self, point: Point) -> bool:
        return point.silent_s[0] <= self.now < point.silent_s[1]

    def _limit(self, point: Point) -> float:
        """Return what a charger offers, after all that it was told."""
        told, most = self.told[point.charger_id], self.house.evses[point.charger_id].config
        if point.charger_id in self.ended:
            return 0.0
        if self.now - self._told_at[point.charger_id] > LIFE_S:
            told = min(told, FALLBACK) if point.proof is FallbackProof.PROVED else told
            told = most.max_current_a if point.proof is FallbackProof.FAILED else told
        ignores = point.obeys in {Obeys.STOPS, Obeys.NOTHING} or not point.controlled
        if ignores or (point.obeys is Obeys.PAUSES and told > 0):
            return most.max_current_a
        return told

    def site(self) -> SiteContext:
        """Return the site as wired and tuned."""
        site = SiteContext(
            voltage=VOLTAGE,
            num_phases=3,
            main_breaker_rating=self.breaker - MARGIN,
            charging_mode=self.mode,
            distribution_mode=self.distribution,
            allow_grid_charging=self.allow_grid,
            chargers=[
                ChargerContext(
                    charger_id=point.charger_id,
                    charging_mode=point.mode,
                    priority=point.priority,
                    phases=point.phases,
                    phase_rotation=point.rotation,
                    step_a=point.step_a,
                )
                for point in self.points
            ],
        )
        if self.battery is not None:
            site.battery_max_charge_power = self.battery.max_charge_power_w
            site.battery_max_discharge_power = self.battery.max_discharge_power_w
            site.battery_soc_min = 10.0
        self.adjust(site)
        return site

    def readings(self, state: HouseState) -> SiteReadings:
        """Return what is measured."""
        return SiteReadings(
            now=self.now,
            grid=self.grid_reading,
            pv=None if self.pv is None else PowerReading(value=state.pv_w, at=self.now),
            battery=(
                None
                if self.battery is None
                else PowerReading(value=state.battery_power_w, at=self.now)
            ),
            battery_soc=state.battery_soc_percent,
            chargers=tuple(self._charger(point) for point in self.points),
            ordered=self.ordered,
        )

    def _charger(self, point: Point) -> ChargerReading:
        key = point.charger_id
        currents, at = self._reports.get(key, ((None, None, None), None))
        paused = self.told[key] == 0 and point.obeys in {Obeys.LIMITS, Obeys.PAUSES}
        status = ConnectorStatus.SUSPENDED_EVSE if paused else ConnectorStatus.CHARGING
        ended = key in self.ended
        return ChargerReading(
            charger_id=key,
            connected=not self._is_silent(point),
            status=ConnectorStatus.FINISHING if ended else status,
            currents=currents,
            measured_at=at,
            session=None if ended else "1",
            accepted_current=self.told[key],
            fallback_current=FALLBACK,
            fallback_due=self._told_at[key] + LIFE_S,
            fallback_proof=point.proof,
            controlled=point.controlled,
        )


def changes(rows: list[Row], charger_id: str = "garage") -> int:
    """Return how often a set-point changed within the rows."""
    points = [row.set_points[charger_id] for row in rows]
    return sum(before != after for before, after in itertools.pairwise(points))


def longest_over(rows: list[Row], limit: float) -> int:
    """Return the most seconds on end that any one phase was over a limit."""
    longest = 0
    for phase in range(3):
        run = 0
        for row in rows:
            run = run + 1 if row.grid[phase] > limit else 0
            longest = max(longest, run)
    return longest
