"""What the household was seen to need is what a quantile of all that was seen would be."""

import itertools
import json
import math
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.household_reserve import (
    BELIEVED_AFTER_S,
    BIN_A,
    FORGETTING_S,
    HIGHEST_A,
    DrawHistogram,
    HouseholdReserve,
)

DAY_S = 86_400.0


def household(seed: int, samples: int) -> list[float]:
    """Return a household's draw in A: a base load, cooking, and a kettle now and then."""
    chance = random.Random(seed)
    return [
        max(0.0, chance.gauss(1.5, 0.8))
        + (chance.uniform(4.0, 9.0) if chance.random() < 0.1 else 0.0)
        + (chance.uniform(8.0, 12.0) if chance.random() < 0.01 else 0.0)
        for _ in range(samples)
    ]


def seen(draws: list[float], each_s: float) -> DrawHistogram:
    histogram = DrawHistogram()
    for draw in draws:
        histogram.observe(draw, each_s)
    return histogram


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99, 0.999])
def test_it_agrees_with_a_quantile_of_every_sample(seed: int, share: float) -> None:
    draws = household(seed, 50_000)
    found = seen(draws, 0.1).quantile(share)
    assert found is not None
    # an hour hardly fades, so the rank is right to one sample; a value is rounded up to its bin
    least, most = np.quantile(draws, [share - 2e-5, share + 2e-5], method="inverted_cdf")
    assert least - 1e-9 <= found <= most + BIN_A


@pytest.mark.parametrize("seed", range(3))
def test_the_past_fades_as_weights_that_fall_off_say(seed: int) -> None:
    draws = household(seed, 20_000)
    draws[:10_000] = [draw * 2 for draw in draws[:10_000]]
    each_s = 90 * DAY_S / len(draws)
    ages = np.arange(len(draws) - 1, -1, -1) * each_s
    weights = np.exp(-ages / FORGETTING_S)
    order = np.argsort(draws)
    passed = np.cumsum(weights[order]) / weights.sum()
    exact = np.array(draws)[order][np.searchsorted(passed, 0.99)]
    assert seen(draws, each_s).quantile(0.99) == pytest.approx(exact, abs=2 * BIN_A)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-10, 400), st.floats(0.1, 5 * DAY_S)), min_size=1, max_size=60))
def test_time_counts_whatever_the_steps_are(steps: list[tuple[float, float]]) -> None:
    histogram = DrawHistogram()
    for draw, duration in steps:
        histogram.observe(draw, duration)
    passed = sum(duration for _, duration in steps)
    assert histogram.observed_s == pytest.approx(passed, rel=1e-6)
    quantile = histogram.quantile()
    assert quantile is not None
    assert quantile <= min(max(0.0, *(draw for draw, _ in steps)) + BIN_A, HIGHEST_A)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=200), st.floats(0, 20))
def test_a_household_that_draws_more_needs_no_less(draws: list[float], more: float) -> None:
    less = seen(draws, 60.0).quantile(0.9)
    greater = seen([draw + more for draw in draws], 60.0).quantile(0.9)
    assert less is not None
    assert greater is not None
    assert greater >= less


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_goes_on_as_if_nothing_had_happened(seed: int) -> None:
    draws = [household(seed + phase, 12_000) for phase in range(3)]
    through, interrupted = HouseholdReserve(3), HouseholdReserve(3)
    for index, sample in enumerate(zip(*draws, strict=True)):
        through.observe(sample, 60.0)
        interrupted.observe(sample, 60.0)
        if index % 1000 == 0:
            interrupted = HouseholdReserve(3, json.loads(json.dumps(interrupted.as_dict())))
    assert through.reserve is not None
    assert interrupted.reserve == through.reserve
    assert interrupted.observed_s == pytest.approx(through.observed_s, rel=1e-5)


def test_what_is_kept_is_small() -> None:
    reserve = HouseholdReserve(3)
    for a, b, c in zip(*(household(seed, 20_000) for seed in range(3)), strict=True):
        reserve.observe((a, b, c), 10.0)
    assert len(json.dumps(reserve.as_dict())) < 20_000


def test_years_of_it_stay_exact() -> None:
    histogram = DrawHistogram()
    for day, hour in itertools.product(range(4 * 365), range(24)):
        histogram.observe(12.0 if (day * 24 + hour) % 500 == 0 else 2.0, 3600.0)
    assert histogram.quantile(0.99) == 2.0
    assert histogram.quantile(0.999) == 12.0
    assert all(math.isfinite(weight) for weight in histogram.weights.values())


def test_it_is_believed_after_a_week_on_every_phase() -> None:
    reserve = HouseholdReserve(3)
    reserve.observe((5.0, 6.0, None), BELIEVED_AFTER_S + 1)
    assert reserve.reserve is None
    reserve.observe((None, None, 7.0), BELIEVED_AFTER_S - 3600.0)
    assert reserve.reserve is None
    reserve.observe((None, None, 7.0), 3601.0)
    assert reserve.reserve == pytest.approx((5.0, 6.0, 7.0))


def test_a_site_of_one_phase_needs_one_phase() -> None:
    reserve = HouseholdReserve(1)
    reserve.observe((5.0, None, None), BELIEVED_AFTER_S + 1)
    assert reserve.reserve == pytest.approx((5.0, 0.0, 0.0))


def test_before_anything_was_seen_nothing_is_known() -> None:
    assert DrawHistogram().quantile() is None
    assert DrawHistogram().observed_s == 0.0


@pytest.mark.parametrize("draw", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_draw_is_left_out(draw: float) -> None:
    assert seen([draw], 10.0).observed_s == 0.0


@pytest.mark.parametrize("duration", [0.0, -5.0, float("nan"), float("inf")])
def test_what_is_no_duration_is_left_out(duration: float) -> None:
    assert seen([5.0], duration).observed_s == 0.0


def test_an_absurd_draw_counts_as_the_highest_that_there_is() -> None:
    assert seen([1e9], 10.0).quantile() == HIGHEST_A
    assert seen([-1e9], 10.0).quantile() == 0.0


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "A",
        {"A": 3},
        {"A": {"x": 1.0}},
        {"A": {"-1": 1.0}},
        {"A": {"99999999999999999999": 1.0}},
        {"A": {"2001": 1.0}},
        {"A": {"\u00b2": 1.0}},
        {"A": {5: 1.0}},
        {"A": {"5": "much"}},
        {"A": {"5": True}},
        {"A": {"5": None}},
        {"A": {"5": float("nan")}},
        {"A": {"5": float("inf")}},
        {"A": {"5": -1.0}},
        {"A": {"5": FORGETTING_S * 2}},
        {"A": {str(index): FORGETTING_S / 2 for index in range(5)}},
    ],
)
def test_what_was_kept_and_makes_no_sense_begins_anew(kept: Any) -> None:
    reserve = HouseholdReserve(1, kept)
    assert reserve.observed_s == 0.0
    assert reserve.reserve is None
    reserve.observe((5.0,), 60.0)
    assert reserve.observed_s == pytest.approx(60.0)


def test_one_phase_that_makes_no_sense_leaves_the_others() -> None:
    reserve = HouseholdReserve(3)
    reserve.observe((5.0, 6.0, 7.0), BELIEVED_AFTER_S + 60)
    kept: dict[str, Any] = reserve.as_dict()
    kept["B"] = "lost"
    again = HouseholdReserve(3, kept)
    assert again.reserve is None
    again.observe((None, 3.0, None), BELIEVED_AFTER_S + 60)
    assert again.reserve == pytest.approx((5.0, 3.0, 7.0))
