"""Train both models on what a home remembers; a matter of seconds, for the executor."""

from dataclasses import dataclass
from datetime import datetime

from ..engine.forecast.load import train_load
from ..engine.forecast.pv import NO_PV_MODEL, train_pv
from ..engine.forecast.types import EMPTY, HourlySeries
from ..sources.history.hours import Hours
from .energy import merged
from .models import Learned


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be learned from.

    ``issued`` are the source's figures of the day before, as Loadstar wrote them down.
    """

    hours: Hours
    issued: HourlySeries = EMPTY
    now: datetime
    time_zone: str
    has_pv: bool
    installed_kwp: float | None
    daily_kwh: float


def train(lesson: Lesson) -> Learned:
    """Return what a home teaches.

    Of hours before Loadstar wrote down what was forecast, the source's own sensor of it
    tells what it expected of the hour when that ran.
    """
    hours = lesson.hours
    pv = NO_PV_MODEL
    if lesson.has_pv:
        pv = train_pv(
            hours.pv,
            merged(lesson.issued, hours.pv_forecast),
            now=lesson.now,
            time_zone=lesson.time_zone,
            installed_kwp=lesson.installed_kwp,
        )
    load = train_load(
        hours.load,
        now=lesson.now,
        time_zone=lesson.time_zone,
        temperature=hours.temperature,
        daily_kwh=lesson.daily_kwh,
    )
    return Learned(
        pv=pv,
        load=load,
        trained_at=lesson.now,
        left_out=(*pv.left_out, *hours.left_out, *load.left_out),
    )


def training_data(lesson: Lesson, read_s: float, trained_s: float) -> dict[str, float]:
    """Return how many hours there were to learn from, and how long it took."""
    hours = lesson.hours
    series = {
        "pv": hours.pv,
        "load": hours.load,
        "temperature": hours.temperature,
        "pv_forecast": hours.pv_forecast,
        "pv_issued": lesson.issued,
    }
    return {
        **{f"{name}_hours": each.start_s.size for name, each in series.items()},
        "read_s": round(read_s, 3),
        "trained_s": round(trained_s, 3),
    }
