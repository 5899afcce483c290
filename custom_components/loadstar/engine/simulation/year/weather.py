"""Clouds as they come and as they are foreseen: what each forecast adds to the one before.

The sky is a sum of what is known long before (regimes that last days) and of what every
issue of the forecast finds out about the hours ahead of it. So the forecast is the
expectation of the sky given what was found out, its error grows with the lead time, is
alike in neighbouring hours, and ends where the hour is there (a martingale of forecasts:
Heath and Jackson, IIE Transactions 26, 1994).
"""

from dataclasses import dataclass

import numpy as np

from .chance import stream, wander
from .types import FloatArray

ISSUE_H = 6
HORIZON_H = 72
_REGIME_H = 60.0  # how long a kind of weather lasts
_REGIME_SHARE = 0.36  # of the variance that is known longer before than any issue looks
_ALIKE_H = 10.0  # how far what is found out reaches
_FOUND_LATE_H = 40.0  # most is found out in the last so many hours
_PASSING_H = 0.7  # clouds that nobody foresees
_PASSING = 0.52  # their standard deviation
_CONTRAST = 2.7  # how seldom the sky is neither clear nor closed
_SEASON = 0.55  # how much duller winter is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sky:
    """Cloudlessness by a hidden figure, and what issues expect of that.

    ``clear`` (N,) is that of slots of 15 min; ``expected`` (I, HORIZON_H) of the hours from each
    issue on, the first of which begins ``HORIZON_H`` hours before the slots do;
    ``unknown`` (HORIZON_H,) the standard deviation of what it does not know of them.
    """

    clear: FloatArray
    expected: FloatArray
    unknown: FloatArray


def simulate_sky(slots: int, seed: int, surprise: float) -> Sky:
    """Return the sky over so many slots of 15 min, and what was foreseen of it.

    ``surprise`` (0 to 1.25) scales what issues find out: at 0 all is known long before.
    """
    hours = -(-slots // 4)
    issues = (hours + HORIZON_H) // ISSUE_H + 1
    variance = _found_out(surprise)
    regime = wander(stream(seed, "regime"), issues * ISSUE_H + HORIZON_H, 1.0, _REGIME_H)
    expected = _expected(
        regime * np.sqrt(1 - variance.sum()), _news(issues, variance.repeat(ISSUE_H), seed)
    )
    hidden = expected[:, :ISSUE_H].ravel()
    # the middle of an hour is what was foreseen of it
    quarters = np.interp(
        np.arange(slots) / 4 + 0.125,
        np.arange(hours + 1) + 0.5,
        hidden[HORIZON_H:][: hours + 1],
    )
    passing = wander(stream(seed, "passing clouds"), slots, 0.25, _PASSING_H)
    known_before = np.concatenate(([0.0], np.cumsum(variance)[:-1]))
    return Sky(
        clear=quarters + _PASSING * passing,
        expected=expected,
        unknown=np.sqrt(known_before + _PASSING**2).repeat(ISSUE_H),
    )


def sunshine(
    clear: FloatArray, season_day: FloatArray, unknown: FloatArray | float = 0.0
) -> FloatArray:
    """Return the share of the sun that comes through, 0 to 1.

    Of a sky that is not known this is the expectation: the logistic mean of a normal
    figure by the probit approximation (MacKay, Neural Computation 4, 1992).
    """
    season = _SEASON * np.cos(2 * np.pi * (season_day - 10) / 365.25)
    known = 1 / np.sqrt(1 + np.pi / 8 * (_CONTRAST * unknown) ** 2)
    share: FloatArray = 1 / (1 + np.exp(-_CONTRAST * known * (clear - season)))
    return share


def _found_out(surprise: float) -> FloatArray:
    """Return the variance that an issue finds out about each ``ISSUE_H`` hours ahead of it."""
    share = np.exp(-np.arange(0, HORIZON_H, ISSUE_H) / _FOUND_LATE_H)
    variance: FloatArray = share / share.sum() * (1 - _REGIME_SHARE) * surprise**2
    return variance


def _news(issues: int, variance: FloatArray, seed: int) -> FloatArray:
    """Return what each issue finds out, (issues, HORIZON_H), alike in neighbouring hours."""
    news = stream(seed, "news").standard_normal((HORIZON_H, issues))
    keep = np.exp(-1 / _ALIKE_H)
    for hour in range(1, HORIZON_H):
        news[hour] = keep * news[hour - 1] + np.sqrt(1 - keep**2) * news[hour]
    scaled: FloatArray = news.T * np.sqrt(variance)
    return scaled


def _expected(regime: FloatArray, news: FloatArray) -> FloatArray:
    """Add up what is known at each issue: what was known at the one before, and the news."""
    expected = np.empty_like(news)
    for issue, found in enumerate(news):
        begin = issue * ISSUE_H
        expected[issue] = regime[begin : begin + HORIZON_H] + found
        if issue:
            expected[issue, :-ISSUE_H] = expected[issue - 1, ISSUE_H:] + found[:-ISSUE_H]
    return expected
