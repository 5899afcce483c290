"""What cold and heat add to a household's use: so much per degree beyond a balance point."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from .forgetting import forgetting_means
from .types import FloatArray, IntArray

# A house changes more slowly than the habits of those who live in it.
_HALF_LIFE_DAYS: Final = 180.0
# As if a day had been 3 °C off without any effect: slight evidence says little.
_RIDGE: Final = 24 * 3.0**2
_FEATURES: Final = 2  # heating and cooling


class BalancePoints(NamedTuple):
    """Outdoor °C below which a house heats and above which it cools."""

    heating_c: float
    cooling_c: float

    def degrees(self, outdoor_c: FloatArray) -> FloatArray:
        """Return K below and above the points in a last axis of 2, NaN where unknown."""
        heating = np.maximum(self.heating_c - outdoor_c, 0.0)
        cooling = np.maximum(outdoor_c - self.cooling_c, 0.0)
        return np.stack([heating, cooling], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class TemperatureResponse:
    """Use beyond the profile in kWh per hour and K, against the degrees that are usual.

    The profile has the usual degrees' share in it, since it is a mean of what was used.
    """

    points: BalancePoints
    kwh_per_degree: FloatArray  # (2,)
    usual: FloatArray  # (2 kinds, 24, 2), NaN where nothing was seen

    def kwh(self, kinds: IntArray, hours: IntArray, outdoor_c: FloatArray) -> FloatArray:
        """Return what to add to the profile in hours (N,) of ``outdoor_c``; 0 where unknown."""
        beyond = self.points.degrees(outdoor_c) - self.usual[kinds, hours]
        return np.nan_to_num(beyond @ self.kwh_per_degree)

    def scaled(self, factor: float) -> TemperatureResponse:
        """Return the response of a household that uses ``factor`` as much."""
        return replace(self, kwh_per_degree=self.kwh_per_degree * factor)


@dataclass(frozen=True, slots=True, eq=False)
class ResponseFit:
    """The response as it is known now, and what it would have added before each day."""

    response: TemperatureResponse
    before: FloatArray  # (D, 24)


def fit_response(
    off_profile: FloatArray,
    outdoor_c: FloatArray,
    kinds: IntArray,
    half_life_days: float,
    points: BalancePoints,
) -> ResponseFit:
    """Return the least squares fit, with a ridge, of what the profile missed.

    ``off_profile`` (D, 24): measured less the profile of ``half_life_days``; ``outdoor_c``
    (D, 24). Taking the same forgetting mean off the degrees as off the use leaves the
    response alone (Frisch and Waugh, 1933). Each day is judged by the days before it.
    """
    degrees = points.degrees(outdoor_c)
    usual = [forgetting_means(degrees[..., i], kinds, half_life_days) for i in range(_FEATURES)]
    beyond = degrees - np.stack([each.before for each in usual], axis=-1)
    per_degree = _ridge(off_profile, beyond)
    before = np.einsum("dhf,df->dh", np.nan_to_num(beyond), per_degree[:-1])
    return ResponseFit(
        TemperatureResponse(
            points=points,
            kwh_per_degree=per_degree[-1],
            usual=np.stack([each.now for each in usual], axis=-1),
        ),
        before,
    )


def _ridge(target: FloatArray, features: FloatArray) -> FloatArray:
    """Return coefficients (D + 1, 2), each row from the days before; none is below zero."""
    days = len(target)
    known = np.isfinite(target) & np.isfinite(features).all(axis=-1)
    x = np.where(known[..., None], features, 0.0)
    y = np.where(known, target, 0.0)
    weights = np.exp2(np.arange(days + 1) / _HALF_LIFE_DAYS)
    squares = np.zeros((days + 1, _FEATURES, _FEATURES))
    products = np.zeros((days + 1, _FEATURES))
    xx = np.einsum("dhf,dhg->dfg", x, x)
    np.cumsum(weights[:-1, None, None] * xx, axis=0, out=squares[1:])
    np.cumsum(weights[:-1, None] * np.einsum("dhf,dh->df", x, y), axis=0, out=products[1:])
    squares += _RIDGE * weights[:, None, None] * np.eye(_FEATURES)
    solved = np.linalg.solve(squares, products[..., None])[..., 0]
    coefficients: FloatArray = np.maximum(solved, 0.0)
    return coefficients
