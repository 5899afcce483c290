"""What a charger's meter says."""

from dataclasses import dataclass
import random

from loadstar_engine.simulation import Evse

from .clock import to_iso

type SampledValue = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfig:
    """How the meter names its phases, and how much its currents waver in A."""

    phases: tuple[str, str, str] = ("L1-N", "L2-N", "L3-N")
    noise_a: float = 0.05
    seed: int = 0
    reports_soc: bool = False


class Meter:
    """Samples the charging point in OCPP's words."""

    def __init__(self, evse: Evse, config: MeterConfig) -> None:
        """Watch ``evse``."""
        self._evse = evse
        self._config = config
        self._rng = random.Random(f"{config.seed}/{evse.config.evse_id}")

    @property
    def register_wh(self) -> int:
        """The register's reading."""
        return round(self._evse.energy_wh)

    def observe(self, now: float) -> None:
        """Look at the charging point, from step to step."""

    def sample(self, measurands: list[str], now: float, context: str) -> dict[str, object]:
        """Return one meterValue with the given measurands; those unknown are left out."""
        measured_at, values = self.read(measurands, now)
        return {
            "timestamp": to_iso(measured_at),
            "sampledValue": [{**value, "context": context} for value in values],
        }

    def read(self, measurands: list[str], now: float) -> tuple[float, list[SampledValue]]:
        """Return when the newest values were measured, and the values."""
        currents = self._currents()
        voltage = self._evse.config.voltage
        readers = {
            "Current.Import": lambda: self._phased("Current.Import", currents, "A"),
            "Voltage": lambda: self._phased("Voltage", [voltage] * len(currents), "V"),
            "Current.Offered": lambda: [_value("Current.Offered", self._evse.offered_a, "A")],
            "Power.Active.Import": lambda: [
                _value("Power.Active.Import", sum(currents) * voltage, "W")
            ],
            "Energy.Active.Import.Register": lambda: [
                _value("Energy.Active.Import.Register", self.register_wh, "Wh")
            ],
            "SoC": self._soc,
        }
        return now, [
            value
            for measurand in measurands
            if measurand in readers
            for value in readers[measurand]()
        ]

    def _currents(self) -> list[float]:
        phases = len(self._evse.config.phase_rotation)
        wired = self._evse.currents_a[:phases]
        # an open contactor reads zero
        return [
            max(0.0, current + self._rng.gauss(0.0, self._config.noise_a)) if current > 0 else 0.0
            for current in wired
        ]

    def _phased(self, measurand: str, values: list[float], unit: str) -> list[SampledValue]:
        return [
            {**_value(measurand, value, unit), "phase": phase}
            for phase, value in zip(self._config.phases, values, strict=False)
        ]

    def _soc(self) -> list[SampledValue]:
        if not self._config.reports_soc or self._evse.car is None:
            return []
        return [_value("SoC", self._evse.car.soc_percent, "Percent", location="EV")]


def _value(measurand: str, value: float, unit: str, location: str = "Outlet") -> SampledValue:
    return {
        "value": f"{value:.2f}",
        "measurand": measurand,
        "unit": unit,
        "location": location,
    }
