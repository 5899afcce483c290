"""A simulated house under test: its real wiring on one side, what Loadstar is told on the other."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
import random
from typing import Protocol

from custom_components.loadstar.engine.commissioning import (
    ChargerPlan,
    ChargerReport,
    CommissioningRun,
    SitePlan,
    SiteReport,
    Wishes,
)
from custom_components.loadstar.engine.control import (
    ChargerReading,
    ControlResult,
    MeterState,
    PhaseReading,
    PowerReading,
    SiteReadings,
)
from custom_components.loadstar.engine.models import (
    ChargerTarget,
    ConnectorStatus,
    Reason,
    ReasonCode,
)
from custom_components.loadstar.engine.simulation import (
    BatteryConfig,
    Car,
    CarConfig,
    EvseConfig,
    House,
    HouseConfig,
    HouseState,
    InverterConfig,
    Load,
    PvConfig,
)

PHASES = "ABC"
VOLTAGE = 230.0
CYCLE_S = 2
FALLS_BACK_AFTER_S = 75
AWAY_S = 135


class Tester(Protocol):
    """A run of commissioning, or what stands for one."""

    @property
    def ordered(self) -> Mapping[str, float]:
        """A that is asked of chargers."""

    @property
    def is_over(self) -> bool:
        """Whether the test is over."""

    def observe(self, readings: SiteReadings, result: ControlResult) -> Wishes:
        """Take what was read and decided."""


def car(phases: int = 3, **changes: float) -> CarConfig:
    """Return a car that will not be full during a test."""
    return CarConfig(phases=phases, capacity_kwh=1000.0, **changes)


@dataclass(kw_only=True)
class Point:
    """A charger: how it is wired, how it is said to be wired, and how it behaves."""

    charger_id: str = "garage"
    wired: str = "ABC"
    configured: str = "ABC"
    car: CarConfig | None = field(default_factory=car)
    reaction_s: float = 1.0
    report_s: int = 10
    report_age_s: int = 0
    obeys: bool = True
    accepts: bool = True
    connected: bool = True
    enabled: bool = True
    controlled: bool = True
    status: ConnectorStatus = ConnectorStatus.CHARGING
    session: str | None = "1"
    measured_terminals: int = 3
    can_be_cut: bool = True
    falls_back_to: float | None = 6.0
    plan: ChargerPlan | None = None


@dataclass(kw_only=True)
class Bench:
    """A house with its meter and chargers, and a run of commissioning fed by it."""

    points: tuple[Point, ...] = field(default_factory=lambda: (Point(),))
    site: SitePlan = field(default_factory=lambda: SitePlan(phases=3, voltage=VOLTAGE))
    meter: str = "ABC"  # the true phases behind the entities of A, B, C
    factors: tuple[float, float, float] = (1.0, 1.0, 1.0)  # what they show of each ampere
    total_only: bool = False
    grid_period_s: int = 1
    grid_age_s: int = 0
    battery: BatteryConfig | None = None
    battery_told: bool = True
    battery_sign: float = 1.0
    battery_period_s: int = 1
    inverter: InverterConfig = field(default_factory=InverterConfig)
    pv: PvConfig | None = None
    loads: tuple[Load, ...] = ()
    base_load_w: tuple[float, float, float] = (400.0, 300.0, 200.0)
    noise_a: float = 0.0
    seed: int = 0
    start_s: float = 12 * 3600.0
    disconnect: bool = False
    most_a: float = 99.0  # what guards let through
    run: Tester | None = None

    def __post_init__(self) -> None:
        """Build the house; every car charges at 16 A."""
        self.house = House(
            HouseConfig(
                loads=self.loads,
                base_load_w=self.base_load_w,
                pv=self.pv,
                battery=self.battery,
                inverter=self.inverter,
                evses=tuple(
                    EvseConfig(
                        evse_id=it.charger_id, phase_rotation=it.wired, reaction_s=it.reaction_s
                    )
                    for it in self.points
                ),
                start_s=self.start_s,
            ),
            self.seed,
        )
        for point in self.points:
            if point.car is not None:
                self.house.evses[point.charger_id].plug(Car(point.car))
            self.house.evses[point.charger_id].set_limit(16.0)
        self.rng = random.Random(self.seed)
        self.began = self.now = 1000.0
        self.accepted = {it.charger_id: 16.0 for it in self.points}
        self.grid_state = MeterState.FRESH
        self.reasons = {it.charger_id: Reason(ReasonCode.COMMISSIONING) for it in self.points}
        self.started: list[str] = []
        self.orders: list[Mapping[str, float]] = []
        self.plans = [self._plan(point) for point in self.points]
        self.tester: Tester = self.run or CommissioningRun(self.site, self.plans)
        self._cut: dict[str, float] = {}
        self._grids: deque[tuple[float, ...]] = deque(maxlen=self.grid_age_s + 1)
        self._drawn = {
            it.charger_id: deque[tuple[float, float, float]](maxlen=it.report_age_s + 1)
            for it in self.points
        }
        self._reports: dict[str, tuple[tuple[float, float, float], float]] = {}
        self._battery = PowerReading(value=None, at=None)
        self._grid = PhaseReading(values=(None, None, None), at=None)
        self._pv_w = 0.0

    def _plan(self, point: Point) -> ChargerPlan:
        return point.plan or ChargerPlan(
            charger_id=point.charger_id,
            phases=len(point.configured),
            phase_rotation=point.configured,
            disconnect=self.disconnect,
        )

    def report(self, most_s: int = 6000) -> SiteReport:
        """Live until the run is over and return what it found."""
        assert isinstance(self.tester, CommissioningRun)
        self.live(most_s)
        assert self.tester.is_over, f"still running after {most_s} s: {self.tester.progress}"
        return self.tester.report()

    def only_report(self) -> ChargerReport:
        """Return what was found at the one charger there is."""
        (report,) = self.report().chargers
        return report

    def live(self, seconds: int) -> None:
        """Live for some seconds, or until the run is over."""
        for second in range(seconds):
            self.now += 1.0
            self._measure(self.house.step(1.0))
            if second % CYCLE_S == 0:
                self._cycle()
            if self.tester.is_over:
                return

    def cut(self, charger_id: str) -> None:
        """Cut a charger's connection for a while."""
        self._cut[charger_id] = self.now

    def _measure(self, state: HouseState) -> None:
        flows = dict(zip(PHASES, state.grid_a, strict=True))
        self._grids.append(
            tuple(
                factor * flows[phase] + self.rng.gauss(0.0, self.noise_a)
                for factor, phase in zip(self.factors, self.meter, strict=True)
            )
        )
        if self.now % self.grid_period_s == 0:
            a, b, c = self._grids[0]
            values = (a + b + c,) * 3 if self.total_only else (a, b, c)
            self._grid = PhaseReading(values=values, at=self.now, total_only=self.total_only)
        if self.now % self.battery_period_s == 0:
            power = self.battery_sign * state.battery_power_w
            self._battery = PowerReading(value=power, at=self.now)
        self._pv_w = state.pv_w
        for point in self.points:
            self._look_after(point)

    def _look_after(self, point: Point) -> None:
        """Report what a charger draws, and let one that is cut off do what it does then."""
        key, evse = point.charger_id, self.house.evses[point.charger_id]
        self._drawn[key].append(evse.currents_a)
        since = self._cut.get(key)
        if since is None:
            if self.now % point.report_s == 0:
                self._reports[key] = (self._drawn[key][0], self.now)
            return
        if self.now - since > FALLS_BACK_AFTER_S and point.falls_back_to is not None:
            evse.set_limit(point.falls_back_to)
        if self.now - since > AWAY_S:
            del self._cut[key]
            evse.set_limit(self.accepted[key])

    def readings(self) -> SiteReadings:
        """Return what is measured."""
        told = self.battery is not None and self.battery_told
        return SiteReadings(
            now=self.now,
            grid=self._grid,
            pv=None if self.pv is None else PowerReading(value=self._pv_w, at=self.now),
            battery=self._battery if told else None,
            chargers=tuple(self._reading(point) for point in self.points),
        )

    def _reading(self, point: Point) -> ChargerReading:
        currents, at = self._reports.get(point.charger_id, ((None, None, None), None))
        l1, l2, l3 = (
            value if terminal < point.measured_terminals else None
            for terminal, value in enumerate(currents)
        )
        since = self._cut.get(point.charger_id)
        return ChargerReading(
            charger_id=point.charger_id,
            connected=point.connected and since is None,
            enabled=point.enabled,
            controlled=point.controlled,
            status=point.status,
            currents=(l1, l2, l3),
            measured_at=at,
            session=point.session,
            accepted_current=self.accepted[point.charger_id],
            fallback_due=(self.now if since is None else since) + FALLS_BACK_AFTER_S,
        )

    def _cycle(self) -> None:
        self.orders.append(self.tester.ordered)
        targets = [self._target(point) for point in self.points]
        wishes = self.tester.observe(
            self.readings(),
            ControlResult(
                targets=tuple(targets),
                household_a=(None, None, None),
                available_a=(None, None, None),
                grid_state=self.grid_state,
            ),
        )
        if wishes.start is not None:
            self.started.append(wishes.start)
        if wishes.disconnect is not None:
            (point,) = (it for it in self.points if it.charger_id == wishes.disconnect)
            if point.can_be_cut:
                self.cut(point.charger_id)

    def _target(self, point: Point) -> ChargerTarget:
        """Hold a charger to what is ordered, as far as guards and the charger allow."""
        key = point.charger_id
        current = min(self.most_a, self.tester.ordered.get(key, 16.0))
        if key not in self._cut and point.accepts:
            self.accepted[key] = current
            if point.obeys:
                self.house.evses[key].set_limit(current)
        return ChargerTarget(charger_id=key, current=current, reason=self.reasons[key])
