"""How far forecasts are off in months that they were not trained on, and what they take."""

import argparse
from dataclasses import asdict
import json
import os
import time

from .distribution import machine
from .forecasting.first_days import first_days
from .forecasting.history import Span
from .forecasting.months import walk
from .forecasting.report import first_days_table, rows, speed_table, table, trust_table, trusts
from .forecasting.speed import speeds

MONTHS = (1, 3, 5, 7, 9, 11)


def main() -> None:
    """Read the options, foresee every day of the months and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench forecast", description=__doc__)
    parser.add_argument(
        "--months",
        type=int,
        nargs="+",
        choices=range(1, 13),
        default=MONTHS,
        metavar="M",
        help="that are foreseen, each day by models trained the night before (every other)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the year (1)")
    parser.add_argument(
        "--bias", type=float, default=Span().bias, help="by which the PV source exaggerates (0.08)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    span = Span(seed=arguments.seed, bias=arguments.bias)
    fast, began = speeds(arguments.seed), time.perf_counter()
    beginning = first_days(arguments.seed, arguments.bias)
    months = list(walk(span, arguments.months, arguments.jobs))
    figures = {
        "machine": machine(),
        "load": os.getloadavg()[0],
        "seconds": round(time.perf_counter() - began, 1),
        "seed": arguments.seed,
        "bias": arguments.bias,
    }
    if arguments.json:
        results = {
            "speed": [asdict(it) for it in fast],
            "first_days": [asdict(it) for it in beginning],
            "confidence": [asdict(it) for it in trusts(months)],
            "results": [asdict(it) for it in rows(months)],
        }
        print(json.dumps(figures | results))
        return
    print(*(f"{name} {value}" for name, value in figures.items()), sep="; ")
    trust = trust_table(trusts(months)), first_days_table(beginning)
    print(table(rows(months)), *trust, speed_table(fast), sep="\n\n")


if __name__ == "__main__":
    main()
