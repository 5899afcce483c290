"""Each rule of the strategy speaks exactly where its circumstances begin, and is logged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.planner.config import StrategyConfig
from custom_components.loadstar.engine.planner.inputs.types import Circumstances
from custom_components.loadstar.engine.planner.solver.types import KeplerPeak, PeakWindow
from custom_components.loadstar.engine.planner.strategy.overrides import (
    RULES,
    Situation,
    apply_rules,
    flat_prices,
    near_peak,
    negative_prices,
    price_spread,
    storm_warning,
    vacation,
    wide_spread,
)
from custom_components.loadstar.engine.planner.strategy.types import Posture

SLOTS = 11  # so that P20, P50 and P80 are slots 2, 5 and 8 of the sorted prices
MIDDLING = [0.20, 0.22, 0.24, 0.26, 0.28, 0.30, 0.31, 0.32, 0.33, 0.34, 0.35]  # spread 0.09


def situation(prices: Sequence[float] = MIDDLING, **changes: Any) -> Situation:
    whole = Situation(
        hours=np.full(SLOTS, 0.25),
        import_price=np.array(prices, dtype=np.float64),
        price_is_known=np.ones(SLOTS, dtype=np.bool_),
        load_kwh=np.full(SLOTS, 0.1),
        pv_kwh=np.zeros(SLOTS),
        circumstances=Circumstances(),
        peak=None,
        config=StrategyConfig(),
    )
    return replace(whole, **changes)


def posture(**changes: Any) -> Posture:
    whole = Posture(
        export_threshold_per_kwh=0.04,
        wear_cost_per_kwh=0.03,
        import_limit_kw=np.full(SLOTS, np.inf),
    )
    return replace(whole, **changes)


def with_spread(spread: float, median: float = 0.3) -> list[float]:
    return [median - spread / 2] * 5 + [median] + [median + spread / 2] * 5


def test_a_calm_home_is_left_as_its_owner_set_it() -> None:
    before = posture()
    assert apply_rules(situation(), before) == (before, {})


def test_the_spread_is_p80_less_p20_of_what_is_known() -> None:
    spread, median = price_spread(situation([*MIDDLING[:-1], 99.0]))
    assert (spread, median) == pytest.approx((0.33 - 0.24, 0.30))
    known = np.arange(SLOTS) < 6
    spread, median = price_spread(situation(price_is_known=known))
    assert (spread, median) == pytest.approx((0.28 - 0.22, 0.25))


def test_estimates_count_where_nothing_is_known() -> None:
    nothing = np.zeros(SLOTS, dtype=np.bool_)
    assert price_spread(situation(price_is_known=nothing)) == price_spread(situation())


@pytest.mark.parametrize(
    ("spread", "fires"), [(0.119, False), (0.12, True), (0.121, True), (0.3, True)]
)
def test_a_wide_spread_halves_the_export_threshold(spread: float, fires: bool) -> None:  # noqa: FBT001
    change = wide_spread(situation(with_spread(spread)), posture())
    assert (change is not None) is fires
    if change is not None:
        after, data = change
        assert after.export_threshold_per_kwh == pytest.approx(0.02)
        assert data == pytest.approx(
            {"spread": spread, "from_spread": 0.12, "export_threshold_per_kwh": 0.02}
        )


def test_a_threshold_of_zero_cannot_be_lowered() -> None:
    assert wide_spread(situation(with_spread(1.0)), posture(export_threshold_per_kwh=0.0)) is None


@pytest.mark.parametrize(("spread", "fires"), [(0.0, True), (0.03, True), (0.031, False)])
def test_flat_prices_ask_more_of_each_cycle(spread: float, fires: bool) -> None:  # noqa: FBT001
    change = flat_prices(situation(with_spread(spread)), posture())
    assert (change is not None) is fires
    if change is not None:
        after, data = change
        assert after.wear_cost_per_kwh == pytest.approx(0.045)
        assert data == pytest.approx(
            {"spread": spread, "to_spread": 0.03, "wear_cost_per_kwh": 0.045}, abs=1e-9
        )


def test_four_cheap_hours_a_night_are_not_flat() -> None:
    prices = [0.1] * 2 + [0.3] * (SLOTS - 2)
    assert price_spread(situation(prices))[0] == 0.0
    assert flat_prices(situation(prices), posture()) is None


def test_no_wear_is_not_raised() -> None:
    assert flat_prices(situation(with_spread(0.0)), posture(wear_cost_per_kwh=0.0)) is None


@given(st.lists(st.floats(-1, 1), min_size=SLOTS, max_size=SLOTS))
def test_prices_are_never_wide_and_flat_at_once(prices: list[float]) -> None:
    here = situation(prices)
    assert wide_spread(here, posture()) is None or flat_prices(here, posture()) is None


def test_on_vacation_the_house_is_planned_as_empty() -> None:
    change = vacation(situation(circumstances=Circumstances(vacation=True)), posture())
    assert change is not None
    after, data = change
    assert after.load_factor == 0.5
    assert after.water_on_legionella_day_only
    assert np.isinf(after.import_limit_kw).all()
    assert data == {"load_factor": 0.5}


@pytest.mark.parametrize(("before_kw", "after_kw"), [(np.inf, 3.0), (2.0, 2.0), (4.0, 3.0)])
def test_on_vacation_the_import_limit_is_lowered_and_never_raised(
    before_kw: float, after_kw: float
) -> None:
    away = situation(
        circumstances=Circumstances(vacation=True),
        config=StrategyConfig(vacation_import_limit_kw=3.0),
    )
    change = vacation(away, posture(import_limit_kw=np.full(SLOTS, before_kw)))
    assert change is not None
    after, data = change
    assert set(after.import_limit_kw) == {after_kw}
    assert data["import_limit_kw"] == 3.0


def test_a_storm_warning_asks_for_full_batteries() -> None:
    change = storm_warning(situation(circumstances=Circumstances(storm_warning=True)), posture())
    assert change is not None
    assert change[0].least_target_soc_percent == 100.0
    assert change[1] == {"target_soc_percent": 100.0}


@pytest.mark.parametrize(("lowest", "fires"), [(-0.001, True), (0.0, False), (0.2, False)])
def test_negative_prices_let_cars_and_water_take_all_they_may(lowest: float, fires: bool) -> None:  # noqa: FBT001
    change = negative_prices(situation([lowest, lowest, *MIDDLING[2:]]), posture())
    assert (change is not None) is fires
    if change is not None:
        assert change[0].water_factor_at_negative_prices == 1.5
        assert change[1] == {"hours": 0.5, "lowest_price": lowest}


WINDOWS = (
    PeakWindow(slots=(0, 1), hours=1.0, day=0, metered_kwh=1.0),
    PeakWindow(slots=(2, 3, 4, 5), hours=1.0, day=0),
)
PEAK = KeplerPeak(
    fee_per_kw=5.0, peaks_counted=1, past_kw=(3.0, 2.0), so_far_kw=(1.0,), windows=WINDOWS
)


def needs(kwh: float) -> Situation:
    """Return a household that needs so much in each slot, 4 kW its month's peak."""
    return situation(load_kwh=np.full(SLOTS, kwh), peak=replace(PEAK, past_kw=(4.0, 2.0)))


@pytest.mark.parametrize(
    ("slot_kwh", "fires"), [(0.899, False), (0.9, True), (1.0, True), (1.001, False)]
)
def test_near_the_months_peak_import_is_held_just_under_it(slot_kwh: float, fires: bool) -> None:  # noqa: FBT001
    change = near_peak(needs(slot_kwh), posture())
    assert (change is not None) is fires
    if change is not None:
        after, data = change
        assert data == pytest.approx(
            {"peak_kw": 4.0, "need_kw": slot_kwh * 4, "import_limit_kw": 0.98 * 4}
        )
        # 3.92 kWh of the window, less the one metered, in what is left of it
        assert after.import_limit_kw[0] == pytest.approx(2.92 / 0.5)
        assert after.import_limit_kw[2] == pytest.approx(max(3.92, slot_kwh * 4))
        assert np.isinf(after.import_limit_kw[6:]).all()


def test_pv_lessens_the_need() -> None:
    assert near_peak(replace(needs(0.95), pv_kwh=np.full(SLOTS, 0.2)), posture()) is None


def test_an_empty_house_needs_less() -> None:
    assert near_peak(needs(0.95), posture(load_factor=0.5)) is None


def test_a_stricter_limit_stays() -> None:
    change = near_peak(needs(0.95), posture(import_limit_kw=np.full(SLOTS, 1.0)))
    assert change is not None
    assert set(change[0].import_limit_kw) == {1.0}


@pytest.mark.parametrize(
    ("peak", "to_beat_kw"),
    [
        (replace(PEAK, past_kw=(4.0, 3.8, 1.0), peaks_counted=2), 3.8),
        (replace(PEAK, past_kw=(), so_far_kw=(4.0,)), 4.0),
        (replace(PEAK, past_kw=(1.0,), base_kw=4.0), 4.0),
    ],
)
def test_it_is_the_lowest_peak_that_is_paid_for(peak: KeplerPeak, to_beat_kw: float) -> None:
    here = situation(load_kwh=np.full(SLOTS, to_beat_kw / 4 * 0.95), peak=peak)
    change = near_peak(here, posture())
    assert change is not None
    assert change[1]["peak_kw"] == to_beat_kw


@pytest.mark.parametrize(
    "peak",
    [
        None,
        replace(PEAK, past_kw=(4.0,), so_far_kw=(0.0,), peaks_counted=2),
        replace(PEAK, past_kw=(4.0,), windows=()),
    ],
    ids=["no tariff", "any day would count", "no window left"],
)
def test_without_a_peak_to_keep_there_is_no_limit(peak: KeplerPeak | None) -> None:
    assert near_peak(situation(load_kwh=np.full(SLOTS, 0.95), peak=peak), posture()) is None


@pytest.mark.parametrize(
    ("rule", "here"),
    [
        ("wide_spread", lambda: situation(with_spread(0.2))),
        ("flat_prices", lambda: situation(with_spread(0.0))),
        ("vacation", lambda: situation(circumstances=Circumstances(vacation=True))),
        ("storm_warning", lambda: situation(circumstances=Circumstances(storm_warning=True))),
        ("near_peak", lambda: needs(0.95)),
        ("negative_prices", lambda: situation([-0.1, *MIDDLING[1:]])),
    ],
)
def test_every_rule_lands_in_the_log_under_its_name(
    rule: str, here: Callable[[], Situation]
) -> None:
    _, changes = apply_rules(here(), posture())
    assert list(changes) == [rule]
    assert changes[rule]


def test_rules_add_up() -> None:
    away_in_a_storm = situation(
        [-0.5, *with_spread(0.4)[1:]],
        circumstances=Circumstances(vacation=True, storm_warning=True),
    )
    after, changes = apply_rules(away_in_a_storm, posture())
    assert list(changes) == [name for name in RULES if name not in {"flat_prices", "near_peak"}]
    assert (after.load_factor, after.least_target_soc_percent) == (0.5, 100.0)
    assert after.water_factor_at_negative_prices == 1.5
