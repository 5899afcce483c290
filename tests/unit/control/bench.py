"""A controller on a bench: readings are whatever a test says they are."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from custom_components.loadstar.engine.control import (
    ChargerReading,
    ControlResult,
    ControlSettings,
    PhaseReading,
    PowerReading,
    SetpointController,
    SiteReadings,
)
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargerTarget,
    ChargingMode,
    Circuit,
    ConnectorStatus,
    SiteContext,
)

type Currents = tuple[float | None, float | None, float | None]


def charging(charger_id: str = "garage", **changes: Any) -> ChargerReading:
    """Return a charger in a session that runs at 16 A."""
    reading = ChargerReading(
        charger_id=charger_id,
        connected=True,
        status=ConnectorStatus.CHARGING,
        currents=(16.0, 16.0, 16.0),
        measured_at=0.0,
        session="1",
        accepted_current=16.0,
    )
    return replace(reading, **changes)


def obediently(_: str, set_point: float) -> float:
    """Draw what one is told."""
    return set_point


@dataclass(kw_only=True)
class Bench:
    """A site whose meters and chargers say what they are told to."""

    grid: Currents = (20.0, 20.0, 20.0)
    chargers: list[ChargerReading] = field(default_factory=lambda: [charging()])
    contexts: dict[str, dict[str, Any]] = field(default_factory=dict)
    circuits: list[dict[str, Any]] = field(default_factory=list)
    circuit_currents: dict[str, Currents] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)
    pv_w: float | None = None
    pv_phases: tuple[float, float, float] | None = None
    battery_w: float | None = None
    soc: float | None = None
    grid_silent: bool = False
    circuits_silent: bool = False
    total_only: bool = False
    now: float = 1000.0
    settings: ControlSettings = field(default_factory=ControlSettings)
    ordered: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the controller."""
        self.controller = SetpointController(self.settings)
        self._targets: dict[str, float] = {}
        self._heard = {"grid": self.now, "circuits": self.now}

    def step(self, seconds: float = 2.0) -> ControlResult:
        """Let some seconds pass and control once."""
        self.now += seconds
        if not self.grid_silent:
            self._heard["grid"] = self.now
        if not self.circuits_silent:
            self._heard["circuits"] = self.now
        return self.controller.step(self.context(), self.readings())

    def run(self, seconds: float) -> ControlResult:
        """Control every 2 s, chargers reporting every 10 s, and return the last result."""
        result = None
        for _ in range(max(1, round(seconds / 2))):
            if self.now // 10 != (self.now + 2) // 10:
                self.report()
            result = self.step()
        assert result is not None
        return result

    def live(
        self, seconds: float, household: float, draw: Callable[[str, float], float] = obediently
    ) -> ControlResult:
        """Control every 2 s while chargers draw what ``draw`` makes of their set-points.

        ``household`` A flow on every phase beside them; the last result is returned.
        """
        result = None
        for _ in range(max(1, round(seconds / 2))):
            drawn = {it.charger_id: draw(it.charger_id, self._told(it)) for it in self.chargers}
            reports = self.now // 10 != (self.now + 2) // 10
            self.chargers = [
                replace(
                    it,
                    accepted_current=self._told(it),
                    currents=(drawn[it.charger_id],) * 3 if reports else it.currents,
                    measured_at=self.now + 2.0 if reports else it.measured_at,
                )
                for it in self.chargers
            ]
            self.grid = (household + sum(drawn.values()),) * 3
            result = self.step()
            self._targets |= {it.charger_id: it.current for it in result.targets}
        assert result is not None
        return result

    def _told(self, reading: ChargerReading) -> float:
        return self._targets.get(reading.charger_id, reading.accepted_current or 0.0)

    def report(self) -> None:
        """Let every charger report its currents anew."""
        self.chargers = [replace(it, measured_at=self.now + 2.0) for it in self.chargers]

    def context(self) -> SiteContext:
        """Return the site as wired and tuned."""
        wired: dict[str, Any] = {
            "voltage": 230.0,
            "num_phases": 3,
            "main_breaker_rating": 24.0,
            "charging_mode": ChargingMode.STANDARD,
        }
        return SiteContext(
            **(wired | self.site),
            circuits=[Circuit(**circuit) for circuit in self.circuits],
            chargers=[
                ChargerContext(charger_id=it.charger_id, **self.contexts.get(it.charger_id, {}))
                for it in self.chargers
            ],
        )

    def readings(self) -> SiteReadings:
        """Return what is measured."""
        return SiteReadings(
            now=self.now,
            grid=PhaseReading(values=self.grid, at=self._heard["grid"], total_only=self.total_only),
            pv=None if self.pv_w is None else PowerReading(value=self.pv_w, at=self.now),
            pv_phases=self.pv_phases,
            battery=(
                None if self.battery_w is None else PowerReading(value=self.battery_w, at=self.now)
            ),
            battery_soc=self.soc,
            circuits={
                key: PhaseReading(values=values, at=self._heard["circuits"])
                for key, values in self.circuit_currents.items()
            },
            chargers=tuple(self.chargers),
            ordered=self.ordered,
        )


def target(result: ControlResult, charger_id: str = "garage") -> ChargerTarget:
    """Return the target of one charger."""
    return next(it for it in result.targets if it.charger_id == charger_id)
