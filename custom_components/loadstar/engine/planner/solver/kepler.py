"""Kepler: the plan of least cost, as a mixed-integer linear program of parts."""

import time

import numpy as np

from .checks import check
from .fallback import round_and_repair
from .finish import Finished, finish
from .parts.home import Home
from .reading import Solution, breaches, clear, duals, failed, import_limited, objective
from .search import Found, Search
from .session import Session
from .site import Site
from .types import (
    KeplerConfig,
    KeplerInput,
    KeplerResult,
    ObjectiveTerm,
    SolveStatus,
    SolveTimes,
)

LEAST_PATIENCE_S = 1.0  # for one run of a mixed-integer program
PATIENCE = 25.0  # the same in times of what building took, for slow machines and large homes


def solve(problem: KeplerInput, config: KeplerConfig) -> KeplerResult:
    """Return the plan of least cost; arrays are (T,) in kWh per slot, AC side.

    Limits give rather than that there is no plan, and each that gave is a breach. With
    both gaps 0 the plan is optimal; else cars are decided in a second step, after all
    else. Trouble in the solver is a status, never an error. Raises ValueError where an
    array has the wrong shape or a number is not finite. Formulation: docs/planning.md.
    """
    check(problem)
    began = time.perf_counter()
    site, home = Site(problem, config), Home(problem)
    home.add(site)
    cost = sum(site.model.term_costs().values(), start=np.zeros(site.model.column_count))
    session = Session(site.model, cost, config.time_limit_s, config.threads)
    built = time.perf_counter()
    search = Search(site, session, cost, max(LEAST_PATIENCE_S, PATIENCE * (built - began)))
    found = search.run()
    if repaired := found is None:
        found = round_and_repair(site, session, cost, search.exclusion)
    if found is None:
        return failed(problem, _times(began, built, session))
    finished = finish(site, session, cost, search.exclusion, found)
    values = clear(search.exclusion.net(finished.values), site)
    terms = objective(site, values)
    beyond = _beyond_bound(found, finished)
    solution, exchange = Solution(values, problem.hours.size), home.exchange
    return KeplerResult(
        status=SolveStatus.FALLBACK if repaired else _status(found, beyond, terms, config),
        objective=terms,
        gap=None if beyond is None else beyond / max(abs(_money(terms)), 1e-9),
        import_kwh=solution[exchange.imported],
        export_kwh=solution[exchange.exported],
        curtailed_kwh=solution[exchange.curtailed],
        devices={plan.device_id: plan for plan in (d.plan(solution) for d in home.devices)},
        breaches=breaches(site, values),
        duals=duals(home, site, finished.row_dual),
        times=_times(began, built, session),
        peak_kw=tuple(peak.charged_kw(solution) for peak in home.peaks),
        import_limited=import_limited(site, solution, solution[exchange.imported]),
    )


def _money(terms: dict[ObjectiveTerm, float]) -> float:
    apart = (ObjectiveTerm.PENALTIES, ObjectiveTerm.SHAPING)
    return sum(value for term, value in terms.items() if term not in apart)


def _beyond_bound(found: Found, finished: Finished) -> float | None:
    """Return by how much the plan may cost more than the best; None: nothing is proven."""
    if not np.isfinite(found.bound):
        return None
    return max(float(found.cost @ finished.values[: found.cost.size]) - found.bound, 0.0)


def _status(
    found: Found, beyond: float | None, terms: dict[ObjectiveTerm, float], config: KeplerConfig
) -> SolveStatus:
    """Return OPTIMAL only for what is proven to one of the gaps that were asked for."""
    asked = max(config.relative_gap, 1e-6) * abs(_money(terms))
    if beyond is not None and beyond <= max(asked, config.absolute_gap, 1e-6):
        return SolveStatus.OPTIMAL
    return SolveStatus.TIME_LIMIT if found.timed_out else SolveStatus.FEASIBLE


def _times(began: float, built: float, session: Session) -> SolveTimes:
    return SolveTimes(
        build_ms=1000.0 * (built - began),
        solve_ms=1000.0 * session.solve_s,
        solves=session.solves,
    )
