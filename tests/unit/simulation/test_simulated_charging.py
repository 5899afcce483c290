"""Cars and charging points behave as the standard and real cars do."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.simulation import (
    Car,
    CarConfig,
    Driver,
    Evse,
    EvseConfig,
    Trip,
)


def charging(car: CarConfig, evse: EvseConfig | None = None, limit_a: float = 16.0) -> Evse:
    """Return a charging point that has long settled."""
    point = Evse(evse or EvseConfig(evse_id="x"))
    point.plug(Car(car))
    point.set_limit(limit_a)
    for _ in range(60):
        point.step(1.0)
    return point


@pytest.mark.parametrize(
    ("car", "limit_a", "drawn"),
    [
        (CarConfig(), 10.0, (10, 10, 10)),
        (CarConfig(phases=1), 10.0, (10, 0, 0)),
        (CarConfig(phases=2), 10.0, (10, 10, 0)),
        (CarConfig(max_current_a=8.0), 16.0, (8, 8, 8)),
        (CarConfig(draw_factor=0.9), 10.0, (9, 9, 9)),
        (CarConfig(), 5.9, (0, 0, 0)),
        (CarConfig(), 0.0, (0, 0, 0)),
        (CarConfig(), 99.0, (16, 16, 16)),
        (CarConfig(), -3.0, (0, 0, 0)),
        (CarConfig(soc_percent=80, soc_limit_percent=80), 16.0, (0, 0, 0)),
    ],
)
def test_what_a_car_draws(
    car: CarConfig, limit_a: float, drawn: tuple[float, float, float]
) -> None:
    assert charging(car, limit_a=limit_a).currents_a == drawn


@pytest.mark.parametrize(
    ("rotation", "phases", "site"),
    [
        ("ABC", 3, (10, 10, 10)),
        ("ABC", 1, (10, 0, 0)),
        ("BCA", 1, (0, 10, 0)),
        ("CAB", 2, (10, 0, 10)),
        ("B", 3, (0, 10, 0)),
    ],
)
def test_rotation_says_which_site_phases_are_used(
    rotation: str, phases: int, site: tuple[float, float, float]
) -> None:
    point = charging(
        CarConfig(phases=phases), EvseConfig(evse_id="x", phase_rotation=rotation), 10.0
    )
    assert point.site_currents_a == site


def test_charger_and_car_react_one_after_the_other() -> None:
    point = charging(CarConfig(reaction_s=5.0), EvseConfig(evse_id="x", reaction_s=10.0), 6.0)
    point.set_limit(16.0)
    seconds = 0
    while point.current_a < 16:
        assert (point.offered_a == 16) == (seconds >= 10)
        point.set_limit(16.0)  # repeating it does not start anew
        point.step(1.0)
        seconds += 1
    assert seconds == 15


def test_energy_and_soc_follow_the_current() -> None:
    point = charging(CarConfig(reaction_s=0.0, capacity_kwh=60.0, soc_percent=50.0))
    assert point.car is not None
    energy, soc = point.energy_wh, point.car.soc_percent
    for _ in range(3600):
        point.step(1.0)
    assert point.energy_wh - energy == pytest.approx(16 * 3 * 230)
    assert point.car.soc_percent - soc == pytest.approx(16 * 3 * 230 * 0.92 / 600)


def test_a_nearly_full_car_tapers_and_then_stops() -> None:
    config = CarConfig(soc_percent=89.0, capacity_kwh=20.0, reaction_s=0.0)
    point = charging(config)
    currents = []
    for _ in range(6 * 60):
        point.step(60.0)
        currents.append(point.current_a)
    assert currents[0] == 16
    assert currents == sorted(currents, reverse=True)
    assert any(6 < current < 10 for current in currents)
    assert currents[-1] == 0
    assert point.car is not None
    assert point.car.soc_percent == 100


@given(st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.1, 3600.0)), max_size=40))
def test_soc_never_falls_while_plugged_and_never_passes_the_limit(
    steps: list[tuple[float, float]],
) -> None:
    point = Evse(EvseConfig(evse_id="x", max_current_a=32.0))
    car = Car(CarConfig(capacity_kwh=10.0, soc_limit_percent=90.0))
    point.plug(car)
    for limit_a, dt_s in steps:
        before = car.soc_percent
        point.set_limit(limit_a)
        point.step(dt_s)
        assert before <= car.soc_percent <= 90


def test_an_unplugged_car_draws_nothing() -> None:
    point = charging(CarConfig())
    point.unplug()
    for _ in range(3):
        assert max(point.currents_a) == 0
        assert point.power_w == 0
        point.step(1.0)


def test_a_driver_leaves_and_returns_with_less() -> None:
    point = charging(CarConfig(soc_percent=60.0, capacity_kwh=50.0, reaction_s=0.0), limit_a=0.0)
    car = point.car
    assert car is not None
    driver = Driver(car, point, Trip(departure_h=8.0, return_h=17.0, energy_kwh=10.0))
    seen = {}
    for hour in (7.0, 8.0, 12.0, 17.0, 20.0):
        driver.step(hour * 3600.0)
        seen[hour] = (point.car is car, round(car.soc_percent))
    assert seen == {
        7.0: (True, 60),
        8.0: (False, 40),
        12.0: (False, 40),
        17.0: (True, 40),
        20.0: (True, 40),
    }


def test_a_driver_knows_the_next_departure() -> None:
    driver = Driver(
        Car(CarConfig()), Evse(EvseConfig(evse_id="x")), Trip(departure_h=8, return_h=9)
    )
    assert driver.next_departure_s(7 * 3600.0) == 8 * 3600.0
    assert driver.next_departure_s(10 * 3600.0) == 32 * 3600.0


def test_a_flat_battery_stays_at_nothing() -> None:
    car = Car(CarConfig(soc_percent=5.0))
    car.drive(50.0)
    assert car.soc_percent == 0
