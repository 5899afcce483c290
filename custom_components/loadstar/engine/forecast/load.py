"""Forecast what the household will draw, from what it has drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from ..planner.inputs.load_profile import LoadForecaster
from .load_candidates import Candidate, best, candidates
from .load_corrections import Corrections
from .load_days import LoadDays
from .load_forecaster import HourlyLoadForecaster
from .load_habit import Expectation, Habit, usual_profile
from .load_spread import Spread
from .series import clean, gaps, plausible_highest
from .types import EMPTY, HourlySeries, LeftOut, Scores
from .wape import wape

type LoadModelKind = Literal["learned", "naive", "default"]

LEAST_DAYS: Final = 7  # nearly whole ones, to say that something was learned
SCORED_DAYS: Final = 14
_LEAST_SCORED: Final = 7
_LEAST_HOURS: Final = 12  # of a day that is scored


class Foresight(NamedTuple):
    """What a forecaster is made of."""

    habit: Habit
    corrections: Corrections
    spread: Spread


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadModel:
    """What was learned of a household.

    ``kind``: "default" before a week was seen (a usual household's day, drawn to this one's as
    days come in), "naive" where the same hour a week ago has been the better forecast of late,
    else "learned". ``days`` that were seen nearly whole.
    """

    kind: LoadModelKind
    scores: Scores
    days: int
    left_out: tuple[LeftOut, ...]
    time_zone: str
    foresight: Foresight

    def forecaster(
        self,
        *,
        now: datetime,
        recent: HourlySeries = EMPTY,
        temperature: HourlySeries = EMPTY,
    ) -> LoadForecaster:
        """Return who says what comes from ``now`` (aware) on.

        ``recent``: kWh of the last 24 h as far as they were measured, so that an absence shows.
        ``temperature``: outdoor °C of those hours and of those ahead; usual where unknown.
        """
        expectation = Expectation.seen(
            self.foresight.habit,
            self.foresight.corrections,
            ZoneInfo(self.time_zone),
            now,
            (recent, temperature),
        )
        return HourlyLoadForecaster(expectation, self.foresight.spread)


def train_load(
    observed: HourlySeries,
    *,
    now: datetime,
    time_zone: str,
    temperature: HourlySeries = EMPTY,
    daily_kwh: float,
) -> LoadModel:
    """Learn from ``observed``, kWh per hour without managed devices, up to ``now`` (aware).

    ``temperature``: outdoor °C per hour. ``daily_kwh`` scales the usual household's day that
    a new home starts from. ``left_out`` says what was not learnt from: codes of
    ``series.clean``, ``history_gaps``, and ``history_short`` (``days``, ``needed``).
    Raises ValueError for a ``daily_kwh`` below 0 or not finite.
    """
    zone = ZoneInfo(time_zone)
    bounds = (0.0, plausible_highest(observed.values))
    series, left_out = clean(
        observed.start_s, observed.values, within=bounds, time_zone=time_zone, always_on=True
    )
    days = LoadDays.of(series, temperature, now, zone)
    ways = candidates(days, usual_profile(daily_kwh))
    scores = _scored(days, ways)
    kind = kind_of(days.seen_days, scores)
    way = best(ways, days.load_kwh)
    short = LeftOut(code="history_short", data={"days": days.seen_days, "needed": LEAST_DAYS})
    return LoadModel(
        kind=kind,
        scores=scores,
        days=days.seen_days,
        left_out=(*left_out, *gaps(series, time_zone), *([short] if kind == "default" else [])),
        time_zone=time_zone,
        foresight=_naive(days, way) if kind == "naive" else _learned(days, way),
    )


def _learned(days: LoadDays, way: Candidate) -> Foresight:
    corrections = Corrections.fitted(way.before, days.load_kwh)
    # days ahead are foreseen without the one before them, and they are most of a plan
    foreseen = way.before * corrections.centre
    return Foresight(
        Habit.of_kinds(way.profile, way.response, corrections.centre),
        corrections,
        Spread.fitted(foreseen, days.load_kwh, days.kinds),
    )


def _naive(days: LoadDays, way: Candidate) -> Foresight:
    """Return last week again, with ``way`` where that is unknown."""
    week_ago = days.week_ago()
    foreseen = np.where(np.isfinite(week_ago), week_ago, way.before)
    return Foresight(
        Habit.of_last_week(days, way.profile),
        Corrections(),
        Spread.fitted(foreseen, days.load_kwh, days.kinds),
    )


def _scored(days: LoadDays, ways: Sequence[Candidate]) -> Scores:
    """Return the errors over the last whole days of what was chosen and fitted without them.

    Each day is foreseen from those before it; hours count that were measured then and a
    week ago, so that both forecasts answer for the same.
    """
    end = days.count - 1  # today is not over
    begin = max(end - SCORED_DAYS, _LEAST_SCORED)
    if end - begin < _LEAST_SCORED:
        return Scores()
    known = days.load_kwh[:begin]
    way = best(ways, known)
    foreseen = Corrections.fitted(way.before[:begin], known).foreseen(way.before, days.load_kwh)
    measured, naive = days.load_kwh[begin:end], days.week_ago()[begin:end]
    compared = np.isfinite(measured) & np.isfinite(naive)
    scored = int((compared.sum(axis=1) >= _LEAST_HOURS).sum())
    if scored < _LEAST_SCORED:
        return Scores(days=scored)
    return Scores(
        model=wape(measured[compared], foreseen[begin:end][compared]),
        naive=wape(measured[compared], naive[compared]),
        days=scored,
    )


def kind_of(seen_days: int, scores: Scores) -> LoadModelKind:
    """Return which forecast is used: last week's where the learned one is not better."""
    if seen_days < LEAST_DAYS:
        return "default"
    if scores.model is not None and scores.naive is not None and scores.naive <= scores.model:
        return "naive"
    return "learned"
