"""Whether the breaker holds in random household hours, for every kind of simulated charger."""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
import json
import logging
import os
import sys
import time

from simulated_home.charger.variants import VARIANTS

from .households.home import Outcome, live
from .households.hour import random_hour
from .households.judge import Excess, unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of a variant's hours."""

    variant: str
    hours: int
    longest_s: float  # over the breaker while every wire was whole and no issue stood
    longest_cut_s: float  # around a connection that was cut
    longest_explained_s: float  # while a repair issue said why
    unexplained: int  # longer than 30 s and the charger's and car's own delay
    proof: dict[str, int]  # state of the proof at the hour's end
    issues: dict[str, int]  # hours in which an issue of this kind stood
    methods: dict[str, int]
    charged_kwh: tuple[float, float]  # per hour: the variant's car, the other one


def _hour(task: tuple[str, int]) -> Outcome:
    variant, seed = task
    logging.disable(logging.CRITICAL)  # what chargers get wrong is counted, not told
    return live(random_hour(seed, variant))


def measure(variant: str, outcomes: Sequence[Outcome]) -> Row:
    """Return what a variant's hours come to."""
    excesses = [excess for outcome in outcomes for excess in outcome.excesses]
    bad = [it for outcome in outcomes for it in unexplained(outcome.excesses, outcome.delay_s)]
    energy = [list(outcome.energy_wh.values()) for outcome in outcomes]
    own, other = (sum(part) / len(outcomes) / 1000 for part in zip(*energy, strict=True))
    return Row(
        variant=variant,
        hours=len(outcomes),
        longest_s=_longest(it for it in excesses if not it.disturbed and not it.explained),
        longest_cut_s=_longest(it for it in excesses if it.disturbed and not it.explained),
        longest_explained_s=_longest(it for it in excesses if it.explained),
        unexplained=len(bad),
        proof=dict(Counter(outcome.proof for outcome in outcomes)),
        issues=dict(Counter(issue for outcome in outcomes for issue in outcome.issues)),
        methods=dict(Counter(str(outcome.method) for outcome in outcomes)),
        charged_kwh=(round(own, 2), round(other, 2)),
    )


def _longest(excesses: Iterable[Excess]) -> float:
    return max((excess.seconds for excess in excesses), default=0.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench holding", description=__doc__)
    parser.add_argument("--hours", type=int, default=4, help="of each variant")
    parser.add_argument("--first", type=int, default=0, help="the first hour's seed")
    parser.add_argument("--variants", nargs="*", default=list(VARIANTS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    began = time.perf_counter()
    seeds = range(arguments.first, arguments.first + arguments.hours)
    rows = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for variant in arguments.variants:
            outcomes = list(pool.map(_hour, [(variant, seed) for seed in seeds], chunksize=4))
            rows.append(measure(variant, outcomes))
            if not arguments.json:
                _print(rows[-1], outcomes, head=len(rows) == 1)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows]))
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)


def _print(row: Row, outcomes: Sequence[Outcome], *, head: bool) -> None:
    if head:
        print("longest excess of a phase over its breaker in s: whole wires, cut, with an issue")
        print(f"{'variant':<28}{'hours':>6}{'whole':>7}{'cut':>6}{'issue':>7}{'bad':>5}  outcome")
    proof = ", ".join(f"{state} {count}" for state, count in row.proof.items())
    print(
        f"{row.variant:<28}{row.hours:>6}{row.longest_s:>7.0f}{row.longest_cut_s:>6.0f}"
        f"{row.longest_explained_s:>7.0f}{row.unexplained:>5}  {proof}; {row.methods};"
        f" {row.issues}; kWh {row.charged_kwh}",
        flush=True,
    )
    for outcome in outcomes:
        for excess in unexplained(outcome.excesses, outcome.delay_s):
            print(f"    hour {outcome.seed}: {excess}")


if __name__ == "__main__":
    main()
