"""Random houses, wired and measured in every way: never a wrong verdict."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.loadstar.engine.commissioning import ChargerReport, Verdict
from custom_components.loadstar.engine.simulation import FAMILY_HOME, BatteryConfig, PvConfig
from tests.unit.commissioning.bench import Bench, Point, car

ORDERS = ("ABC", "ACB", "BAC", "BCA", "CAB", "CBA")
HOUSES = 400
LEAST_RESULTS = 0.75  # of all houses, most of them with noise, appliances or a battery


def battery(power_w: float, lag_s: float) -> BatteryConfig:
    """Return a battery that is neither empty nor full during a test."""
    return BatteryConfig(
        capacity_kwh=100.0, max_charge_power_w=power_w, max_discharge_power_w=power_w, lag_s=lag_s
    )


def random_house(rng: random.Random) -> tuple[Bench, str, str]:
    """Return a house, the lines that its charger truly moves and those that are reversed."""
    phases, meter = rng.choice((1, 1, 2, 3, 3)), rng.choice(("ABC", "ABC", *ORDERS))
    wired = rng.choice(ORDERS)
    signs = rng.choice(((1.0,) * 3, (-1.0,) * 3, tuple(rng.choice((1.0, -1.0)) for _ in range(3))))
    a, b, c = signs
    power = rng.choice((None, None, 2500.0, 11_000.0))
    bench = Bench(
        points=(
            Point(
                wired=wired,
                configured=rng.choice((wired, rng.choice(ORDERS))),
                reaction_s=rng.choice((0.5, 1.0, 3.0)),
                report_s=rng.choice((10, 10, 20)),
                report_age_s=rng.choice((0, 0, 8)),
                car=car(
                    phases,
                    reaction_s=rng.uniform(1.0, 10.0),
                    draw_factor=rng.uniform(0.93, 1.0),
                ),
            ),
        ),
        meter=meter,
        factors=(a, b, c),
        noise_a=rng.choice((0.0, 0.1, 0.3, 0.6)),
        grid_period_s=rng.choice((1, 1, 5, 10)),
        grid_age_s=rng.choice((0, 0, 4)),
        battery=None if power is None else battery(power, rng.choice((1.0, 3.0, 8.0))),
        battery_period_s=rng.choice((1, 5, 10, 30)),
        pv=rng.choice((None, PvConfig(cloudiness=rng.choice((0.0, 0.5, 1.0))))),
        loads=rng.choice(((), FAMILY_HOME, FAMILY_HOME)),
        start_s=rng.uniform(8.0, 20.0) * 3600.0,
        seed=rng.randrange(1_000_000),
    )
    moved = "".join(sorted("ABC"[meter.index(phase)] for phase in wired[:phases]))
    return bench, moved, "".join(line for line in moved if signs["ABC".index(line)] < 0)


def judge(report: ChargerReport, moved: str, reverse: str) -> bool:
    """Return whether there was a result; fail where it is a wrong one."""
    if report.verdict is Verdict.INCONCLUSIVE:
        return False
    assert (report.moved, report.reversed) == (moved, reverse)
    is_right = moved == report.expected and not reverse
    assert report.verdict is (Verdict.PASSED if is_right else Verdict.FAILED)
    return True


def test_many_houses_mostly_with_a_result() -> None:
    rng, results = random.Random(2026), 0
    for _ in range(HOUSES):
        bench, moved, reverse = random_house(rng)
        results += judge(bench.only_report(), moved, reverse)
    assert results / HOUSES >= LEAST_RESULTS


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0))
def test_any_house(seed: int) -> None:
    bench, moved, reverse = random_house(random.Random(seed))
    judge(bench.only_report(), moved, reverse)
