"""How much current to keep for the household: a high quantile of what it was seen to draw."""

from collections.abc import Iterable, Mapping
import math
from typing import Final

from .models import PhaseTriple

BIN_A: Final = 0.1
HIGHEST_A: Final = 200.0  # what is above counts as this much
QUANTILE: Final = 0.999
FORGETTING_S: Final = 30 * 86_400.0  # after this long a value counts 1/e of a new one
BELIEVED_AFTER_S: Final = 7 * 86_400.0

_BINS: Final = round(HIGHEST_A / BIN_A)
_RESCALE_AT: Final = 1e9
_LEAST_S: Final = 0.01  # less than this is not worth keeping


class DrawHistogram:
    """How long one phase drew how much; the past is forgotten as the new is seen.

    Time while nothing is observed does not pass here.
    """

    def __init__(self, weights: Mapping[int, float] | None = None) -> None:
        """``weights`` are seconds by bin of ``BIN_A``, as ``weights`` has given them."""
        self._weights = [0.0] * (_BINS + 1)
        for index, weight in (weights or {}).items():
            self._weights[index] = weight
        self._total = sum(self._weights)
        self._highest = max(weights or {}, default=0)  # bin that was ever seen
        # a newer second counts more: cheaper than to lessen every bin at every value
        self._gain = 1.0

    @property
    def observed_s(self) -> float:
        """Return how long has been observed in s; past many ``FORGETTING_S`` only roughly."""
        share = min(self._total / self._gain / FORGETTING_S, 1.0 - 1e-9)
        return -math.log1p(-share) * FORGETTING_S

    @property
    def weights(self) -> dict[int, float]:
        """Return the bins that are not empty, in s after forgetting."""
        weights = ((index, weight / self._gain) for index, weight in enumerate(self._weights))
        return {index: round(weight, 2) for index, weight in weights if weight >= _LEAST_S}

    def observe(self, draw_a: float, duration_s: float) -> None:
        """Count ``duration_s`` s at ``draw_a`` A; what is no draw or no duration is left out."""
        if not (math.isfinite(draw_a) and math.isfinite(duration_s) and duration_s > 0):
            return
        faded = duration_s / FORGETTING_S
        self._gain *= math.exp(min(faded, 20.0))
        weight = -math.expm1(-faded) * FORGETTING_S * self._gain
        index = min(_BINS, max(0, math.ceil(round(draw_a / BIN_A, 6))))
        self._weights[index] += weight
        self._highest = max(self._highest, index)
        self._total += weight
        if self._gain > _RESCALE_AT:
            self._rescale()

    def quantile(self, share: float = QUANTILE) -> float | None:
        """Return the A that are not exceeded for ``share`` of the time, rounded up to a bin.

        None before anything was observed.
        """
        if self._total <= 0:
            return None
        above = self._total * (1.0 - share)
        passed = 0.0
        for index in range(self._highest, 0, -1):
            passed += self._weights[index]
            if passed > above:
                return index * BIN_A
        return 0.0

    def _rescale(self) -> None:
        self._weights = [weight / self._gain for weight in self._weights]
        self._total = sum(self._weights)
        self._gain = 1.0


class HouseholdReserve:
    """What the household needs per phase, once it has been seen for long enough."""

    def __init__(self, phases: int, kept: object = None) -> None:
        """``kept`` is what ``as_dict`` gave; whatever else it is, is as if nothing was kept."""
        self._phases = tuple(_restored(_entry(kept, phase)) for phase in "ABC"[:phases])

    def observe(self, household_a: Iterable[float | None], duration_s: float) -> None:
        """Count ``duration_s`` s of the household's A per phase; None is not known."""
        for phase, draw in zip(self._phases, household_a, strict=False):
            if draw is not None:
                phase.observe(draw, duration_s)

    @property
    def observed_s(self) -> float:
        """Return how long the phase that was seen the least has been observed, in s."""
        return min(phase.observed_s for phase in self._phases)

    @property
    def reserve(self) -> PhaseTriple | None:
        """Return the P99.9 of the draw in A per phase, 0 on a phase that does not exist.

        None until every phase has been observed for ``BELIEVED_AFTER_S``.
        """
        if self.observed_s < BELIEVED_AFTER_S:
            return None
        values = [phase.quantile() or 0.0 for phase in self._phases]
        a, b, c = (*values, 0.0, 0.0)[:3]
        return (a, b, c)

    def as_dict(self) -> dict[str, dict[str, float]]:
        """Return what is to be kept over a restart as plain data."""
        return {
            name: {str(index): weight for index, weight in phase.weights.items()}
            for name, phase in zip("ABC", self._phases, strict=False)
        }


def _entry(kept: object, phase: str) -> object:
    return kept.get(phase) if isinstance(kept, Mapping) else None


def _restored(kept: object) -> DrawHistogram:
    """Return a histogram as it was kept; an empty one where a part makes no sense."""
    if not isinstance(kept, Mapping):
        return DrawHistogram()
    weights: dict[int, float] = {}
    for name, weight in kept.items():
        index = _bin(name)
        if index is None or isinstance(weight, bool) or not isinstance(weight, int | float):
            return DrawHistogram()
        if not 0 <= weight <= FORGETTING_S:
            return DrawHistogram()
        weights[index] = float(weight)
    # all of them together cannot be more than what is remembered at all
    return DrawHistogram(weights if sum(weights.values()) <= FORGETTING_S * 1.001 else None)


def _bin(name: object) -> int | None:
    if not isinstance(name, str) or not (name.isascii() and name.isdecimal()):
        return None
    index = int(name) if len(name) <= len(str(_BINS)) else _BINS + 1
    return index if index <= _BINS else None
