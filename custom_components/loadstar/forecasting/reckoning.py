"""From what is known now to what is expected, shown and written down; for the executor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..const import LOGGER
from ..engine.forecast.types import EMPTY, HourlySeries
from ..engine.learning.types import SlotForecast
from ..engine.planner.inputs.load_profile import DefaultLoadProfile, LoadForecaster
from ..engine.planner.inputs.types import PlanWarning
from ..models import ForecastSnapshot
from ..sources.history.hours import Hours
from ..sources.types import PvForecast
from .energy import EnergyCurve, day_bounds, merged, part
from .foreseen import Foreseen
from .models import Learned
from .notes import recent_notes
from .recorded import slot_forecasts
from .shown import forecast_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known at ``now``."""

    now: datetime
    time_zone: str
    learned: Learned
    recent: Hours  # of the last days
    daily_kwh: float  # of the household, for as long as nothing was learned of it
    source: PvForecast | None = None  # from the day's start on; None for a home without PV
    temperature: HourlySeries = EMPTY  # °C ahead
    memory_is_missing: bool = False


class Reckoned(NamedTuple):
    """What came of it."""

    foreseen: Foreseen
    snapshot: ForecastSnapshot
    rows: tuple[SlotForecast, ...]


def reckon(known: Known) -> Reckoned:
    """Return what is expected, shown and to be written down."""
    zone = ZoneInfo(known.time_zone)
    notes = recent_notes(known.learned.left_out, known.now.astimezone(zone).date())
    missing = (PlanWarning(code="history_no_recorder"),) if known.memory_is_missing else ()
    foreseen = Foreseen(
        load=_load_forecaster(known),
        source=known.source,
        pv=None if known.source is None else _corrected(known, known.source),
        pv_model=known.learned.pv,
        temperature=known.temperature,
        notes=(*missing, *notes),
    )
    return Reckoned(
        foreseen,
        forecast_snapshot(known.learned, foreseen, known.recent.pv, known.now, zone),
        slot_forecasts(foreseen.source, foreseen.pv, foreseen.load, known.now),
    )


def _corrected(known: Known, source: PvForecast) -> PvForecast:
    """Return a forecast as the model would have it, with the source's own where that fails."""
    zone = ZoneInfo(known.time_zone)
    start, _ = day_bounds(known.now.astimezone(zone).date(), zone)
    periods = source.periods
    expected = EnergyCurve.of_mean(periods).hourly(start, known.now) if periods else EMPTY
    seen = part(known.recent.pv, start, known.now)
    try:
        better = known.learned.pv.correct(periods, now=known.now, seen=seen, expected=expected)
    except Exception:  # noqa: BLE001  the model's outermost edge: any forecast beats none
        LOGGER.exception("The solar forecast could not be corrected; it is used as it is")
        return source
    return PvForecast(periods=better, warnings=source.warnings)


def _load_forecaster(known: Known) -> LoadForecaster:
    """Return whoever knows best what the household will use."""
    model = known.learned.load
    if model is None:
        return DefaultLoadProfile(known.daily_kwh, known.time_zone)
    day_ago = known.now - timedelta(days=1)
    was = part(known.recent.temperature, day_ago, known.now)
    return model.forecaster(
        now=known.now, recent=known.recent.load, temperature=merged(known.temperature, was)
    )
