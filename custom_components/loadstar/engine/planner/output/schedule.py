"""From the solver's numbers to the schedule that people and devices read."""

from collections.abc import Mapping, Sequence

from ..config import PlanKind, PlannerConfig
from ..inputs.types import PlannerInput, PlanWarning
from ..solver.types import Breach, BreachKind, KeplerInput, KeplerResult, SolveStatus
from ..strategy.types import Decisions
from .breaches import breach_warnings
from .facts import facts_of
from .outcomes import outcomes_of
from .reasons import slot_reasons
from .reference import reference_cost
from .slot_plans import slot_plans
from .types import Schedule


def build_schedule(  # noqa: PLR0913 - all that a plan went through on its way
    planner_input: PlannerInput,
    config: PlannerConfig,
    decisions: Decisions,
    problem: KeplerInput,
    result: KeplerResult,
    *,
    kind: PlanKind,
    warnings: Sequence[PlanWarning],
    times_ms: Mapping[str, float],
) -> Schedule:
    """Return the schedule of a solved problem; its slots are the input's.

    ``config`` is what was in force, strategy included, and ``warnings`` what was said of
    the input so far; each limit that had to give is added. ``times_ms`` is by stage.
    """
    facts = facts_of(
        planner_input,
        problem,
        result,
        wear_cost_per_kwh=config.wear_cost_per_kwh,
        target_soc_percent=decisions.target_soc_percent,
    )
    return Schedule(
        created_at=planner_input.now,
        kind=kind,
        currency=planner_input.currency,
        status=result.status,
        solve_time_ms=result.times.build_ms + result.times.solve_ms,
        gap=result.gap,
        objective={str(term): value for term, value in result.objective.items()},
        cost=result.money,
        reference_cost=(
            None
            if result.status is SolveStatus.FAILED
            else reference_cost(problem, result, config.wear_cost_per_kwh)
        ),
        s_index=decisions.s_index,
        target_soc_percent=decisions.target_soc_percent,
        slots=slot_plans(facts, slot_reasons(facts)),
        devices=outcomes_of(facts),
        warnings=(*warnings, *breach_warnings(planner_input, _unexpected(decisions, result))),
        strategy=decisions.events,
        peak_kw=result.peak_kw[0] if result.peak_kw else None,
        times_ms=dict(times_ms),
    )


def _unexpected(decisions: Decisions, result: KeplerResult) -> tuple[Breach, ...]:
    """Return the breaches without those of orders that asked for as much as can be."""
    return tuple(
        breach
        for breach in result.breaches
        if breach.kind is not BreachKind.MANUAL
        or breach.device_id not in decisions.manual.open_ended
    )
