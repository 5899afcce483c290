"""From what is known to a schedule, stage by stage."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
import logging
from time import perf_counter

from .config import PlanKind, PlannerConfig
from .inputs.sound import check
from .inputs.types import PlannerInput
from .output.schedule import build_schedule
from .output.types import Schedule
from .scheduling.plan_devices import plan_devices
from .solver.adapter import to_kepler
from .solver.kepler import solve
from .solver.types import Breach, BreachKind
from .strategy.decide import decide
from .strategy.overlays import with_overlays, without_overlays

_LOGGER = logging.getLogger(__name__)


def generate_schedule(
    planner_input: PlannerInput, config: PlannerConfig, mode: PlanKind = PlanKind.FULL
) -> Schedule:
    """Return the plan for an input, the user's settings, and what learning added to them.

    A baseline leaves out learning and strategy. Runs for up to the solver's time limit;
    deterministic but for that. Raises UnsoundInputError where there is nothing to plan.
    """
    stages = _Stages()
    if mode is PlanKind.BASELINE:
        planner_input = without_overlays(planner_input)
    stages.run("inputs", check, planner_input.slots)
    planner_input, in_force, learned = with_overlays(planner_input, config)
    strategy = stages.run("strategy", decide, planner_input, in_force, mode)
    decisions = stages.run("scheduling", plan_devices, planner_input, strategy)
    decisions = replace(decisions, events=(*learned, *decisions.events))
    problem, kepler_config, left_out = stages.run(
        "adapter", to_kepler, planner_input, in_force, decisions
    )
    result = stages.run("solver", solve, problem, kepler_config)
    result = replace(result, breaches=_said(result.breaches, decisions.manual.open_ended))
    in_force = replace(
        in_force,
        wear_cost_per_kwh=decisions.posture.wear_cost_per_kwh,
        export_threshold_per_kwh=decisions.posture.export_threshold_per_kwh,
    )
    schedule = stages.run(
        "output",
        build_schedule,
        planner_input,
        in_force,
        decisions,
        problem,
        result,
        kind=mode,
        warnings=(*planner_input.warnings, *decisions.warnings, *left_out),
        times_ms=stages.times_ms,
    )
    # the last stage's own time is known only after it
    return replace(schedule, times_ms=stages.times_ms)


def _said(breaches: Sequence[Breach], open_ended: AbstractSet[str]) -> tuple[Breach, ...]:
    """Return the breaches less what "as much as can be" did not reach of the impossible."""
    return tuple(
        breach
        for breach in breaches
        if breach.kind is not BreachKind.MANUAL or breach.device_id not in open_ended
    )


class _Stages:
    """Run stages, keep their times in ms and log each with one line."""

    def __init__(self) -> None:
        self.times_ms: dict[str, float] = {}

    def run[**P, R](self, name: str, stage: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a stage returns."""
        start = perf_counter()
        result = stage(*args, **kwargs)
        self.times_ms[name] = round((perf_counter() - start) * 1000, 3)
        _LOGGER.debug("stage=%s time_ms=%.1f", name, self.times_ms[name])
        return result
