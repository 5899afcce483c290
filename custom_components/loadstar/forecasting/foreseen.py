"""What a site expects, at one moment."""

from dataclasses import dataclass

from ..engine.forecast.pv import NO_PV_MODEL, PvModel
from ..engine.forecast.types import EMPTY, HourlySeries
from ..engine.planner.inputs.load_profile import LoadForecaster
from ..engine.planner.inputs.types import PlanWarning
from ..sources.types import PvForecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """``pv`` is corrected and begins with the local day; None for a home without PV."""

    load: LoadForecaster
    source: PvForecast | None = None  # as the PV sources have it
    pv: PvForecast | None = None
    pv_model: PvModel = NO_PV_MODEL  # which says how far days of ``pv`` may stray
    temperature: HourlySeries = EMPTY  # outdoors, °C
    notes: tuple[PlanWarning, ...] = ()  # of late
