"""From a solution's numbers to the result of a plan."""

from dataclasses import dataclass

import numpy as np

from .model import IntArray
from .parts.home import Home
from .site import Site
from .tiers import dearest_kwh
from .types import (
    BoolArray,
    Breach,
    DevicePlan,
    Duals,
    FloatArray,
    KeplerInput,
    KeplerResult,
    ObjectiveTerm,
    SolveStatus,
    SolveTimes,
)

NOTHING_KWH = 1e-9
BREACH_KWH = 1e-6
AT_LIMIT_KWH = 1e-6


@dataclass(frozen=True, slots=True)
class Solution:
    """Values by column, cleared of the solver's noise."""

    values: FloatArray
    slots: int

    def __getitem__(self, columns: IntArray, /) -> FloatArray:
        """Return the values of columns."""
        return self.values[columns]


def clear(values: FloatArray, site: Site) -> FloatArray:
    """Return values within their columns' bounds and without noise around 0."""
    known = values[: site.model.column_count]
    within = np.clip(known, site.model.low, site.model.up)
    within[np.abs(within) < NOTHING_KWH] = 0.0
    return within


def objective(site: Site, values: FloatArray) -> dict[ObjectiveTerm, float]:
    """Return what each term comes to; breaches that are noise cost nothing."""
    heeded = values.copy()
    for slack in site.slacks:
        columns = slack.columns[heeded[slack.columns] <= BREACH_KWH]
        heeded[columns] = 0.0
    return {
        term: float(cost @ heeded) + site.model.constants.get(term, 0.0)
        for term, cost in site.model.term_costs().items()
    }


def breaches(site: Site, values: FloatArray) -> tuple[Breach, ...]:
    """Return every limit that gave."""
    return tuple(
        Breach(
            kind=slack.kind,
            kwh=float(values[slack.columns[index]]),
            device_id=slack.device_id,
            slot=None if slack.slots is None else int(slack.slots[index]),
        )
        for slack in site.slacks
        for index in np.flatnonzero(values[slack.columns] > BREACH_KWH)
    )


def duals(home: Home, site: Site, row_dual: FloatArray | None) -> Duals | None:
    """Return the marginal worths, NaN where a penalty is part of one."""
    if row_dual is None:
        return None
    dearest = dearest_kwh(site.problem, site.config)

    def known(worth: FloatArray) -> FloatArray:
        return np.where(np.abs(worth) <= dearest, worth, np.nan)

    energy = row_dual[home.balance.rows].copy()
    for share, rows in zip(site.problem.grid.load_shares, home.phases.meter_rows, strict=False):
        energy += share * row_dual[rows]
    content = {
        battery.battery.battery_id: known(-row_dual[battery.rows]) for battery in home.batteries
    }
    return Duals(energy=known(energy), content=content)


def import_limited(site: Site, solution: Solution, imported: FloatArray) -> BoolArray:
    """Tell where import is at its limit, or a phase at the breaker."""
    grid, hours = site.problem.grid, site.problem.hours
    limited = np.zeros(hours.size, np.bool_)
    if grid.import_limit_kw is not None:
        limited |= imported >= grid.import_limit_kw * hours - AT_LIMIT_KWH
    for index in range(len(site.phases)):
        net = site.on_phase(index, solution)
        limited |= net >= grid.phase_limit_kw * hours - AT_LIMIT_KWH
    return limited


def failed(problem: KeplerInput, times: SolveTimes) -> KeplerResult:
    """Return the result when there is none: zeros that nobody should follow."""
    zeros = np.zeros(problem.hours.size)
    contents = {battery.battery_id: battery.initial_kwh for battery in problem.batteries}
    others = [car.car_id for car in problem.cars]
    others += [water.load_id for water in problem.water_heaters]
    others += [load.load_id for load in problem.deferrables]
    devices = {
        device_id: DevicePlan(
            device_id=device_id,
            charge_kwh=zeros,
            discharge_kwh=zeros,
            content_kwh=(
                np.full(zeros.size + 1, contents[device_id]) if device_id in contents else None
            ),
        )
        for device_id in [*contents, *others]
    }
    return KeplerResult(
        status=SolveStatus.FAILED,
        objective=dict.fromkeys(ObjectiveTerm, 0.0),
        gap=None,
        import_kwh=zeros,
        export_kwh=zeros,
        curtailed_kwh=zeros,
        devices=devices,
        breaches=(),
        duals=None,
        times=times,
        peak_kw=tuple(0.0 for _ in problem.peaks),
        import_limited=np.zeros(zeros.size, np.bool_),
    )
