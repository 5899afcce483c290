"""A whole house: its loads, PV, battery and charging points on one, two or three phases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import random

from ..models import PhaseTriple
from .battery import Battery, BatteryConfig
from .evse import Evse, EvseConfig
from .loads import FAMILY_HOME, Load
from .pv import Pv, PvConfig, PvPlant
from .water_heater import WaterHeater, WaterHeaterConfig

_PHASES = "ABC"


@dataclass(frozen=True, slots=True, kw_only=True)
class InverterConfig:
    """A hybrid inverter that feeds each of its phases alike; the limit in W, AC side."""

    phases: str = "ABC"
    max_power_w: float = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseConfig:
    """A house as built; without PV or a battery where they are None.

    ``base_load_w`` is drawn always, with gaussian noise of ``noise_a`` A on each
    phase that has a base load. ``start_s`` is the time after a local midnight at
    which it begins. A single-phase house has its loads and base load on A alone.
    """

    voltage: float = 230.0
    loads: tuple[Load, ...] = FAMILY_HOME
    base_load_w: PhaseTriple = (120.0, 90.0, 60.0)
    noise_a: float = 0.0
    pv: PvConfig | None = field(default_factory=PvConfig)
    battery: BatteryConfig | None = field(default_factory=BatteryConfig)
    inverter: InverterConfig = field(default_factory=InverterConfig)
    evses: tuple[EvseConfig, ...] = ()
    water_heaters: tuple[WaterHeaterConfig, ...] = ()
    start_s: float = 10 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseState:
    """The house at one instant; A per site phase, import and charge positive."""

    time_s: float
    household_a: PhaseTriple
    inverter_a: PhaseTriple  # output to the house
    grid_a: PhaseTriple
    pv_w: float
    battery_power_w: float
    battery_soc_percent: float | None
    evse_a: Mapping[str, PhaseTriple]
    water_heater_w: Mapping[str, float]  # part of the household


class House:
    """A house that lives from step to step; the same seed lives the same life."""

    def __init__(self, config: HouseConfig, seed: int = 0, pv: PvPlant | None = None) -> None:
        """Build it, with ``pv`` in place of its own; every charging point offers nothing."""
        self.config = config
        self.time_s = config.start_s
        self.evses = {evse.evse_id: Evse(evse) for evse in config.evses}
        self.water_heaters = {
            heater.heater_id: WaterHeater(heater) for heater in config.water_heaters
        }
        self._seed = seed
        self._rng = random.Random(f"{seed}/household")
        self._pv = pv
        if pv is None and config.pv is not None:
            self._pv = Pv(config.pv, random.Random(f"{seed}/pv"))
        self._battery = Battery(config.battery) if config.battery else None

    def step(self, dt_s: float) -> HouseState:
        """Let ``dt_s`` > 0 seconds pass and return how the house stands then."""
        self.time_s += dt_s
        for evse in self.evses.values():
            evse.step(dt_s)
        heater_w = {
            heater_id: heater.step(self.time_s, dt_s)
            for heater_id, heater in self.water_heaters.items()
        }
        household_a = self._household_a(heater_w)
        evse_a = {evse_id: evse.site_currents_a for evse_id, evse in self.evses.items()}
        load_a = _sum(household_a, *evse_a.values())
        pv_w, battery_w = self._inverter(sum(load_a) * self.config.voltage, dt_s)
        inverter_a = self._inverter_a(pv_w - battery_w)
        return HouseState(
            time_s=self.time_s,
            household_a=household_a,
            inverter_a=inverter_a,
            grid_a=_sum(load_a, _negative(inverter_a)),
            pv_w=pv_w,
            battery_power_w=battery_w,
            battery_soc_percent=self._battery.soc_percent if self._battery else None,
            evse_a=evse_a,
            water_heater_w=heater_w,
        )

    def _household_a(self, heater_w: Mapping[str, float]) -> PhaseTriple:
        base = dict(zip(_PHASES, self.config.base_load_w, strict=True))
        power = {phase: base_w + self._noise_w(base_w) for phase, base_w in base.items()}
        for load in self.config.loads:
            share = load.power_w(self.time_s, self._seed) / len(load.phases)
            for phase in load.phases:
                power[phase] += share
        for heater in self.config.water_heaters:
            for phase in heater.phases:
                power[phase] += heater_w[heater.heater_id] / len(heater.phases)
        a, b, c = (max(0.0, power[phase]) / self.config.voltage for phase in _PHASES)
        return (a, b, c)

    def _noise_w(self, base_w: float) -> float:
        noise_w = self._rng.gauss(0.0, self.config.noise_a) * self.config.voltage
        return noise_w if base_w > 0 else 0.0

    def _inverter(self, load_w: float, dt_s: float) -> tuple[float, float]:
        """Return what PV gives and the battery takes in W, within the inverter's limit."""
        limit = self.config.inverter.max_power_w
        pv_w = self._pv.step(self.time_s, dt_s) if self._pv else 0.0
        if self._battery is None:
            return min(pv_w, limit), 0.0
        # what the AC side cannot take charges the battery or is lost
        battery_w = self._battery.step(pv_w - load_w, pv_w - limit, pv_w + limit, dt_s)
        return min(pv_w, limit + battery_w), battery_w

    def _inverter_a(self, output_w: float) -> PhaseTriple:
        phases = self.config.inverter.phases
        share = output_w / self.config.voltage / len(phases)
        a, b, c = (share if phase in phases else 0.0 for phase in _PHASES)
        return (a, b, c)


def _sum(*currents: PhaseTriple) -> PhaseTriple:
    a, b, c = (sum(values) for values in zip(*currents, strict=True))
    return (a, b, c)


def _negative(currents: PhaseTriple) -> PhaseTriple:
    a, b, c = currents
    return (-a, -b, -c)
