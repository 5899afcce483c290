"""The site as it was measured, in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..models import PhaseTriple
from .triples import ZERO, add
from .types import MeterState


@dataclass(slots=True, kw_only=True)
class Picture:
    """The site as measured, in A per site phase and W, chargers attributed."""

    grid_state: MeterState
    grid: PhaseTriple | None  # signed; None: never known
    metered: PhaseTriple = ZERO  # the grid's values as they came
    total: float = 0.0  # sum of the phases as metered
    total_only: bool = False
    household: PhaseTriple = ZERO
    fed: PhaseTriple = ZERO  # what PV and battery give to each phase
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
    # A that its chargers draw, by the circuit's own meter
    circuit_drawn: dict[str, PhaseTriple] = field(default_factory=dict)
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
