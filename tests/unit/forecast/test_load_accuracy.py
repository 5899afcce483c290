"""What was learned of a family foresees it better than last week does, and knows how well."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.load import LoadModel, train_load
from custom_components.loadstar.engine.forecast.types import EMPTY, FloatArray, HourlySeries
from custom_components.loadstar.engine.planner.inputs.load_profile import Quantiles
from custom_components.loadstar.engine.simulation.year import YearConfig, simulate_year
from tests.unit.forecast.families import BERLIN, family, part

DAYS = 420
FIRST_HELD_OUT = 120
SEEDS = (20, 21, 22, 23)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Weeks that were foreseen from what came before them."""

    hours: FloatArray  # (N, 3) quantiles in kWh
    measured: FloatArray  # (N,)
    week_ago: FloatArray  # (N,)
    days: FloatArray  # (M, 3)
    measured_days: FloatArray  # (M,)


def foreseen(seed: int, *, with_weather: bool) -> HeldOut:
    """Train every fifth week, and foresee the week that follows."""
    home = family(seed, DAYS)
    outdoor = home.outdoor if with_weather else EMPTY
    hours: list[Quantiles] = []
    days: list[Quantiles] = []
    measured, week_ago, measured_days = [], [], []
    for day in range(FIRST_HELD_OUT, DAYS - 7, 35):
        now = home.now(day)
        model = train_load(
            part(home.load, None, now),
            now=now,
            time_zone=BERLIN,
            temperature=part(outdoor, None, now),
            daily_kwh=10.0,
        )
        recent = part(home.load, now - timedelta(days=1), now)
        ahead = model.forecaster(now=now, recent=recent, temperature=outdoor)
        first = day * 24
        starts = home.load.start_s[first : first + 168]
        hours += [ahead.expected(datetime.fromtimestamp(s, UTC), 1) for s in starts.tolist()]
        measured.append(home.load.values[first : first + 168])
        week_ago.append(home.load.values[first - 168 : first])
        for midnight, until in pairwise(midnights(now, 8)):
            days.append(ahead.day(midnight.date()))
            measured_days.append(part(home.load, midnight, until).values.sum())
    return HeldOut(
        np.array(hours),
        np.concatenate(measured),
        np.concatenate(week_ago),
        np.array(days),
        np.array(measured_days),
    )


def midnights(now: datetime, count: int) -> list[datetime]:
    local = now.astimezone(ZoneInfo(BERLIN)).replace(hour=0, minute=0) + timedelta(hours=12)
    return [(local + timedelta(days=day)).replace(hour=0) for day in range(count)]


@pytest.fixture(scope="module", name="held_out")
def _held_out() -> list[HeldOut]:
    return [foreseen(seed, with_weather=True) for seed in SEEDS]


def wape(expected: FloatArray, measured: FloatArray) -> float:
    return float(np.abs(expected - measured).sum() / measured.sum())


def within(quantiles: FloatArray, measured: FloatArray) -> float:
    return float(((quantiles[:, 0] <= measured) & (measured <= quantiles[:, 2])).mean())


def next_hours(model: LoadModel, now: datetime, recent: HourlySeries) -> FloatArray:
    ahead = model.forecaster(now=now, recent=recent)
    return np.array([ahead.expected(now + timedelta(hours=lead), 1).p50 for lead in range(3)])


def test_weeks_ahead_are_foreseen_far_better_than_by_the_week_before(
    held_out: list[HeldOut],
) -> None:
    for weeks in held_out:
        error = wape(weeks.hours[:, 1], weeks.measured)
        assert error < 0.7 * wape(weeks.week_ago, weeks.measured)


def test_homes_without_a_thermometer_still_beat_the_week_before_by_fifteen_percent() -> None:
    homes = [foreseen(seed, with_weather=False) for seed in SEEDS]
    tomorrow = np.arange(homes[0].measured.size) % 168 < 24
    measured = np.concatenate([weeks.measured[tomorrow] for weeks in homes])
    learned = np.concatenate([weeks.hours[tomorrow, 1] for weeks in homes])
    week_ago = np.concatenate([weeks.week_ago[tomorrow] for weeks in homes])
    assert wape(learned, measured) < 0.85 * wape(week_ago, measured)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_simulated_homes_family_is_foreseen_better_by_fifteen_percent(seed: int) -> None:
    year = simulate_year(YearConfig(start=date(2025, 1, 1), days=250, time_zone=BERLIN), seed)
    kwh = year.load_kwh.reshape(-1, 4).sum(axis=1)
    load = HourlySeries(start_s=year.start_s[::4], values=kwh)
    errors = np.zeros(2)
    for day in range(100, 250, 16):
        now = datetime.fromtimestamp(int(load.start_s[0]) + 86_400 * day, UTC)
        past = part(load, None, now)
        model = train_load(past, now=now, time_zone=BERLIN, daily_kwh=10.0)
        ahead = model.forecaster(now=now, recent=part(past, now - timedelta(days=1), now))
        said = np.array([ahead.expected(now + timedelta(hours=h), 1).p50 for h in range(24)])
        drawn, week_ago = kwh[24 * day : 24 * day + 24], past.values[-168:-144]
        errors += np.abs(said - drawn).sum(), np.abs(week_ago - drawn).sum()
    assert errors[0] < 0.85 * errors[1]


def test_eight_in_ten_hours_lie_between_p10_and_p90(held_out: list[HeldOut]) -> None:
    quantiles = np.concatenate([weeks.hours for weeks in held_out])
    assert 0.75 <= within(quantiles, np.concatenate([w.measured for w in held_out])) <= 0.85


def test_eight_in_ten_days_lie_between_p10_and_p90(held_out: list[HeldOut]) -> None:
    quantiles = np.concatenate([weeks.days for weeks in held_out])
    assert 0.75 <= within(quantiles, np.concatenate([w.measured_days for w in held_out])) <= 0.85


def test_every_other_day_comes_to_more_than_p50(held_out: list[HeldOut]) -> None:
    more = [weeks.measured_days > weeks.days[:, 1] for weeks in held_out]
    assert 0.4 <= np.concatenate(more).mean() <= 0.6


def test_the_last_day_and_hours_make_the_next_ones_better_known() -> None:
    """Without a thermometer, so that weather shows in what was drawn as well."""
    home = family(16, 300)
    errors = {"hours": np.zeros(3), "day": np.zeros(3), "nothing": np.zeros(3)}
    for day in range(180, 290, 21):
        begin = home.now(day)
        model = train_load(
            part(home.load, None, begin), now=begin, time_zone=BERLIN, daily_kwh=10.0
        )
        for hour in range(24 * day, 24 * (day + 7), 5):
            now = datetime.fromtimestamp(int(home.load.start_s[hour]), UTC)
            yesterday = now - timedelta(days=1)
            known = {
                "hours": part(home.load, yesterday, now),
                "day": part(home.load, yesterday, now - timedelta(hours=3)),
                "nothing": EMPTY,
            }
            for name, recent in known.items():
                measured = home.load.values[hour : hour + 3]
                errors[name] += np.abs(next_hours(model, now, recent) - measured)
    assert (errors["day"] < 0.95 * errors["nothing"]).all()
    assert errors["hours"][0] < 0.95 * errors["day"][0]
    assert (errors["hours"] < errors["day"]).all()


def test_weather_counts_where_a_heat_pump_draws_and_not_where_gas_heats() -> None:
    for heat_pump in (True, False):
        home = family(16, 300, heat_pump=heat_pump)
        now = home.now(300)
        model = train_load(
            home.load, now=now, time_zone=BERLIN, temperature=home.outdoor, daily_kwh=10.0
        )
        assert (model.foresight.habit.response is not None) is heat_pump
