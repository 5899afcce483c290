"""How long plans of 48 h take, how good they are and what memory they need."""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
import json
import multiprocessing
import os
import subprocess
import sys

from .distribution import machine
from .planning import best, side_by_side
from .planning.cases import ARRIVALS, CASES, MIDNIGHTS, Start
from .planning.measure import Plan, against, peak_memory_mb, plan
from .planning.report import HEAD, Row, line, row

# In a bare Python: what the first plan has to wait for, and what it keeps in memory.
IMPORT = """
import time
used = lambda: int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
before, began = used(), time.perf_counter()
import loadstar_engine.planner.pipeline, loadstar_engine.planner.solver.kepler, highspy, pulp
print(time.perf_counter() - began, time.process_time(), used() - before)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case in a process of its own."""

    plans: list[tuple[str, Plan]]  # kind of start
    memory_mb: float  # above what the process had before its first plan


def measure(name: str, starts: Sequence[tuple[str, Start]], core: int | None) -> Outcome:
    """Plan a case at every start, cold and then warm."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    idle = peak_memory_mb()
    known = best.load().get(name, {})
    plans = [
        (kind, against(known.get(start.name), plan(CASES[name], start, warm=warm)))
        for warm in (False, True)
        for kind, start in starts
    ]
    return Outcome(plans=plans, memory_mb=peak_memory_mb() - idle)


def rows(name: str, plans: Sequence[tuple[str, Plan]]) -> Iterator[Row]:
    """Yield a row for each kind of start, cold and warm."""
    for kind in dict.fromkeys(kind for kind, _ in plans):
        for warm in (False, True):
            yield row(name, kind, [it for of, it in plans if of == kind and it.warm is warm])


def import_figures() -> tuple[float, float, float]:
    """Return the seconds, CPU seconds and MB that importing the planner takes, best of five."""
    runs = [
        subprocess.run([sys.executable, "-c", IMPORT], check=True, capture_output=True, text=True)  # noqa: S603  our own code
        for _ in range(5)
    ]
    figures = [[float(figure) for figure in run.stdout.split()] for run in runs]
    wall, cpu, megabytes = zip(*figures, strict=True)
    return min(wall), min(cpu), min(megabytes)


def improve_best(names: Sequence[str], starts: Sequence[tuple[str, Start]], seconds: float) -> None:
    """Solve every start for so long at gap 0 and store what is better than before."""
    plans = best.load()
    for name in names:
        known = plans.setdefault(name, {})
        for _, start in starts:
            known[start.name] = best.improve(known.get(start.name), CASES[name], start, seconds)
            print(f"{name} {start.name}: {known[start.name].total:.5f}", flush=True)
        best.save(plans)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench planner", description=__doc__)
    parser.add_argument("--case", action="append", choices=CASES, help="only this; repeatable")
    parser.add_argument("--starts", type=int, help="only the first so many of each kind")
    parser.add_argument("--one-core", action="store_true", help="as on a machine with one core")
    parser.add_argument("--best", type=float, metavar="SECONDS", help="store better best plans")
    parser.add_argument(
        "--emhass", metavar="PYTHON", help="side by side with EMHASS, which this Python has"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    names = arguments.case or list(CASES)
    starts = [("midnight", start) for start in MIDNIGHTS[: arguments.starts]]
    starts += [("16:30", start) for start in ARRIVALS[: arguments.starts]]
    if arguments.best is not None:
        improve_best(names, starts, arguments.best)
        return
    if arguments.emhass is not None:
        compare(arguments.emhass, MIDNIGHTS[: arguments.starts], as_json=arguments.json)
        return
    report(names, starts, one_core=arguments.one_core, as_json=arguments.json)


def compare(python: str, starts: Sequence[Start], *, as_json: bool) -> None:
    """Plan the same homes with EMHASS and print both."""
    sides = side_by_side.compare(python, starts)
    if as_json:
        print(json.dumps({"machine": machine(), "results": [asdict(side) for side in sides]}))
    else:
        print(f"{machine()}; load {os.getloadavg()[0]:.1f}", side_by_side.HEAD, sep="\n")
        print(*map(side_by_side.line, sides), sep="\n")


def report(
    names: Sequence[str], starts: Sequence[tuple[str, Start]], *, one_core: bool, as_json: bool
) -> None:
    """Measure the cases, each in a new process, and print."""
    core = min(os.sched_getaffinity(0)) if one_core else None
    seconds, cpu, megabytes = import_figures()
    if not as_json:
        print(f"{machine()}; load {os.getloadavg()[0]:.1f}; {'one core' if one_core else ''}")
        print(f"import of the planner: {seconds:.2f} s (CPU {cpu:.2f}), {megabytes:.0f} MB")
        print(HEAD)
    found: list[Row] = []
    memory: dict[str, float] = {}
    for name in names:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            outcome = pool.submit(measure, name, starts, core).result()
        memory[name] = round(outcome.memory_mb, 1)
        found += rows(name, outcome.plans)
        if not as_json:
            print(*map(line, rows(name, outcome.plans)), sep="\n")
            print(f"{'':<36}memory: {memory[name]} MB above idle", flush=True)
    if as_json:
        figures = {"machine": machine(), "load": os.getloadavg()[0], "one_core": one_core}
        figures |= {
            "import_s": seconds,
            "import_cpu_s": cpu,
            "import_mb": megabytes,
            "memory_mb": memory,
        }
        print(json.dumps(figures | {"results": [asdict(it) for it in found]}))


if __name__ == "__main__":
    main()
