"""Which site phases a charger's car uses."""

from ..models import ChargerContext, PhaseTriple
from .clock import Tick
from .triples import PHASES
from .types import ControlSettings


def site_phases(num_phases: int) -> str:
    """Return the phases that the site has: "A", "AB" or "ABC"."""
    return PHASES[:num_phases]


def wired_phases(context: ChargerContext, available: str) -> str:
    """Return the site phases behind a charger's terminals, L1's first."""
    behind = context.phase_rotation[: context.phases]
    return "".join(phase for phase in behind if phase in available) or available[:1]


def at_site(context: ChargerContext, terminals: PhaseTriple) -> PhaseTriple:
    """Return currents at L1, L2, L3 as currents on A, B, C."""
    behind = dict(zip(context.phase_rotation, terminals, strict=False))
    return (behind.get("A", 0.0), behind.get("B", 0.0), behind.get("C", 0.0))


class PhasesInUse:
    """Learns from a session's currents which phases its car charges on."""

    def __init__(self) -> None:
        """Begin knowing nothing of the car."""
        self._above_s = dict.fromkeys(PHASES, 0.0)
        self._in_use: set[str] = set()
        self._measured_s = 0.0

    def meet(self, draw: PhaseTriple, settings: ControlSettings) -> None:
        """Take what a car draws that charged before anybody looked: all its phases show."""
        if max(draw) > settings.phase_in_use_a:
            self._measured_s = settings.phases_proven_s
            self._in_use = {
                phase
                for phase, current in zip(PHASES, draw, strict=True)
                if current > settings.phase_in_use_a
            }

    def observe(self, draw: PhaseTriple, tick: Tick, settings: ControlSettings) -> None:
        """Take the measured draw in A per site phase."""
        if max(draw) > settings.phase_in_use_a:
            self._measured_s += tick.dt
        for phase, current in zip(PHASES, draw, strict=True):
            above = current > settings.phase_in_use_a
            self._above_s[phase] = self._above_s[phase] + tick.dt if above else 0.0
            if above and self._above_s[phase] >= settings.phase_in_use_s:
                self._in_use.add(phase)

    def active(self, context: ChargerContext, wired: str) -> str:
        """Return the phases that count for shares: measured, else as configured."""
        measured = "".join(phase for phase in wired if phase in self._in_use)
        if not measured:
            measured = wired[: context.car_phases or context.phases]
        return "".join(sorted(measured))

    def physical(self, context: ChargerContext, wired: str, settings: ControlSettings) -> str:
        """Return the phases that count for breakers: all until the session has shown its own."""
        if self._in_use and self._measured_s >= settings.phases_proven_s:
            return self.active(context, wired)
        return "".join(sorted(wired))
