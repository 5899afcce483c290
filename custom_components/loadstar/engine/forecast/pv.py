"""Correct a PV forecast by what came of it, and say how far it is to be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from ..planner.inputs.load_profile import Quantiles
from ..planner.inputs.pv import EnergyPeriod
from .pv_confidence import judge
from .pv_correction import ratios_before
from .pv_corrector import PvCorrector
from .pv_day_spread import PvDaySpread
from .pv_days import LocalHours, PvDays
from .pv_label import label_of
from .pv_left_out import sift, usable_kwp
from .pv_quantiles import PvQuantiles, clear_before
from .types import EMPTY, CorrectionLabel, HourlySeries, LeftOut, Scores


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvModel:
    """What was learnt of a PV source. ``confidence`` is 0 to 1; ``days`` were judged."""

    confidence: float = 0.0
    label: CorrectionLabel = field(default_factory=CorrectionLabel)
    left_out: tuple[LeftOut, ...] = ()
    scores: Scores = field(default_factory=Scores)
    days: int = 0
    corrector: PvCorrector | None = None
    day_spread: PvDaySpread = field(default_factory=PvDaySpread)

    def correct(
        self,
        periods: Sequence[EnergyPeriod],
        *,
        now: datetime,
        seen: HourlySeries = EMPTY,
        expected: HourlySeries = EMPTY,
    ) -> tuple[EnergyPeriod, ...]:
        """Return ``periods`` corrected, with P10 and P90 where anything is known of them.

        ``seen`` and ``expected`` are today's hours in kWh, as measured and as the source
        had them; what is left of today moves toward their ratio. Hours that are not yet
        over are ignored.
        """
        if self.corrector is None or not periods:
            return tuple(periods)
        return self.corrector.correct(periods, now, seen, expected)

    def day(self, p50_kwh: float) -> Quantiles:
        """Return kWh of a whole day whose corrected periods add up to ``p50_kwh``.

        Learnt from whole days as they were foreseen the day before, whoever the periods'
        quantiles are from: those do not add up, as hours do not all err the same way. Days
        further ahead stray further. Without evidence, as of ``NO_PV_MODEL``, P10 is half of
        it and P90 half as much again. Between 0 and what the limit allows in a day's light,
        where that is known; NaN where ``p50_kwh`` is not finite.
        """
        return self.day_spread.around(p50_kwh)


NO_PV_MODEL: Final = PvModel()


def train_pv(
    observed: HourlySeries,
    issued: HourlySeries,
    *,
    now: datetime,
    time_zone: str,
    installed_kwp: float | None,
) -> PvModel:
    """Return what the days before ``now`` teach of a PV source.

    ``observed`` and ``issued`` are kWh per hour: measured, and as the source had them the
    day before, uncorrected. ``installed_kwp`` None: no upper bound but the inverter's, where
    it shows. Nothing raises; what cannot be used is named in ``left_out``. A day of forecasts
    is judged by the correction that was known before it.
    """
    hours = LocalHours.of(time_zone, now)
    sifted = sift(PvDays.of(observed, issued, hours, now), usable_kwp(installed_kwp))
    ratios = ratios_before(sifted.measured, sifted.forecast, sifted.learned)
    corrected = np.minimum(sifted.forecast * ratios[:-1], sifted.limit_kw[:-1, None])
    trust = judge(sifted, corrected)
    history = (sifted.measured, corrected, sifted.ordinary)
    clear = clear_before(*history)
    limit_kw = float(sifted.limit_kw[-1])
    return PvModel(
        confidence=trust.confidence,
        label=label_of(trust, anything=bool(np.nansum(sifted.forecast))),
        left_out=sifted.left_out,
        scores=trust.scores,
        days=trust.scores.days,
        corrector=PvCorrector(
            ratios=ratios[-1],
            limit_kw=limit_kw,
            quantiles=PvQuantiles.of(*history, clear),
            hours=hours,
        ),
        day_spread=PvDaySpread.of(*history, clear, limit_kw),
    )
