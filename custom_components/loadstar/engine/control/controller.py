"""From a share to a set-point: the guards around the sharing of current, in their order."""

from collections.abc import Mapping, Sequence

from ..models import Reason, ReasonCode, SiteContext
from .allocation import Smoothing, SocThresholds, Supply, fill_battery, supply_now
from .arrival import meet
from .clock import StepClock, Tick
from .decisions import Decision
from .filling import fill_charger, fill_site
from .limits import Limit, circuit_limits, site_limits
from .neutral import can_see_neutral, expected_currents
from .ordering import follow_order, held_back
from .phases import site_phases, wired_phases
from .picture import Picture
from .raising import Raising, Room
from .results import control_result
from .safety import Safety
from .setpoint import Moment, at_fallback, set_point, without_part
from .standing import is_settled
from .steps import Step
from .supervision import supervise, watch_sleep
from .survey import Survey
from .triples import ZERO
from .trust import MeterTrust
from .types import ChargerReading, ControlResult, ControlSettings, MeterState, SiteReadings
from .units import ChargerMemory, Unit, effective_mode, fit_to_steps
from .wanting import wanted


class SetpointController:
    """Decides every charger's set-point; all that is remembered between steps is here."""

    def __init__(self, settings: ControlSettings = ControlSettings()) -> None:  # noqa: B008  frozen
        """Begin knowing nothing of the site."""
        self.settings = settings
        self._clock = StepClock()
        self._survey = Survey()
        self._smoothing = Smoothing()
        self._thresholds = SocThresholds()
        self._safety = Safety()
        self._raising = Raising()
        self._trust = MeterTrust()
        self._memories: dict[str, ChargerMemory] = {}

    def pardon(self, charger_id: str) -> None:
        """Forget what a charger was accused of: whoever runs it says that it is mended."""
        if memory := self._memories.get(charger_id):
            memory.obedience.pardon()

    def step(self, site: SiteContext, readings: SiteReadings) -> ControlResult:
        """Decide every charger's set-point.

        ``site`` comes with what is wired and tuned; what is measured is filled in,
        and of each charger ``target_current`` (A, the set-point) and ``reason``.
        """
        tick = self._clock.advance(readings.now)
        units = self._units(site, readings, tick)
        picture = self._survey.take(site, readings, units, tick, self.settings)
        self._fill(site, units, picture, tick)
        step = Step(
            site=site,
            picture=picture,
            units=units,
            limits=_limits(site, units, picture),
            tick=tick,
            settings=self.settings,
            ordered=readings.ordered,
        )
        frozen = self._trust.observe(step, readings)
        if frozen:
            picture.grid_state = MeterState.STALE
        supply = self._supply(step)
        if picture.grid is None or picture.grid_state is MeterState.STALE:
            decisions = _without_meter(step)
        else:
            decisions = self._with_meter(step, supply)
        self._carry_out(step, decisions)
        return control_result(step, supply, decisions, frozen=frozen)

    def _units(self, site: SiteContext, readings: SiteReadings, tick: Tick) -> tuple[Unit, ...]:
        heard = {reading.charger_id: reading for reading in readings.chargers}
        available = site_phases(site.num_phases)
        # of chargers that are gone nothing is kept
        self._memories = {
            context.charger_id: self._memories.get(context.charger_id) or ChargerMemory()
            for context in site.chargers
        }
        units = []
        for context in site.chargers:
            fit_to_steps(context)
            wired = wired_phases(context, available)
            unit = Unit(
                charger_id=context.charger_id,
                context=context,
                reading=heard.get(context.charger_id)
                or ChargerReading(charger_id=context.charger_id),
                memory=self._memories[context.charger_id],
                mode=effective_mode(context, site.charging_mode),
                wired=wired,
            )
            meet(unit, readings, tick, self.settings)
            supervise(unit, tick, self.settings)
            phases = unit.memory.phases
            unit.active = phases.active(context, wired)
            unit.physical = phases.physical(context, wired, self.settings)
            units.append(unit)
        return tuple(units)

    def _fill(self, site: SiteContext, units: Sequence[Unit], picture: Picture, tick: Tick) -> None:
        """Set what was measured on the contexts."""
        fill_battery(site, picture)
        self._thresholds.steady(site, self.settings.soc_hysteresis_percent)
        fill_site(site, picture)
        for unit in units:
            watch_sleep(unit, units, picture.members, tick, self.settings)
            fill_charger(unit)

    def _supply(self, step: Step) -> Supply:
        counted = frozenset(unit.charger_id for unit in step.units if unit.takes_part)
        supply = supply_now(step.picture)
        return self._smoothing.smooth(supply, counted, step.tick, self.settings)

    def _with_meter(self, step: Step, supply: Supply) -> dict[str, Decision]:
        cuts = self._safety.guard(step)
        if cuts:
            self._raising.cut(step.time)
        goals = wanted(step, supply)
        moment = self._moment(step)
        decisions: dict[str, Decision] = {}
        for unit in sorted(step.units, key=lambda unit: unit.order):
            key = unit.charger_id
            if key in cuts:
                decisions[key] = cuts[key]
            elif not unit.takes_part:
                decisions[key] = without_part(unit)
            else:
                decisions[key] = _towards(unit, goals[key], step, moment)
                moment.room.take(unit, decisions[key].current - unit.set_point)
        return decisions

    def _moment(self, step: Step) -> Moment:
        neutral = None
        if self.settings.neutral_guard and can_see_neutral(step):
            neutral = expected_currents(step.picture.grid or ZERO, step.heard)
        return Moment(
            time=step.time,
            may_rise=step.picture.grid_state is MeterState.FRESH and not step.tick.jumped,
            sun_may_rise=step.picture.sun_is_fresh,
            room=Room(step.limits, step.heard, neutral, step.site.main_breaker_rating),
            raising=self._raising,
            settings=self.settings,
        )

    def _carry_out(self, step: Step, decisions: Mapping[str, Decision]) -> None:
        for unit in step.units:
            new = decisions[unit.charger_id].current
            memory, before = unit.memory, unit.set_point
            if new < before:
                self._raising.cut(step.time)
                self._safety.cut_sent(step, unit, new)
                if new <= 0 and memory.start_stop.running:
                    memory.start_stop.stop(step.time, 0.0)
            elif new > before:
                memory.start_stop.adopt()
            if new != before:
                memory.move(new, step.time)


def _towards(unit: Unit, goal: Decision, step: Step, moment: Moment) -> Decision:
    """Return the decision of this step on the way to what a charger is to have."""
    if is_settled(unit):
        return goal
    if unit.charger_id in step.ordered:
        return follow_order(unit, goal.current, moment)
    decision = set_point(unit, goal, moment)
    return held_back(unit, decision) if step.ordered else decision


def _without_meter(step: Step) -> dict[str, Decision]:
    """Return the decisions while the grid meter is silent: hold at first, then go down."""
    decisions = {}
    for unit in step.units:
        unit.memory.start_stop.unsettle()
        if not unit.takes_part:
            decision = without_part(unit)
        elif step.picture.grid_state is MeterState.STALE:
            decision = at_fallback(unit)
        else:
            decision = Decision(unit.set_point, Reason(ReasonCode.METER_STALE))
        decisions[unit.charger_id] = decision
    return decisions


def _limits(site: SiteContext, units: Sequence[Unit], picture: Picture) -> tuple[Limit, ...]:
    if picture.grid is None:
        return ()
    return (
        *site_limits(site, units, picture.grid, picture.total, picture.spared_for()),
        *circuit_limits(site, units, picture),
    )
