"""How many set-points a charger is written in an hour of charging: some write each to flash."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
import json

from loadstar_engine.models import ChargingMode
from loadstar_engine.simulation import FAMILY_HOME, PvConfig, StepLoad

from .closed_loop.home import Home, Scenario

SEEDS = range(5)
LIFE_S = 120.0

_STOVE = tuple(
    StepLoad(
        name=f"hob {plate} {turn}",
        phases=phase,
        on_power_w=2000.0,
        start_s=17.25 * 3600.0 + plate * 400.0 + turn * 90.0,
        end_s=17.25 * 3600.0 + plate * 400.0 + turn * 90.0 + 45.0,
    )
    for plate, phase in enumerate("BC")
    for turn in range(30)
)
SCENARIOS = (
    Scenario(
        name="steady sun",
        mode=ChargingMode.SOLAR,
        start_h=11.0,
        hours=3.0,
        pv=PvConfig(cloudiness=0.0, noise=0.005),
    ),
    Scenario(
        name="clouds",
        mode=ChargingMode.SOLAR,
        start_h=11.0,
        hours=3.0,
        pv=PvConfig(cloudiness=0.8, noise=0.01),
        loads=FAMILY_HOME,
    ),
    Scenario(
        name="clouds, eco",
        mode=ChargingMode.ECO,
        start_h=11.0,
        hours=3.0,
        pv=PvConfig(cloudiness=0.8, noise=0.01),
        loads=FAMILY_HOME,
    ),
    Scenario(
        name="cooking evening",
        mode=ChargingMode.STANDARD,
        start_h=17.0,
        hours=3.0,
        loads=(*FAMILY_HOME, *_STOVE),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of a scenario, over all of its seeds."""

    scenario: str
    mode: str
    charging_hours: float
    changes_per_hour: float
    renewals_per_hour: float
    writes_per_hour: float
    most_per_hour: float  # of a single seed


def measure(scenario: Scenario, life_s: float) -> Row:
    """Live through a scenario once for each seed."""
    homes = [Home(scenario, seed, life_s) for seed in SEEDS]
    for home in homes:
        home.live()
    hours = sum(home.charging_s for home in homes) / 3600.0
    return Row(
        scenario=scenario.name,
        mode=scenario.mode.value,
        charging_hours=round(hours, 1),
        changes_per_hour=round(sum(home.keeper.writes.changes for home in homes) / hours, 1),
        renewals_per_hour=round(sum(home.keeper.writes.renewals for home in homes) / hours, 1),
        writes_per_hour=round(sum(home.keeper.writes.total for home in homes) / hours, 1),
        most_per_hour=round(
            max(home.keeper.writes.total * 3600.0 / home.charging_s for home in homes), 1
        ),
    )


def table(rows: Sequence[Row]) -> str:
    """Return the rows for people."""
    head = f"{'scenario':<18}{'mode':<10}{'hours':>7}{'changes/h':>11}{'renewals/h':>12}"
    lines = [f"{head}{'writes/h':>10}{'most/h':>8}"]
    lines += [
        f"{row.scenario:<18}{row.mode:<10}{row.charging_hours:>7}{row.changes_per_hour:>11}"
        f"{row.renewals_per_hour:>12}{row.writes_per_hour:>10}{row.most_per_hour:>8}"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench writes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--life", type=float, default=LIFE_S, help="of a set-point in s, renewed at half (120)"
    )
    arguments = parser.parse_args()
    rows = [measure(scenario, arguments.life) for scenario in SCENARIOS]
    if arguments.json:
        print(json.dumps({"life_s": arguments.life, "results": [asdict(row) for row in rows]}))
    else:
        print(table(rows))


if __name__ == "__main__":
    main()
