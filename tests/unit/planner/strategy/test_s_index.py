"""The S-index says how much risk lies in the days after tomorrow."""

from dataclasses import replace
from datetime import date, timedelta
import math

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.planner.config import StrategyConfig
from custom_components.loadstar.engine.planner.inputs.types import DayOutlook
from custom_components.loadstar.engine.planner.strategy.s_index import s_index

CONFIG = StrategyConfig()
UNCLAMPED = replace(CONFIG, min_s_index=-math.inf, max_s_index=math.inf)
DAY = date(2026, 6, 11)


def outlook(*days: DayOutlook) -> tuple[DayOutlook, ...]:
    return tuple(replace(day, day=DAY + timedelta(days=index)) for index, day in enumerate(days))


def a_day(pv: float | None = 10.0, load: float | None = 10.0, **more: float | None) -> DayOutlook:
    return DayOutlook(day=DAY, pv_kwh=pv, load_kwh=load, **more)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((a_day(),), 1.0),  # nothing lacks
        ((a_day(pv=20.0),), 1.0),  # surplus makes up for nothing
        ((a_day(pv=0.0),), 1.3),  # 0.3·1
        ((a_day(pv=4.0),), 1.18),  # 0.3·0.6
        ((a_day(pv=0.0), a_day()), 1.15),  # 0.3·mean(1, 0)
        ((a_day(temperature_c=20.0),), 1.0),
        ((a_day(temperature_c=30.0),), 1.0),
        ((a_day(temperature_c=2.5),), 1.1),  # 0.2·17.5/35
        ((a_day(temperature_c=-15.0),), 1.2),
        ((a_day(temperature_c=-30.0),), 1.2),
        ((a_day(temperature_c=-15.0), a_day(temperature_c=20.0)), 1.1),
        ((a_day(temperature_c=-15.0), a_day(temperature_c=None)), 1.2),
    ],
)
def test_the_index_by_hand_without_uncertainty(
    days: tuple[DayOutlook, ...], expected: float
) -> None:
    assert s_index(outlook(*days), CONFIG).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("appetite", "expected"),
    # √(3² + 4² + 0² + 0²)/20 = 0.25, times sigma/1.28
    [
        (1, 1 + 0.25),
        (2, 1 + 0.25 * 0.67 / 1.28),
        (3, 1.0),
        (4, 1 - 0.25 * 0.25 / 1.28),
        (5, 1 - 0.25 * 0.67 / 1.28),
        (0, 1 + 0.25),  # as the nearest there is
        (9, 1 - 0.25 * 0.67 / 1.28),
    ],
)
def test_uncertainty_counts_by_risk_appetite(appetite: int, expected: float) -> None:
    days = outlook(a_day(load_p90_kwh=13.0, pv_p10_kwh=6.0), a_day())
    assert s_index(days, replace(CONFIG, risk_appetite=appetite)).value == pytest.approx(expected)


def test_everything_together_by_hand() -> None:
    days = outlook(
        a_day(pv=5.0, load=10.0, load_p90_kwh=12.0, pv_p10_kwh=2.0, temperature_c=6.0),
        a_day(pv=15.0, load=10.0, load_p90_kwh=11.0, pv_p10_kwh=9.0, temperature_c=-1.0),
    )
    # deficit 0.25; cold (0.4 + 0.6)/2; √(4 + 9 + 1 + 36)/20
    expected = 1 + 0.3 * 0.25 + 0.2 * 0.5 + 0.67 / 1.28 * math.sqrt(50) / 20
    found = s_index(days, replace(CONFIG, risk_appetite=2))
    assert found.value == pytest.approx(expected)
    assert (found.days, found.pv_deficit, found.cold) == pytest.approx((2, 0.25, 0.5))
    assert found.uncertainty == pytest.approx(math.sqrt(50) / 20)


def test_weights_are_settings() -> None:
    days = outlook(a_day(pv=0.0, temperature_c=0.0))
    config = replace(
        CONFIG, pv_deficit_weight=0.1, temperature_weight=0.4, mild_c=10.0, freezing_c=-10.0
    )
    assert s_index(days, config).value == pytest.approx(1 + 0.1 + 0.4 * 0.5)


@pytest.mark.parametrize(
    ("days", "clamped"),
    [
        ((a_day(pv=0.0, temperature_c=-20.0, load_p90_kwh=30.0),), 1.5),
        ((a_day(load_p90_kwh=20.0, pv_p10_kwh=0.0),), 0.8),
    ],
)
def test_the_index_stays_in_its_range(days: tuple[DayOutlook, ...], clamped: float) -> None:
    config = replace(CONFIG, risk_appetite=1 if clamped > 1 else 5)
    beyond = s_index(outlook(*days), replace(UNCLAMPED, risk_appetite=config.risk_appetite))
    assert abs(beyond.value - 1) > abs(clamped - 1)
    assert s_index(outlook(*days), config).value == clamped


@pytest.mark.parametrize(
    "unknown",
    [
        a_day(pv=None),
        a_day(load=None),
        a_day(load=0.0),
        a_day(pv=math.nan),
        a_day(load=math.nan),
        DayOutlook(day=DAY),
    ],
)
def test_a_day_without_forecasts_is_left_out(unknown: DayOutlook) -> None:
    known = a_day(pv=5.0)
    assert s_index(outlook(known, unknown), CONFIG) == s_index(outlook(known), CONFIG)
    alone = s_index(outlook(unknown), CONFIG)
    assert (alone.value, alone.days) == (1.0, 0)


def test_without_any_day_the_index_is_one_and_says_so() -> None:
    found = s_index((), CONFIG)
    assert (found.value, found.days) == (1.0, 0)


ENERGY = st.none() | st.floats(-10, 200) | st.just(math.nan)


@given(
    st.lists(st.tuples(ENERGY, ENERGY, ENERGY, ENERGY, st.none() | st.floats(-60, 60)), max_size=4),
    st.integers(1, 5),
)
def test_any_outlook_gives_an_index_in_its_range(
    raw: list[tuple[float | None, ...]], appetite: int
) -> None:
    days = outlook(
        *(
            a_day(pv, load, pv_p10_kwh=p10, load_p90_kwh=p90, temperature_c=celsius)
            for pv, load, p10, p90, celsius in raw
        )
    )
    found = s_index(days, replace(CONFIG, risk_appetite=appetite))
    assert 0.8 <= found.value <= 1.5
