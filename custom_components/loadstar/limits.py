"""Settings that would contradict each other: what a charger needs and what the wires can give."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from .const import SITE_PHASES
from .engine.models import PhaseTriple
from .wiring import CircuitConfig, SiteConfig

# Below 6 A there is no charging, by IEC 61851.
LEAST_CURRENT_A: Final = 6.0
DEFAULT_FALLBACK_A: Final = LEAST_CURRENT_A
_ROUNDING_A: Final = 1e-6


class Tuned(Protocol):
    """What a charger needs at least, and what it falls back to, in A."""

    @property
    def min_current(self) -> float:
        """The least that it charges with."""

    @property
    def fallback_current(self) -> float:
        """What it goes to by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WiredCharger:
    """What the checks need of a charger."""

    name: str
    phases: str  # site phases: "ABC", "B"
    circuit: str | None
    min_current: float
    fallback_current: float
    # A that it may draw with nobody in control, where that is not its fallback
    unattended_current: float | None = None

    @property
    def alone_current(self) -> float:
        """The A that count when nobody controls it."""
        if self.unattended_current is None:
            return self.fallback_current
        return max(self.fallback_current, self.unattended_current)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The supply and everything behind it."""

    breaker: float
    margin: float
    circuits: Mapping[str, CircuitConfig]
    chargers: Mapping[str, WiredCharger]
    # A per phase that the household was seen to need; None: half of the breaker
    reserve: PhaseTriple | None = None

    def reserve_of(self, phase: str) -> float:
        """Return the A that are kept for the household on a phase."""
        if self.reserve is None:
            return self.breaker / 2
        return self.reserve[SITE_PHASES.index(phase)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What running the site has shown of it."""

    reserve: PhaseTriple | None = None  # A per phase; None: not seen for long enough
    # A by subentry of chargers that are not known to find their fallback
    unattended: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction: its code and the words of its sentence."""

    error: str
    words: Mapping[str, str]


NOTHING_OBSERVED: Final = Observed()


def wire(
    config: SiteConfig,
    tuned: Mapping[str, Tuned],
    margin: float,
    observed: Observed = NOTHING_OBSERVED,
) -> Wiring:
    """Return a site with the minimums and fallbacks of ``tuned``, else the first ones.

    ``margin`` is the safety margin in A.
    """
    chargers = {}
    for key, charger in config.chargers.items():
        values: Tuned = tuned.get(key, charger)
        chargers[key] = WiredCharger(
            name=charger.name,
            phases=charger.phase_rotation,
            circuit=charger.circuit,
            min_current=values.min_current,
            fallback_current=values.fallback_current,
            unattended_current=observed.unattended.get(key),
        )
    return Wiring(
        breaker=config.main_breaker,
        margin=margin,
        circuits=config.circuits,
        chargers=chargers,
        reserve=observed.reserve,
    )


def minimum_conflict(wiring: Wiring) -> Conflict | None:
    """Return the first charger whose minimum the breaker or a circuit can never give."""
    for charger in wiring.chargers.values():
        words = {"charger": charger.name, "min": _figure(charger.min_current)}
        if charger.min_current > wiring.breaker - wiring.margin:
            return Conflict(
                "breaker_below_min",
                words | {"breaker": _figure(wiring.breaker), "margin": _figure(wiring.margin)},
            )
        for circuit in _path(wiring.circuits, charger.circuit):
            if charger.min_current > circuit.limit:
                return Conflict(
                    "circuit_below_min",
                    words | {"circuit": circuit.name, "limit": _figure(circuit.limit)},
                )
    return None


def fallback_conflict(wiring: Wiring, before: Wiring | None = None) -> Conflict | None:
    """Return where chargers that nobody controls any more would overload a wire.

    Kept for the household is what it was seen to need, else half of the breaker; for the
    other loads of a circuit, which one with a meter of its own has, half of its limit.
    What was as bad ``before`` is left out, or nothing else could be changed meanwhile.
    """
    known = {} if before is None else {load.place: load.excess for load in _loads(before)}
    for load in _loads(wiring):
        if load.excess <= max(0.0, known.get(load.place, 0.0)) + _ROUNDING_A:
            continue
        words = {
            "phase": load.phase,
            "fallbacks": _figure(load.fallbacks),
            "reserve": _figure(load.reserve),
            "limit": _figure(load.limit),
        }
        if load.circuit is None:
            return Conflict("fallback_over_breaker", words)
        circuit = wiring.circuits[load.circuit]
        return Conflict("fallback_over_circuit", words | {"circuit": circuit.name})
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What a wire carries on a phase when nobody controls the chargers behind it, in A."""

    phase: str
    circuit: str | None  # None: the main breaker
    fallbacks: float
    reserve: float
    limit: float

    @property
    def place(self) -> tuple[str, str | None]:
        return self.phase, self.circuit

    @property
    def excess(self) -> float:
        return self.fallbacks + self.reserve - self.limit


def _loads(wiring: Wiring) -> Iterator[_Load]:
    """Yield every wire that chargers hang on, the main breaker of a phase before its circuits."""
    for phase in SITE_PHASES:
        on_phase = [c for c in wiring.chargers.values() if phase in c.phases]
        if not on_phase:
            continue
        yield _Load(
            phase=phase,
            circuit=None,
            fallbacks=_sum(on_phase),
            reserve=wiring.reserve_of(phase),
            limit=wiring.breaker,
        )
        for key, circuit in wiring.circuits.items():
            inside = [c for c in on_phase if circuit in _path(wiring.circuits, c.circuit)]
            if inside:
                yield _Load(
                    phase=phase,
                    circuit=key,
                    fallbacks=_sum(inside),
                    reserve=circuit.limit / 2 if circuit.meter else 0.0,
                    limit=circuit.limit,
                )


def first_fallback(wiring: Wiring) -> float:
    """Return the fallback in A to suggest: 6 where the busiest phase can bear it, else 0."""
    busiest = max(
        _sum(c for c in wiring.chargers.values() if phase in c.phases) + wiring.reserve_of(phase)
        for phase in SITE_PHASES
    )
    return DEFAULT_FALLBACK_A if busiest + DEFAULT_FALLBACK_A <= wiring.breaker else 0.0


def circuits_within(circuits: Mapping[str, CircuitConfig], circuit_id: str) -> set[str]:
    """Return a circuit and all that hang on it: none of them can be its parent."""
    circuit = circuits[circuit_id]
    return {key for key in circuits if circuit in _path(circuits, key)}


def _path(circuits: Mapping[str, CircuitConfig], circuit_id: str | None) -> list[CircuitConfig]:
    """Return a circuit and those above it, up to one that has been removed."""
    path: list[CircuitConfig] = []
    circuit = circuits.get(circuit_id or "")
    while circuit is not None and circuit not in path:
        path.append(circuit)
        circuit = circuits.get(circuit.parent or "")
    return path


def _sum(chargers: Iterable[WiredCharger]) -> float:
    return sum(charger.alone_current for charger in chargers)


def _figure(value: float) -> str:
    return f"{value:g}"
