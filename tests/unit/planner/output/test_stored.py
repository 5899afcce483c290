"""Schedules and inputs go to JSON and come back as they were, or are refused."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
import json
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.planner.inputs.types import PlannerInput
from custom_components.loadstar.engine.planner.output.plain import (
    PlainError,
    from_plain,
    shown,
    to_plain,
)
from custom_components.loadstar.engine.planner.output.stored import (
    input_as_dict,
    input_from_dict,
    schedule_as_dict,
    schedule_from_dict,
)
from custom_components.loadstar.engine.planner.output.types import Schedule
from tests.unit.planner.output.test_schedule import HOME, schedule

NUMBER = st.floats(allow_nan=False, allow_infinity=False)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=3),
    float: NUMBER,
    int: st.integers(0, 99),
    bool: st.booleans(),
    date: st.dates(),
    time: st.times(),
    datetime: st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone comes with the strategy
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]),
    ),
    Any: st.none() | NUMBER | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
}


def values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind
    """Return a strategy for anything that a schedule or an input can hold."""
    if kind in SCALARS:
        return SCALARS[kind]
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = {each.name: values(hints[each.name]) for each in fields(kind)}
        return st.builds(kind, **parts)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return st.none() | values(next(each for each in arguments if each is not NoneType))
    if origin is Mapping:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=1)
    if origin is frozenset:
        return st.frozensets(values(arguments[0]), max_size=3)
    if arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=1).map(tuple)
    return st.tuples(*(values(each) for each in arguments))


@settings(max_examples=40, deadline=None)
@given(values(Schedule))
def test_any_schedule_comes_back(plan: Schedule) -> None:
    assert schedule_from_dict(json.loads(json.dumps(schedule_as_dict(plan)))) == plan


@settings(max_examples=40, deadline=None)
@given(values(PlannerInput))
def test_any_input_comes_back(planner_input: PlannerInput) -> None:
    assert input_from_dict(json.loads(json.dumps(input_as_dict(planner_input)))) == planner_input


def test_a_schedule_says_what_it_saves() -> None:
    plan = schedule()
    assert schedule_as_dict(plan)["saving"] == plan.saving


def test_a_field_of_a_later_version_has_its_default() -> None:
    data = input_as_dict(HOME.planner_input)
    del data["manual"], data["overlays"]
    assert input_from_dict(data) == HOME.planner_input


type Change = Callable[[dict[str, Any]], object]

BROKEN: dict[str, tuple[Change, str]] = {
    "another version": (
        lambda data: data.update(version=2),
        "version: expected 1, found 2",
    ),
    "no version": (lambda data: data.pop("version"), "version: expected 1, found nothing"),
    "a field is missing": (lambda data: data.pop("cost"), "cost: expected cost, found nothing"),
    "a field too many": (
        lambda data: data["slots"][1].update(colour="red"),
        "slots.1.colour: expected one of start, end,",
    ),
    "text for a number": (
        lambda data: data["slots"][0].update(import_kw="much"),
        'slots.0.import_kw: expected a number, found "much"',
    ),
    "truth for a number": (
        lambda data: data.update(cost=True),
        "cost: expected a number, found True",
    ),
    "no number": (
        lambda data: data.update(cost=float("nan")),
        "cost: expected a number, found nan",
    ),
    "a number for text": (
        lambda data: data.update(currency=5),
        "currency: expected text, found 5",
    ),
    "a number for truth": (
        lambda data: data["slots"][0].update(is_manual=1),
        "slots.0.is_manual: expected true or false, found 1",
    ),
    "no such action": (
        lambda data: data["slots"][0].update(action="sleep"),
        "slots.0.action: expected one of charge_from_grid, charge_from_pv, hold",
    ),
    "no such status": (
        lambda data: data.update(status=None),
        "status: expected one of optimal",
    ),
    "a time without an offset": (
        lambda data: data.update(created_at="2026-11-20T12:00"),
        (
            "created_at: expected a time stamp such as 2026-11-20T06:30+01:00, "
            'found "2026-11-20T12:00"'
        ),
    ),
    "no time at all": (
        lambda data: data.update(created_at="soon"),
        'created_at: expected a time stamp such as 2026-11-20T06:30+01:00, found "soon"',
    ),
    "a number for a time": (
        lambda data: data.update(created_at=12),
        "created_at: expected a time stamp such as 2026-11-20T06:30+01:00, found 12",
    ),
    "no list": (lambda data: data.update(slots={}), "slots: expected a list, found a mapping"),
    "no mapping": (
        lambda data: data.update(objective=[]),
        "objective: expected a mapping, found a list",
    ),
    "no slot": (lambda data: data.update(slots=[3]), "slots.0: expected a mapping, found 3"),
}


@pytest.mark.parametrize(("change", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_schedule_is_refused_with_the_place(change: Change, message: str) -> None:
    data = json.loads(json.dumps(schedule_as_dict(schedule())))
    change(data)
    with pytest.raises(PlainError) as error:
        schedule_from_dict(data)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("data", [None, [], "schedule", 3])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(PlainError, match=r"^the whole: expected a mapping, found"):
        schedule_from_dict(data)


BROKEN_INPUTS: dict[str, tuple[Change, str]] = {
    "half a whole": (
        lambda data: data["grid"].update(phases=1.5),
        "grid.phases: expected a whole number, found 1.5",
    ),
    "a pair of three": (
        lambda data: data["batteries"][0].update(charge_curve=[[1, 2, 3]]),
        "batteries.0.charge_curve.0: expected a list of 2, found 3",
    ),
    "no date": (
        lambda data: data.update(outlook=[{"day": "someday"}]),
        'outlook.0.day: expected a date such as 2026-11-20, found "someday"',
    ),
    "no time of day": (
        lambda data: data["water_heaters"][0].update(allowed=[["06:00", 22]]),
        'water_heaters.0.allowed.0.1: expected a time of day such as "06:30", found 22',
    ),
}


@pytest.mark.parametrize(("change", "message"), BROKEN_INPUTS.values(), ids=BROKEN_INPUTS)
def test_a_broken_input_is_refused_with_the_place(change: Change, message: str) -> None:
    data = json.loads(json.dumps(input_as_dict(HOME.planner_input)))
    change(data)
    with pytest.raises(PlainError) as error:
        input_from_dict(data)
    assert str(error.value) == message


def test_a_zone_makes_local_times_of_those_without_an_offset() -> None:
    data = to_plain(HOME.planner_input.slots[0]) | {"start": "2026-11-20T13:00"}
    slot = from_plain(type(HOME.planner_input.slots[0]), data, ZoneInfo("Europe/Berlin"))
    assert slot.start == HOME.planner_input.slots[0].start


@pytest.mark.parametrize(
    ("found", "text"),
    [(None, "nothing"), ({}, "a mapping"), ([], "a list"), ("x", '"x"'), (1.5, "1.5")],
)
def test_what_was_found_is_quoted(found: object, text: str) -> None:
    assert shown(found) == text
