"""Each part of the load model does what it is there for."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.load import LoadModelKind, kind_of
from custom_components.loadstar.engine.forecast.load_candidates import Candidate, best
from custom_components.loadstar.engine.forecast.load_corrections import LEADS, Corrections
from custom_components.loadstar.engine.forecast.load_days import LoadDays
from custom_components.loadstar.engine.forecast.load_habit import Habit
from custom_components.loadstar.engine.forecast.load_spread import Spread
from custom_components.loadstar.engine.forecast.load_temperature import (
    BalancePoints,
    TemperatureResponse,
    fit_response,
)
from custom_components.loadstar.engine.forecast.types import FloatArray, Scores
from tests.unit.forecast.families import BERLIN, family

DAYS = 60
KINDS = np.array(([0] * 5 + [1] * 2) * 9)[:DAYS]
POINTS = BalancePoints(16.0, 24.0)


def table(seed: int, mean: float, spread: float) -> FloatArray:
    return np.random.default_rng(seed).normal(mean, spread, (DAYS, 24))


def responding(kwh_per_degree: float) -> TemperatureResponse:
    off_profile = kwh_per_degree * (table(1, 6.0, 4.0) - 6.0)
    outdoor = 16.0 - (off_profile / kwh_per_degree + 6.0)
    return fit_response(off_profile, outdoor, KINDS, 14.0, POINTS).response


def test_the_response_to_cold_is_found() -> None:
    assert responding(0.2).kwh_per_degree == pytest.approx([0.2, 0.0], rel=0.1)


def test_a_house_does_not_heat_because_it_is_warm() -> None:
    heating, cooling = responding(-0.2).kwh_per_degree
    assert heating == 0.0
    assert 0.0 <= cooling < 0.01


def test_hours_of_which_no_temperature_is_known_add_nothing() -> None:
    added = responding(0.2).kwh(np.array([0]), np.array([3]), np.array([np.nan]))
    assert added.tolist() == [0.0]


@pytest.mark.parametrize(("error", "chosen"), [(0.995, False), (0.985, True)])
def test_weather_has_to_earn_its_place(error: float, *, chosen: bool) -> None:
    measured = np.full((DAYS, 24), 5.0)
    plain = Candidate(np.zeros((2, 24)), None, measured - 1.0)
    warm = Candidate(np.zeros((2, 24)), responding(0.2), measured - error)
    assert (best([plain, warm], measured) is warm) is chosen


def test_a_habit_is_scaled_with_its_response() -> None:
    response = TemperatureResponse(POINTS, np.array([0.5, 0.0]), np.zeros((2, 24, 2)))
    habit = Habit.of_kinds(np.full((2, 24), 2.0), response, 0.9)
    drawn = habit.kwh(np.array([1]), np.array([3]), np.array([6.0]))
    assert drawn == pytest.approx([0.9 * (2.0 + 0.5 * 10)])


def test_what_has_worn_off_does_not_come_back() -> None:
    home = family(7, 90)
    days = LoadDays.of(home.load, home.outdoor, home.now(90), ZoneInfo(BERLIN))
    for rows in range(20, 90, 5):
        load = days.load_kwh[:rows]
        before = np.broadcast_to(np.nanmean(load, axis=0), load.shape)
        pulls = Corrections.fitted(before, load).hour_pulls
        assert (np.diff(pulls) <= 0).all()
        assert (pulls >= 0).all()


def test_the_last_hours_are_not_counted_again_where_the_last_day_explains_them() -> None:
    corrections = Corrections(day_pull=0.6, hour_pulls=np.full(LEADS, 0.5))
    expected = np.ones(24)
    factors = corrections.factors(expected, expected * 1.5, 60)
    # 30 % of the 50 % are expected by the day: the hours are 15 % beyond that
    assert factors[0] == pytest.approx(1.3 * (1 + 0.5 * (1.5 / 1.3 - 1)))
    assert factors[LEADS] == pytest.approx(1.3)
    assert factors[24] == pytest.approx(1 + 0.36 * 0.5)
    assert corrections.factors(expected, expected * 1.5, 3).shape == (3,)


def test_p10_is_never_below_nothing() -> None:
    spread = Spread.fitted(np.full((DAYS, 24), 0.5), table(2, 0.5, 0.6), KINDS)
    expected = np.array([0.0, 0.01, 0.1])
    widths = spread.widths(np.array([0, 0, 1]), np.array([1, 2, 3]), expected)
    assert (widths.low <= expected).all()
    assert (widths.high >= 0).all()


def test_hours_that_stray_together_make_days_that_stray_as_far() -> None:
    moods = np.repeat(table(3, 1.0, 0.2)[:, :1], 24, axis=1)
    alone = table(4, 1.0, 0.2)
    expected = np.ones((DAYS, 24))
    assert min(Spread.fitted(expected, moods, KINDS).together) > 0.7
    assert max(Spread.fitted(expected, alone, KINDS).together) < 0.2


@pytest.mark.parametrize(
    ("seen_days", "model", "naive", "kind"),
    [
        (6, None, None, "default"),
        (7, None, None, "learned"),
        (30, 0.30, 0.31, "learned"),
        (30, 0.30, 0.30, "naive"),
        (30, 0.31, 0.30, "naive"),
        (6, 0.31, 0.30, "default"),
    ],
)
def test_the_better_of_the_two_is_used_once_there_is_something_to_learn_from(
    seen_days: int, model: float | None, naive: float | None, kind: LoadModelKind
) -> None:
    assert kind_of(seen_days, Scores(model=model, naive=naive)) == kind
