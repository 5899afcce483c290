"""From readings to the state of the site: who draws what, and what can be believed."""

from collections.abc import Sequence
import math

from ..models import ConnectorStatus, PhaseTriple, SiteContext
from .attribution import NO_DRAW, DrawRange
from .circuits import Circuits
from .clock import Tick
from .freshness import Meter
from .household import Household, inverter_output, shared_out
from .limits import circuit_members
from .picture import Picture
from .reservation import kept_for_silent
from .triples import ABSURD_A, PHASES, ZERO, add, on_phases, read_phases, subtract
from .types import ControlSettings, MeterState, PowerReading, SiteReadings
from .units import Unit

_STANDBY_W = 100.0  # what an inverter may draw at night
_FULL_PERCENT = 100.0


class Survey:
    """Everything about a site's meters that lasts from step to step."""

    def __init__(self) -> None:
        """Begin without a measurement."""
        self._grid = Meter[PhaseTriple]()
        self._pv = Meter[float]()
        self._battery = Meter[float]()
        self._soc: float | None = None
        self._household = Household()
        self._circuits = Circuits()
        self._heard: frozenset[str] = frozenset()

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
        value = read_phases(readings.grid, site.num_phases)
        state = self._grid.read(value, readings.grid.at, now, settings)
        picture = Picture(
            grid_state=state,
            grid=self._grid.value,
            metered=self._grid.value or ZERO,
            total_only=readings.grid.total_only and site.num_phases > 1,
            members=circuit_members(site, units),
            spared={u.charger_id: kept_for_silent(u, now) for u in units if not u.takes_part},
        )
        self._take_pv(picture, site, readings, settings)
        self._take_battery(picture, site, readings, settings)
        for unit in units:
            unit.may_draw = _draw_range(unit, tick, settings)
        self._let_go(picture, units)
        if picture.grid is not None:
            self._attribute(picture, site, units)
            for unit in units:
                if unit.reading.connected:
                    unit.memory.drawn = unit.drawn
        self._circuits.take(picture, site, readings, units, settings)
        return picture

    def _let_go(self, picture: Picture, units: Sequence[Unit]) -> None:
        """Count as the households' what those draw that are not heard any more."""
        for unit in units:
            if unit.reading.connected or unit.charger_id not in self._heard:
                continue
            gone = unit.memory.drawn
            together = (sum(gone), 0.0, 0.0)
            self._household.take_over(together if picture.total_only else gone)
            self._circuits.take_over(picture, unit)
        self._heard = frozenset(unit.charger_id for unit in units if unit.reading.connected)

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
    ) -> None:
        low = add(ZERO, *(unit.may_draw.low for unit in units))
        high = add(ZERO, *(unit.may_draw.high for unit in units))
        grid = picture.grid or ZERO
        picture.total = grid[0] if picture.total_only else sum(grid)
        unfed = subtract(grid, low)
        fed = inverter_output(site, picture.pv_w, picture.pv_phases, picture.battery_w, unfed)
        picture.fed = fed
        if picture.total_only:
            self._attribute_total(picture, site, units, fed)
            return
        net = add(grid, fed)
        picture.household = self._household.update(net, low, high)
        drawn = subtract(net, picture.household)
        for phase in range(site.num_phases):
            kept, taken = shared_out(drawn[phase], low[phase], high[phase])
            _give(units, phase, kept, taken)

    def _attribute_total(
        self,
        picture: Picture,
        site: SiteContext,
        units: Sequence[Unit],
        fed: PhaseTriple,
    ) -> None:
        """Assume all of the household on every phase: the sum does not say where it is."""
        low = sum(sum(unit.may_draw.low) for unit in units)
        high = sum(sum(unit.may_draw.high) for unit in units)
        net = picture.total + sum(fed)
        household = self._household.update((net, 0.0, 0.0), (low, 0.0, 0.0), (high, 0.0, 0.0))[0]
        kept, taken = shared_out(net - household, low, high)
        for phase in range(3):
            _give(units, phase, kept, taken)
        present = PHASES[: site.num_phases]
        picture.household = on_phases(present, household / len(present))
        drawn = add(ZERO, *(unit.drawn for unit in units))
        picture.grid = add(on_phases(present, household), subtract(drawn, fed))


def _power(reading: PowerReading, site: SiteContext, lowest: float = -math.inf) -> float | None:
    value = reading.value
    absurd = ABSURD_A * site.voltage * site.num_phases
    if value is None or not math.isfinite(value) or abs(value) > absurd or value < lowest:
        return None
    return value


def _draw_range(unit: Unit, tick: Tick, settings: ControlSettings) -> DrawRange:
    """Return the least and the most A that a unit may be drawing; a silent one is household."""
    if not unit.reading.connected:
        return NO_DRAW
    if unit.unruled:
        return unit.memory.draw.unruled_range(unit.most, unit.physical)
    charging = unit.reading.status is ConnectorStatus.CHARGING
    return unit.memory.draw.range(
        unit.set_point, unit.physical, tick.time, settings, charging=charging
    )


def _give(units: Sequence[Unit], phase: int, kept: float, taken: float) -> None:
    for unit in units:
        low, high = unit.may_draw.low[phase], unit.may_draw.high[phase]
        drawn = list(unit.drawn)
        drawn[phase] = kept * low + taken * (high - low)
        unit.drawn = (drawn[0], drawn[1], drawn[2])
