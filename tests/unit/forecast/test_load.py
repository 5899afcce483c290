"""A home starts from a usual one, becomes its own, and never does worse than last week."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
import math
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.load import LoadModel, train_load
from custom_components.loadstar.engine.forecast.types import EMPTY, FloatArray, HourlySeries
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from tests.unit.forecast.families import BERLIN, FIRST_DAY, family, hours_from, part

MONDAY = FIRST_DAY


def trained(
    values: Sequence[float] | FloatArray,
    *,
    start: datetime = MONDAY,
    now: datetime | None = None,
    daily_kwh: float = 10.0,
    time_zone: str = BERLIN,
) -> LoadModel:
    """Train on consecutive hours, by default up to now."""
    series = HourlySeries(start_s=hours_from(start, len(values)), values=np.array(values, float))
    return train_load(
        series,
        now=now or start.astimezone(UTC) + timedelta(hours=len(values)),
        time_zone=time_zone,
        daily_kwh=daily_kwh,
    )


def codes(model: LoadModel) -> set[str]:
    return {each.code for each in model.left_out}


def test_a_new_home_uses_energy_as_others_do_and_says_so() -> None:
    now = datetime(2024, 6, 3, 10, tzinfo=UTC)
    model = train_load(EMPTY, now=now, time_zone=BERLIN, daily_kwh=12.0)
    usual = DefaultLoadProfile(12.0, BERLIN)
    ahead = model.forecaster(now=now)
    assert (model.kind, model.days, model.scores.model) == ("default", 0, None)
    assert codes(model) == {"history_short"}
    for day in (date(2024, 6, 4), date(2024, 6, 8)):
        assert ahead.day(day) == pytest.approx(usual.day(day), rel=1e-6)
    assert ahead.expected(now, 24).p50 == pytest.approx(usual.expected(now, 24).p50, rel=0.01)


def test_three_days_draw_the_usual_day_toward_what_was_seen() -> None:
    model = trained([1.0] * 72)
    assert (model.kind, model.days) == ("default", 3)
    assert model.left_out[-1].data == {"days": 3, "needed": 7}
    day = model.forecaster(now=MONDAY + timedelta(days=3)).day(date(2024, 1, 4))
    assert 15.0 < day.p50 < 24.0


def test_a_home_is_its_own_after_a_week() -> None:
    model = trained([1.0] * 24 * 7)
    assert (model.kind, model.scores.days, codes(model)) == ("learned", 0, set())


def test_forgetting_follows_a_family_that_grows() -> None:
    model = trained([0.5] * 24 * 200 + [1.0] * 24 * 60)
    now = MONDAY + timedelta(days=260)
    assert model.forecaster(now=now).day(date(2024, 9, 20)).p50 == pytest.approx(24.0, rel=0.05)


def test_weekdays_and_weekends_have_profiles_of_their_own() -> None:
    home = family(3, 120, heat_pump=False)
    now = home.now(120)
    model = train_load(home.load, now=now, time_zone=BERLIN, daily_kwh=10.0)
    ahead = model.forecaster(now=now)

    def at(day: int, hour: int) -> float:
        return ahead.expected(datetime(2024, 5, day, hour, tzinfo=ZoneInfo(BERLIN)), 1).p50

    assert at(4, 10) > 1.4 * at(3, 10)  # Saturday, Friday
    assert at(3, 6) > 1.4 * at(4, 6)


def test_the_last_two_weeks_are_scored_against_the_week_before() -> None:
    home = family(4, 200)
    model = train_load(
        home.load, now=home.now(200), time_zone=BERLIN, temperature=home.outdoor, daily_kwh=10.0
    )
    values = home.load.values[: 24 * 200 - 1]  # clocks went forward: an hour is of today
    measured, week_ago = values[-336:], values[-504:-168]
    naive = float(np.abs(measured - week_ago).sum() / measured.sum())
    assert model.kind == "learned"
    assert model.scores.days == 14
    assert model.scores.naive == pytest.approx(naive, rel=1e-6)
    assert model.scores.model is not None
    assert model.scores.model < 0.85 * naive


def test_a_day_that_is_scored_was_foreseen_without_it() -> None:
    home = family(5, 130)
    energy, errors = [], []
    for last_hours in (0.1, 0.2):
        values = home.load.values.copy()
        values[-24:] = last_hours  # far below whatever is expected
        model = trained(values, start=FIRST_DAY, now=home.now(130, 1))
        whole = values[:-1][-14 * 24 :]  # clocks went forward: the last hour is of today
        assert model.scores.model is not None
        energy.append(whole.sum())
        errors.append(model.scores.model * whole.sum())
    # had the forecast known, its error would not have grown by all that was drawn less
    assert errors[0] - errors[1] == pytest.approx(energy[1] - energy[0])


def week(seed: int) -> FloatArray:
    """Return a week whose days have nothing in common."""
    return np.random.default_rng(seed).lognormal(-0.5, 0.8, 168)


def test_a_model_that_loses_to_last_week_is_not_used() -> None:
    habits = week(1)
    model = trained(np.tile(habits, 10))
    assert model.kind == "naive"
    assert model.scores.naive == pytest.approx(0.0, abs=1e-9)
    assert model.scores.model is not None
    assert model.scores.model > 0.1
    assert model.foresight.habit.response is None
    now = MONDAY + timedelta(days=70)
    recent = HourlySeries(start_s=hours_from(now - timedelta(days=1), 24), values=np.ones(24))
    ahead = model.forecaster(now=now, recent=recent)
    said = [ahead.expected(now + timedelta(hours=hour), 1) for hour in range(190)]
    expected = np.tile(habits, 2)[:190]
    assert [each.p50 for each in said] == pytest.approx(expected.tolist())
    # nothing has ever strayed from the week before
    assert said[0].p90 - said[0].p10 < 0.2 * said[0].p50


def test_hours_that_were_not_seen_a_week_ago_are_those_of_the_week_before() -> None:
    habits = week(2)
    values = np.tile(habits, 10)
    values[-100:-90] = math.nan
    model = trained(values)
    now = MONDAY + timedelta(days=70)
    said = model.forecaster(now=now).expected(now + timedelta(hours=70), 8).p50
    assert model.kind == "naive"
    assert said == pytest.approx(habits[70:78].sum())


def test_every_day_alike_is_at_worst_last_week() -> None:
    model = trained(np.tile(np.linspace(0.2, 1.0, 24), 70))
    now = MONDAY + timedelta(days=70)
    assert model.forecaster(now=now).day(date(2024, 3, 12)).p50 == pytest.approx(14.4)


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2024, 10, 27), date(2024, 6, 9)])
def test_a_day_of_clock_change_is_shorter_or_longer(day: date) -> None:
    home = family(6, 320, heat_pump=False)
    zone = ZoneInfo(BERLIN)
    now = datetime(2024, 10, 1, tzinfo=UTC)
    model = train_load(part(home.load, None, now), now=now, time_zone=BERLIN, daily_kwh=10.0)
    ahead = model.forecaster(now=now)
    midnights = [
        datetime(each.year, each.month, each.day, tzinfo=zone)
        for each in (day, day + timedelta(days=1))
    ]
    start, end = (each.astimezone(UTC) for each in midnights)
    usual = ahead.day(date(2024, 6, 16)).p50  # all of them are Sundays
    two_o_clock = ahead.expected(datetime(2024, 6, 16, 2, tzinfo=zone), 1).p50
    hours = (end - start) / timedelta(hours=1)
    assert ahead.day(day).p50 == pytest.approx(ahead.expected(start, hours).p50)
    assert ahead.day(day).p50 == pytest.approx(usual + (hours - 24) * two_o_clock, rel=0.01)


def test_an_hour_that_was_there_twice_is_learned_once() -> None:
    values = [0.5] * 24 * 21
    start = datetime(2024, 10, 14, tzinfo=ZoneInfo(BERLIN))
    values[24 * 13 + 2 : 24 * 13 + 4] = [0.4, 0.6]  # two o'clock, twice
    model = trained(values, start=start)
    ahead = model.forecaster(now=datetime(2024, 11, 3, 23, tzinfo=UTC))
    night = datetime(2024, 11, 10, 2, tzinfo=ZoneInfo(BERLIN))
    assert ahead.expected(night, 1).p50 == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("time_zone", ["Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "UTC"])
def test_homes_anywhere_have_days_of_their_own(time_zone: str) -> None:
    zone = ZoneInfo(time_zone)
    start = datetime(2024, 1, 1, tzinfo=zone).astimezone(UTC).replace(minute=0)
    local = [(start + timedelta(hours=hour)).astimezone(zone) for hour in range(24 * 60)]
    values = [2.0 if 18 <= each.hour < 20 else 0.2 for each in local]
    now = start + timedelta(days=60)
    model = trained(values, start=start, time_zone=time_zone)
    ahead = model.forecaster(now=now)
    supper = datetime(2024, 3, 6, 18, 30, tzinfo=zone)
    assert ahead.expected(supper, 1).p50 > 5 * ahead.expected(supper - timedelta(hours=6), 1).p50
    assert ahead.day(date(2024, 3, 6)).p50 == pytest.approx(8.4, rel=0.1)


MONTH = [0.5] * 24 * 30
BROKEN: dict[str, tuple[list[float], set[str]]] = {
    "a year of zeros": ([0.0] * 24 * 365, {"history_zeros", "history_short"}),
    "a meter that leaps": ([*MONTH, 3000.0, *MONTH], {"history_absurd", "history_gaps"}),
    "a leap that cables could carry": ([*MONTH, 60.0, *MONTH], {"history_absurd", "history_gaps"}),
    # a power that a helper derives from a counter
    "a meter reset": ([*MONTH, -9000.0, *MONTH], {"history_negative", "history_gaps"}),
    "a replaced meter": ([*MONTH, 55_321.0, *MONTH], {"history_absurd", "history_gaps"}),
    "negative hours": ([*MONTH, -4.0, -9.0, *MONTH], {"history_negative", "history_gaps"}),
    "missing days": ([*MONTH, *[math.nan] * 72, *MONTH], {"history_gaps"}),
    "nothing but gaps": ([math.nan] * 24 * 30, {"history_short"}),
    "months of zeros, then a meter": ([0.0] * 24 * 60 + MONTH, {"history_zeros"}),
    "infinite": ([math.inf] * 48, {"history_short"}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_said_and_does_no_harm(what: str) -> None:
    values, expected = BROKEN[what]
    model = trained(values)
    now = MONDAY + timedelta(hours=len(values))
    ahead = model.forecaster(now=now)
    day = ahead.day(now.date() + timedelta(days=1))
    usual = 12.0 if model.kind != "default" else 10.0
    assert codes(model) == expected
    assert day.p10 <= day.p50 <= day.p90
    assert day.p50 == pytest.approx(usual, rel=0.1)


def test_a_home_that_was_last_seen_long_ago_is_expected_to_be_as_it_was() -> None:
    now = MONDAY + timedelta(days=900)
    model = trained([0.5] * 24 * 300, now=now)
    assert model.forecaster(now=now).day(now.date()).p50 == pytest.approx(12.0, rel=0.05)
    assert (model.kind, model.scores.model) == ("learned", None)


def test_hours_to_come_are_not_learned_from() -> None:
    now = MONDAY + timedelta(days=30)
    model = trained([0.5] * 24 * 30 + [5.0] * 24 * 30, now=now)
    assert model.forecaster(now=now).day(now.date()).p50 == pytest.approx(12.0, rel=0.05)
    only = trained([5.0] * 48, now=MONDAY - timedelta(days=30))
    assert (only.kind, only.days) == ("default", 0)


@pytest.mark.parametrize("daily_kwh", [-1.0, math.nan, math.inf])
def test_a_daily_use_that_cannot_be_is_refused(daily_kwh: float) -> None:
    with pytest.raises(ValueError, match="daily_kwh"):
        trained([0.5] * 24, daily_kwh=daily_kwh)


def test_a_home_that_uses_nothing_is_expected_to_use_nothing() -> None:
    model = trained([], daily_kwh=0.0)
    assert model.forecaster(now=MONDAY).day(date(2024, 1, 2)) == (0.0, 0.0, 0.0)
