"""Sub-breakers over chargers and further circuits."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Circuit, PhaseTriple
from .cleaning import draw, number
from .phases import MEMBERS


@dataclass(slots=True, eq=False)
class CircuitLeft:
    """What a circuit leaves for chargers, in A per phase."""

    circuit_id: str
    limit: float
    left: list[float]

    def tightest(self, load: int) -> tuple[float, int]:
        """Return the least that is left on the phases of ``load``, and on which (an index)."""
        return min([(self.left[phase], phase) for phase in MEMBERS[load]])

    def take(self, load: int, current: float) -> None:
        """Take ``current`` A on every phase of ``load``."""
        for phase in MEMBERS[load]:
            self.left[phase] -= current


class CircuitTree:
    """The circuits above every charger.

    A circuit that is not there sets no limit, of two with the same id the lower limit counts,
    and a ring of parents ends where it would begin again.
    """

    def __init__(self, circuits: Iterable[Circuit]) -> None:
        """Work out what the household leaves of every circuit."""
        self._circuits: dict[str, Circuit] = {}
        for circuit in circuits:
            known = self._circuits.get(circuit.circuit_id)
            if known is None or number(circuit.limit, 0.0) < number(known.limit, 0.0):
                self._circuits[circuit.circuit_id] = circuit
        self._children: dict[str | None, list[str]] = {}
        for key, circuit in self._circuits.items():
            self._children.setdefault(circuit.parent, []).append(key)
        self._left = {key: self._left_of(circuit) for key, circuit in self._circuits.items()}

    @property
    def all(self) -> tuple[CircuitLeft, ...]:
        """Every circuit."""
        return tuple(self._left.values())

    def path(self, circuit_id: str | None) -> tuple[CircuitLeft, ...]:
        """Return a circuit and all that feed it, the nearest first."""
        return tuple(self._left[key] for key in self._chain(circuit_id))

    def _chain(self, circuit_id: str | None) -> list[str]:
        chain: list[str] = []
        while circuit_id in self._circuits and circuit_id not in chain:
            chain.append(circuit_id)
            circuit_id = self._circuits[circuit_id].parent
        return chain

    def _left_of(self, circuit: Circuit) -> CircuitLeft:
        limit = number(circuit.limit, 0.0)
        household = self._household(circuit, ())
        left = [max(0.0, limit - current) for current in household]
        return CircuitLeft(circuit.circuit_id, limit, left)

    def _household(self, circuit: Circuit, above: tuple[str, ...]) -> PhaseTriple:
        """Return the draw behind a circuit: its own meter's or its children's, the larger."""
        limit = number(circuit.limit, 0.0)
        above = (*above, circuit.circuit_id)
        behind = [
            self._household(self._circuits[key], above)
            for key in self._children.get(circuit.circuit_id, ())
            if key not in above
        ]
        return (
            max(draw(circuit.phase_a_consumption, limit), sum(child[0] for child in behind)),
            max(draw(circuit.phase_b_consumption, limit), sum(child[1] for child in behind)),
            max(draw(circuit.phase_c_consumption, limit), sum(child[2] for child in behind)),
        )
