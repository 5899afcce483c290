"""How much of a minimum the buffer lets go of: a table of every edge, and what always holds."""

from decimal import ROUND_HALF_UP, Decimal
import math

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.buffer import (
    BufferReason,
    target_soc,
    wide_spread_per_kwh,
)
from custom_components.loadstar.engine.buffer.formula import is_wide

NOON = 12
JUST_OVER = math.nextafter(0.65, 1)

bases = st.floats(0, 100)
confidences = st.floats(0, 1) | st.none()
hours = st.integers(0, 23)


def target(base: float, confidence: float | None, *, wide: bool = False, hour: int = NOON) -> float:
    return target_soc(base, confidence, wide_spread=wide, local_hour=hour).percent


@pytest.mark.parametrize(
    ("base", "expected"), [(0, 10), (9.9, 10), (10, 10), (10.1, 10.1), (15, 15), (20, 20)]
)
@pytest.mark.parametrize("confidence", [None, 0.0, 0.65, 1.0])
def test_a_low_base_is_kept_over_the_hard_floor(
    base: float, expected: float, confidence: float | None
) -> None:
    assert target(base, confidence, wide=True, hour=5) == expected


@pytest.mark.parametrize("base", [20.1, 21, 30, 33, 50, 100])
@pytest.mark.parametrize("confidence", [None, math.nan, -1.0, 0.0, 0.64, 0.65])
def test_up_to_a_confidence_of_65_percent_all_of_the_base_stays(
    base: float, confidence: float | None
) -> None:
    assert target(base, confidence, wide=True, hour=5) == base


@pytest.mark.parametrize(
    ("base", "confidence", "wide", "hour", "expected"),
    [
        # confidence alone: (c - 0.65) / 0.35 of the way to 20 %
        (30, 0.66, False, NOON, 30),  # 29.7
        (30, 0.73, False, NOON, 30),  # 27.7
        (30, 0.74, False, NOON, 25),  # 27.43
        (30, 0.825, False, NOON, 25),  # half of the way
        (30, 0.9, False, NOON, 25),  # 22.86
        (30, 0.93, False, NOON, 20),  # 22.0
        (30, 1.0, False, NOON, 20),
        (30, 1.7, False, NOON, 20),  # no more than all of it
        (100, 0.825, False, NOON, 60),
        (100, 1.0, False, NOON, 20),
        (100, 0.66, False, NOON, 100),  # 97.71
        (100, 0.68, False, NOON, 95),  # 93.14
        # bases that are no multiples of 5
        (21, 0.66, False, NOON, 20),  # 20.97
        (21, 1.0, False, NOON, 20),
        (22.4, 0.66, False, NOON, 20),  # 22.33
        (22.6, 0.651, False, NOON, 22.6),  # 25 would be more than the base
        (33, 0.66, False, NOON, 33),  # 35 would be more than the base
        (33, 0.71, False, NOON, 30),  # 30.77
        (33, 0.8, False, NOON, 25),  # 27.43
        (33, 1.0, False, NOON, 20),
        # a wide spread and the morning add a tenth of the way each
        (40, 0.8, False, NOON, 30),  # 0.4286: 31.43
        (40, 0.8, True, NOON, 30),  # 0.5286: 29.43
        (40, 0.8, True, 8, 25),  # 0.6286: 27.43
        (40, JUST_OVER, False, NOON, 40),
        (40, JUST_OVER, True, NOON, 40),  # 0.1: 38
        (40, JUST_OVER, True, 8, 35),  # 0.2: 36
        (70, JUST_OVER, False, NOON, 70),
        (70, JUST_OVER, True, NOON, 65),  # 0.1: 65
        (70, JUST_OVER, False, 8, 65),
        (70, JUST_OVER, True, 8, 60),
        (30, 0.95, True, 8, 20),  # 1.057 is no more than all of it
        # ties: half up
        (45, JUST_OVER, True, NOON, 45),  # 42.5
        (95, JUST_OVER, True, NOON, 90),  # 87.5
        (25, 0.825, False, NOON, 25),  # 22.5
        (45, 0.685, False, 5, 40),  # 0.2: 40, as a sum 0.20000000000000007
        (95, 0.685, True, NOON, 80),  # 80
        (95, 0.825, False, NOON, 60),  # 57.5
    ],
)
def test_beyond_it_the_formula_counts(
    *, base: float, confidence: float, wide: bool, hour: int, expected: float
) -> None:
    assert target(base, confidence, wide=wide, hour=hour) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, 70), (4, 70), (5, 65), (7, 65), (10, 65), (11, 70), (23, 70)]
)
def test_the_morning_is_from_5_to_before_11(hour: int, expected: float) -> None:
    assert target(70, JUST_OVER, hour=hour) == expected


@pytest.mark.parametrize(
    ("spread", "limit", "wide"),
    [
        (0.10, 0.10, False),
        (0.4 - 0.3, 0.10, False),  # 0.10000000000000003
        (0.1001, 0.10, True),
        (0.0, 0.10, False),
        (-0.5, 0.10, False),
        (None, 0.10, False),
        (5.0, None, False),
        (math.nan, 0.10, False),
    ],
)
def test_a_spread_is_wide_beyond_its_limit(
    *, spread: float | None, limit: float | None, wide: bool
) -> None:
    assert is_wide(spread, limit) is wide


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP", "CHF", "AUD"])
@pytest.mark.parametrize("median", [None, 0.3, 3.0])
def test_ten_cents_are_wide_where_there_are_cents(currency: str, median: float | None) -> None:
    assert wide_spread_per_kwh(currency, median) == 0.10


@pytest.mark.parametrize(
    ("median", "limit"),
    [(2.0, 0.8), (0.5, 0.2), (None, None), (0.0, None), (-1.0, None), (math.nan, None)],
)
@pytest.mark.parametrize("currency", ["SEK", "NOK", "JPY", "eur", ""])
def test_elsewhere_it_is_a_share_of_the_months_median(
    currency: str, median: float | None, limit: float | None
) -> None:
    found = wide_spread_per_kwh(currency, median)
    assert found == (None if limit is None else pytest.approx(limit))


@pytest.mark.parametrize(
    ("base", "confidence", "wide", "hour", "reason"),
    [
        (5, 1.0, True, 8, BufferReason.HARD_FLOOR),
        (10, 1.0, True, 8, BufferReason.BASE_LOW),
        (20, None, False, 8, BufferReason.BASE_LOW),
        (30, None, True, 8, BufferReason.CONFIDENCE_UNKNOWN),
        (30, 0.65, True, 8, BufferReason.CONFIDENCE_LOW),
        (30, 0.66, False, NOON, BufferReason.TOO_LITTLE),
        (30, 0.8, False, NOON, BufferReason.LOWERED),
        (30, 0.8, True, NOON, BufferReason.LOWERED_SPREAD),
        (30, 0.8, False, 8, BufferReason.LOWERED_MORNING),
        (30, 0.8, True, 8, BufferReason.LOWERED_SPREAD_MORNING),
    ],
)
def test_a_target_says_why(
    *, base: float, confidence: float | None, wide: bool, hour: int, reason: BufferReason
) -> None:
    found = target_soc(base, confidence, wide_spread=wide, local_hour=hour)
    assert found.reason is reason
    assert found.data["target"] == found.percent


@given(base=bases, confidence=confidences, wide=st.booleans(), hour=hours)
def test_no_target_is_out_of_bounds(
    *, base: float, confidence: float | None, wide: bool, hour: int
) -> None:
    found = target(base, confidence, wide=wide, hour=hour)
    assert min(max(base, 10), 20) <= found <= max(base, 10)
    assert found in (base, 10) or found % 5 == 0


@given(base=bases, low=st.floats(0, 1), high=st.floats(0, 1), wide=st.booleans(), hour=hours)
def test_more_trust_never_keeps_more(
    *, base: float, low: float, high: float, wide: bool, hour: int
) -> None:
    low, high = sorted((low, high))
    found = [target(base, confidence, wide=wide, hour=hour) for confidence in (low, high)]
    assert found[1] <= found[0]


@given(base=st.integers(21, 100), percent=st.integers(66, 100), wide=st.booleans(), hour=hours)
def test_the_formula_is_that_of_exact_figures(
    *, base: int, percent: int, wide: bool, hour: int
) -> None:
    trust = (Decimal(percent) - 65) / 35
    bonus = Decimal("0.1") * (int(wide) + (5 <= hour <= 10))
    raw = base - (base - 20) * min(Decimal(1), trust + bonus)
    rounded = (round(raw / 5, 12)).quantize(Decimal(1), ROUND_HALF_UP) * 5
    assert target(base, percent / 100, wide=wide, hour=hour) == min(base, max(20, rounded))
