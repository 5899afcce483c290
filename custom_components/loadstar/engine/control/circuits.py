"""What flows through circuits: by their own meters, else as far as it is known."""

from collections.abc import Sequence

from ..models import Circuit, PhaseTriple, SiteContext
from .freshness import Meter
from .household import Household
from .picture import Picture
from .triples import ZERO, add, read_phases, subtract
from .types import ControlSettings, MeterState, SiteReadings
from .units import Unit


class Circuits:
    """Everything about circuits' meters that lasts from step to step."""

    def __init__(self) -> None:
        """Begin without a measurement."""
        self._meters: dict[str, Meter[PhaseTriple]] = {}
        self._households: dict[str, Household] = {}

    def take(
        self,
        picture: Picture,
        site: SiteContext,
        readings: SiteReadings,
        units: Sequence[Unit],
        settings: ControlSettings,
    ) -> None:
        """Add the circuits to the picture; ``units`` have their draw attributed already."""
        for circuit in site.circuits:
            key = circuit.circuit_id
            within = [unit for unit in units if unit.charger_id in picture.members[key]]
            reading = readings.circuits.get(key)
            if reading is None:
                _state(picture, circuit, within)
                continue
            meter = self._meters.setdefault(key, Meter[PhaseTriple]())
            value = read_phases(reading, site.num_phases)
            state = meter.read(value, reading.at, readings.now, settings)
            picture.circuit_states[key] = state
            if meter.value is None:
                _state(picture, circuit, within)
            else:
                self._attribute(picture, key, meter.value, within)
            for unit in within:
                unit.blind |= state is MeterState.STALE
                unit.may_rise &= state is MeterState.FRESH

    def take_over(self, picture: Picture, unit: Unit) -> None:
        """Count as the households' what a charger drew that is not heard any more."""
        for key, household in self._households.items():
            if unit.charger_id in picture.members.get(key, ()):
                household.take_over(unit.memory.drawn)

    def _attribute(
        self, picture: Picture, key: str, level: PhaseTriple, within: Sequence[Unit]
    ) -> None:
        """Tell chargers and household apart by the circuit's own meter.

        The site's meter shows the chargers of another instant.
        """
        low = add(ZERO, *(unit.may_draw.low for unit in within))
        high = add(ZERO, *(unit.may_draw.high for unit in within))
        household = self._households.setdefault(key, Household()).update(level, low, high)
        picture.circuit_levels[key] = level
        picture.circuit_households[key] = household
        picture.circuit_drawn[key] = subtract(level, household)


def _state(picture: Picture, circuit: Circuit, within: Sequence[Unit]) -> None:
    """Take what is stated of a circuit, and what its chargers draw by the site's meter."""
    apart = add(
        (
            circuit.phase_a_consumption,
            circuit.phase_b_consumption,
            circuit.phase_c_consumption,
        ),
        # what those draw that take no part is shown by no meter of the circuit's own
        *(_unshared(unit) for unit in within),
    )
    picture.circuit_households[circuit.circuit_id] = apart
    picture.circuit_levels[circuit.circuit_id] = add(apart, *(unit.drawn for unit in within))


def _unshared(unit: Unit) -> PhaseTriple:
    measured = unit.memory.draw.measured
    return ZERO if unit.takes_part or measured is None else subtract(measured, unit.drawn)
