"""What every charger is to have: its share, with starts and stops in their time."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from ..models import ChargingMode, ReasonCode, SiteContext
from .allocation import Share, Supply, shares, supply_now
from .decisions import Decision
from .setpoint import at_fallback, goal
from .start_stop import Stage, StopRule, Verdict
from .steps import Step
from .types import ControlSettings
from .units import FOLLOWS_THE_SUN, Unit

_APART = frozenset({Stage.WAITING, Stage.PAUSED, Stage.ENDING})


def wanted(step: Step, supply: Supply) -> dict[str, Decision]:
    """Return what each charger that takes part is to have, small things apart.

    Shares are made twice: with everyone, which says who may start and who must stop,
    and then beside those that wait for the one or the other.
    """
    sharing = [unit for unit in step.units if unit.takes_part]
    seeing = [unit for unit in sharing if not unit.blind]
    blind = {unit.charger_id: at_fallback(unit) for unit in sharing if unit.blind}
    held = {charger_id: decision.current for charger_id, decision in blind.items()}
    relief = step.settings.dead_band_a / max(1, sum(u.memory.start_stop.running for u in sharing))

    first = shares(step, supply, held, relief)
    this_instant = cache(lambda: shares(step, supply_now(step.picture), held, relief))
    verdicts = {
        unit.charger_id: _verdict(step, unit, first[unit.charger_id], this_instant)
        for unit in seeing
    }
    apart = _apart(seeing, verdicts)
    last = shares(step, supply, held | apart, relief) if apart else first
    return blind | {
        (key := unit.charger_id): goal(unit, verdicts[key], first[key], last[key])
        for unit in seeing
    }


def _verdict(
    step: Step, unit: Unit, share: Share, this_instant: Callable[[], Mapping[str, Share]]
) -> Verdict:
    return unit.memory.start_stop.decide(
        enough=share.current > 0,
        time=step.time,
        rule=_stop_rule(step.site, unit, share, step.settings),
        settings=step.settings,
        still_short=lambda: this_instant()[unit.charger_id].current <= 0,
    )


def _stop_rule(site: SiteContext, unit: Unit, share: Share, settings: ControlSettings) -> StopRule:
    if share.reason is not None and share.reason.code is ReasonCode.PLANNED_PAUSE:
        return StopRule(0.0, 0.0)
    if not site.allow_grid_charging:
        return StopRule(settings.stop_delay_no_grid_s, settings.pause_s)
    surplus = unit.mode is ChargingMode.PLANNED and not unit.context.planned_current
    if unit.mode in FOLLOWS_THE_SUN or surplus:
        return StopRule(settings.stop_delay_s, settings.pause_s)
    return StopRule(settings.stop_delay_no_grid_s, 0.0)


def _apart(units: Sequence[Unit], verdicts: Mapping[str, Verdict]) -> dict[str, float]:
    """Return what those that do not share now hold, in A per phase."""
    held = {}
    for unit in units:
        stage = verdicts[unit.charger_id].stage
        if stage in _APART:
            ending = stage is Stage.ENDING
            held[unit.charger_id] = unit.context.min_current if ending else 0.0
    return held
