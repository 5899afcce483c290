"""The search for the integers: everything at once, or in two steps that make it fast."""

from dataclasses import dataclass, replace

import numpy as np

from .dive import WHOLE, dive
from .exclusion import Exclusion
from .model import IntArray
from .parts.shaping import without_ramps
from .rounding import free_slots, on_shares, run_slots
from .session import Answer, Outcome, Session
from .site import Site
from .tiers import Tier
from .types import FloatArray, ObjectiveTerm

ALMOST_KWH = 1e-6
BROKEN_KWH = 1e-5
NO_COLUMNS: IntArray = np.zeros(0, np.int64)
PATIENT_RUNS = 2.0  # worth of runs, after which integers are rounded without a search
FEW = 4  # switches that are rounded before they are searched
FAR = 0.05  # of what it costs: a solution that a run was stopped with is worth a second one


@dataclass(frozen=True, slots=True)
class Found:
    """The best solution and how it ended.

    ``cost`` is what it is judged by, per column: without penalties, and without what the
    relaxation that gave the bound leaves out. No plan costs less than ``bound`` (NaN:
    none is known).
    """

    values: FloatArray
    cost: FloatArray
    bound: float
    timed_out: bool
    lp: Outcome | None  # the run itself where no integer was in it


@dataclass(frozen=True, slots=True)
class Solved:
    """A run, the bound of what it costs without penalties, and kWh broken by tier."""

    outcome: Outcome
    bound: float
    broken: FloatArray


def _breaks_no_more(solved: Solved, relaxed: Solved) -> bool:
    return bool(np.all(solved.broken <= relaxed.broken + BROKEN_KWH))


class Search:
    """Finds a plan for a site in its session."""

    def __init__(self, site: Site, session: Session, cost: FloatArray, patience_s: float) -> None:
        """Take a site that is built, its session, and the seconds that one run is worth."""
        config = site.config
        self._exact = config.relative_gap == 0.0 and config.absolute_gap == 0.0
        self._patience_s = np.inf if self._exact else patience_s
        self._spent_s = 0.0
        self._site = site
        self._session = session
        self._cost = cost if self._exact else without_ramps(site, cost)
        self._penalty = site.model.term_costs()[ObjectiveTerm.PENALTIES]
        self._tiers = [
            np.concatenate([NO_COLUMNS, *(s.columns for s in site.slacks if s.tier is tier)])
            for tier in Tier
        ]
        self._timed_out = False
        self.exclusion = Exclusion(site.pairs)

    def run(self) -> Found | None:
        """Return the plan, or None where no solution was found in time."""
        if self._site.switches and not self._exact:
            return self._in_two_steps()
        return self._in_one()

    def _in_two_steps(self) -> Found | None:
        """Decide blocks with cars relaxed, then cars with blocks fixed."""
        site, session = self._site, self._session
        cars = [switches for modes in site.switches for switches in modes]
        late = np.concatenate([*(switches.on for switches in cars), *site.late])
        blocks = np.setdiff1d(site.model.integer, late)
        relaxed_cost = self._cost.copy()
        for switches in cars:
            relaxed_cost[switches.starts] = 0.0
        least = np.concatenate([switches.least_rows for switches in cars])
        free = np.full(least.size, np.inf)
        session.row_bounds(least, -free, free)
        first = self._solve(blocks, relaxed_cost)
        session.row_bounds(least, 0.0 * least, free)
        if not first.outcome.solved:
            return None
        session.bounds(blocks, fixed := np.round(first.outcome.values[blocks]), fixed)
        second = self._decide_cars(first.outcome.values, late)
        session.bounds(blocks, 0.0, 1.0)
        if second.outcome.solved and _breaks_no_more(second, first):
            return self._found(second, first.bound, relaxed_cost)
        return self._in_one(second)

    def _in_one(self, incumbent: Solved | None = None) -> Found | None:
        """Decide everything at once; keep what is known already where that is better."""
        if incumbent is not None and incumbent.outcome.solved and self._is_late:
            return self._found(incumbent, np.nan, self._cost)
        solved = self._solve(self._site.model.integer, self._cost)
        if incumbent is None or not incumbent.outcome.solved:
            return self._found(solved, solved.bound, self._cost)
        if not solved.outcome.solved or self._rank(incumbent) < self._rank(solved):
            bound = solved.bound if _breaks_no_more(solved, incumbent) else np.nan
            return self._found(incumbent, bound, self._cost)
        return self._found(solved, solved.bound, self._cost)

    def _rank(self, solved: Solved) -> tuple[float, float]:
        """Return what a solution breaks, as far as that is no noise, and what it costs."""
        values = solved.outcome.values
        return round(self._paid(values), 4), float(self._cost @ values[: self._cost.size])

    def _decide_cars(self, relaxed: FloatArray, late: IntArray) -> Solved:
        """Round the cars, and decide what the linear program leaves undecided."""
        session = self._session
        self._narrow(relaxed)
        session.integers(NO_COLUMNS)
        session.costs(self._cost)
        lp = session.run()
        if lp.solved:
            session.keep_basis()
            self._keep_whole(lp.values)
        free = late[session.low[late] < session.up[late]]
        second = self._rounded(free, lp) if free.size <= FEW else None
        if second is None:
            second = self._solve(free, self._cost)
        session.bounds(late, 0.0, 1.0)
        return second

    def _rounded(self, free: IntArray, lp: Outcome) -> Solved | None:
        """Decide a few switches without a search, None where one may find something better."""
        session, config = self._session, self._site.config
        session.integers(np.r_[free, self.exclusion.switches])
        outcome = dive(session)
        gap = max(config.absolute_gap, config.relative_gap * abs(lp.objective))
        near = lp.solved and outcome.solved and outcome.objective - lp.objective <= gap
        if not near or not self.exclusion.holds(outcome.values):
            return None
        return Solved(outcome, np.nan, self._broken(outcome.values))

    def _narrow(self, relaxed: FloatArray) -> None:
        """Leave switches free only around the edges of their runs."""
        session, prices = self._session, self._site.problem.import_price
        for modes in self._site.switches:
            runs = [run_slots(switches, relaxed, prices) for switches in modes]
            free = np.logical_or.reduce(
                [free_slots(s, relaxed, run) for s, run in zip(modes, runs, strict=True)]
            )
            taken = np.zeros(free.size, np.bool_)
            for switches, run in zip(modes, runs, strict=True):
                alone = (run & ~taken).astype(np.float64)
                taken |= run
                session.bounds(switches.on, np.where(free, 0.0, alone), np.where(free, 1.0, alone))

    def _keep_whole(self, values: FloatArray) -> None:
        """Fix the switches of slots in which no mode is between off and on."""
        for modes in self._site.switches:
            shares = np.array([on_shares(switches, values) for switches in modes])
            whole = np.all(np.abs(shares - np.round(shares)) < WHOLE, axis=0)
            for switches, share in zip(modes, np.round(shares), strict=True):
                self._session.bounds(switches.on[whole], share[whole], share[whole])

    def _solve(self, integers: IntArray, cost: FloatArray) -> Solved:
        """Solve with these integers, guarding pairs until none flows both ways.

        The bound is of the last run in which no pair's direction was decided by hand.
        """
        session, exclusion = self._session, self.exclusion
        judge: Solved | None = None
        while True:
            session.integers(np.r_[integers, exclusion.switches])
            solved = self._solve_money(cost)
            values = solved.outcome.values
            if not exclusion.is_decided:
                judge = solved
            if not values.size or not exclusion.guard(session, values, decide=self._is_late):
                known = judge is not None and _breaks_no_more(solved, judge)
                return replace(solved, bound=judge.bound if judge and known else np.nan)

    def _solve_money(self, cost: FloatArray) -> Solved:
        """Solve; where limits have to give, settle by how much first, then the money."""
        session, config = self._session, self._site.config
        session.costs(cost)
        outcome = self._searched(config.relative_gap, config.absolute_gap)
        broken = self._broken(outcome.values)
        paid = self._paid(outcome.values)
        if broken.max() <= ALMOST_KWH or not session.integer.any() or self._is_least(paid):
            return Solved(outcome, outcome.bound - paid, broken)
        if self._is_late:
            return Solved(outcome, np.nan, broken)
        return self._settle(outcome, cost)

    def _searched(self, relative_gap: float, absolute_gap: float) -> Outcome:
        """Return what a run finds, or rounding where it has no time or finds nothing good."""
        session = self._session
        if self._is_late and session.integer.any():
            return dive(session)
        outcome = self._run(relative_gap, absolute_gap)
        if (outcome.answer is not Answer.STOPPED and outcome.solved) or session.left_s <= 0.0:
            return outcome
        far = outcome.objective - outcome.bound > FAR * max(abs(outcome.bound), 1.0)
        if outcome.solved and not far:
            return outcome
        rounded = dive(session)
        if outcome.solved and not rounded.objective < outcome.objective:
            return outcome
        return replace(rounded, bound=outcome.bound)

    def _is_least(self, paid: float) -> bool:
        """Tell whether even the linear program has to break as much."""
        session, integers = self._session, np.flatnonzero(self._session.integer)
        session.integers(NO_COLUMNS)
        session.costs(self._penalty)
        lp = session.run()
        session.integers(integers)
        return lp.answer is Answer.OPTIMAL and paid <= lp.objective * (1.0 + 1e-7) + ALMOST_KWH

    def _settle(self, outcome: Outcome, cost: FloatArray) -> Solved:
        """Find the least breaches, hold their level tier by tier, and spend the gap on money.

        No run is given a start: HiGHS 1.15 can take one for the optimum where it is not.
        """
        session, config = self._session, self._site.config
        session.costs(self._penalty)
        least = self._run(1e-7, 0.0 if self._exact else config.absolute_gap)
        if not least.solved or self._paid(least.values) > self._paid(outcome.values):
            least = outcome
        levels = self._broken(least.values) * (1.0 + 1e-9) + 1e-7
        rows = np.array(
            [
                session.add_row(columns, np.ones(columns.size), -np.inf, float(level))
                for columns, level in zip(self._tiers, levels, strict=True)
            ]
        )
        session.costs(cost - self._penalty)
        settled = None if self._is_late else self._run(config.relative_gap, config.absolute_gap)
        if settled is None or not settled.solved:
            settled = self._cheapest(least)
        freed = np.full(rows.size, np.inf)
        session.row_bounds(rows, -freed, freed)
        return Solved(settled, settled.bound, self._broken(settled.values))

    def _cheapest(self, known: Outcome) -> Outcome:
        """Return the cheapest solution with the integers of one that is known."""
        session, integers = self._session, np.flatnonzero(self._session.integer)
        low, up = session.low[integers], session.up[integers]
        session.bounds(integers, whole := np.round(known.values[integers]), whole)
        outcome = self._session.run()
        session.bounds(integers, low, up)
        return replace(outcome if outcome.solved else known, bound=-np.inf)

    def _broken(self, values: FloatArray) -> FloatArray:
        """Return by how many kWh limits gave, by tier."""
        if not values.size:
            return np.zeros(len(self._tiers))
        return np.array([values[columns].sum() for columns in self._tiers])

    def _paid(self, values: FloatArray) -> float:
        return float(self._penalty @ values[: self._penalty.size]) if values.size else 0.0

    @property
    def _is_late(self) -> bool:
        """Return whether the search has had the time that it is worth."""
        return self._spent_s > PATIENT_RUNS * self._patience_s

    def _run(self, relative_gap: float, absolute_gap: float) -> Outcome:
        """Run for no longer than it is worth: what is found late is seldom much better."""
        session, before = self._session, self._session.solve_s
        outcome = session.run(
            relative_gap=relative_gap,
            absolute_gap=absolute_gap,
            time_limit_s=min(session.left_s, self._patience_s) if session.integer.any() else None,
        )
        self._spent_s += session.solve_s - before
        self._timed_out |= outcome.answer is Answer.STOPPED and session.left_s <= 0.0
        return outcome

    def _found(self, best: Solved, bound: float, cost: FloatArray) -> Found | None:
        """Judge a solution by a bound on this cost where as much is broken."""
        values = best.outcome.values
        if not values.size:
            return None
        judged = cost - self._penalty
        is_lp = self._site.model.integer.size == 0 and not self._session.integer.any()
        lp = best.outcome if is_lp else None
        return Found(values, judged, bound, self._timed_out, lp)
