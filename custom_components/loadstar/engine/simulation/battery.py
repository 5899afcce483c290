"""A home battery behind a hybrid inverter that keeps the grid's sum at zero."""

from dataclasses import dataclass
import math


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryConfig:
    """A battery's size and limits; powers in W at the inverter's bus."""

    capacity_kwh: float = 10.0
    soc_percent: float = 60.0
    min_soc_percent: float = 10.0
    max_charge_power_w: float = 5000.0
    max_discharge_power_w: float = 5000.0
    charge_efficiency: float = 0.96
    discharge_efficiency: float = 0.96
    lag_s: float = 2.0


class Battery:
    """A battery's state of charge and power (charge positive)."""

    def __init__(self, config: BatteryConfig) -> None:
        """Begin at rest."""
        self._config = config
        self.power_w = 0.0
        self.soc_percent = config.soc_percent

    def step(self, wanted_w: float, lower_w: float, upper_w: float, dt_s: float) -> float:
        """Follow the wanted power and return what is charged in W.

        It follows with the inverter's lag, within its own limits, what its SoC
        leaves for ``dt_s`` and the inverter's ``lower_w`` to ``upper_w``.
        """
        config = self._config
        lag = 1.0 if config.lag_s <= 0 else 1.0 - math.exp(-dt_s / config.lag_s)
        power = self.power_w + (wanted_w - self.power_w) * lag
        power = max(lower_w, min(upper_w, power))
        power = max(-config.max_discharge_power_w, min(config.max_charge_power_w, power))
        self.power_w = max(-self._dischargeable_w(dt_s), min(self._chargeable_w(dt_s), power))
        self._store(dt_s)
        return self.power_w

    def _dischargeable_w(self, dt_s: float) -> float:
        spare = max(0.0, self.soc_percent - self._config.min_soc_percent)
        return spare * self._joules_per_percent * self._config.discharge_efficiency / dt_s

    def _chargeable_w(self, dt_s: float) -> float:
        room = max(0.0, 100.0 - self.soc_percent)
        return room * self._joules_per_percent / self._config.charge_efficiency / dt_s

    def _store(self, dt_s: float) -> None:
        efficiency = (
            self._config.charge_efficiency
            if self.power_w > 0
            else 1.0 / self._config.discharge_efficiency
        )
        soc = self.soc_percent + self.power_w * efficiency * dt_s / self._joules_per_percent
        # the limits above are exact but for the last bit
        self.soc_percent = max(0.0, min(100.0, soc))

    @property
    def _joules_per_percent(self) -> float:
        return self._config.capacity_kwh * 36_000.0
