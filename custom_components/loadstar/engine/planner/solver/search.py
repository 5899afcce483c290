"""The search for the integers: everything at once, or in two steps that make it fast."""

from dataclasses import dataclass, replace

import numpy as np

from .exclusion import Exclusion
from .model import IntArray
from .rounding import free_slots, run_slots
from .session import Answer, Outcome, Session
from .site import Site
from .tiers import Tier
from .types import FloatArray, ObjectiveTerm

ALMOST_KWH = 1e-6
BROKEN_KWH = 1e-5
WHOLE = 1e-6
NO_COLUMNS: IntArray = np.zeros(0, np.int64)

type Start = tuple[IntArray, FloatArray]  # columns and their values


@dataclass(frozen=True, slots=True)
class Found:
    """The best solution and how it ended.

    Its cost and a bound that is valid for the whole problem (NaN: none is known) are
    without penalties.
    """

    values: FloatArray
    objective: float
    bound: float
    timed_out: bool
    lp: Outcome | None  # the run itself where no integer was in it


@dataclass(frozen=True, slots=True)
class Solved:
    """A run, the bound of what it costs without penalties, and kWh broken by tier."""

    outcome: Outcome
    bound: float
    broken: FloatArray


def padded(cost: FloatArray, session: Session) -> FloatArray:
    """Return the cost with zeros for the switches that were added since."""
    return np.pad(cost, (0, session.low.size - cost.size))


def _breaks_no_more(solved: Solved, relaxed: Solved) -> bool:
    return bool(np.all(solved.broken <= relaxed.broken + BROKEN_KWH))


class Search:
    """Finds a plan for a site in its session."""

    def __init__(self, site: Site, session: Session, cost: FloatArray) -> None:
        """Take a site that is built and its session."""
        self._site = site
        self._session = session
        self._cost = cost
        self._penalty = site.model.term_costs()[ObjectiveTerm.PENALTIES]
        self._tiers = [
            np.concatenate([NO_COLUMNS, *(s.columns for s in site.slacks if s.tier is tier)])
            for tier in Tier
        ]
        self._timed_out = False
        self.exclusion = Exclusion(site.pairs)

    def run(self) -> Found | None:
        """Return the plan, or None where no solution was found in time."""
        config = self._site.config
        exact = config.relative_gap == 0.0 and config.absolute_gap == 0.0
        if self._site.switches and not exact:
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
            return self._found(second, first)
        return self._in_one(second)

    def _in_one(self, incumbent: Solved | None = None) -> Found | None:
        """Decide everything at once, from a solution if there is one; keep the better."""
        start = None
        if incumbent is not None and incumbent.outcome.solved:
            integers = self._site.model.integer
            start = integers, np.round(incumbent.outcome.values[integers])
        solved = self._solve(self._site.model.integer, self._cost, start)
        if not solved.outcome.solved and incumbent is not None:
            return self._found(incumbent, replace(incumbent, bound=np.nan))
        return self._found(solved, solved)

    def _decide_cars(self, relaxed: FloatArray, late: IntArray) -> Solved:
        """Round the cars, and decide what the linear program leaves undecided."""
        session, start = self._session, self._narrow(relaxed)
        session.integers(NO_COLUMNS)
        session.costs(padded(self._cost, session))
        lp = session.run()
        if lp.solved:
            self._keep_whole(lp.values)
        second = self._solve(late, self._cost, start)
        session.bounds(late, 0.0, 1.0)
        return second

    def _narrow(self, relaxed: FloatArray) -> Start:
        """Leave switches free only around the edges of their runs; return the rounded."""
        session, prices = self._session, self._site.problem.import_price
        columns: list[IntArray] = []
        values: list[FloatArray] = []
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
                columns.append(switches.on)
                values.append(alone)
        return np.concatenate(columns), np.concatenate(values)

    def _keep_whole(self, values: FloatArray) -> None:
        """Fix the switches of slots in which no mode is between off and on."""
        for modes in self._site.switches:
            shares = np.array([values[switches.on] for switches in modes])
            whole = np.all(np.abs(shares - np.round(shares)) < WHOLE, axis=0)
            for switches, share in zip(modes, np.round(shares), strict=True):
                self._session.bounds(switches.on[whole], share[whole], share[whole])

    def _solve(self, integers: IntArray, cost: FloatArray, start: Start | None = None) -> Solved:
        """Solve with these integers, guarding pairs until none flows both ways."""
        session = self._session
        while True:
            session.integers(np.r_[integers, self.exclusion.switches])
            solved = self._solve_money(cost, start)
            values = solved.outcome.values
            if not values.size or not self.exclusion.guard(session, values):
                return solved

    def _solve_money(self, cost: FloatArray, start: Start | None) -> Solved:
        """Solve; where limits have to give, settle by how much first, then the money."""
        session, config = self._session, self._site.config
        session.costs(padded(cost, session))
        if start is not None:
            session.start(*start)  # last, for any change of the model forgets it
        outcome = self._run(config.relative_gap, config.absolute_gap)
        broken = self._broken(outcome.values)
        if broken.max() <= ALMOST_KWH or not session.integer.any():
            return Solved(outcome, outcome.bound - self._paid(outcome.values), broken)
        return self._settle(outcome, cost)

    def _settle(self, outcome: Outcome, cost: FloatArray) -> Solved:
        """Find the least breaches, hold their level tier by tier, and spend the gap on money."""
        session, config = self._session, self._site.config
        session.costs(padded(self._penalty, session))
        session.start(np.arange(outcome.values.size), outcome.values)
        least = self._run(1e-7, 0.0)
        if not least.solved:
            return Solved(outcome, np.nan, self._broken(outcome.values))
        levels = self._broken(least.values) * (1.0 + 1e-9) + 1e-7
        rows = np.array(
            [
                session.add_row(columns, np.ones(columns.size), -np.inf, float(level))
                for columns, level in zip(self._tiers, levels, strict=True)
            ]
        )
        session.costs(padded(cost - self._penalty, session))
        session.start(np.arange(least.values.size), least.values)
        settled = self._run(config.relative_gap, config.absolute_gap)
        freed = np.full(rows.size, np.inf)
        session.row_bounds(rows, -freed, freed)
        if not settled.solved:
            return Solved(least, np.nan, self._broken(least.values))
        return Solved(settled, settled.bound, self._broken(settled.values))

    def _broken(self, values: FloatArray) -> FloatArray:
        """Return by how many kWh limits gave, by tier."""
        if not values.size:
            return np.zeros(len(self._tiers))
        return np.array([values[columns].sum() for columns in self._tiers])

    def _paid(self, values: FloatArray) -> float:
        return float(self._penalty @ values[: self._penalty.size]) if values.size else 0.0

    def _run(self, relative_gap: float, absolute_gap: float) -> Outcome:
        outcome = self._session.run(relative_gap=relative_gap, absolute_gap=absolute_gap)
        self._timed_out |= outcome.answer is Answer.STOPPED
        return outcome

    def _found(self, best: Solved, relaxed: Solved) -> Found | None:
        """Judge a solution by the bound of a relaxation that breaks as much."""
        values = best.outcome.values
        if not values.size:
            return None
        money = float((self._cost - self._penalty) @ values[: self._cost.size])
        bound = min(relaxed.bound, money)
        lp = None if self._session.integer.any() else best.outcome
        return Found(values, money, bound, self._timed_out, lp)
