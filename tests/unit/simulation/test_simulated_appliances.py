"""Appliances step, the sky changes slowly."""

import itertools
import random

import pytest

from custom_components.loadstar.engine.simulation import (
    DISHWASHER,
    FAMILY_HOME,
    FRIDGE,
    KETTLE,
    LIGHTS,
    OVEN,
    Appliance,
    Load,
    Pv,
    PvConfig,
    Stage,
    clear_sky_w,
)

DAY_S = 86_400


def day_of(load: Load, seed: int = 1, day: int = 0) -> list[float]:
    return [load.power_w(day * DAY_S + t, seed) for t in range(0, DAY_S, 10)]


@pytest.mark.parametrize("load", FAMILY_HOME, ids=lambda load: load.name)
def test_every_appliance_is_on_and_off_every_day(load: Load) -> None:
    for day in (0, 1):
        assert min(day_of(load, day=day)) == 0
        assert max(day_of(load, day=day)) > 0


def test_the_kettle_boils_for_three_minutes_on_one_phase() -> None:
    single = Appliance(name="kettle", phases="A", programme=KETTLE.programme, uses_per_day=1)
    assert KETTLE.phases == "A"
    assert day_of(single).count(3000.0) == 18


def test_the_oven_is_on_three_phases() -> None:
    assert OVEN.phases == "ABC"
    assert max(day_of(OVEN)) == 7500


def test_seeds_and_days_have_their_own_timetable() -> None:
    assert day_of(KETTLE, seed=1) == day_of(KETTLE, seed=1)
    assert day_of(KETTLE, seed=1) != day_of(KETTLE, seed=2)
    assert day_of(KETTLE, day=0) != day_of(KETTLE, day=1)
    assert day_of(FRIDGE, seed=1) != day_of(FRIDGE, seed=2)


def test_a_programme_runs_on_over_midnight() -> None:
    late = Appliance(
        name="pump",
        phases="A",
        programme=(Stage(duration_s=7200.0, power_w=500.0),),
        window_h=(23.5, 23.9),
    )
    assert late.power_w(DAY_S + 600.0, seed=0) == 500


def test_the_dishwasher_heats_twice() -> None:
    powers = day_of(DISHWASHER)
    rises = sum(a < b == 2100 for a, b in itertools.pairwise(powers))
    assert rises == 2


def test_the_lights_are_on_in_the_evening() -> None:
    assert LIGHTS.power_w(20 * 3600.0, seed=0) == 240
    assert LIGHTS.power_w(12 * 3600.0, seed=0) == 0


def test_the_clear_sky_is_dark_at_night_and_highest_at_noon() -> None:
    config = PvConfig()
    powers = [clear_sky_w(config, hour * 3600.0) for hour in range(24)]
    assert powers[0] == powers[23] == 0
    assert powers.index(max(powers)) == 12
    assert 0.8 * config.peak_w < max(powers) <= config.peak_w


def test_the_sun_can_be_moved() -> None:
    assert clear_sky_w(PvConfig(shift_s=43_200.0), 0.0) == pytest.approx(
        clear_sky_w(PvConfig(), 43_200.0)
    )


def test_winter_gives_less_than_summer() -> None:
    noon = 43_200.0
    assert clear_sky_w(PvConfig(day_of_year=355), noon) < 0.4 * clear_sky_w(PvConfig(), noon)


def noon_output(config: PvConfig, step_s: float, count: int) -> list[float]:
    pv = Pv(config, random.Random(3))
    return [pv.step(43_200.0, step_s) for _ in range(count)]


def test_clouds_come_and_go_slowly() -> None:
    clear = clear_sky_w(PvConfig(), 43_200.0)
    quick = noon_output(PvConfig(cloudiness=1.0), 1.0, 2000)
    slow = noon_output(PvConfig(cloudiness=1.0), 900.0, 2000)
    jumps = [max(abs(a - b) for a, b in itertools.pairwise(run)) / clear for run in (quick, slow)]
    assert jumps[0] < 0.2 < jumps[1]
    assert min(slow) < 0.4 * clear < 0.8 * clear < max(slow) <= clear


def test_a_clear_sky_has_no_clouds_and_noise_only_where_it_is_asked_for() -> None:
    assert len(set(noon_output(PvConfig(cloudiness=0.0), 1.0, 50))) == 1
    assert len(set(noon_output(PvConfig(cloudiness=0.0, noise=0.02), 1.0, 50))) == 50
