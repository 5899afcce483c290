"""Household, meters that go silent, and readings that cannot be true."""

import math

import pytest

from custom_components.loadstar.engine.control import MeterState
from custom_components.loadstar.engine.models import ChargingMode, ReasonCode
from tests.unit.control.bench import Bench, Currents, charging, target


@pytest.mark.parametrize(
    ("grid", "pv_w", "battery_w", "inverter", "expected"),
    [
        ((20.0, 21.0, 22.0), None, None, {}, (4.0, 5.0, 6.0)),
        ((10.0, 10.0, 10.0), 6900.0, None, {}, (4.0, 4.0, 4.0)),
        ((10.0, 10.0, 10.0), 3450.0, -3450.0, {}, (4.0, 4.0, 4.0)),
        ((10.0, 10.0, 10.0), 13800.0, 6900.0, {}, (4.0, 4.0, 4.0)),
        ((10.0, 20.0, 20.0), 2300.0, None, {"inverter_phases": "A"}, (4.0, 4.0, 4.0)),
        # the split is not known, but the sum is
        (
            (-4.0, 22.0, 22.0),
            6900.0,
            None,
            {"inverter_supports_asymmetric": True},
            (0.0, 11.0, 11.0),
        ),
        ((10.0, 10.0, 10.0), 0.0, None, {}, (0.0, 0.0, 0.0)),
    ],
)
def test_the_household_is_what_nothing_else_draws(
    grid: Currents,
    pv_w: float | None,
    battery_w: float | None,
    inverter: dict[str, object],
    expected: Currents,
) -> None:
    bench = Bench(grid=grid, pv_w=pv_w, battery_w=battery_w, site=inverter, soc=50.0)
    assert bench.step().household_a == pytest.approx(expected)


def test_what_a_charger_draws_above_its_set_point_is_household() -> None:
    bench = Bench(
        chargers=[charging(accepted_current=10.0)], contexts={"garage": {"max_current": 10.0}}
    )
    assert bench.run(12).household_a == pytest.approx((10.0, 10.0, 10.0))


def test_a_charger_that_takes_no_part_is_household() -> None:
    bench = Bench(chargers=[charging(enabled=False)])
    result = bench.run(60)
    assert (target(result).current, target(result).reason.code) == (0.0, ReasonCode.DISABLED)
    assert result.household_a == pytest.approx((20.0, 20.0, 20.0))


def test_a_charger_that_does_not_measure_counts_at_its_set_point() -> None:
    bench = Bench(chargers=[charging(currents=(None, None, None))])
    assert bench.run(20).household_a == pytest.approx((4.0, 4.0, 4.0))


def test_with_a_total_alone_all_of_it_may_stand_on_every_phase() -> None:
    bench = Bench(grid=(58.0, None, None), total_only=True)
    result = bench.run(10)
    assert result.available_a == pytest.approx((-2.0, -2.0, -2.0))
    assert target(result).current == 14.0
    assert sum(it or 0.0 for it in result.household_a) == pytest.approx(10.0)


def test_a_single_phase_site_has_one_phase() -> None:
    bench = Bench(
        grid=(20.0, None, None),
        site={"num_phases": 1, "max_unbalance": None},
        contexts={"garage": {"phases": 1}},
        chargers=[charging(currents=(16.0, None, None))],
    )
    result = bench.run(40)
    assert result.household_a == (4.0, None, None)
    assert result.available_a == (4.0, None, None)
    assert result.masks == {"garage": "A"}


def test_a_silent_meter_takes_every_charger_down_and_none_up() -> None:
    low = charging("low", currents=(6.0, 6.0, 6.0), accepted_current=6.0, fallback_current=8.0)
    bench = Bench(
        chargers=[charging(), low], grid=(26.0, 26.0, 26.0), site={"main_breaker_rating": 40.0}
    )
    bench.run(4)
    bench.grid_silent = True
    result = bench.run(30)
    assert result.grid_state is MeterState.STALE
    assert target(result).current == 6.0
    assert target(result, "low").current <= 8.0
    assert {it.reason.code for it in result.targets} == {ReasonCode.METER_STALE}
    bench.grid_silent = False
    assert target(bench.run(60)).current > 6.0


@pytest.mark.parametrize("fallback", [0.0, 5.0])
def test_a_fallback_below_the_minimum_pauses(fallback: float) -> None:
    bench = Bench(chargers=[charging(fallback_current=fallback)])
    bench.run(10)
    bench.grid_silent = True
    assert target(bench.run(20)).current == 0.0


@pytest.mark.parametrize("value", [None, math.nan, math.inf, 501.0, -501.0])
def test_a_phase_that_cannot_be_read_is_a_silent_meter(value: float | None) -> None:
    bench = Bench()
    bench.run(10)
    bench.grid = (20.0, value, 20.0)
    assert target(bench.run(8)).current == 16.0
    assert target(bench.run(10)).reason.code is ReasonCode.METER_STALE


def test_a_site_that_has_never_heard_its_meter_holds_ten_seconds_and_goes_down() -> None:
    bench = Bench(grid=(None, None, None))
    held = bench.run(8)
    assert (target(held).current, held.grid_state) == (16.0, MeterState.AGEING)
    assert held.household_a == (None, None, None)
    assert held.available_a == (None, None, None)
    assert target(bench.run(10)).current == 6.0


def test_nothing_rises_on_an_ageing_sample() -> None:
    bench = Bench(chargers=[charging(accepted_current=10.0, currents=(10.0, 10.0, 10.0))])
    bench.grid = (14.0, 14.0, 14.0)
    bench.run(4)
    before = target(bench.step()).current
    bench.grid_silent = True
    bench.step(4.1)
    aged = bench.step()
    assert aged.grid_state is MeterState.AGEING
    assert target(aged).current == before


def test_a_silent_circuit_takes_its_own_chargers_down() -> None:
    inside = charging("inside", currents=(8.0, 8.0, 8.0), accepted_current=8.0)
    outside = charging("outside", currents=(8.0, 8.0, 8.0), accepted_current=8.0)
    bench = Bench(
        chargers=[inside, outside],
        grid=(20.0, 20.0, 20.0),
        circuits=[{"circuit_id": "shed", "limit": 20.0}],
        contexts={"inside": {"circuit": "shed"}},
        circuit_currents={"shed": (8.0, 8.0, 8.0)},
    )
    bench.run(10)
    bench.circuits_silent = True
    result = bench.run(30)
    assert result.circuit_states == {"shed": MeterState.STALE}
    assert target(result, "inside").current == 6.0
    assert target(result, "inside").reason.code is ReasonCode.METER_STALE
    assert target(result, "outside").current >= 8.0


def test_a_circuit_meter_that_never_spoke_is_not_trusted() -> None:
    bench = Bench(
        circuits=[{"circuit_id": "shed", "limit": 20.0}],
        contexts={"garage": {"circuit": "shed"}},
        circuit_currents={"shed": (None, None, None)},
    )
    assert target(bench.run(4)).current == 16.0
    assert target(bench.run(20)).current == 6.0


@pytest.mark.parametrize("pv_w", [math.nan, -500.0, 1e6])
def test_pv_that_cannot_be_read_is_no_sun(pv_w: float) -> None:
    bench = Bench(
        grid=(-4.0, -4.0, -4.0),
        pv_w=6900.0,
        site={"charging_mode": ChargingMode.SOLAR},
        chargers=[],
    )
    assert bench.run(60).solar_smoothed_a == pytest.approx(12.0)
    bench.pv_w = pv_w
    result = bench.run(120)
    assert result.pv_state is MeterState.STALE
    assert result.solar_smoothed_a == pytest.approx(0.0, abs=0.05)


def test_an_inverter_on_standby_is_no_fault() -> None:
    bench = Bench(pv_w=-5.0)
    result = bench.run(10)
    assert (result.pv_state, result.solar_smoothed_a) == (MeterState.FRESH, 0.0)


def test_a_battery_that_cannot_be_read_gives_nothing() -> None:
    bench = Bench(
        grid=(-4.0, -4.0, -4.0),
        battery_w=-9660.0,  # 14 A of every phase
        soc=90.0,
        pv_w=0.0,
        site={
            "charging_mode": ChargingMode.SOLAR,
            "battery_max_discharge_power": 9660.0,
        },
        chargers=[charging(currents=(10.0, 10.0, 10.0), accepted_current=10.0)],
    )
    assert target(bench.run(20)).current > 6.0
    bench.battery_w, bench.soc = math.nan, math.nan
    bench.run(40)
    bench.chargers = [charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)]
    result = bench.run(60)
    assert result.battery_state is MeterState.STALE
    assert target(result).current == 6.0
    assert target(result).reason.code is ReasonCode.WAITING_FOR_STOP


def test_the_phases_of_pv_count_where_they_are_known() -> None:
    bench = Bench(grid=(-10.0, 4.0, 4.0), chargers=[], pv_w=4600.0, pv_phases=(4600.0, 0.0, 0.0))
    assert bench.step().household_a == pytest.approx((10.0, 4.0, 4.0))


def test_phases_of_pv_that_cannot_be_read_do_not_count() -> None:
    bench = Bench(grid=(-6.0, -6.0, -6.0), chargers=[], pv_w=6900.0, pv_phases=(math.nan, 0.0, 0.0))
    assert bench.step().household_a == pytest.approx((4.0, 4.0, 4.0))


def test_more_export_than_pv_leaves_no_household() -> None:
    bench = Bench(
        grid=(-30.0, 0.0, 0.0),
        chargers=[],
        pv_w=690.0,
        site={"inverter_supports_asymmetric": True},
    )
    assert bench.step().household_a == pytest.approx((0.0, 1.0, 1.0))


def test_a_held_minimum_counts_against_the_unbalance() -> None:
    ending = charging("ending", currents=(6.0, None, None), accepted_current=6.0)
    bench = Bench(
        chargers=[ending, charging("garage", currents=(16.0, None, None))],
        grid=(22.0, 0.0, 0.0),
        pv_w=0.0,
        site={"max_unbalance": 20.0},
        contexts={
            "ending": {"phases": 1, "charging_mode": ChargingMode.SOLAR},
            "garage": {"phases": 1},
        },
    )
    result = bench.run(20)
    assert target(result, "ending").reason.code is ReasonCode.WAITING_FOR_STOP
    assert target(result).current == 14.0
