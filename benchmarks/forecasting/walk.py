"""Every day as it was foreseen, by models that were trained on the days before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from loadstar_engine.forecast.pv import PvModel
from loadstar_engine.forecast.types import HourlySeries
from loadstar_engine.planner.inputs.load_profile import DefaultLoadProfile, LoadForecaster
from loadstar_engine.planner.inputs.pv import EnergyPeriod, cut_pv
import numpy as np

from .history import HOUR_S, PEAK_KW, FloatArray, History, IntArray
from .scores import BoolArray, Said

EVENING_H: Final = 18  # of the day before: what a whole day is foreseen from
NOON_H: Final = 12  # of the day itself: what the rest of it is foreseen from
_DAYLIGHT: Final = 0.005  # of what is installed: below, an hour tells nothing of quantiles
_DAY: Final = timedelta(days=1)
_DAY_H: Final = 24
_WEEK_H: Final = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one forecaster said of a day's hours, beside the truth; kWh, (H,) each."""

    quantity: str
    forecaster: str
    said: Said
    truth: FloatArray
    counted: BoolArray  # hours whose quantiles mean something


def judge_day(history: History, day: date) -> Iterator[Judged]:
    """Yield what every forecaster said of a day the evening before, and of its rest at noon."""
    evening, noon = history.local(day - _DAY, EVENING_H), history.local(day, NOON_H)
    midnight, end = history.local(day), history.local(day + _DAY)
    for named, now, begin in (("a day ahead", evening, midnight), ("from noon on", noon, noon)):
        starts = np.arange(begin.timestamp(), end.timestamp(), HOUR_S, dtype=np.int64)
        whole = day if begin == midnight else None
        for quantity, series, said in (
            ("PV", history.pv, _pv(history, now, starts, whole=whole is not None)),
            ("load", history.load, _load(history, now, starts, whole)),
        ):
            truth = at(series, starts)
            for forecaster, it in said.items():
                yield Judged(
                    quantity=f"{quantity} {named}",
                    forecaster=forecaster,
                    said=it,
                    truth=truth,
                    counted=np.maximum(truth, it.kwh) > _DAYLIGHT * PEAK_KW,
                )


def at(series: HourlySeries, starts: IntArray) -> FloatArray:
    """Return the figures of hours that the series has."""
    values: FloatArray = series.values[np.searchsorted(series.start_s, starts)]
    return values


def _pv(history: History, now: datetime, starts: IntArray, *, whole: bool) -> Mapping[str, Said]:
    source, model = history.source_pv(now), history.pv_model(now)
    spread = model if whole else None
    return {
        "source": _of_periods(source, now, starts),
        "corrected": _of_periods(model.correct(source, now=now), now, starts, spread),
        "also by today": _of_periods(history.corrected_pv(now), now, starts, spread),
        "as yesterday": Said(kwh=at(history.pv, starts - _DAY_H * HOUR_S)),
    }


def _of_periods(
    periods: Sequence[EnergyPeriod],
    now: datetime,
    starts: IntArray,
    spread: PvModel | None = None,
) -> Said:
    """Return what periods say; ``spread`` knows how far a whole day strays, else hours add up."""
    begin_s = np.subtract(starts, now.timestamp(), dtype=np.float64)
    until_s = np.add(begin_s, HOUR_S, dtype=np.float64)
    slots, _ = cut_pv(now, begin_s, until_s, periods)
    low, high = slots.p10_kwh, slots.p90_kwh
    day = (low.sum(), high.sum())
    if spread is not None:
        of_day = spread.day(float(slots.p50_kwh.sum()))
        day = (of_day.p10, of_day.p90)
    return Said(kwh=slots.p50_kwh, p10_kwh=low, p90_kwh=high, day=day)


def _load(
    history: History, now: datetime, starts: IntArray, day: date | None
) -> Mapping[str, Said]:
    usual = DefaultLoadProfile(history.daily_kwh(now), history.zone.key)
    return {
        "learned": _of_forecaster(history.load_forecaster(now), starts, day),
        "default profile": _of_forecaster(usual, starts, day),
        "as a week ago": Said(kwh=at(history.load, starts - _WEEK_H * HOUR_S)),
    }


def _of_forecaster(forecaster: LoadForecaster, starts: IntArray, day: date | None) -> Said:
    hours = [forecaster.expected(datetime.fromtimestamp(it, UTC), 1.0) for it in starts.tolist()]
    p10, p50, p90 = np.array(hours).T
    if day is None:
        begin = datetime.fromtimestamp(int(starts[0]), UTC)
        low, _, high = forecaster.expected(begin, float(starts.size))
    else:
        low, _, high = forecaster.day(day)
    return Said(kwh=p50, p10_kwh=p10, p90_kwh=p90, day=(low, high))
