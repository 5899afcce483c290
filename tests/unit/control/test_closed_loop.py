"""The controller in a simulated home: kettles, ovens, clouds, slow chargers and slow cars."""

from itertools import pairwise

import pytest

from custom_components.loadstar.engine.models import ChargingMode, DistributionMode
from custom_components.loadstar.engine.simulation import (
    FAMILY_HOME,
    OVEN,
    BatteryConfig,
    CarConfig,
    PvConfig,
    StepLoad,
)
from tests.unit.control.plant import BREAKER, Home, Point, Row, changes, longest_over

BIG = 1000.0  # kWh: no car is full before a test ends
QUICK = Point()
SLOW = Point(reaction_s=10.0, car=CarConfig(capacity_kwh=BIG, draw_factor=0.9, reaction_s=5.0))
LATE = Point(
    reaction_s=10.0,
    report_age_s=10,
    car=CarConfig(capacity_kwh=BIG, draw_factor=0.9, reaction_s=5.0),
)
KETTLE = StepLoad(name="kettle", phases="A", on_power_w=3000.0, start_s=301.0, end_s=481.0)
AT_KETTLE = 301.0
POINTS = [
    pytest.param(QUICK, id="quick"),
    pytest.param(SLOW, id="slow car that draws less"),
    pytest.param(LATE, id="values 10 s old"),
]


def since(rows: list[Row], time: float) -> list[Row]:
    return [row for row in rows if row.time >= time]


@pytest.mark.parametrize("noise_a", [0.0, 0.3])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("grid_period_s", [1, 5])
def test_a_kettle_is_made_room_for(point: Point, grid_period_s: int, noise_a: float) -> None:
    home = Home(points=(point,), loads=(KETTLE,), noise_a=noise_a, grid_period_s=grid_period_s)
    rows = home.run(900)
    before = since(rows, AT_KETTLE - 1)[0].set_points["garage"]
    assert before == 16.0
    during = since(rows, AT_KETTLE)
    cut = next(row for row in during if row.set_points["garage"] < before)
    assert cut.time <= AT_KETTLE + grid_period_s + 2
    assert longest_over(rows, BREAKER) <= 30
    assert changes(during) <= 8
    assert min(row.set_points["garage"] for row in during) >= 6.0
    assert during[-1].set_points["garage"] == 16.0


@pytest.mark.parametrize("point", POINTS)
def test_a_kettle_does_not_end_charging_from_the_sun(point: Point) -> None:
    home = Home(
        points=(point,),
        loads=(KETTLE,),
        mode=ChargingMode.SOLAR,
        pv=PvConfig(peak_w=9000.0, cloudiness=0.0, shift_s=12 * 3600.0),
        base_load_w=(200.0, 200.0, 200.0),
        noise_a=0.3,
    )
    rows = home.run(900)
    during = since(rows, AT_KETTLE - 20)
    assert during[0].set_points["garage"] >= 7.0
    assert min(row.set_points["garage"] for row in during) == 6.0
    assert abs(during[-1].set_points["garage"] - during[0].set_points["garage"]) <= 1.0
    assert changes(during) <= 8


def test_an_oven_that_cycles_is_made_room_for_every_time() -> None:
    home = Home(loads=(OVEN,), points=(SLOW,), start_s=16 * 3600.0, noise_a=0.3)
    rows = home.run(3 * 3600)
    assert max(max(row.grid) for row in rows) > BREAKER
    assert longest_over(rows, BREAKER) <= 30


def test_clouds_and_their_noise_are_followed_calmly() -> None:
    home = Home(
        points=(SLOW,),
        mode=ChargingMode.SOLAR,
        pv=PvConfig(peak_w=12_000.0, cloudiness=0.7, noise=0.1, shift_s=12 * 3600.0),
        base_load_w=(200.0, 200.0, 200.0),
        noise_a=0.3,
        seed=4,
    )
    rows = home.run(3600)
    assert max(row.set_points["garage"] for row in rows) >= 8.0
    assert changes(rows) <= 100
    for before, after in pairwise(rows):
        assert after.set_points["garage"] - before.set_points["garage"] <= 6.0


@pytest.mark.parametrize("distribution", list(DistributionMode))
def test_two_chargers_make_room_together(distribution: DistributionMode) -> None:
    points = (SLOW, Point(charger_id="drive", priority=2, rotation="BCA"))
    home = Home(
        points=points, loads=(KETTLE,), noise_a=0.3, distribution=distribution, breaker=40.0
    )
    rows = home.run(900)
    assert longest_over(rows, 40.0) <= 30
    for charger_id in ("garage", "drive"):
        assert changes(since(rows, AT_KETTLE), charger_id) <= 8
        assert min(row.set_points[charger_id] for row in since(rows, AT_KETTLE)) >= 6.0


def test_a_battery_that_hides_the_kettle_does_not_hide_it_from_the_car() -> None:
    home = Home(
        points=(QUICK,), loads=(KETTLE,), battery=BatteryConfig(soc_percent=60.0), noise_a=0.3
    )
    rows = home.run(900)
    assert longest_over(rows, BREAKER) <= 30
    assert changes(since(rows, AT_KETTLE)) <= 8
    assert rows[-1].set_points["garage"] == 16.0


def test_a_car_that_wakes_late_is_no_household() -> None:
    home = Home(
        points=(Point(car=CarConfig(capacity_kwh=BIG, reaction_s=90.0)),),
        base_load_w=(1840.0, 1840.0, 1840.0),  # 8 A: 16 fit exactly
        noise_a=0.1,
    )
    rows = home.run(900)
    assert changes(rows) == 3
    assert rows[-1].set_points["garage"] == 16.0


@pytest.mark.parametrize("mode", list(ChargingMode))
@pytest.mark.parametrize("distribution", [DistributionMode.PRIORITY, DistributionMode.SHARED])
def test_hours_in_a_family_home_neither_chatter_nor_overload(
    mode: ChargingMode, distribution: DistributionMode
) -> None:
    points = (
        LATE,
        Point(
            charger_id="drive",
            priority=2,
            rotation="BCA",
            car=CarConfig(phases=1, capacity_kwh=BIG),
            step_a=0.1,
        ),
    )
    home = Home(
        points=points,
        loads=FAMILY_HOME,
        base_load_w=(120.0, 90.0, 60.0),
        pv=PvConfig(peak_w=11_000.0, cloudiness=0.6, noise=0.03),
        battery=BatteryConfig(),
        mode=mode,
        distribution=distribution,
        noise_a=0.3,
        seed=3,
        start_s=11 * 3600.0,
    )
    hours = 2
    rows = home.run(hours * 3600)
    assert longest_over(rows, BREAKER) <= 30
    for point in points:
        assert changes(rows, point.charger_id) / hours <= 90
