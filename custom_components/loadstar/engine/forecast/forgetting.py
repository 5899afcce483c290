"""Means by kind of day and hour of which older days count less and less."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .types import FloatArray, IntArray

KINDS: Final = 2  # weekdays and weekends


@dataclass(frozen=True, slots=True, eq=False)
class ForgettingMeans:
    """What was known of an hour before each day, and what is known now.

    ``before`` (D, 24) are means over earlier days of the same kind, ``now`` (2, 24) over
    all; NaN where there was none.
    """

    before: FloatArray
    now: FloatArray


def forgetting_means(
    values: FloatArray,
    kinds: IntArray,
    half_life_days: float,
    prior: FloatArray | None = None,
    prior_days: float = 0.0,
) -> ForgettingMeans:
    """Return exponentially weighted means of ``values`` (D, 24), NaN for unknown.

    ``kinds`` (D,); ``prior`` (2, 24) counts as ``prior_days`` days before the first one,
    and is forgotten as they are. A weight is 2^(day / half-life), so a mean over all days
    before one is a quotient of two running sums. In double precision that is good for
    2^1000: ten thousand half-lives are never asked for.
    """
    weights = np.exp2(np.arange(len(values)) / half_life_days)
    known = np.isfinite(values)
    figures = np.where(known, values, 0.0)
    before = np.empty_like(values)
    now = np.empty((KINDS, values.shape[1]))
    for kind in range(KINDS):
        of_kind = kinds == kind
        weight = np.where(known, (weights * of_kind)[:, None], 0.0)
        start = 0.0 if prior is None else prior_days * prior[kind]
        sums = _running(weight * figures, start)
        evidence = _running(weight, 0.0 if prior is None else prior_days)
        means = np.full_like(sums, np.nan)
        np.divide(sums, evidence, out=means, where=evidence > 0)
        before[of_kind] = means[:-1][of_kind]
        now[kind] = means[-1]
    return ForgettingMeans(before, now)


def _running(values: FloatArray, start: FloatArray | float) -> FloatArray:
    """Return sums (D + 1, 24) over the days before each, and over all."""
    sums = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=sums[1:])
    return sums + start
