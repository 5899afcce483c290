"""Plans a case at many starts, cold and warm, and keeps what each plan took."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
import statistics
import time
from unittest.mock import patch

import highspy
from loadstar_engine.planner.solver.kepler import solve
from loadstar_engine.planner.solver.types import (
    FloatArray,
    KeplerConfig,
    KeplerPrevious,
    KeplerResult,
    ObjectiveTerm,
)
import numpy as np

from .cases import CONFIG, Case, Start, problem

GAP_OF_MEDIAN_PRICE = 0.05
SMALL_MONEY = 1.0  # below, a distance is told in parts of this


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one plan took and how good it is."""

    start: str
    warm: bool
    seconds: float
    cpu_s: float  # of this process: what it takes where nothing else runs
    build_s: float
    solve_s: float
    highs_s: float  # within HiGHS itself
    solves: int
    status: str
    gap_percent: float | None  # as proven
    money: float
    penalties: float
    total: float  # with shaping: what is minimised
    distance: float | None = None  # to the stored best, in money
    distance_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """The best that is known of a start."""

    total: float
    unshaped: float  # the same plan's money and penalties


@dataclass(slots=True)
class Watch:
    """Adds up the time that HiGHS runs."""

    seconds: float = 0.0


@contextmanager
def watching_highs() -> Iterator[Watch]:
    """Time every run of HiGHS while this lasts."""
    watch, run = Watch(), highspy.Highs.run

    def timed(highs: highspy.Highs) -> highspy.HighsStatus:
        began = time.perf_counter()
        status = run(highs)
        watch.seconds += time.perf_counter() - began
        return status

    with patch.object(highspy.Highs, "run", timed):
        yield watch


def config_for(prices: FloatArray) -> KeplerConfig:
    """Return the configuration that the planner uses, its gap from the median price."""
    return replace(CONFIG, absolute_gap=GAP_OF_MEDIAN_PRICE * abs(float(np.median(prices))))


def plan(
    case: Case, start: Start, *, warm: bool = False, config: KeplerConfig | None = None
) -> Plan:
    """Plan once; a warm plan knows the one of 15 min before."""
    previous = shifted(solve_at(case, start.earlier())) if warm else None
    home = problem(case, start, previous)
    config = config or config_for(home.import_price)
    with watching_highs() as watch:
        began, worked = time.perf_counter(), time.process_time()
        result = solve(home, config)
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - worked
    penalties = result.objective.get(ObjectiveTerm.PENALTIES, 0.0)
    return Plan(
        start=start.name,
        warm=warm,
        seconds=seconds,
        cpu_s=cpu_s,
        build_s=result.times.build_ms / 1000,
        solve_s=result.times.solve_ms / 1000,
        highs_s=watch.seconds,
        solves=result.times.solves,
        status=result.status.value,
        gap_percent=None if result.gap is None else 100 * result.gap,
        money=result.money,
        penalties=penalties,
        total=result.money + penalties + result.objective.get(ObjectiveTerm.SHAPING, 0.0),
    )


def against(best: Best | None, plan_made: Plan) -> Plan:
    """Return a plan with its distance; a warm one's is without shaping, which is to stay put."""
    if best is None:
        return plan_made
    have, want = plan_made.total, best.total
    if plan_made.warm:
        have, want = plan_made.money + plan_made.penalties, best.unshaped
    percent = 100 * (have - want) / max(abs(want), SMALL_MONEY)
    return replace(plan_made, distance=have - want, distance_percent=percent)


def solve_at(case: Case, start: Start) -> KeplerResult:
    """Return a cold plan."""
    home = problem(case, start)
    return solve(home, config_for(home.import_price))


def shifted(result: KeplerResult) -> KeplerPrevious:
    """Return a plan as the one that is planned a slot later knows it."""
    energies = {
        name: np.append((plan.charge_kwh - plan.discharge_kwh)[1:], np.nan)
        for name, plan in result.devices.items()
    }
    return KeplerPrevious(energy_kwh=energies)


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th percentile and maximum."""
    p95 = statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else 0.0
    return statistics.median(values), p95 or max(values), max(values)


def peak_memory_mb() -> float:
    """Return the most memory this process has had, where the system tells."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            kilobytes = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    except OSError:
        return 0.0
    return int(kilobytes) / 1024
