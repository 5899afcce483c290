"""The planning of batteries and one car again, for scipy's milp, written from the maths alone.

One variable for each kWh and one binary for each "either, or": large and slow, but plain.
Limits are hard here, so it is for homes that can keep them all.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from custom_components.loadstar.engine.planner.solver.types import (
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerInput,
    KeplerPeak,
)

INFINITE = np.inf
type Terms = dict[int, float]


@dataclass(slots=True)
class Program:
    """Columns with cost and bounds, rows with limits."""

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def column(self, upper: float = INFINITE, *, cost: float = 0.0, binary: bool = False) -> int:
        """Add a variable from 0 to ``upper``."""
        self.costs.append(cost)
        self.lower.append(0.0)
        self.upper.append(1.0 if binary else upper)
        self.integer.append(int(binary))
        return len(self.costs) - 1

    def row(self, terms: Terms, low: float = -INFINITE, high: float = INFINITE) -> None:
        """Hold a sum between two limits."""
        self.rows.append((terms, low, high))

    def either(self, one: int, other: int, most: tuple[float, float]) -> None:
        """Let only one of two variables be above 0."""
        which = self.column(binary=True)
        self.row({one: 1.0, which: -most[0]}, high=0.0)
        self.row({other: 1.0, which: most[1]}, high=most[1])

    def minimum(self) -> float | None:
        """Return the least cost, or None where the limits cannot all be kept."""
        at = [
            (row, column, value)
            for row, (terms, _, _) in enumerate(self.rows)
            for column, value in terms.items()
        ]
        row_of, column_of, values = zip(*at, strict=True)
        matrix = coo_array((values, (row_of, column_of)), (len(self.rows), len(self.costs)))
        found = milp(
            np.array(self.costs),
            integrality=np.array(self.integer),
            bounds=Bounds(np.array(self.lower), np.array(self.upper)),
            constraints=LinearConstraint(
                matrix.tocsr(), [row[1] for row in self.rows], [row[2] for row in self.rows]
            ),
            options={"mip_rel_gap": 0.0, "time_limit": 30.0},
        )
        return float(found.fun) if found.status == 0 else None


@dataclass(frozen=True, slots=True)
class Wires:
    """Per slot what is drawn in the house, what the inverter gives, and the PV left unused.

    Load and PV themselves are no variables, and not among the terms.
    """

    house: list[Terms]
    inverter: list[Terms]
    curtailed: list[int]


def least_cost(
    problem: KeplerInput, config: KeplerConfig, *, weak_last_slot: bool = True
) -> float | None:
    """Return the optimum of money and export threshold; None where a limit cannot be kept.

    ``weak_last_slot``: a car may run below its minimum in the slot in which it gets full.
    """
    program, count = Program(), problem.hours.size
    wires = Wires([{} for _ in range(count)], [{} for _ in range(count)], [])
    for battery in problem.batteries:
        _battery(program, battery, problem, config, wires.inverter)
    for slot, pv in enumerate(problem.pv_kwh):
        wires.curtailed.append(program.column(float(pv)))
        wires.inverter[slot][wires.curtailed[slot]] = -1.0
        wires.house[slot] |= {key: -value for key, value in wires.inverter[slot].items()}
    for car in problem.cars:
        _car(program, car, problem.hours, wires.house, weak_last_slot=weak_last_slot)
    imports = _grid(program, problem, config, wires)
    for peak in problem.peaks:
        _peak(program, peak, imports)
    return program.minimum()


def _battery(
    program: Program,
    battery: KeplerBattery,
    problem: KeplerInput,
    config: KeplerConfig,
    inverter: list[Terms],
) -> None:
    before: int | None = None
    for slot, hours in enumerate(problem.hours):
        most = battery.max_charge_kw * hours, battery.max_discharge_kw * hours
        charge = program.column(most[0], cost=config.wear_cost_per_kwh / 2)
        discharge = program.column(most[1], cost=config.wear_cost_per_kwh / 2)
        program.either(charge, discharge, most)
        content = program.column(battery.max_kwh)
        program.lower[content] = battery.min_kwh
        terms = {
            content: 1.0,
            charge: -battery.charge_efficiency,
            discharge: 1 / battery.discharge_efficiency,
        }
        known = battery.initial_kwh if before is None else 0.0
        program.row(terms if before is None else terms | {before: -1.0}, known, known)
        inverter[slot] |= {discharge: 1.0, charge: -1.0}
        before = content
    assert before is not None
    parts = [program.column(size, cost=-worth) for size, worth in battery.terminal_value]
    program.row({before: -1.0} | dict.fromkeys(parts, 1.0), high=-battery.min_kwh)


def _car(
    program: Program,
    car: KeplerCar,
    hours: FloatArray,
    house: list[Terms],
    *,
    weak_last_slot: bool,
) -> None:
    """Add a car: each slot's energy is 0 or within its limits."""
    taken: Terms = {}
    finishing: list[int] = []
    for slot, length in enumerate(hours):
        energy = program.column(car.max_kw * length * car.present[slot])
        on, last = program.column(binary=True), program.column(binary=True)
        program.row({energy: 1.0, on: -car.max_kw * length}, high=0.0)
        program.row({energy: 1.0, on: -car.min_kw * length, last: car.min_kw * length}, low=0.0)
        taken = taken | {energy: 1.0}
        program.row(taken | {last: -car.room_kwh}, low=0.0)
        house[slot][energy] = 1.0
        finishing.append(last)
        for goal in car.goals:
            if goal.by == slot + 1:
                program.row(taken, low=goal.energy_kwh)
    program.row(taken, high=car.room_kwh)
    program.row(dict.fromkeys(finishing, 1.0), high=float(weak_last_slot))


def _grid(program: Program, problem: KeplerInput, config: KeplerConfig, wires: Wires) -> list[int]:
    """Add import and export, their limits, the inverter's and the phases'."""
    grid, imports = problem.grid, []
    for slot, hours in enumerate(problem.hours):
        pv, load = float(problem.pv_kwh[slot]), float(problem.load_kwh[slot])
        given_by = wires.inverter[slot]
        breaker = grid.phase_limit_kw * hours
        most_in = most_out = breaker * grid.phases
        if grid.import_limit_kw is not None:
            most_in = min(most_in, float(grid.import_limit_kw[slot]) * hours)
        if grid.export_limit_kw is not None:
            most_out = min(most_out, grid.export_limit_kw * hours)
        taken = program.column(most_in, cost=float(problem.import_price[slot]))
        given = program.column(most_out, cost=-float(problem.export_price[slot]))
        program.either(taken, given, (most_in, most_out))
        program.row(wires.house[slot] | {taken: -1.0, given: 1.0}, pv - load, pv - load)
        sold = program.column(cost=config.export_threshold_per_kwh)  # from a battery
        program.row({sold: 1.0, given: -1.0, wires.curtailed[slot]: -1.0}, low=-pv)
        if grid.inverter_max_kw is not None:
            limit = grid.inverter_max_kw * hours
            program.row(given_by, -limit - pv, limit - pv)
        shares = zip(grid.load_shares, grid.inverter_shares, strict=True)
        for load_share, share in shares if not problem.cars else ():
            terms = {column: share * value for column, value in given_by.items()}
            base = load_share * load - share * pv
            program.row(terms, base - breaker, base + breaker)
        imports.append(taken)
    return imports


def _peak(program: Program, peak: KeplerPeak, imports: list[int]) -> None:
    """Add the mean of the N highest days: a level, and what each day is above it."""
    level = program.column(cost=peak.fee_per_kw)
    share = peak.fee_per_kw / peak.peaks_counted
    for past in peak.past_kw:
        program.row({level: 1.0, program.column(cost=share): 1.0}, low=past)
    above = [program.column(cost=share) for _ in peak.so_far_kw]
    for day, so_far in enumerate(peak.so_far_kw):
        program.row({level: 1.0, above[day]: 1.0}, low=so_far)
    for window in peak.windows:
        mean = {imports[slot]: -1.0 / window.hours for slot in window.slots}
        known = window.metered_kwh / window.hours
        program.row(mean | {level: 1.0, above[window.day]: 1.0}, low=known)
