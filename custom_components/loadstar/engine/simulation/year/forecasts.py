"""The PV forecast as it was issued: the sun, the sky as foreseen, a bias and its drift."""

from dataclasses import dataclass

import numpy as np

from .calendar import Calendar
from .chance import stream, wander
from .pv import output_kwh
from .sun import PanelPower
from .temperature import usual_temperature
from .types import SLOT_S, FloatArray, IntArray, IssuedForecast, PanelsConfig, SourceConfig
from .weather import HORIZON_H, ISSUE_H, Sky, sunshine

_P90 = 1.2816  # standard deviations of a normal distribution
_DRIFT_SLOTS = 60 * 96.0
_ISSUE_S = ISSUE_H * 3600
_HORIZON_S = HORIZON_H * 3600


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvService:
    """Everything that is issued over a year; arrays (N,) are by slot.

    The first issue is ``HORIZON_H`` before the first slot. ``power`` is what it thinks
    that the panels are: without trees.
    """

    when: Calendar
    power: PanelPower
    panels: PanelsConfig
    bias: FloatArray  # factors
    sky: Sky
    has_quantiles: bool

    def issued(self, at_s: float) -> IssuedForecast:
        """Return the newest forecast at an instant, from the slot on in which that is."""
        starts = self.when.start_s
        first_s = int(starts[0])
        if not first_s - _HORIZON_S <= at_s < starts[-1] + SLOT_S:
            raise ValueError("at_s")
        issue = int((at_s - first_s + _HORIZON_S) // _ISSUE_S)
        issued_s = first_s - _HORIZON_S + issue * _ISSUE_S
        begin = max(0, int((at_s - first_s) // SLOT_S))
        end = min(starts.size, (issued_s + _HORIZON_S - first_s) // SLOT_S)
        slots = np.arange(begin, max(begin, end))
        clear, unknown = self._foreseen(np.full(slots.size, issue), slots)
        low, high = clear - _P90 * unknown, clear + _P90 * unknown
        return IssuedForecast(
            issued_s=issued_s,
            start_s=starts[slots],
            pv_kwh=self._kwh(slots, clear, unknown),
            p10_kwh=self._kwh(slots, low) if self.has_quantiles else None,
            p90_kwh=self._kwh(slots, high) if self.has_quantiles else None,
        )

    def as_issued(self, at_s: IntArray) -> FloatArray:
        """Return kWh of every slot as it was foreseen at an instant of its own, (N,)."""
        starts = self.when.start_s
        issue = (at_s - starts[0] + _HORIZON_S) // _ISSUE_S
        slots = np.arange(starts.size)
        return self._kwh(slots, *self._foreseen(issue, slots))

    def _foreseen(self, issue: IntArray, slots: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return what issues expect of the sky of slots, and what they do not know of it."""
        starts = self.when.start_s
        issued_s = starts[0] - _HORIZON_S + issue * _ISSUE_S
        lead_h = np.clip((starts[slots] + SLOT_S / 2 - issued_s) / 3600 - 0.5, 0, HORIZON_H - 1)
        hour = np.minimum(lead_h.astype(np.int64), HORIZON_H - 2)
        share = lead_h - hour
        expected, unknown = self.sky.expected, self.sky.unknown
        return (
            expected[issue, hour] * (1 - share) + expected[issue, hour + 1] * share,
            unknown[hour] * (1 - share) + unknown[hour + 1] * share,
        )

    def _kwh(
        self, slots: IntArray, clear: FloatArray, unknown: FloatArray | float = 0.0
    ) -> FloatArray:
        day = self.when.season_day[slots]
        power = PanelPower(*(part[slots] for part in self.power))
        shine = sunshine(clear, day, unknown)
        kwh = output_kwh(power, shine, usual_temperature(day), self.panels)
        return kwh * self.bias[slots]


def biased(source: SourceConfig, slots: int, seed: int) -> FloatArray:
    """Return the factors by which a service promises too much, (slots,); over months they drift."""
    drift = source.drift * wander(stream(seed, "drift"), slots, 1.0, _DRIFT_SLOTS)
    return (1 + source.bias) * np.exp(drift - source.drift**2 / 2)
