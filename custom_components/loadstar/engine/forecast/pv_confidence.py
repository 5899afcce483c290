"""How far a PV forecast is to be trusted, by how it did over the last 14 days."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from .pv_correction import WINDOW_DAYS
from .pv_left_out import SiftedDays
from .types import BoolArray, FloatArray, Scores
from .wape import wape

_ENOUGH_DAYS: Final = 5
_DAYLIGHT: Final = 0.005  # of the system's size, reached in that hour on any of the days


@dataclass(frozen=True, slots=True, kw_only=True)
class PvTrust:
    """The confidence from 0 to 1, with the errors it is made of."""

    confidence: float = 0.0
    ratio: float = 1.0  # measured to forecast energy of the days judged
    scores: Scores = field(default_factory=Scores)


def judge(sifted: SiftedDays, corrected: FloatArray) -> PvTrust:
    """Return how the forecast did; ``corrected`` (D, 24) is of before each day, in kWh.

    confidence = coverage · (1 - WAPE of daily daylight energy over 14 days), where
    coverage = min(1, days / 5) · share of daylight hours with a forecast.
    """
    last = slice(-WINDOW_DAYS, None)
    measured, forecast = sifted.measured[last], sifted.forecast[last]
    highest = np.fmax.reduce(np.fmax(measured, forecast), axis=0, initial=0.0)
    daylight = highest > _DAYLIGHT * sifted.size_kw
    judged = sifted.judged[last] & daylight
    promised = np.isfinite(forecast[:, daylight])
    begun = np.cumsum(promised.any(axis=1)) > 0
    # a day of which the most is unknown tells nothing of a day's energy
    days = begun & (judged.sum(axis=1) > daylight.sum() / 2)
    counted = judged & days[:, None]
    model = _daily_wape(measured, corrected[last], counted)
    if model is None:
        return PvTrust(scores=Scores(days=int(days.sum())))
    coverage = min(1.0, days.sum() / _ENOUGH_DAYS) * promised[begun].mean()
    energy, promised_energy = (float(part[counted].sum()) for part in (measured, forecast))
    return PvTrust(
        confidence=float(np.clip(coverage * (1 - model), 0.0, 1.0)),
        ratio=energy / promised_energy if promised_energy > 0 else 1.0,
        scores=Scores(
            model=model, naive=_daily_wape(measured, forecast, counted), days=int(days.sum())
        ),
    )


def _daily_wape(measured: FloatArray, said: FloatArray, counted: BoolArray) -> float | None:
    got, expected = (np.where(counted, part, 0.0).sum(axis=1) for part in (measured, said))
    return wape(got, expected)
