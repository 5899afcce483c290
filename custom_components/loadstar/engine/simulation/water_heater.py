"""A tank of hot water with a thermostat, behind a switch."""

from dataclasses import dataclass

DAY_S = 86_400.0
_J_PER_LITRE_K = 4186.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterHeaterConfig:
    """A tank, mixed throughout, and how a family uses it.

    The thermostat heats from ``setpoint_c - hysteresis_k`` to ``setpoint_c``.
    ``draws`` are the litres a day that are used between two hours, at the tank's
    temperature, and come in at ``cold_c``. ``is_on`` is the switch at first.
    """

    heater_id: str
    phases: str = "C"
    power_w: float = 2000.0
    volume_l: float = 200.0
    setpoint_c: float = 60.0
    hysteresis_k: float = 5.0
    start_c: float = 52.0
    cold_c: float = 12.0
    room_c: float = 20.0
    loss_w_per_k: float = 1.5
    draws: tuple[tuple[float, float, float], ...] = (
        (6.0, 8.0, 50.0),
        (12.0, 13.0, 10.0),
        (18.0, 21.0, 60.0),
    )
    is_on: bool = False


class WaterHeater:
    """A tank that cools, is drawn from and is heated."""

    def __init__(self, config: WaterHeaterConfig) -> None:
        """Begin at the first temperature."""
        self.config = config
        self.is_on = config.is_on
        self.temperature_c = config.start_c
        self._calls = False  # the thermostat

    def step(self, time_s: float, dt_s: float) -> float:
        """Return the draw in W over ``dt_s`` seconds that end ``time_s`` after a local midnight."""
        config = self.config
        if self.temperature_c <= config.setpoint_c - config.hysteresis_k:
            self._calls = True
        elif self.temperature_c >= config.setpoint_c:
            self._calls = False
        power_w = config.power_w if self.is_on and self._calls else 0.0
        lost_w = config.loss_w_per_k * (self.temperature_c - config.room_c)
        heat_j = (power_w - lost_w) * dt_s
        self.temperature_c += heat_j / (config.volume_l * _J_PER_LITRE_K)
        # what is drawn is replaced by cold water
        share = min(1.0, _litres(config, time_s, dt_s) / config.volume_l)
        self.temperature_c += share * (config.cold_c - self.temperature_c)
        return power_w


def _litres(config: WaterHeaterConfig, time_s: float, dt_s: float) -> float:
    """Return what is drawn at ``time_s`` in ``dt_s`` seconds."""
    hour = time_s % DAY_S / 3600.0
    return sum(
        litres * dt_s / ((until - since) * 3600.0)
        for since, until, litres in config.draws
        if since <= hour < until
    )
