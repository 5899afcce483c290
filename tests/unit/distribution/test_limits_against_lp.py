"""Seven comparisons say exactly what a linear program with a flow per supply says."""

import random

import pytest

from custom_components.loadstar.engine.distribution.limits import (
    by_set,
    closed,
    fixed,
    from_sets,
    pooled,
    relieved,
    room,
    take,
)
from custom_components.loadstar.engine.models import PhaseLimits, PhaseTriple
from tests.unit.distribution.feeds import PHASES
from tests.unit.distribution.linear_program import Program, pool

SITES = 700


def largest_multiple(
    caps: PhaseTriple, supplies: list[tuple[PhaseTriple, float]], loads: list[tuple[float, int]]
) -> float | None:
    """Return the largest t for which t times the loads can be served, with a flow per supply."""
    program = Program()
    level = program.column(0.0, 1000.0)
    flows: list[dict[int, float]] = [{}, {}, {}]
    for limits, total in supplies:
        pool(program, flows, dict(enumerate(limits)), total)
    for phase in PHASES:
        drawn = sum(current for current, load in loads if load >> phase & 1)
        program.at_most({level: drawn} | dict.fromkeys(flows[phase], -1.0), caps[phase])
    return program.maximum({level: 1.0})


@pytest.mark.parametrize("first", range(0, SITES, 100))
def test_seven_comparisons_are_exact(first: int) -> None:
    for seed in range(first, first + 100):
        rng = random.Random(seed)
        caps = tuple(rng.uniform(0, 30) for _ in PHASES)
        assert len(caps) == 3
        supplies = []
        limits = fixed(caps)
        for _ in range(rng.randint(0, 3)):
            each = (rng.uniform(0, 20), rng.choice((0.0, rng.uniform(0, 20))), rng.uniform(0, 20))
            supplies.append((each, rng.uniform(0, 50)))
            limits += pooled(*supplies[-1])
        loads = [(rng.uniform(1, 20), rng.randint(1, 7)) for _ in range(rng.randint(1, 5))]
        drawn = [0.0] * 8
        for current, load in loads:
            take(drawn, load, -current)
        exact = min(limit / draw for limit, draw in zip(by_set(limits), drawn, strict=True) if draw)
        assert exact == pytest.approx(largest_multiple(caps, supplies, loads), abs=1e-6), seed


@pytest.mark.parametrize("first", range(0, SITES, 100))
def test_overdrawn_phases_take_what_they_can_and_leave_the_rest(first: int) -> None:
    """A household over its breaker is served as far as the inverter can, then the chargers."""
    for seed in range(first, first + 100):
        rng = random.Random(seed)
        a, b, c = (rng.uniform(-15, 20) for _ in PHASES)
        each = (rng.uniform(0, 20), rng.uniform(0, 20), rng.choice((0.0, 10.0)))
        total = rng.uniform(0, 30)
        load = rng.randint(1, 7)
        left = relieved(by_set(fixed((a, b, c)) + pooled(each, total)))
        program = Program()
        level = program.column(0.0, 0.0)
        flows: list[dict[int, float]] = [{}, {}, {}]
        pool(program, flows, dict(enumerate(each)), total)
        short = [program.column(0.0, max(0.0, -cap)) for cap in (a, b, c)]
        for phase, cap in enumerate((a, b, c)):
            terms = dict.fromkeys(flows[phase], -1.0) | {short[phase]: -1.0}
            program.at_most(terms | {level: float(load >> phase & 1)}, cap)
        least = program.maximum(dict.fromkeys(short, -1.0))
        assert least is not None
        program.at_most(dict.fromkeys(short, 1.0), 1e-9 - least)
        program.highs.changeColBounds(level, 0.0, 1000.0)
        assert room(left, load) == pytest.approx(program.maximum({level: 1.0}), abs=1e-6), seed


def test_limits_survive_the_way_through_sets() -> None:
    limits = PhaseLimits(a=1, b=2, c=3, ab=4, ac=5, bc=6, abc=7)
    assert from_sets(by_set(limits)) == limits
    assert by_set(limits) == [0, 1, 2, 4, 3, 5, 6, 7]


def test_closing_keeps_what_can_be_drawn() -> None:
    limits = by_set(PhaseLimits(a=28, b=9, c=30, ab=25, ac=27, bc=31, abc=24))
    assert closed(limits) == [0, 24, 9, 24, 24, 24, 24, 24]
    assert all(room(closed(limits), load) == room(limits, load) for load in range(1, 8))
