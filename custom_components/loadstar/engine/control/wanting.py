"""What every charger is to have: its share, with starts and stops in their time."""

from collections.abc import Iterable, Mapping
from functools import cache, partial

from ..models import ChargingMode, ReasonCode, SiteContext
from .allocation import Share, Supply, shares, supply_now
from .decisions import Decision
from .setpoint import at_fallback, goal
from .start_stop import Stage, StopRule, Verdict
from .steps import Step
from .types import ControlSettings
from .units import FOLLOWS_THE_SUN, Unit

_WAITS = frozenset({Stage.WAITING, Stage.PAUSED})


def wanted(step: Step, supply: Supply) -> dict[str, Decision]:
    """Return what each charger that takes part is to have, small things apart.

    Shares are made with everyone, which says who may start; beside those that still wait,
    which says who must stop, since nobody makes room for one that does not start yet; and
    beside those that end as well, which says what the others have.
    """
    sharing = [unit for unit in step.units if unit.takes_part]
    seeing = [unit for unit in sharing if not unit.blind]
    running = {unit.charger_id for unit in sharing if unit.memory.start_stop.running}
    blind = {unit.charger_id: at_fallback(unit) for unit in sharing if unit.blind}
    held = {key: decision.current for key, decision in blind.items()}
    sharer = _Sharer(step, supply, held, step.settings.dead_band_a / max(1, len(running)))

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
    return blind | {
        (key := unit.charger_id): goal(unit, verdicts[key], judged[key], sharer.shares[key])
        for unit in seeing
    }


class _Sharer:
    """The sharing of current beside those that take no part in it."""

    def __init__(
        self, step: Step, supply: Supply, held: Mapping[str, float], relief: float
    ) -> None:
        """Share beside those that are ``held`` at a current (A per phase) from the start."""
        self._step = step
        self._supply = supply
        self._relief = relief
        self._held = dict(held)
        self.shares = self._share(supply)

    def hold(self, held: Mapping[str, float]) -> None:
        """Hold more of them, and share the rest anew."""
        if held:
            self._held |= held
            self.shares = self._share(self._supply)

    def of_this_instant(self) -> dict[str, Share]:
        """Return the shares of what is measured now, nothing smoothed."""
        return self._share(supply_now(self._step.picture))

    def _share(self, supply: Supply) -> dict[str, Share]:
        return shares(self._step, supply, self._held, self._relief)


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
            rule=_stop_rule(step.site, unit, share, step.settings),
            settings=step.settings,
            still_short=partial(is_short_now, key),
        )
    return verdicts


def _stop_rule(site: SiteContext, unit: Unit, share: Share, settings: ControlSettings) -> StopRule:
    if share.reason is not None and share.reason.code is ReasonCode.PLANNED_PAUSE:
        return StopRule(0.0, 0.0)
    if not site.allow_grid_charging:
        return StopRule(settings.stop_delay_no_grid_s, settings.pause_s)
    surplus = unit.mode is ChargingMode.PLANNED and not unit.context.planned_current
    if unit.mode in FOLLOWS_THE_SUN or surplus:
        return StopRule(settings.stop_delay_s, settings.pause_s)
    return StopRule(settings.stop_delay_no_grid_s, 0.0)
