"""The same homes planned by Loadstar and by EMHASS, with one arithmetic for both plans' money.

Conventions are aligned: one phase's worth of limits, no inverter limit, no peak fee, one car
with one goal, wear on each side of the battery, no prices on ramps and starts, and EMHASS
is told to end with as much in the battery as Loadstar's plan does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import json
from pathlib import Path
import statistics
import subprocess
import time
from typing import Any

from loadstar_engine.planner.solver.kepler import solve
from loadstar_engine.planner.solver.types import FloatArray, KeplerInput, KeplerResult
import numpy as np

from .cases import CASES, WEAR, Start, problem
from .measure import config_for

PROCESS = Path(__file__).parent / "emhass_process.py"
COMPARED = ("battery", "car")
ALLOWED_S = 120.0  # for one plan of the other planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What came of a case side by side; money and seconds of each start."""

    case: str
    ours: list[tuple[float, float]]
    theirs: list[tuple[float, float]]


def aligned(case: str, start: Start) -> KeplerInput:
    """Return a case with what both planners can express."""
    home = problem(CASES[case], start)
    grid = replace(
        home.grid,
        phases=1,
        phase_limit_kw=3 * home.grid.phase_limit_kw,
        load_shares=(1.0,),
        inverter_shares=(1.0,),
        inverter_max_kw=None,
    )
    cars = tuple(
        replace(
            car,
            phases="A",
            goals=car.goals[:1],
            room_kwh=car.goals[0].energy_kwh,
            present=np.arange(home.hours.size) < car.goals[0].by,
        )
        for car in home.cars
    )
    return replace(home, grid=grid, cars=cars)


def asked(home: KeplerInput, last_kwh: float) -> dict[str, Any]:
    """Return a home as the other process reads it."""
    battery = home.batteries[0]
    figures: dict[str, Any] = {
        "gap": 0.001,
        "grid_kw": home.grid.phase_limit_kw,
        "wear": WEAR,
        "pv_kw": (home.pv_kwh / home.hours).tolist(),
        "load_kw": (home.load_kwh / home.hours).tolist(),
        "import_price": home.import_price.tolist(),
        "export_price": home.export_price.tolist(),
        "battery": {
            "kwh": battery.capacity_kwh,
            "kw": battery.max_charge_kw,
            "efficiency": battery.charge_efficiency,
            "least": battery.min_kwh / battery.capacity_kwh,
            "first": battery.initial_kwh / battery.capacity_kwh,
            "last": last_kwh / battery.capacity_kwh,
        },
        "car": None,
    }
    for car in home.cars:
        goal = car.goals[0]
        figures["car"] = {
            "least_kw": car.min_kw,
            "most_kw": car.max_kw,
            "kwh": goal.energy_kwh,
            "until": goal.by,
        }
    return figures


def money(
    home: KeplerInput, discharged: FloatArray, curtailed: FloatArray, car: FloatArray
) -> float:
    """Return what flows cost: grid and wear, the end being the same for both."""
    net = home.load_kwh + car - (home.pv_kwh - curtailed) - discharged
    grid = home.import_price @ np.maximum(net, 0.0) - home.export_price @ np.maximum(-net, 0.0)
    return float(grid + WEAR / 2 * np.abs(discharged).sum())


def _our_money(home: KeplerInput, result: KeplerResult) -> float:
    battery = result.devices[home.batteries[0].battery_id]
    car = sum((result.devices[it.car_id].charge_kwh for it in home.cars), np.zeros(home.hours.size))
    return money(home, battery.discharge_kwh - battery.charge_kwh, result.curtailed_kwh, car)


def compare(python: str, starts: Sequence[Start]) -> list[Side]:
    """Plan the compared cases with both; ``python`` is one that has EMHASS."""
    sides: list[Side] = []
    for case in COMPARED:
        homes, ours = [aligned(case, start) for start in starts], []
        questions: list[str] = []
        for home in homes:
            began = time.perf_counter()
            config = config_for(home.import_price)
            result = solve(home, replace(config, ramp_cost_per_kw=0.0, car_start_cost=0.0))
            ours.append((_our_money(home, result), time.perf_counter() - began))
            content = result.devices[home.batteries[0].battery_id].content_kwh
            assert content is not None
            questions.append(json.dumps(asked(home, float(content[-1]))))
        answers = subprocess.run(  # noqa: S603  the Python that was asked for
            [python, str(PROCESS)],
            input="\n".join(questions),
            check=True,
            capture_output=True,
            text=True,
            timeout=ALLOWED_S * len(homes),
        ).stdout.splitlines()
        theirs = [_theirs(*pair) for pair in zip(homes, answers, strict=True)]
        sides.append(Side(case=case, ours=ours, theirs=theirs))
    return sides


def _theirs(home: KeplerInput, answer: str) -> tuple[float, float]:
    found = json.loads(answer)
    car = np.zeros(home.hours.size) if found["car_kwh"] is None else np.array(found["car_kwh"])
    flows = np.array(found["battery_kwh"]), np.array(found["curtailed_kwh"])
    return money(home, *flows, car), float(found["seconds"])


def line(side: Side) -> str:
    """Return a row of the table: seconds, and what the other plans cost beyond ours."""
    more = [their[0] - our[0] for our, their in zip(side.ours, side.theirs, strict=True)]
    mean = statistics.fmean(money for money, _ in side.ours)
    ours, theirs = (
        statistics.median(seconds for _, seconds in it) for it in (side.ours, side.theirs)
    )
    return (
        f"{side.case:<12}{len(more):>6}{ours:>12.3f}{theirs:>12.3f}{mean:>14.4f}"
        f"{statistics.fmean(more):>12.4f}{min(more):>12.4f}{max(more):>12.4f}"
    )


HEAD = (
    f"{'case':<12}{'plans':>6}{'Loadstar s':>12}{'EMHASS s':>12}{'Loadstar cost':>14}"
    f"{'EMHASS +':>12}{'least +':>12}{'most +':>12}"
)
