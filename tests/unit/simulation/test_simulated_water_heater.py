"""The simulated tank keeps its energy, and its thermostat its range."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.simulation import (
    House,
    HouseConfig,
    WaterHeater,
    WaterHeaterConfig,
)

HEATER = WaterHeaterConfig(heater_id="tank")
STILL = replace(HEATER, draws=(), loss_w_per_k=0.0)
DAY_S = 86_400.0


def live(heater: WaterHeater, hours: float, dt_s: float = 10.0) -> float:
    """Let time pass from a midnight on; return the energy used in kWh."""
    steps = round(hours * 3600 / dt_s)
    return sum(heater.step(n * dt_s, dt_s) for n in range(steps)) * dt_s / 3_600_000


def test_a_heater_that_is_off_only_cools() -> None:
    heater = WaterHeater(HEATER)
    assert live(heater, 24) == 0.0
    assert HEATER.cold_c < heater.temperature_c < HEATER.start_c


def test_two_kilowatts_warm_two_hundred_litres_by_their_heat() -> None:
    heater = WaterHeater(replace(STILL, is_on=True, start_c=40.0))
    used = live(heater, 1)
    assert used == pytest.approx(2.0)
    assert heater.temperature_c - 40.0 == pytest.approx(3600 * 2000 / (200 * 4186))


def test_a_thermostat_keeps_its_range_while_it_is_on() -> None:
    heater = WaterHeater(replace(HEATER, is_on=True, start_c=58.0))
    seen = []
    for step in range(8640):
        heater.step(step * 10.0, 10.0)
        seen.append(heater.temperature_c)
    assert max(seen) == pytest.approx(HEATER.setpoint_c, abs=0.1)
    # the evening takes more than the heater gives
    assert min(seen) > HEATER.setpoint_c - HEATER.hysteresis_k - 6


def test_a_warm_tank_is_not_heated_before_it_has_cooled() -> None:
    assert live(WaterHeater(replace(STILL, is_on=True, start_c=59.0)), 5) == 0.0


def test_a_day_takes_what_is_drawn_and_lost() -> None:
    heater = WaterHeater(replace(HEATER, is_on=True, start_c=60.0))
    live(heater, 24)  # a day to settle
    warm_c = heater.temperature_c
    used = live(heater, 24)
    litres = sum(litres for _, _, litres in HEATER.draws)
    drawn = litres * 4186 * (57 - HEATER.cold_c) / 3_600_000
    lost = HEATER.loss_w_per_k * (57 - HEATER.room_c) * 24 / 1000
    stored = 200 * 4186 * (heater.temperature_c - warm_c) / 3_600_000
    assert used == pytest.approx(drawn + lost + stored, rel=0.1)


@given(
    st.builds(
        WaterHeaterConfig,
        heater_id=st.just("tank"),
        power_w=st.floats(0, 6000),
        volume_l=st.floats(20, 500),
        start_c=st.floats(12, 60),
        loss_w_per_k=st.floats(0, 5),
        is_on=st.booleans(),
    ),
    st.floats(1, 600),
)
def test_water_is_never_colder_than_it_comes_nor_far_above_its_setpoint(
    config: WaterHeaterConfig, dt_s: float
) -> None:
    heater = WaterHeater(config)
    rise_k = config.power_w * dt_s / (config.volume_l * 4186)
    for step in range(100):
        power_w = heater.step(step * dt_s, dt_s)
        assert power_w in (0.0, config.power_w)
        assert config.cold_c - 0.5 <= heater.temperature_c <= config.setpoint_c + rise_k + 0.01


def test_the_heater_is_part_of_the_household_on_its_phases() -> None:
    heater = replace(STILL, is_on=True, start_c=20.0, phases="BC")
    bare = HouseConfig(loads=(), pv=None, battery=None)
    without = House(bare).step(1.0)
    house = House(replace(bare, water_heaters=(heater,)))
    state = house.step(1.0)
    assert state.water_heater_w == {"tank": 2000.0}
    added = [a - b for a, b in zip(state.household_a, without.household_a, strict=True)]
    assert added == pytest.approx([0.0, 1000 / 230, 1000 / 230])
    house.water_heaters["tank"].is_on = False
    assert house.step(1.0).household_a == without.household_a
