"""What every charger is to have: its share, with starts and stops in their time."""

from collections.abc import Iterable, Mapping
from functools import cache, partial

from ..models import ChargingMode, ReasonCode
from .allocation import Held, Share, Supply, held_at, supply_now
from .decisions import Decision
from .jumping import guarded_shares
from .setpoint import goal
from .shortage import shortage
from .standing import held_apart, settled
from .start_stop import Stage, StopRule, Verdict
from .steps import Step
from .suspended import Sleep
from .units import FOLLOWS_THE_SUN, Unit

_WAITS = frozenset({Stage.WAITING, Stage.PAUSED})
_HAS_NONE = frozenset({Stage.OFF, *_WAITS})


def wanted(step: Step, supply: Supply) -> dict[str, Decision]:
    """Return what each charger that takes part is to have, small things apart.

    Shares are made with everyone, which says who may start; beside those that still wait,
    which says who must stop, since nobody makes room for one that does not start yet; and
    beside those that end as well, which says what the others have.
    """
    fixed = settled(step)
    seeing = [it for it in step.units if it.takes_part and it.charger_id not in fixed]
    running = {unit.charger_id for unit in seeing if unit.memory.start_stop.running}
    relief = step.settings.dead_band_a / max(1, len(running))
    sharer = _Sharer(step, supply, held_apart(step, fixed), relief)

    judged = dict(sharer.shares)
    verdicts = _verdicts(step, sharer, [it for it in seeing if it.charger_id not in running])
    sharer.hold({key: 0.0 for key, verdict in verdicts.items() if verdict.stage in _WAITS})
    judged |= {key: share for key, share in sharer.shares.items() if key in running}
    verdicts |= _verdicts(step, sharer, [it for it in seeing if it.charger_id in running])
    sharer.hold(
        {
            unit.charger_id: unit.context.min_current
            for unit in seeing
            if verdicts[unit.charger_id].stage is Stage.ENDING
        }
    )
    for unit in seeing:
        has_none = verdicts[unit.charger_id].stage in _HAS_NONE
        share = (judged if has_none else sharer.shares)[unit.charger_id]
        unit.memory.short = shortage(share.reason)
    return fixed | {
        (key := unit.charger_id): goal(unit, verdicts[key], judged[key], sharer.shares[key])
        for unit in seeing
    }


class _Sharer:
    """The sharing of current beside those that take no part in it."""

    def __init__(self, step: Step, supply: Supply, held: Mapping[str, Held], relief: float) -> None:
        """Share beside those that are ``held`` from the start."""
        self._step = step
        self._supply = supply
        self._relief = relief
        self._held = dict(held)
        self.shares = self._share(supply)

    def hold(self, held: Mapping[str, float]) -> None:
        """Hold more of them at a current (A per phase), and share the rest anew."""
        if held:
            self._held |= {
                unit.charger_id: held_at(unit, held[unit.charger_id])
                for unit in self._step.units
                if unit.charger_id in held
            }
            self.shares = self._share(self._supply)

    def of_this_instant(self) -> dict[str, Share]:
        """Return the shares of what is measured now, nothing smoothed."""
        return self._share(supply_now(self._step.picture))

    def _share(self, supply: Supply) -> dict[str, Share]:
        return guarded_shares(self._step, supply, self._held, self._relief)


def _verdicts(step: Step, sharer: _Sharer, units: Iterable[Unit]) -> dict[str, Verdict]:
    this_instant = cache(sharer.of_this_instant)

    def is_short_now(charger_id: str) -> bool:
        return this_instant()[charger_id].current <= 0

    verdicts = {}
    for unit in units:
        key = unit.charger_id
        share = sharer.shares[key]
        verdicts[key] = unit.memory.start_stop.decide(
            enough=share.current > 0,
            time=step.time,
            rule=_stop_rule(step, unit, share),
            start_delay_s=0.0 if unit.sleep is Sleep.PROBED else step.settings.start_delay_s,
            still_short=partial(is_short_now, key),
        )
    return verdicts


def _stop_rule(step: Step, unit: Unit, share: Share) -> StopRule:
    settings = step.settings
    code = None if share.reason is None else share.reason.code
    if code is ReasonCode.PLANNED_PAUSE:
        return StopRule(0.0, 0.0)
    if not step.site.allow_grid_charging:
        return StopRule(settings.stop_delay_no_grid_s, settings.pause_s)
    surplus = unit.mode is ChargingMode.PLANNED and not unit.context.planned_current
    if unit.mode in FOLLOWS_THE_SUN or surplus:
        # what another may jump to is no cloud that passes
        in_the_way = code is ReasonCode.NOT_ENOUGH_CURRENT and step.has_untrusted
        wait = settings.stop_delay_no_grid_s if in_the_way else settings.stop_delay_s
        return StopRule(wait, settings.pause_s)
    return StopRule(settings.stop_delay_no_grid_s, 0.0)
