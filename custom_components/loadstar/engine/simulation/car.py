"""A car: what it draws of what it is offered, and how full it is."""

from dataclasses import dataclass

from .delay import Delay

MIN_CURRENT_A = 6.0  # IEC 61851: no duty cycle offers less


@dataclass(frozen=True, slots=True, kw_only=True)
class CarConfig:
    """A car's on-board charger and battery.

    ``draw_factor`` is the share that it draws of what is offered. From
    ``taper_from_percent`` its largest current falls to 6 A at 100 %.
    """

    phases: int = 3
    max_current_a: float = 16.0
    capacity_kwh: float = 60.0
    soc_percent: float = 40.0
    soc_limit_percent: float = 100.0
    draw_factor: float = 1.0
    reaction_s: float = 5.0
    taper_from_percent: float = 90.0
    efficiency: float = 0.92


class Car:
    """A car whose SoC rises with what it draws."""

    def __init__(self, config: CarConfig) -> None:
        """Begin at the configured SoC, drawing nothing."""
        self.config = config
        self.soc_percent = config.soc_percent
        self._offer = Delay(0.0, config.reaction_s)

    @property
    def wants_energy(self) -> bool:
        """Whether it would draw if it were offered enough."""
        return self.soc_percent < self.config.soc_limit_percent

    def step(self, offered_a: float, phases: int, voltage: float, dt_s: float) -> float:
        """Charge for ``dt_s`` and return the A drawn on each of ``phases`` phases."""
        self._offer.step(dt_s)
        self._offer.command(offered_a)
        offered_a = self._offer.value
        if offered_a < MIN_CURRENT_A or not self.wants_energy:
            return 0.0
        current = min(offered_a * self.config.draw_factor, self._max_current_a())
        stored = current * phases * voltage * dt_s * self.config.efficiency
        percent = stored / (self.config.capacity_kwh * 36_000.0)
        self.soc_percent = min(self.config.soc_limit_percent, self.soc_percent + percent)
        return current

    def drive(self, energy_kwh: float) -> None:
        """Use up energy on the road."""
        used = 100.0 * energy_kwh / self.config.capacity_kwh
        self.soc_percent = max(0.0, self.soc_percent - used)

    def _max_current_a(self) -> float:
        config = self.config
        if self.soc_percent <= config.taper_from_percent:
            return config.max_current_a
        left = (100.0 - self.soc_percent) / (100.0 - config.taper_from_percent)
        floor = min(MIN_CURRENT_A, config.max_current_a)
        return floor + left * (config.max_current_a - floor)
