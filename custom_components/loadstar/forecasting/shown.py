"""What is published of the forecasts."""

from datetime import datetime, timedelta, tzinfo

import numpy as np

from ..engine.forecast.local_time import HOUR_S
from ..engine.forecast.types import HourlySeries
from ..models import ForecastSnapshot
from ..sources.types import PvForecast
from .energy import EnergyCurve, day_bounds, part
from .foreseen import Foreseen
from .models import Learned
from .notes import notes_of

_LEARNING = "learning"
_NO_FORECAST = "no_forecast"


def forecast_snapshot(
    learned: Learned, foreseen: Foreseen, seen: HourlySeries, now: datetime, zone: tzinfo
) -> ForecastSnapshot:
    """Return what is shown; ``seen`` is the PV energy of the hours that are over, in kWh."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    pv_today, pv_remaining = _today(foreseen.pv, seen, now, zone)
    has_pv, load = foreseen.pv is not None, learned.load
    is_trained = learned.trained_at is not None
    return ForecastSnapshot(
        pv_today_kwh=pv_today,
        pv_remaining_kwh=pv_remaining,
        pv_tomorrow_kwh=_between(foreseen.pv, *day_bounds(tomorrow, zone)),
        pv_confidence=learned.pv.confidence if has_pv and is_trained else None,
        correction=_correction(learned, has_pv=has_pv),
        correction_data=learned.pv.label.data,
        pv_error=learned.pv.scores.model,
        load_today_kwh=foreseen.load.day(today).p50,
        load_tomorrow_kwh=foreseen.load.day(tomorrow).p50,
        load_error=None if load is None else load.scores.model,
        load_naive_error=None if load is None else load.scores.naive,
        load_model="default" if load is None else load.kind,
        trained_at=learned.trained_at,
        learned_days=max(learned.pv.days, 0 if load is None else load.days),
        notes=notes_of(learned.left_out),
    )


def _today(
    pv: PvForecast | None, seen: HourlySeries, now: datetime, zone: tzinfo
) -> tuple[float | None, float | None]:
    """Return kWh of the whole day and of the rest of it; hours that are over count as measured."""
    if pv is None or not pv.periods:
        return None, None
    start, end = day_bounds(now.astimezone(zone).date(), zone)
    curve = EnergyCurve.of_mean(pv.periods)
    over = part(seen, start, now)
    instead_of = np.nan_to_num(curve.between(over.start_s, over.start_s + HOUR_S))
    day, rest = curve.kwh(start, end), curve.kwh(now, end)
    measured = float((over.values - instead_of).sum())
    return None if day is None else max(0.0, day + measured), rest


def _between(pv: PvForecast | None, start: datetime, end: datetime) -> float | None:
    if pv is None or not pv.periods:
        return None
    return EnergyCurve.of_mean(pv.periods).kwh(start, end)


def _correction(learned: Learned, *, has_pv: bool) -> str:
    if not has_pv:
        return _NO_FORECAST
    return _LEARNING if learned.trained_at is None else learned.pv.label.code
