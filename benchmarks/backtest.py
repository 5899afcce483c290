"""What a simulated year costs under each way to control the home, in closed loop."""

import argparse
from dataclasses import asdict
import json
import os
import sys
import time

from .backtesting.home import PLANT
from .backtesting.report import rows, table
from .backtesting.stretches import YEAR_DAYS, run, together
from .distribution import machine
from .forecasting.history import Span


def main() -> None:
    """Read the options, live through the days and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench backtest", description=__doc__)
    parser.add_argument(
        "--days", type=int, default=28, help="in stretches of four, spread over the year (28)"
    )
    parser.add_argument(
        "--every", type=int, default=60, choices=(15, 30, 60), help="minutes between plans (60)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the year (1)")
    parser.add_argument(
        "--bias", type=float, default=Span().bias, help="by which the PV source exaggerates (0.08)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if not 1 <= arguments.days <= YEAR_DAYS:
        parser.error(f"--days is 1 to {YEAR_DAYS}")
    span = Span(seed=arguments.seed, bias=arguments.bias)
    began, lived, parts = time.perf_counter(), [], []
    for (first, days), ledgers in run(span, arguments.days, arguments.every, arguments.jobs):
        lived.append(ledgers)
        costs = {name: round(ledger.cost, 4) for name, ledger in ledgers.items()}
        parts.append({"first_day": first, "days": days, "cost": costs})
        seconds = time.perf_counter() - began
        print(f"day {first} and {days - 1} more: {seconds:.0f} s", file=sys.stderr, flush=True)
    found = rows(together(lived), PLANT)
    figures = {
        "machine": machine(),
        "load": os.getloadavg()[0],
        "seconds": round(time.perf_counter() - began, 1),
        "days": arguments.days,
        "minutes": arguments.every,
        "seed": arguments.seed,
        "bias": arguments.bias,
    }
    if arguments.json:
        results = {"stretches": parts, "results": [asdict(row) for row in found]}
        print(json.dumps(figures | results))
        return
    print(*(f"{name} {value}" for name, value in figures.items()), sep="; ")
    print(table(found))


if __name__ == "__main__":
    main()
