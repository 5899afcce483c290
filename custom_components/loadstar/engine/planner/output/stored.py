"""Schedules and planner inputs as JSON data: kept over a restart, sent over the websocket."""

from typing import Any, Final

from ..inputs.types import PlannerInput
from .plain import PlainError, from_plain, to_plain
from .types import Schedule

VERSION: Final = 1


def schedule_as_dict(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as JSON data, with its saving."""
    return {"version": VERSION, **to_plain(schedule), "saving": schedule.saving}


def schedule_from_dict(data: Any) -> Schedule:
    """Return the schedule that ``schedule_as_dict`` gave; ValueError where it is broken."""
    return from_plain(Schedule, _content(data, "saving"))


def input_as_dict(planner_input: PlannerInput) -> dict[str, Any]:
    """Return a planner input as JSON data."""
    return {"version": VERSION, **to_plain(planner_input)}


def input_from_dict(data: Any) -> PlannerInput:
    """Return the input that ``input_as_dict`` gave; ValueError where it is broken."""
    return from_plain(PlannerInput, _content(data))


def _content(data: Any, *derived: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise PlainError((), "a mapping", data)
    if data.get("version") != VERSION:
        raise PlainError(("version",), str(VERSION), data.get("version"))
    return {name: each for name, each in data.items() if name not in {"version", *derived}}
