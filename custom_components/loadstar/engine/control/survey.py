"""From readings to the state of the site: who draws what, and what can be believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import math

from ..models import ConnectorStatus, PhaseTriple, SiteContext
from .clock import Tick
from .freshness import Meter
from .household import Household, inverter_output, shared_out
from .limits import circuit_members
from .reservation import kept_for_silent
from .triples import ABSURD_A, PHASES, ZERO, add, believable, on_phases, subtract
from .types import ControlSettings, MeterState, PhaseReading, PowerReading, SiteReadings
from .units import Unit

_STANDBY_W = 100.0  # what an inverter may draw at night
_FULL_PERCENT = 100.0


@dataclass(slots=True, kw_only=True)
class Picture:
    """The site as measured, in A per site phase and W, chargers attributed."""

    grid_state: MeterState
    grid: PhaseTriple | None  # signed; None: never known
    total: float = 0.0  # sum of the phases as metered
    total_only: bool = False
    household: PhaseTriple = ZERO
    pv_state: MeterState | None = None
    pv_w: float = 0.0
    pv_phases: PhaseTriple | None = None
    battery_state: MeterState | None = None
    battery_w: float = 0.0  # charge positive
    battery_soc: float | None = None
    circuit_states: dict[str, MeterState] = field(default_factory=dict)
    # A behind each circuit, with and without its chargers
    circuit_levels: dict[str, PhaseTriple] = field(default_factory=dict)
    circuit_households: dict[str, PhaseTriple] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spared: Mapping[str, PhaseTriple] = field(default_factory=dict)  # by silent charger

    @property
    def sun_is_fresh(self) -> bool:
        """Whether PV and battery, where there are any, have just been heard."""
        return {self.pv_state, self.battery_state} <= {None, MeterState.FRESH}

    def spared_for(self, charger_ids: frozenset[str] | None = None) -> PhaseTriple:
        """Return what is kept for silent chargers among these; None: all."""
        kept = (
            triple
            for charger_id, triple in self.spared.items()
            if charger_ids is None or charger_id in charger_ids
        )
        return add(ZERO, *kept)


class Survey:
    """Everything about a site's meters that lasts from step to step."""

    def __init__(self) -> None:
        """Begin without a measurement."""
        self._grid = Meter[PhaseTriple]()
        self._pv = Meter[float]()
        self._battery = Meter[float]()
        self._soc: float | None = None
        self._circuits: dict[str, Meter[PhaseTriple]] = {}
        self._household = Household()
        self._drawn: dict[str, PhaseTriple] = {}
        self._circuit_households: dict[str, Household] = {}

    def take(
        self,
        site: SiteContext,
        readings: SiteReadings,
        units: Sequence[Unit],
        tick: Tick,
        settings: ControlSettings,
    ) -> Picture:
        """Return the picture of this instant and attribute to each unit what it draws."""
        now = readings.now
        value = believable(_phase_values(readings.grid), site.num_phases)
        state = self._grid.read(value, readings.grid.at, now, settings)
        picture = Picture(
            grid_state=state,
            grid=self._grid.value,
            total_only=readings.grid.total_only and site.num_phases > 1,
            members=circuit_members(site, units),
            spared={u.charger_id: kept_for_silent(u, now) for u in units if not u.takes_part},
        )
        self._take_pv(picture, site, readings, settings)
        self._take_battery(picture, site, readings, settings)
        if picture.grid is not None:
            self._attribute(picture, site, units, tick, settings)
            self._drawn = {unit.charger_id: unit.drawn for unit in units}
        self._take_circuits(picture, site, readings, units, settings)
        return picture

    def _take_pv(
        self, picture: Picture, site: SiteContext, readings: SiteReadings, settings: ControlSettings
    ) -> None:
        if readings.pv is None:
            return
        value = _power(readings.pv, site, lowest=-_STANDBY_W)
        picture.pv_state = self._pv.read(value, readings.pv.at, readings.now, settings)
        if picture.pv_state is MeterState.STALE or self._pv.value is None:
            return
        picture.pv_w = max(0.0, self._pv.value)
        if readings.pv_phases is not None and value is not None:
            a, b, c = readings.pv_phases
            if all(math.isfinite(part) and part > -_STANDBY_W for part in (a, b, c)):
                picture.pv_phases = (max(0.0, a), max(0.0, b), max(0.0, c))

    def _take_battery(
        self, picture: Picture, site: SiteContext, readings: SiteReadings, settings: ControlSettings
    ) -> None:
        if readings.battery is None:
            return
        value = _power(readings.battery, site)
        picture.battery_state = self._battery.read(
            value, readings.battery.at, readings.now, settings
        )
        soc = readings.battery_soc
        if soc is not None and 0.0 <= soc <= _FULL_PERCENT:
            self._soc = soc
        picture.battery_soc = self._soc
        picture.battery_w = self._battery.value or 0.0
        if picture.battery_state is MeterState.STALE:
            # what it gave may still be in the house's supply, but it is no sun
            picture.battery_w = min(0.0, picture.battery_w)

    def _attribute(
        self,
        picture: Picture,
        site: SiteContext,
        units: Sequence[Unit],
        tick: Tick,
        settings: ControlSettings,
    ) -> None:
        for unit in units:
            if not unit.reading.connected:
                gone = self._drawn.pop(unit.charger_id, ZERO)
                together = (sum(gone), 0.0, 0.0)
                self._household.take_over(together if picture.total_only else gone)
        ranges = [_draw_range(unit, tick, settings) for unit in units]
        low = add(ZERO, *(one for one, _ in ranges))
        high = add(ZERO, *(most for _, most in ranges))
        grid = picture.grid or ZERO
        picture.total = grid[0] if picture.total_only else sum(grid)
        unfed = subtract(grid, low)
        fed = inverter_output(site, picture.pv_w, picture.pv_phases, picture.battery_w, unfed)
        if picture.total_only:
            self._attribute_total(picture, site, units, ranges, fed)
            return
        net = add(grid, fed)
        picture.household = self._household.update(net, low, high)
        drawn = subtract(net, picture.household)
        for phase in range(site.num_phases):
            kept, taken = shared_out(drawn[phase], low[phase], high[phase])
            _give(units, ranges, phase, kept, taken)

    def _attribute_total(
        self,
        picture: Picture,
        site: SiteContext,
        units: Sequence[Unit],
        ranges: Sequence[tuple[PhaseTriple, PhaseTriple]],
        fed: PhaseTriple,
    ) -> None:
        """Assume all of the household on every phase: the sum does not say where it is."""
        low = sum(sum(one) for one, _ in ranges)
        high = sum(sum(most) for _, most in ranges)
        net = picture.total + sum(fed)
        household = self._household.update((net, 0.0, 0.0), (low, 0.0, 0.0), (high, 0.0, 0.0))[0]
        kept, taken = shared_out(net - household, low, high)
        for phase in range(3):
            _give(units, ranges, phase, kept, taken)
        present = PHASES[: site.num_phases]
        picture.household = on_phases(present, household / len(present))
        drawn = add(ZERO, *(unit.drawn for unit in units))
        picture.grid = add(on_phases(present, household), subtract(drawn, fed))

    def _take_circuits(
        self,
        picture: Picture,
        site: SiteContext,
        readings: SiteReadings,
        units: Sequence[Unit],
        settings: ControlSettings,
    ) -> None:
        for circuit in site.circuits:
            key = circuit.circuit_id
            within = [unit for unit in units if unit.charger_id in picture.members[key]]
            drawn = add(ZERO, *(unit.drawn for unit in within))
            stated = (
                circuit.phase_a_consumption,
                circuit.phase_b_consumption,
                circuit.phase_c_consumption,
            )
            reading = readings.circuits.get(key)
            if reading is None:
                # no meter of its own shows what those draw that take no part
                apart = add(stated, *(_unshared(unit) for unit in within))
                picture.circuit_households[key] = apart
                picture.circuit_levels[key] = add(apart, drawn)
                continue
            meter = self._circuits.setdefault(key, Meter[PhaseTriple]())
            value = believable(_phase_values(reading), site.num_phases)
            state = meter.read(value, reading.at, readings.now, settings)
            picture.circuit_states[key] = state
            level = add(stated, drawn) if meter.value is None else meter.value
            a, b, c = subtract(level, drawn)
            picture.circuit_levels[key] = level
            picture.circuit_households[key] = (max(0.0, a), max(0.0, b), max(0.0, c))
            for unit in within:
                unit.blind |= state is MeterState.STALE
                unit.may_rise &= state is MeterState.FRESH


def _phase_values(reading: PhaseReading) -> tuple[float | None, ...]:
    return (reading.values[0],) * 3 if reading.total_only else reading.values


def _power(reading: PowerReading, site: SiteContext, lowest: float = -math.inf) -> float | None:
    value = reading.value
    absurd = ABSURD_A * site.voltage * site.num_phases
    if value is None or not math.isfinite(value) or abs(value) > absurd or value < lowest:
        return None
    return value


def _draw_range(
    unit: Unit, tick: Tick, settings: ControlSettings
) -> tuple[PhaseTriple, PhaseTriple]:
    """Return the least and the most A that a unit may be drawing; a silent one is household."""
    if not unit.reading.connected:
        return ZERO, ZERO
    charging = unit.reading.status is ConnectorStatus.CHARGING
    found = unit.memory.draw.range(
        unit.set_point, unit.physical, tick.time, settings, charging=charging
    )
    return found.low, found.high


def _unshared(unit: Unit) -> PhaseTriple:
    measured = unit.memory.draw.measured
    return ZERO if unit.takes_part or measured is None else subtract(measured, unit.drawn)


def _give(
    units: Sequence[Unit],
    ranges: Sequence[tuple[PhaseTriple, PhaseTriple]],
    phase: int,
    kept: float,
    taken: float,
) -> None:
    for unit, (low, high) in zip(units, ranges, strict=True):
        drawn = list(unit.drawn)
        drawn[phase] = kept * low[phase] + taken * (high[phase] - low[phase])
        unit.drawn = (drawn[0], drawn[1], drawn[2])
