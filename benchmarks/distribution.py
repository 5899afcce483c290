"""How long the sharing of current takes: microseconds per call."""

import argparse
import json
import os
from pathlib import Path
import platform
import random
import statistics
import time

from loadstar_engine.distribution import calculate_all_charger_targets
from loadstar_engine.models import (
    ChargerContext,
    ChargingMode,
    Circuit,
    DistributionMode,
    SiteContext,
)

CHARGERS = (1, 2, 10, 100)
SECONDS_PER_CASE = 0.5
MODES = (ChargingMode.STANDARD, ChargingMode.ECO, ChargingMode.SOLAR, ChargingMode.EXCESS)


def site_of(count: int, distribution_mode: DistributionMode) -> SiteContext:
    """Return a scarce site of mixed chargers with circuits, import limit and unbalance."""
    rng = random.Random(count)  # noqa: S311 - a seeded generator is what is wanted
    circuits = [Circuit(circuit_id=f"c{index}", limit=32.0 + count) for index in range(count // 5)]
    return SiteContext(
        voltage=230.0,
        num_phases=3,
        main_breaker_rating=20.0 + 5.0 * count,
        phase_a_consumption=4.0,
        phase_b_consumption=2.0,
        phase_c_consumption=6.0,
        solar_production_total=4000.0 * count,
        battery_soc=85.0,
        battery_max_charge_power=5000.0,
        battery_max_discharge_power=5000.0,
        max_import_power=3000.0 * count + 6000.0,
        excess_export_threshold=1000.0,
        max_unbalance=20.0 + count,
        distribution_mode=distribution_mode,
        circuits=circuits,
        chargers=[
            ChargerContext(
                charger_id=f"{index:03}",
                phases=rng.choice((1, 3)),
                phase_rotation=rng.choice(("ABC", "BCA", "CAB")),
                priority=rng.randint(1, 3),
                charging_mode=MODES[index % len(MODES)],
                circuit=circuits[index % len(circuits)].circuit_id if circuits else None,
            )
            for index in range(count)
        ],
    )


def measure(site: SiteContext) -> dict[str, float]:
    """Return median and 95th percentile of a call in microseconds."""
    calculate_all_charger_targets(site)
    times: list[float] = []
    end = time.perf_counter() + SECONDS_PER_CASE
    while (start := time.perf_counter()) < end:
        calculate_all_charger_targets(site)
        times.append((time.perf_counter() - start) * 1e6)
    return {
        "median_us": round(statistics.median(times), 1),
        "p95_us": round(statistics.quantiles(times, n=20)[-1], 1),
    }


def machine() -> str:
    """Return what the figures were taken on."""
    name = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as info:
            models = [line.partition(":")[2].strip() for line in info if "model name" in line]
        name = models[0] if models else name
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def run(*, as_json: bool) -> None:
    """Measure every case and print a table, or one JSON object."""
    results = [
        {"chargers": count, "mode": mode.value, **measure(site_of(count, mode))}
        for count in CHARGERS
        for mode in DistributionMode
    ]
    if as_json:
        print(json.dumps({"machine": machine(), "results": results}))
        return
    print(machine())
    print(f"{'chargers':>8}  {'mode':<10} {'median µs':>10} {'p95 µs':>10}")
    for row in results:
        print(f"{row['chargers']:>8}  {row['mode']:<10} {row['median_us']:>10} {row['p95_us']:>10}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    run(as_json=parser.parse_args().json)


if __name__ == "__main__":
    main()
