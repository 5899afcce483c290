"""Settings that would contradict each other: what a charger needs and what the wires can give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from .const import SITE_PHASES
from .wiring import CircuitConfig, SiteConfig

DEFAULT_FALLBACK_A: Final = 6.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The supply and everything behind it."""

    breaker: float
    margin: float
    circuits: Mapping[str, CircuitConfig]
    chargers: Mapping[str, WiredCharger]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction: its code and the words of its sentence."""

    error: str
    words: Mapping[str, str]


def wire(config: SiteConfig, tuned: Mapping[str, Tuned], margin: float) -> Wiring:
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
        )
    return Wiring(
        breaker=config.main_breaker,
        margin=margin,
        circuits=config.circuits,
        chargers=chargers,
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


def fallback_conflict(wiring: Wiring) -> Conflict | None:
    """Return where chargers that all fall back at once would overload a wire.

    Half of the breaker is kept for the household, and half of a circuit that has other
    loads, which one with a meter of its own has.
    """
    for phase in SITE_PHASES:
        on_phase = [c for c in wiring.chargers.values() if phase in c.phases]
        total = _sum(on_phase)
        reserve = wiring.breaker / 2
        if total + reserve > wiring.breaker:
            words = {"limit": _figure(wiring.breaker)}
            return Conflict("fallback_over_breaker", words | _figures(phase, total, reserve))
        for circuit in wiring.circuits.values():
            inside = [c for c in on_phase if circuit in _path(wiring.circuits, c.circuit)]
            total = _sum(inside)
            reserve = circuit.limit / 2 if circuit.meter else 0.0
            if inside and total + reserve > circuit.limit:
                words = {"circuit": circuit.name, "limit": _figure(circuit.limit)}
                return Conflict("fallback_over_circuit", words | _figures(phase, total, reserve))
    return None


def first_fallback(wiring: Wiring) -> float:
    """Return the fallback in A to suggest: 6 where the busiest phase can bear it, else 0."""
    busiest = max(
        _sum(c for c in wiring.chargers.values() if phase in c.phases) for phase in SITE_PHASES
    )
    return DEFAULT_FALLBACK_A if busiest + DEFAULT_FALLBACK_A <= wiring.breaker / 2 else 0.0


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
    return sum(charger.fallback_current for charger in chargers)


def _figures(phase: str, total: float, reserve: float) -> dict[str, str]:
    return {"phase": phase, "fallbacks": _figure(total), "reserve": _figure(reserve)}


def _figure(value: float) -> str:
    return f"{value:g}"
