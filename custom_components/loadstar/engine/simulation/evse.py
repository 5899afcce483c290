"""A charging point as its terminals see it."""

from dataclasses import dataclass

from ..models import PhaseTriple
from .car import Car
from .delay import Delay


@dataclass(frozen=True, slots=True, kw_only=True)
class EvseConfig:
    """A charging point as wired; ``phase_rotation`` names the site phases behind L1, L2, L3."""

    evse_id: str
    max_current_a: float = 16.0
    phase_rotation: str = "ABC"
    reaction_s: float = 1.0
    voltage: float = 230.0


class Evse:
    """A charging point that offers its limit to the car, after its own delay.

    It offers nothing until ``set_limit`` is called.
    """

    def __init__(self, config: EvseConfig) -> None:
        """Begin without a car and with nothing to offer."""
        self.config = config
        self.car: Car | None = None
        self.current_a = 0.0  # on each of the phases in use
        self.energy_wh = 0.0
        self._limit = Delay(0.0, config.reaction_s)

    @property
    def offered_a(self) -> float:
        """What the car is offered now."""
        return self._limit.value

    @property
    def phases_in_use(self) -> int:
        """How many phases the car can draw on here."""
        if self.car is None:
            return 0
        return min(self.car.config.phases, len(self.config.phase_rotation))

    @property
    def currents_a(self) -> PhaseTriple:
        """A at L1, L2, L3."""
        a = [self.current_a] * self.phases_in_use + [0.0] * 3
        return (a[0], a[1], a[2])

    @property
    def site_currents_a(self) -> PhaseTriple:
        """A on the site phases A, B, C."""
        drawn = dict(zip(self.config.phase_rotation, self.currents_a, strict=False))
        return (drawn.get("A", 0.0), drawn.get("B", 0.0), drawn.get("C", 0.0))

    @property
    def power_w(self) -> float:
        """The draw in W."""
        return self.current_a * self.phases_in_use * self.config.voltage

    def set_limit(self, current_a: float) -> None:
        """Offer up to ``current_a`` per phase from its reaction time on; 0 pauses."""
        self._limit.command(max(0.0, min(current_a, self.config.max_current_a)))

    def plug(self, car: Car) -> None:
        """Connect a car."""
        self.car = car

    def unplug(self) -> None:
        """Disconnect the car; nothing flows from this instant."""
        self.car = None
        self.current_a = 0.0

    def step(self, dt_s: float) -> None:
        """Let ``dt_s`` seconds pass."""
        self._limit.step(dt_s)
        if self.car is None:
            return
        self.current_a = self.car.step(
            self.offered_a, self.phases_in_use, self.config.voltage, dt_s
        )
        self.energy_wh += self.power_w * dt_s / 3600.0
