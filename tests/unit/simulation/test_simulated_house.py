"""The simulated house obeys physics."""

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.simulation import (
    BatteryConfig,
    Car,
    CarConfig,
    EvseConfig,
    House,
    HouseConfig,
    InverterConfig,
    PvConfig,
    StepLoad,
)

POWERS = st.floats(0.0, 20_000.0)


@st.composite
def houses(draw: st.DrawFn) -> House:
    """Build any house, its cars plugged in and offered something."""
    battery = draw(
        st.none()
        | st.builds(
            BatteryConfig,
            capacity_kwh=st.floats(0.5, 40.0),
            soc_percent=st.floats(0.0, 100.0),
            min_soc_percent=st.floats(0.0, 50.0),
            max_charge_power_w=POWERS,
            max_discharge_power_w=POWERS,
            lag_s=st.floats(0.0, 10.0),
        )
    )
    pv = draw(
        st.none()
        | st.builds(
            PvConfig,
            peak_w=POWERS,
            cloudiness=st.floats(0.0, 1.0),
            noise=st.floats(0.0, 0.1),
            day_of_year=st.integers(1, 365),
        )
    )
    config = HouseConfig(
        pv=pv,
        battery=battery,
        inverter=InverterConfig(
            phases=draw(st.sampled_from(("ABC", "A", "C"))),
            max_power_w=draw(st.floats(1000.0, 20_000.0)),
        ),
        evses=(EvseConfig(evse_id="one", phase_rotation="B"), EvseConfig(evse_id="three")),
        noise_a=draw(st.floats(0.0, 1.0)),
        start_s=draw(st.floats(0.0, 86_400.0)),
    )
    house = House(config, draw(st.integers(0, 99)))
    for evse in house.evses.values():
        evse.plug(Car(CarConfig(phases=draw(st.integers(1, 3)), reaction_s=1.0)))
        evse.set_limit(draw(st.floats(0.0, 32.0)))
    return house


@settings(max_examples=150, deadline=None)
@given(house=houses(), dt_s=st.floats(0.1, 900.0))
def test_every_phase_balances_at_every_step(house: House, dt_s: float) -> None:
    voltage = house.config.voltage
    for _ in range(20):
        state = house.step(dt_s)
        for phase in range(3):
            drawn = state.household_a[phase] + sum(a[phase] for a in state.evse_a.values())
            assert state.grid_a[phase] + state.inverter_a[phase] == pytest.approx(drawn, abs=1e-9)
        output_w = sum(state.inverter_a) * voltage
        assert output_w == pytest.approx(state.pv_w - state.battery_power_w, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(house=houses(), dt_s=st.floats(0.1, 900.0))
def test_the_inverter_and_the_battery_keep_their_limits(house: House, dt_s: float) -> None:
    for _ in range(20):
        state = house.step(dt_s)
        assert state.pv_w >= 0
        assert abs(state.pv_w - state.battery_power_w) <= house.config.inverter.max_power_w + 1e-6
        if house.config.battery is None:
            assert state.battery_power_w == 0
            assert state.battery_soc_percent is None
        else:
            battery = house.config.battery
            assert state.battery_power_w <= battery.max_charge_power_w
            assert -state.battery_power_w <= battery.max_discharge_power_w
            assert state.battery_soc_percent is not None
            assert 0 <= state.battery_soc_percent <= 100
            assert state.battery_soc_percent >= (
                min(battery.min_soc_percent, battery.soc_percent) - 1e-9
            )


@settings(max_examples=50, deadline=None)
@given(house=houses())
def test_soc_moves_with_the_energy_less_losses(house: House) -> None:
    battery = house.config.battery
    if battery is None:
        return
    before = battery.soc_percent
    for _ in range(30):
        state = house.step(60.0)
        assert state.battery_soc_percent is not None
        stored_w = (state.battery_soc_percent - before) * battery.capacity_kwh * 36_000.0 / 60.0
        before = state.battery_soc_percent
        if state.battery_power_w >= 0:
            expected = state.battery_power_w * battery.charge_efficiency
        else:
            expected = state.battery_power_w / battery.discharge_efficiency
        assert stored_w == pytest.approx(expected, rel=1e-6, abs=1e-3)


def test_the_same_seed_lives_the_same_life() -> None:
    config = HouseConfig(noise_a=0.3, evses=(EvseConfig(evse_id="one"),))
    first, second, other = (House(config, seed) for seed in (7, 7, 8))
    lives = [[house.step(60.0) for _ in range(200)] for house in (first, second, other)]
    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


def test_a_battery_in_self_consumption_takes_the_sum_of_the_phases_to_zero() -> None:
    kettle = StepLoad(name="kettle", phases="A", on_power_w=3000.0, start_s=100.0, end_s=280.0)
    house = House(HouseConfig(loads=(kettle,), base_load_w=(0, 0, 0), pv=None, start_s=0.0), seed=0)
    for _ in range(99):
        house.step(1.0)
    at_once = house.step(1.0)
    assert at_once.grid_a[0] > 5  # the inverter is not as fast as the kettle
    for _ in range(20):
        settled = house.step(1.0)
    assert sum(settled.grid_a) == pytest.approx(0.0, abs=0.05)
    assert settled.battery_power_w == pytest.approx(-3000.0, abs=10)
    # a symmetric inverter exports on the phases that the kettle is not on
    assert settled.grid_a[0] == pytest.approx(3000 / 230 * 2 / 3, abs=0.05)
    assert settled.grid_a[1] == pytest.approx(-1000 / 230, abs=0.05)


def test_a_single_phase_inverter_feeds_its_phase_alone() -> None:
    house = House(
        HouseConfig(
            loads=(),
            battery=None,
            pv=PvConfig(cloudiness=0.0),
            inverter=InverterConfig(phases="B"),
            start_s=12 * 3600.0,
        )
    )
    state = house.step(1.0)
    assert state.inverter_a[1] > 20
    assert state.inverter_a[0] == state.inverter_a[2] == 0


def test_a_full_battery_lets_the_sun_go_to_the_grid() -> None:
    house = House(
        HouseConfig(
            loads=(),
            battery=BatteryConfig(soc_percent=100.0),
            pv=PvConfig(cloudiness=0.0),
            start_s=12 * 3600.0,
        )
    )
    state = house.step(1.0)
    assert state.battery_power_w == 0
    assert sum(state.grid_a) * 230 == pytest.approx(270 - state.pv_w)


def test_noise_stands_only_where_there_is_a_load() -> None:
    house = House(
        HouseConfig(loads=(), base_load_w=(500, 0, 0), noise_a=0.3, pv=None, battery=None)
    )
    states = [house.step(1.0) for _ in range(50)]
    assert len({state.grid_a[0] for state in states}) == 50
    assert all(state.grid_a[1:] == (0.0, 0.0) for state in states)


class _Steady:
    """Panels that give the same at every hour."""

    def step(self, _time_s: float, _dt_s: float) -> float:
        return 3000.0


def test_a_house_takes_other_panels_than_its_own() -> None:
    config = HouseConfig(pv=PvConfig(peak_w=9000.0), battery=None, start_s=0.0)
    assert House(config, 1).step(60.0).pv_w == 0.0
    assert House(config, 1, _Steady()).step(60.0).pv_w == 3000.0
