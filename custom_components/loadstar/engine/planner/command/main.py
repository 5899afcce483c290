"""Plan the slots of a file for the home of another."""

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys
from zoneinfo import ZoneInfo

from ..config import PlanKind
from ..inputs.types import PlannerInput, SlotData
from ..pipeline import generate_schedule
from .document import FileError
from .home_file import Home, read_home
from .machine import schedule_csv, schedule_json
from .slots_file import read_slots
from .table import schedule_table

BROKEN_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the plan; 2 where a file is broken, said with its line and column."""
    options = _options(arguments)
    try:
        home = Home() if options.home is None else read_home(options.home)
        slots = read_slots(options.slots, ZoneInfo(home.time_zone))
    except FileError as error:
        print(error, file=sys.stderr)
        return BROKEN_INPUT
    planner_input = planner_input_of(home, slots)
    schedule = generate_schedule(planner_input, home.settings, PlanKind(options.mode))
    if options.json:
        print(schedule_json(schedule, planner_input))
    elif options.csv:
        print(schedule_csv(schedule), end="")
    else:
        print(schedule_table(schedule, planner_input))
    return 0


def planner_input_of(home: Home, slots: tuple[SlotData, ...]) -> PlannerInput:
    """Return what the planner is asked: the home, from the first slot on."""
    return PlannerInput(
        now=slots[0].start,
        time_zone=home.time_zone,
        currency=home.currency,
        slots=slots,
        grid=home.grid,
        batteries=home.batteries,
        cars=home.cars,
        water_heaters=home.water_heaters,
        deferrables=home.deferrables,
        peak_tariff=home.peak_tariff,
        outlook=home.outlook,
        circumstances=home.circumstances,
        manual=home.manual,
        buffer_soc_percent=home.buffer_soc_percent,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="plan", description=__doc__)
    parser.add_argument("slots", type=Path, help="CSV or JSON of slots")
    parser.add_argument("home", type=Path, nargs="?", help="YAML of the home and its devices")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="the whole schedule as JSON")
    output.add_argument("--csv", action="store_true", help="the slots as CSV")
    parser.add_argument(
        "--mode",
        choices=[kind.value for kind in PlanKind],
        default=PlanKind.FULL.value,
        help="baseline leaves out the strategy",
    )
    return parser.parse_args(arguments)
