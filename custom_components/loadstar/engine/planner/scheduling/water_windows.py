"""When a water heater may run, and how much it is to heat on each day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
import math
from zoneinfo import ZoneInfo

import numpy as np

from ..devices import WaterHeater
from ..inputs.slots import SLOT_H
from ..inputs.types import PlannerInput
from ..solver.types import BoolArray, FloatArray, KeplerWater, WaterDay
from .local_days import LocalDay, local_days


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
    energies_kwh = _needs_kwh(planner_input, heater, days, zone)
    block_slots = 1 if heater.continuous else max(1, math.ceil(heater.block_minutes / 15))
    if legionella_day_only:
        idle = [day for day in days if day.day.weekday() != heater.legionella_weekday]
        for day in idle:
            allowed[day.first : day.end] = False
        energies_kwh = [
            0.0 if day in idle else kwh for day, kwh in zip(days, energies_kwh, strict=True)
        ]
    else:
        energies_kwh = _moved_on(planner_input, heater, days, allowed, energies_kwh)
        most_kwh = heater.energy_kwh_per_day * at_negative_prices
        paid_for = allowed & _is_negative(planner_input)
        energies_kwh = [
            max(
                kwh,
                min(
                    most_kwh,
                    _in_blocks_kwh(planner_input, day, paid_for, block_slots, heater.power_kw),
                ),
            )
            for day, kwh in zip(days, energies_kwh, strict=True)
        ]
    gap = None if legionella_day_only else heater.longest_gap_h
    return KeplerWater(
        load_id=heater.load_id,
        phases=heater.phases,
        power_kw=heater.power_kw,
        block_slots=block_slots,
        continuous=heater.continuous,
        allowed=allowed,
        days=tuple(
            WaterDay(first=day.first, end=day.end, energy_kwh=kwh)
            for day, kwh in zip(days, energies_kwh, strict=True)
        ),
        latest_first=None if gap is None else _latest_first(planner_input, heater, gap),
        longest_gap_slots=None if gap is None else max(1, int(gap / SLOT_H)),
    )


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
    heated = heater.heated_today_kwh if math.isfinite(heater.heated_today_kwh) else 0.0
    return [
        max(0.0, heater.energy_kwh_per_day - max(0.0, heated))
        if day.day == today
        else heater.energy_kwh_per_day * min(1.0, day.share)
        for day in days
    ]


def _moved_on(
    planner_input: PlannerInput,
    heater: WaterHeater,
    days: Sequence[LocalDay],
    allowed: BoolArray,
    energies_kwh: list[float],
) -> list[float]:
    """Return the energies with what does not fit into today moved to tomorrow."""
    if len(days) < 2:  # noqa: PLR2004
        return energies_kwh
    today, tomorrow, *later = energies_kwh
    fits_kwh = _sum(_hours(planner_input)[: days[0].end], allowed[: days[0].end]) * heater.power_kw
    left_kwh = max(0.0, today - fits_kwh)
    return [today - left_kwh, tomorrow + left_kwh, *later]


def _is_negative(planner_input: PlannerInput) -> BoolArray:
    return np.array([slot.import_price_per_kwh < 0 for slot in planner_input.slots])


def _in_blocks_kwh(
    planner_input: PlannerInput, day: LocalDay, where: BoolArray, block_slots: int, power_kw: float
) -> float:
    """Return what whole blocks within a day's marked slots would heat."""
    hours = 0.0
    runs = groupby(range(day.first, day.end), key=lambda slot: bool(where[slot]))
    for marked, run in runs:
        slots = list(run)
        if marked:
            whole = slots[: len(slots) // block_slots * block_slots]
            hours += sum(planner_input.slots[slot].hours for slot in whole)
    return hours * power_kw


def _latest_first(planner_input: PlannerInput, heater: WaterHeater, gap_h: float) -> int | None:
    """Return the slot before which a run has to begin, None beyond the plan or if unknown."""
    if heater.last_run_end is None:
        return None
    deadline: datetime = heater.last_run_end + timedelta(hours=gap_h)
    starts = sum(slot.start <= deadline for slot in planner_input.slots)
    return max(1, starts) if deadline < planner_input.slots[-1].end else None


def _hours(planner_input: PlannerInput) -> FloatArray:
    return np.array([slot.hours for slot in planner_input.slots])


def _sum(hours: FloatArray, where: BoolArray) -> float:
    return float(hours[where].sum())
