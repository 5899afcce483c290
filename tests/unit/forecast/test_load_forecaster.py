"""Any time has its energy and its quantiles, and the parts of it add up."""

from datetime import UTC, date, datetime, timedelta
import math
import time

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.load import LoadModel, train_load
from custom_components.loadstar.engine.forecast.load_forecaster import quarter_hours
from custom_components.loadstar.engine.forecast.types import EMPTY, FloatArray, HourlySeries
from custom_components.loadstar.engine.planner.inputs.load_profile import LoadForecaster
from tests.unit.forecast.families import BERLIN, family, hours_from, part

HOME = family(1, 200)
NOW = HOME.now(190, 10)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def learned(*, with_weather: bool = True) -> LoadModel:
    outdoor = HOME.outdoor if with_weather else EMPTY
    return train_load(HOME.load, now=NOW, time_zone=BERLIN, temperature=outdoor, daily_kwh=10.0)


MODEL = learned()
AHEAD = MODEL.forecaster(
    now=NOW, recent=part(HOME.load, NOW - timedelta(days=1), NOW), temperature=HOME.outdoor
)
UNCORRECTED = MODEL.forecaster(now=NOW)


@given(
    start=st.datetimes(datetime(2024, 6, 1), datetime(2024, 8, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.floats(0.01, 60),
    share=st.floats(0, 1),
)
def test_parts_of_a_time_add_up_to_it(start: datetime, hours: float, share: float) -> None:
    middle = start + timedelta(hours=hours * share)
    end = start + timedelta(hours=hours)
    first = AHEAD.expected(start, (middle - start) / HOUR).p50
    second = AHEAD.expected(middle, (end - middle) / HOUR).p50
    assert first + second == pytest.approx(AHEAD.expected(start, (end - start) / HOUR).p50)


@pytest.mark.parametrize("days", [0, 100])
def test_quarters_add_up_to_their_hours_near_and_far(days: int) -> None:
    begin = NOW + timedelta(days=days)
    whole = AHEAD.expected(begin, 24).p50
    quarters = [AHEAD.expected(begin + 15 * MINUTE * n, 0.25).p50 for n in range(96)]
    alone = [AHEAD.expected(begin + HOUR * n, 1).p50 for n in range(24)]
    assert sum(quarters) == pytest.approx(whole)
    assert sum(alone) == pytest.approx(whole)
    # hours rise and fall within, so that one quarter leads to the next
    steps = np.abs(np.diff(quarters))
    assert (steps > 0).mean() > 0.5


@given(
    start=st.datetimes(datetime(2024, 6, 1), datetime(2024, 8, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.floats(0.01, 60),
)
def test_quantiles_are_in_order_and_above_nothing(start: datetime, hours: float) -> None:
    said = AHEAD.expected(start, hours)
    assert 0 <= said.p10 <= said.p50 <= said.p90
    assert math.isfinite(said.p90)


def test_a_longer_time_is_relatively_better_known() -> None:
    spreads = []
    for hours in (1, 6, 24):
        said = UNCORRECTED.expected(NOW, hours)
        spreads.append((said.p90 - said.p10) / said.p50)
    assert spreads[0] > spreads[1] > spreads[2]


def test_a_part_of_an_hour_strays_by_more_than_its_share() -> None:
    hour, half, quarter, minute = (
        (said.p90 - said.p50) / hours
        for hours in (1, 1 / 2, 1 / 4, 1 / 60)
        for said in [UNCORRECTED.expected(NOW, hours)]
    )
    assert hour < half < quarter < minute
    assert quarter == pytest.approx(1.265 * hour, rel=1e-3)


def test_a_day_is_as_well_known_as_its_hours_together() -> None:
    day = date(2024, 7, 16)
    whole = UNCORRECTED.day(day)
    hours = UNCORRECTED.expected(datetime(2024, 7, 15, 22, tzinfo=UTC), 24)
    assert whole.p50 == pytest.approx(hours.p50)
    assert whole.p10 == pytest.approx(hours.p10, rel=0.1)
    assert whole.p90 == pytest.approx(hours.p90, rel=0.1)


@pytest.mark.parametrize("hours", [0.0, -1.0])
def test_no_time_draws_nothing(hours: float) -> None:
    assert AHEAD.expected(NOW, hours) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("days", [-400, -1, 8, 30])
def test_any_time_has_an_answer(days: int) -> None:
    said = AHEAD.expected(NOW + timedelta(days=days, minutes=7), 0.25)
    assert 0 < said.p50 < 1
    assert AHEAD.day(NOW.date() + timedelta(days=days)).p50 > 5


def test_instants_count_whatever_their_offset() -> None:
    local = NOW.astimezone(datetime(2024, 1, 1, tzinfo=UTC).astimezone().tzinfo)
    assert AHEAD.expected(local, 1) == AHEAD.expected(NOW, 1)


def absent(model: LoadModel, hours: float) -> tuple[LoadForecaster, LoadForecaster]:
    """Return what is said when hardly anything was drawn for ``hours``, and for nothing known."""
    seen = part(HOME.load, NOW - timedelta(days=1), NOW)
    values = np.where(seen.start_s >= (NOW - hours * HOUR).timestamp(), 0.05, seen.values)
    recent = HourlySeries(start_s=seen.start_s, values=values)
    return model.forecaster(now=NOW, recent=recent), model.forecaster(now=NOW, recent=seen)


def test_an_empty_house_is_noticed_and_forgotten_again() -> None:
    away, at_home = absent(learned(with_weather=False), 24)
    shares = [
        away.expected(NOW + lead * HOUR, 1).p50 / at_home.expected(NOW + lead * HOUR, 1).p50
        for lead in (0, 6, 30, 100)
    ]
    assert shares[0] < 0.7
    assert shares == sorted(shares)
    assert shares[-1] > 0.85


def test_three_quiet_hours_say_little_of_tomorrow() -> None:
    away, at_home = absent(learned(with_weather=False), 3)
    tomorrow = NOW + timedelta(days=1)
    soon = away.expected(NOW, 1).p50 / at_home.expected(NOW, 1).p50
    later = away.expected(tomorrow, 1).p50 / at_home.expected(tomorrow, 1).p50
    assert soon < later
    assert soon < 0.9
    assert later > 0.9


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([math.nan] * 24, id="unknown"),
        pytest.param([1.0] + [math.nan] * 23, id="one hour, long ago"),
        pytest.param([math.inf] * 24, id="infinite"),
    ],
)
def test_hours_of_which_nothing_is_known_correct_nothing(values: list[float]) -> None:
    recent = HourlySeries(start_s=hours_from(NOW - 24 * HOUR, 24), values=np.array(values))
    said = MODEL.forecaster(now=NOW, recent=recent).expected(NOW, 5)
    assert said == pytest.approx(UNCORRECTED.expected(NOW, 5))


def test_absurd_hours_move_what_is_expected_no_further_than_guests_would() -> None:
    recent = HourlySeries(start_s=hours_from(NOW - 24 * HOUR, 24), values=np.full(24, 1e9))
    said = MODEL.forecaster(now=NOW, recent=recent).expected(NOW, 5)
    assert said.p50 < 5 * UNCORRECTED.expected(NOW, 5).p50


def with_outdoor(celsius: float) -> LoadForecaster:
    outdoor = HourlySeries(start_s=hours_from(NOW, 200), values=np.full(200, celsius))
    return MODEL.forecaster(now=NOW, temperature=outdoor)


def test_cold_takes_what_the_heat_pump_draws() -> None:
    mild, cold = (with_outdoor(celsius).expected(NOW, 24).p50 for celsius in (10.0, 0.0))
    assert MODEL.foresight.habit.response is not None
    assert cold - mild == pytest.approx(24 * 10 * 0.055, rel=0.25)


def test_a_broken_thermometer_changes_nothing() -> None:
    for celsius in (-127.0, 85.0, math.nan):
        said = with_outdoor(celsius).expected(NOW, 24)
        assert said == pytest.approx(UNCORRECTED.expected(NOW, 24))


@given(hnp.arrays(np.float64, st.integers(3, 30), elements=st.floats(0, 50)))
def test_quarter_hours_keep_the_energy_of_their_hour_and_lie_between_its_neighbours(
    kwh: FloatArray,
) -> None:
    quarters = quarter_hours(kwh).reshape(-1, 4)
    around = np.stack([kwh[:-2], kwh[1:-1], kwh[2:]])
    assert quarters.sum(axis=1) == pytest.approx(kwh[1:-1])
    assert (quarters * 4 <= around.max(axis=0)[:, None] + 1e-9).all()
    assert (quarters * 4 >= around.min(axis=0)[:, None] - 1e-9).all()


def test_a_rising_hour_rises_within() -> None:
    assert quarter_hours(np.array([1.0, 2.0, 3.0])).tolist() == [0.40625, 0.46875, 0.53125, 0.59375]


def test_two_years_are_learned_in_a_second_and_a_plan_is_foreseen_in_milliseconds() -> None:
    home = family(2, 730)
    now = home.now(730)
    begin = time.process_time()
    model = train_load(
        home.load, now=now, time_zone=BERLIN, temperature=home.outdoor, daily_kwh=10.0
    )
    trained = time.process_time()
    ahead = model.forecaster(now=now)
    prepared = time.process_time()
    for quarter in range(192):
        ahead.expected(now + 15 * MINUTE * quarter, 0.25)
    for day in range(7):
        ahead.day(now.date() + timedelta(days=day))
    asked = time.process_time()
    # a plain machine is several times faster; a slow one must not fail
    assert trained - begin < 1.0
    assert prepared - trained < 0.05
    assert asked - prepared < 0.02
