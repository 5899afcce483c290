"""Waits until both chargers charge and follow their set-points, under the breaker."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
import time
from typing import Any

from simulated_home.hass_client import HassClient

from .site import BREAKER_A, PHASES, DevelopedHome, grid_current

_TOLERANCE_A = 1.0
_IN_USE_A = 1.0
_MIN_CURRENT_A = 6.0
_STEADY = 3  # looks in a row, so that no passing coincidence counts

type States = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseReport:
    """A phase beside the main breaker."""

    phase: str
    grid_a: float | None
    breaker_a: float
    headroom_a: float | None

    @property
    def ok(self) -> bool:
        """Whether it is known to be under the breaker."""
        return self.headroom_a is not None and self.headroom_a >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerReport:
    """What a charger is told and what it does."""

    name: str
    mode: str
    setpoint_a: float | None
    offered_a: float | None
    currents_a: tuple[float | None, ...]
    reason: str

    @property
    def ok(self) -> bool:
        """Whether it charges, and every phase in use within 1 A of the set-point."""
        in_use = [a for a in self.currents_a if a is not None and a > _IN_USE_A]
        if self.setpoint_a is None or self.setpoint_a < _MIN_CURRENT_A or not in_use:
            return False
        return all(abs(a - self.setpoint_a) <= _TOLERANCE_A for a in in_use)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole home at one look."""

    phases: tuple[PhaseReport, ...]
    chargers: tuple[ChargerReport, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        followed = all(charger.ok for charger in self.chargers)
        return bool(self.chargers) and followed and all(phase.ok for phase in self.phases)

    def as_dict(self, *, ok: bool, seconds: float) -> dict[str, Any]:
        """Return what is printed as JSON."""
        return {
            "ok": ok,
            "phases": [asdict(phase) for phase in self.phases],
            "chargers": [asdict(charger) for charger in self.chargers],
            "seconds": round(seconds, 1),
        }


async def wait_for_following(
    client: HassClient, home: DevelopedHome, timeout_s: float = 150.0
) -> tuple[Report, bool, float]:
    """Look once a second; return the last look, whether all is well, and the seconds it took."""
    start = time.monotonic()
    steady = 0
    while True:
        report = look(await client.states(), home)
        steady = steady + 1 if report.ok else 0
        seconds = time.monotonic() - start
        if steady == _STEADY or seconds > timeout_s:
            return report, steady == _STEADY, seconds
        await asyncio.sleep(1.0)


def look(states: States, home: DevelopedHome) -> Report:
    """Read the home from its entities."""
    return Report(
        phases=tuple(_phase(states, phase) for phase in PHASES),
        chargers=tuple(_charger(states, home, name) for name in home.chargers),
    )


def _phase(states: States, phase: str) -> PhaseReport:
    grid_a = _number(states, grid_current(phase))
    return PhaseReport(
        phase=phase.upper(),
        grid_a=grid_a,
        breaker_a=BREAKER_A,
        headroom_a=None if grid_a is None else round(BREAKER_A - grid_a, 2),
    )


def _charger(states: States, home: DevelopedHome, name: str) -> ChargerReport:
    def entity(key: str) -> str:
        return home.charger_entity(name, key)

    return ChargerReport(
        name=name,
        mode=_text(states, entity("charging_mode")),
        setpoint_a=_number(states, entity("setpoint")),
        offered_a=_number(states, entity("offered_current")),
        currents_a=tuple(_number(states, entity(f"current_l{n}")) for n in (1, 2, 3)),
        reason=_text(states, entity("reason")),
    )


def _text(states: States, entity_id: str) -> str:
    return str(states.get(entity_id, {}).get("state", "missing"))


def _number(states: States, entity_id: str) -> float | None:
    try:
        return float(_text(states, entity_id))
    except ValueError:
        return None


def table(report: Report) -> str:
    """Return the report for people."""
    lines = [f"{'phase':<10}{'grid A':>9}{'breaker A':>11}{'head room A':>13}"]
    lines += [
        f"{phase.phase:<10}{_shown(phase.grid_a):>9}{phase.breaker_a:>11}"
        f"{_shown(phase.headroom_a):>13}"
        for phase in report.phases
    ]
    lines += [
        "",
        f"{'charger':<10}{'mode':>9}{'set-point':>11}{'offered':>9}     L1     L2     L3  reason",
    ]
    lines += [
        f"{charger.name:<10}{charger.mode:>9}{_shown(charger.setpoint_a):>11}"
        f"{_shown(charger.offered_a):>9}"
        f"{''.join(f'{_shown(current):>7}' for current in charger.currents_a)}  {charger.reason}"
        for charger in report.chargers
    ]
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
