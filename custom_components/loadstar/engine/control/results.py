"""What a step returns."""

from collections.abc import Mapping

from ..models import ChargerTarget, ConnectorStatus, PhaseTriple, SiteContext
from .allocation import Supply
from .decisions import Decision
from .overload import overloaded_phases
from .picture import Picture
from .steps import Step
from .types import ControlResult
from .units import Unit

type Known = tuple[float | None, float | None, float | None]


def control_result(
    step: Step, supply: Supply, decisions: Mapping[str, Decision], *, frozen: bool
) -> ControlResult:
    """Return the targets and what there is to say of the site."""
    site, picture = step.site, step.picture
    for unit in step.units:
        unit.context.target_current = decisions[unit.charger_id].current
        unit.context.reason = decisions[unit.charger_id].reason
    household: Known = (None, None, None)
    free: Known = (None, None, None)
    if picture.grid is not None:
        a, b, c = (site.main_breaker_rating - current for current in picture.grid)
        free = _present(site, (a, b, c))
        household = _present(site, picture.household)
    return ControlResult(
        targets=tuple(_target(unit, decisions[unit.charger_id]) for unit in step.units),
        household_a=household,
        available_a=free,
        grid_state=picture.grid_state,
        overloaded_phases=overloaded_phases(step.limits, step.settings),
        solar_smoothed_a=_sun(picture, supply, site.voltage),
        masks={unit.charger_id: unit.active for unit in step.units},
        pv_state=picture.pv_state,
        battery_state=picture.battery_state,
        circuit_states=dict(picture.circuit_states),
        frozen=frozen,
    )


def _target(unit: Unit, decision: Decision) -> ChargerTarget:
    waits = unit.takes_part and unit.reading.status is ConnectorStatus.PREPARING
    return ChargerTarget(
        charger_id=unit.charger_id,
        current=decision.current,
        reason=decision.reason,
        urgent=decision.urgent,
        start_wanted=waits and decision.current > 0,
        remedy=unit.memory.obedience.remedy,
    )


def _present(site: SiteContext, triple: PhaseTriple) -> Known:
    a, b, c = (value if index < site.num_phases else None for index, value in enumerate(triple))
    return (a, b, c)


def _sun(picture: Picture, supply: Supply, voltage: float) -> float | None:
    """Return what the household leaves of the sun, in A over all phases; None without PV."""
    if picture.pv_state is None:
        return None
    return max(0.0, supply.pv_w / voltage - sum(supply.household))
