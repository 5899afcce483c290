"""What forecasters are trained with and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

type IntArray = npt.NDArray[np.int64]
type FloatArray = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

LONGEST_DAYS: Final = 800  # of history that is looked at: what is older has been forgotten


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlySeries:
    """One figure per hour: energy in kWh, or a mean temperature in °C.

    ``start_s`` (N,) are the starts in s since 1970, whole hours, ascending, each once;
    ``values`` (N,) may be NaN where nothing is known. Hours may be missing altogether.
    """

    start_s: IntArray
    values: FloatArray

    def __post_init__(self) -> None:
        """Refuse what is not in order."""
        if self.start_s.shape != self.values.shape or self.start_s.ndim != 1:
            raise ValueError("shape")
        if (self.start_s % 3600).any() or (np.diff(self.start_s) <= 0).any():
            raise ValueError("start_s")


EMPTY = HourlySeries(start_s=np.empty(0, np.int64), values=np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Days or hours that were not learnt from, and why: a code with its figures."""

    code: str
    days: tuple[date, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLabel:
    """How the PV source has been doing, for words: a code with its figures.

    ``code``: ``no_forecast``, ``learning`` (too few days), ``over`` (it promised too
    much), ``under`` or ``on_target``; ``data`` has ``percent`` and ``confidence``
    (``low``, ``fair``, ``good``, ``high``).
    """

    code: str = "no_forecast"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Errors over the last 14 days as shares of the energy (WAPE); None where unknown."""

    model: float | None = None
    naive: float | None = None  # load: same as a week ago; PV: the source as it is
    days: int = 0
