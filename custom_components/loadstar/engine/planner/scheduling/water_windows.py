"""When a water heater may run, and how much it is to heat on each day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
import math
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from ..devices import WaterHeater
from ..inputs.slots import SLOT_H
from ..inputs.types import PlannerInput
from ..solver.types import BoolArray, KeplerWater, WaterDay
from .local_days import LocalDay, local_days

_WORTH_A_RUN: Final = 0.1  # of a day's heat; what is left below that is no reason for a block


def plan_water(
    planner_input: PlannerInput,
    heater: WaterHeater,
    *,
    legionella_day_only: bool,
    at_negative_prices: float = 0.0,
) -> KeplerWater:
    """Return a heater in the solver's terms: allowed slots, kWh per local day, gaps.

    Heat given today counts; what no longer fits into today is moved to tomorrow; of the
    last day, the part that is planned. With ``legionella_day_only`` it heats on that
    weekday alone; else where import is paid for up to ``at_negative_prices`` times a
    day's heat, 0: no more than is needed.
    """
    zone = ZoneInfo(planner_input.time_zone)
    days = local_days(planner_input.slots, zone)
    allowed = _allowed(planner_input, heater, zone)
    block_slots = 1 if heater.continuous else max(1, math.ceil(heater.block_minutes / 15))
    needs_kwh = _needs_kwh(planner_input, heater, days, zone)
    paid_for = allowed & _is_negative(planner_input)
    if legionella_day_only:
        needs_kwh = _on_weekday(heater.legionella_weekday, days, allowed, needs_kwh)
    else:
        needs_kwh = _moved_on(planner_input, heater, days, allowed, needs_kwh)
        most_kwh = heater.energy_kwh_per_day * at_negative_prices
        for index, day in enumerate(days):
            paid_for_h = _in_blocks_h(planner_input, day, paid_for, block_slots)
            needs_kwh[index] = max(needs_kwh[index], min(most_kwh, paid_for_h * heater.power_kw))
    gap = None if legionella_day_only else heater.longest_gap_h
    return KeplerWater(
        load_id=heater.load_id,
        phases=heater.phases,
        power_kw=heater.power_kw,
        block_slots=block_slots,
        continuous=heater.continuous,
        allowed=allowed,
        days=tuple(map(_water_day, days, needs_kwh, strict=True)),
        latest_first=None if gap is None else _latest_first(planner_input, heater, gap),
        longest_gap_slots=None if gap is None else max(1, int(gap / SLOT_H)),
    )


def _water_day(day: LocalDay, energy_kwh: float) -> WaterDay:
    return WaterDay(first=day.first, end=day.end, energy_kwh=energy_kwh)


def _allowed(planner_input: PlannerInput, heater: WaterHeater, zone: ZoneInfo) -> BoolArray:
    """Return the slots that lie wholly in an allowed local time; without any, all."""
    instant = timedelta(microseconds=1)
    return np.array(
        [
            not heater.allowed
            or any(
                _is_in(slot.start.astimezone(zone).time(), window)
                and _is_in((slot.end - instant).astimezone(zone).time(), window)
                for window in heater.allowed
            )
            for slot in planner_input.slots
        ],
        dtype=np.bool_,
    )


def _is_in(local: time, window: tuple[time, time]) -> bool:
    """Whether a local time lies in a window, which may span midnight; equal ends: all day."""
    start, until = window
    if start < until:
        return start <= local < until
    return local >= start or local < until


def _needs_kwh(
    planner_input: PlannerInput, heater: WaterHeater, days: Sequence[LocalDay], zone: ZoneInfo
) -> list[float]:
    """Return what each day is to heat: today's rest, whole days, and a part of the last."""
    today = planner_input.now.astimezone(zone).date()
    daily_kwh = heater.energy_kwh_per_day
    heated_kwh = heater.heated_today_kwh if heater.heated_today_kwh > 0 else 0.0
    left_kwh = daily_kwh - heated_kwh
    if left_kwh < _WORTH_A_RUN * daily_kwh:
        left_kwh = 0.0
    return [left_kwh if day.day == today else daily_kwh * min(1.0, day.share) for day in days]


def _on_weekday(
    weekday: int | None, days: Sequence[LocalDay], allowed: BoolArray, needs_kwh: Sequence[float]
) -> list[float]:
    """Return the needs on one weekday alone, and forbid the others' slots."""
    for day in days:
        if day.day.weekday() != weekday:
            allowed[day.first : day.end] = False
    return [
        kwh if day.day.weekday() == weekday else 0.0
        for day, kwh in zip(days, needs_kwh, strict=True)
    ]


def _moved_on(
    planner_input: PlannerInput,
    heater: WaterHeater,
    days: Sequence[LocalDay],
    allowed: BoolArray,
    needs_kwh: list[float],
) -> list[float]:
    """Return the needs with what does not fit into today moved to tomorrow."""
    if len(days) < 2:  # noqa: PLR2004
        return needs_kwh
    today, tomorrow, *later = needs_kwh
    first_day = zip(planner_input.slots[: days[0].end], allowed, strict=False)
    fits_kwh = sum(slot.hours for slot, may in first_day if may) * heater.power_kw
    left_kwh = max(0.0, today - fits_kwh)
    return [today - left_kwh, tomorrow + left_kwh, *later]


def _is_negative(planner_input: PlannerInput) -> BoolArray:
    return np.array([slot.import_price_per_kwh < 0 for slot in planner_input.slots])


def _in_blocks_h(
    planner_input: PlannerInput, day: LocalDay, where: BoolArray, block_slots: int
) -> float:
    """Return how long whole blocks within a day's marked slots last together."""
    hours = 0.0
    runs = groupby(range(day.first, day.end), key=lambda slot: bool(where[slot]))
    for marked, run in runs:
        slots = list(run)
        if marked:
            whole = slots[: len(slots) // block_slots * block_slots]
            hours += sum(planner_input.slots[slot].hours for slot in whole)
    return hours


def _latest_first(planner_input: PlannerInput, heater: WaterHeater, gap_h: float) -> int | None:
    """Return the slot before which a run has to begin, None beyond the plan or if unknown."""
    if heater.last_run_end is None:
        return None
    deadline: datetime = heater.last_run_end + timedelta(hours=gap_h)
    starts = sum(slot.start <= deadline for slot in planner_input.slots)
    return max(1, starts) if deadline < planner_input.slots[-1].end else None
