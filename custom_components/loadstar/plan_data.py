"""Plans as plain data, with a sentence beside each code."""

from collections.abc import Iterable
from typing import Any

from .engine.planner.devices import ManualBlock
from .engine.planner.inputs.types import PlanWarning
from .engine.planner.output.plain import to_plain
from .engine.planner.output.types import DeviceOutcome, PlanReason, Schedule, SlotPlan
from .models import Section
from .planning.words import PlanWords


def summary_data(schedule: Schedule, words: PlanWords) -> dict[str, Any]:
    """Return what a plan comes to, without its slots."""
    plain: dict[str, Any] = {
        name: to_plain(getattr(schedule, name))
        for name in (
            "created_at",
            "kind",
            "currency",
            "status",
            "gap",
            "solve_time_ms",
            "cost",
            "reference_cost",
            "saving",
            "objective",
            "s_index",
            "target_soc_percent",
            "peak_kw",
        )
    }
    return plain | {
        "devices": [_outcome(outcome, words) for outcome in schedule.devices],
        "warnings": _warnings(schedule.warnings, words),
    }


def plan_data(schedule: Schedule, words: PlanWords) -> dict[str, Any]:
    """Return a whole plan; that of two days takes long enough to keep it off the event loop."""
    return summary_data(schedule, words) | {
        "slots": [_slot(slot, words) for slot in schedule.slots],
        "strategy": [to_plain(event) for event in schedule.strategy],
        "times_ms": dict(schedule.times_ms),
    }


def block_data(block: ManualBlock) -> dict[str, Any]:
    """Return an order of the user's."""
    plain: dict[str, Any] = to_plain(block)
    return plain


def section_data(section: Section) -> dict[str, Any]:
    """Return a section of the Snapshot."""
    plain: dict[str, Any] = to_plain(section)
    return plain


def _slot(slot: SlotPlan, words: PlanWords) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(slot)
    return plain | {"reason": _reason(slot.reason, words)}


def _outcome(outcome: DeviceOutcome, words: PlanWords) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(outcome)
    if outcome.reason is None:
        return plain
    return plain | {"reason": _reason(outcome.reason, words)}


def _warnings(warnings: Iterable[PlanWarning], words: PlanWords) -> list[dict[str, Any]]:
    return [_reason(warning, words) for warning in warnings]


def _reason(said: PlanWarning | PlanReason, words: PlanWords) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(said)
    return plain | {"message": words.sentence(said)}
