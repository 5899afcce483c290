"""What a family uses: stand-by, cooking, laundry, lights, its heat pump, and holidays."""

from typing import NamedTuple

import numpy as np

from .calendar import Calendar
from .chance import stream, wander
from .heating import heat_pump_kw
from .sun import SunPosition
from .types import SLOT_S, FamilyConfig, FloatArray, IntArray

_SLOT_H = SLOT_S / 3600
_USUAL_KWH = 10.65  # of a mean day, that the figures below add up to
_STANDBY_KW = 0.19
_LIGHTS_KW = 0.24
_DARK_BELOW = float(np.radians(2.0))
_AWAKE_H = (6.3, 22.8)
_MOOD = 0.18  # standard deviation of how much is done on a day
_MOOD_DAYS = 3.0
_JITTER = 0.10
_HOLIDAY_DAYS = (4, 13)
_DAYS_PER_YEAR = 365.25
_LATE_SLOTS = 96  # room for what begins on the last day and ends after it


class _Habit(NamedTuple):
    """Something done so often a day, on weekdays and at weekends, about some hour."""

    name: str
    often: tuple[float, float]
    around_h: tuple[float, float]
    spread_h: float
    programme_kw: tuple[float, ...]  # by 15 min


_HABITS = (
    _Habit("breakfast", (1.0, 1.0), (6.9, 9.0), 0.4, (1.3, 0.7)),
    _Habit("kettle", (4.0, 5.0), (13.0, 14.0), 4.5, (0.4,)),
    _Habit("lunch", (0.3, 0.9), (12.3, 12.6), 0.5, (1.6, 1.4, 0.6)),
    _Habit("dinner", (0.95, 0.8), (18.3, 18.2), 0.6, (1.9, 1.8, 1.1, 0.4)),
    _Habit("dishwasher", (0.75, 0.95), (20.3, 14.5), 1.6, (0.4, 1.9, 0.2, 0.2, 1.3)),
    _Habit("laundry", (0.45, 1.1), (16.5, 11.5), 2.5, (1.7, 0.5, 0.2, 0.3)),
    _Habit("dryer", (0.2, 0.5), (19.0, 14.5), 2.0, (0.8, 0.8, 0.7, 0.5)),
    _Habit("screens", (1.0, 1.0), (19.8, 19.4), 0.6, (0.25,) * 11),
    _Habit("home work", (0.5, 0.1), (9.0, 10.0), 0.5, (0.16,) * 26),
    _Habit("vacuum", (0.15, 0.4), (17.0, 11.0), 2.0, (0.7, 0.5)),
)


class FamilyUse(NamedTuple):
    """kWh per slot, (N,) each; ``heat_kwh`` is the heat pump's part of ``load_kwh``."""

    load_kwh: FloatArray
    heat_kwh: FloatArray


def family_use(
    family: FamilyConfig, when: Calendar, sun: SunPosition, temperature_c: FloatArray, seed: int
) -> FamilyUse:
    """Return what the household uses; the same appliances on like days, never the same day."""
    at_home = _at_home(family, when, seed)
    awake = (when.hour >= _AWAKE_H[0]) & (when.hour < _AWAKE_H[1])
    dark = np.clip((_DARK_BELOW - sun.height) / _DARK_BELOW, 0.0, 1.0)
    kw = _STANDBY_KW + at_home * (_habits_kw(when, seed) + _LIGHTS_KW * awake * dark)
    jitter = 1 + _JITTER * wander(stream(seed, "jitter"), kw.size, 1.0, 4.0)
    kw *= np.maximum(jitter, 0.0) * family.daily_kwh / _USUAL_KWH
    heat_kw = heat_pump_kw(family, when, temperature_c, at_home, seed)
    return FamilyUse((kw + heat_kw) * _SLOT_H, heat_kw * _SLOT_H)


def _habits_kw(when: Calendar, seed: int) -> FloatArray:
    """Return the power of all that is done, (N,)."""
    days = int(when.day[-1]) + 1
    first = np.searchsorted(when.day, np.arange(days))
    weekend = when.is_weekend[first]
    mood = np.exp(_MOOD * wander(stream(seed, "mood"), days, 1.0, _MOOD_DAYS) - _MOOD**2 / 2)
    kw = np.zeros(when.start_s.size + _LATE_SLOTS)
    for habit in _HABITS:
        starts, day = _starts(habit, weekend, mood, seed)
        begin = first[day] + starts
        for number, power_kw in enumerate(habit.programme_kw):
            np.add.at(kw, begin + number, power_kw)
    return kw[: when.start_s.size]


def _starts(
    habit: _Habit, weekend: IntArray, mood: FloatArray, seed: int
) -> tuple[IntArray, IntArray]:
    """Return the slots of the day at which it begins, and on which days."""
    rng = stream(seed, habit.name)
    often = np.array(habit.often)[weekend] * mood
    # as often as usual, now and then once more or less
    times = np.floor(often + rng.random(often.size)).astype(np.int64)
    day = np.repeat(np.arange(often.size), times)
    around_h = np.array(habit.around_h)[weekend][day]
    hour = np.clip(around_h + habit.spread_h * rng.standard_normal(day.size), 0.0, 23.7)
    return (hour * 4).astype(np.int64), day


def _at_home(family: FamilyConfig, when: Calendar, seed: int) -> FloatArray:
    """Return 1 where somebody is at home, 0 on holidays, (N,)."""
    rng = stream(seed, "holidays")
    days = int(when.day[-1]) + 1
    home = np.ones(days)
    for _ in range(round(family.holidays * days / _DAYS_PER_YEAR)):
        begin = int(rng.integers(days))
        home[begin : begin + int(rng.integers(*_HOLIDAY_DAYS))] = 0.0
    return home[when.day]
