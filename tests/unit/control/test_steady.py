"""What does not change does not change anything."""

import random

import pytest

from custom_components.loadstar.engine.models import ChargingMode
from tests.unit.control.bench import Bench, charging, target

CURRENT = 10.0


def at_share(share: float, step_a: float, mode: ChargingMode) -> Bench:
    """Return a bench whose charger draws 10 A and has a share of ``share`` A."""
    grid = 24.0 - share + CURRENT
    pv_w = None
    if mode is ChargingMode.SOLAR:
        grid, pv_w = CURRENT - share, 3 * 230.0 * (share + 2.0)
    return Bench(
        grid=(grid, grid, grid),
        pv_w=pv_w,
        chargers=[charging(currents=(CURRENT,) * 3, accepted_current=CURRENT)],
        site={"charging_mode": mode},
        contexts={"garage": {"step_a": step_a}},
    )


@pytest.mark.parametrize("mode", [ChargingMode.STANDARD, ChargingMode.SOLAR])
@pytest.mark.parametrize("step_a", [1.0, 0.1])
@pytest.mark.parametrize("share", [9.6, 9.9, 10.0, 10.05, 10.15])
def test_ten_cycles_of_the_same_input_change_nothing(
    share: float, step_a: float, mode: ChargingMode
) -> None:
    bench = at_share(share, step_a, mode)
    assert {target(bench.run(2)).current for _ in range(10)} == {CURRENT}


@pytest.mark.parametrize("mode", [ChargingMode.STANDARD, ChargingMode.SOLAR])
@pytest.mark.parametrize("step_a", [1.0, 0.1])
@pytest.mark.parametrize("share", [9.8, 9.9, 10.0, 10.1, 10.4])
def test_noise_changes_nothing_also_at_a_steps_edge(
    share: float, step_a: float, mode: ChargingMode
) -> None:
    bench = at_share(share, step_a, mode)
    rng = random.Random(7)
    quiet = bench.grid
    bench.run(20)
    seen = set()
    for cycle in range(300):
        a, b, c = ((value or 0.0) + rng.uniform(-0.3, 0.3) for value in quiet)
        bench.grid = (a, b, c)
        if cycle % 5 == 0:
            l1, l2, l3 = (CURRENT + rng.uniform(-0.3, 0.3) for _ in range(3))
            bench.chargers = [
                charging(currents=(l1, l2, l3), accepted_current=CURRENT, measured_at=bench.now)
            ]
        seen.add(target(bench.step()).current)
    assert seen == {CURRENT}


def test_noise_at_the_minimum_is_no_reason_to_stop() -> None:
    bench = Bench(
        grid=(24.0, 24.0, 24.0),
        chargers=[charging(currents=(6.0,) * 3, accepted_current=6.0)],
    )
    rng = random.Random(3)
    for _ in range(300):
        a, b, c = (24.0 + rng.uniform(-0.3, 0.3) for _ in range(3))
        bench.grid = (a, b, c)
        assert target(bench.run(2)).current == 6.0
