"""The search for the integers: everything at once, or in two steps that make it fast."""

from dataclasses import dataclass

import numpy as np

from .exclusion import Exclusion
from .model import IntArray
from .rounding import free_slots, run_slots
from .session import Answer, Outcome, Session
from .site import Site
from .types import FloatArray, ObjectiveTerm

ALMOST_KWH = 1e-6

type Start = tuple[IntArray, FloatArray]  # columns and their values


@dataclass(frozen=True, slots=True)
class Found:
    """The best solution, a bound that is valid for the whole problem, and how it ended."""

    values: FloatArray
    objective: float
    bound: float
    timed_out: bool
    lp: Outcome | None  # the run itself where no integer was in it


@dataclass(frozen=True, slots=True)
class Solved:
    """A run with the bound of its money, and what its breaches cost."""

    outcome: Outcome
    bound: float
    broken: float


def padded(cost: FloatArray, session: Session) -> FloatArray:
    """Return the cost with zeros for the switches that were added since."""
    return np.r_[cost, np.zeros(session.low.size - cost.size)]


class Search:
    """Finds a plan for a site in its session."""

    def __init__(self, site: Site, session: Session, cost: FloatArray) -> None:
        """Take a site that is built and its session."""
        self._site = site
        self._session = session
        self._cost = cost
        self._penalty = site.model.term_costs()[ObjectiveTerm.PENALTIES]
        self.exclusion = Exclusion(site.pairs)
        self._timed_out = False
        self._noise = ALMOST_KWH * max(site.penalties.values())

    def run(self) -> Found | None:
        """Return the plan, or None where no solution was found in time."""
        integers, config = self._site.model.integer, self._site.config
        exact = config.relative_gap == 0.0 and config.absolute_gap == 0.0
        if self._site.switches and not exact:
            return self._in_two_steps(integers)
        outcome = self._solve(integers, self._cost)
        return self._found(outcome, outcome)

    def _in_two_steps(self, integers: IntArray) -> Found | None:
        """Decide blocks with cars relaxed, then cars with blocks fixed."""
        site, session = self._site, self._session
        cars = [switches for modes in site.switches for switches in modes]
        on = np.concatenate([switches.on for switches in cars])
        late = np.concatenate([np.zeros(0, np.int64), *site.late])
        blocks = np.setdiff1d(integers, np.r_[on, late])
        relaxed_cost = self._cost.copy()
        for switches in cars:
            relaxed_cost[switches.starts] = 0.0
        rows = np.concatenate([switches.least_rows for switches in cars])
        session.row_bounds(rows, np.full(rows.size, -np.inf), np.full(rows.size, np.inf))
        first = self._solve(blocks, relaxed_cost)
        session.row_bounds(rows, np.zeros(rows.size), np.full(rows.size, np.inf))
        if not first.outcome.solved:
            return None
        fixed = np.round(first.outcome.values[blocks])
        session.bounds(blocks, fixed, fixed)
        start = self._narrow(first.outcome.values)
        second = self._solve(np.r_[on, late], self._cost, start)
        session.bounds(on, 0.0, 1.0)
        if second.outcome.answer is Answer.INFEASIBLE:
            second = self._solve(np.r_[on, late], self._cost)
        session.bounds(blocks, 0.0, 1.0)
        return self._found(second, first)

    def _narrow(self, relaxed: FloatArray) -> Start:
        """Leave cars' switches free only around the edges of their runs; return the rounded."""
        session, start = self._session, np.zeros(relaxed.size)
        columns: list[IntArray] = []
        for modes in self._site.switches:
            runs = [run_slots(switches, relaxed, self._prices) for switches in modes]
            free = np.logical_or.reduce(
                [free_slots(s, relaxed, run) for s, run in zip(modes, runs, strict=True)]
            )
            taken = np.zeros(free.size, np.bool_)
            for switches, run in zip(modes, runs, strict=True):
                alone = run & ~taken
                taken |= run
                session.bounds(switches.on, np.where(free, 0.0, alone), np.where(free, 1.0, alone))
                start[switches.on] = alone
                columns.append(switches.on)
        chosen = np.concatenate(columns)
        return chosen, start[chosen]

    @property
    def _prices(self) -> FloatArray:
        return self._site.problem.import_price

    def _solve(
        self, integers: IntArray, cost: FloatArray, start: Start | None = None
    ) -> Solved:
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
        if broken <= self._noise or not session.integer.any():
            return Solved(outcome, outcome.bound - broken, broken)
        return self._settle(outcome, cost)

    def _settle(self, outcome: Outcome, cost: FloatArray) -> Solved:
        """Find the least breaches, hold their level tier by tier, and spend the gap on money."""
        session, config = self._session, self._site.config
        session.costs(padded(self._penalty, session))
        session.start(np.arange(outcome.values.size), outcome.values)
        least = self._run(1e-7, 0.0)
        if not least.solved:
            return Solved(outcome, np.nan, self._broken(outcome.values))
        rows = []
        for columns in self._tiers():
            level = float(least.values[columns].sum()) * (1 + 1e-9) + 1e-7
            rows.append(session.add_row(columns, np.ones(columns.size), -np.inf, level))
        session.costs(padded(cost - self._penalty, session))
        session.start(np.arange(least.values.size), least.values)
        settled = self._run(config.relative_gap, config.absolute_gap)
        freed = np.full(len(rows), np.inf)
        session.row_bounds(np.array(rows), -freed, freed)
        if not settled.solved:
            return Solved(least, np.nan, self._broken(least.values))
        return Solved(settled, settled.bound, self._broken(settled.values))

    def _tiers(self) -> list[IntArray]:
        by_tier: dict[int, list[IntArray]] = {}
        for slack in self._site.slacks:
            by_tier.setdefault(slack.tier, []).append(slack.columns)
        return [np.concatenate(columns) for columns in by_tier.values()]

    def _broken(self, values: FloatArray) -> float:
        """Return what the breaches of a solution cost."""
        return float(self._penalty @ values[: self._penalty.size]) if values.size else 0.0

    def _run(self, relative_gap: float, absolute_gap: float) -> Outcome:
        outcome = self._session.run(relative_gap=relative_gap, absolute_gap=absolute_gap)
        self._timed_out |= outcome.answer is Answer.STOPPED
        return outcome

    def _found(self, best: Solved, relaxed: Solved) -> Found | None:
        """Judge a solution by the bound of a relaxation that breaks no less."""
        values = best.outcome.values
        if not values.size:
            return None
        money = float((self._cost - self._penalty) @ values[: self._cost.size])
        comparable = best.broken <= relaxed.broken * (1 + 1e-6) + self._noise
        bound = min(relaxed.bound, money) if comparable else np.nan
        lp = None if self._session.integer.any() else best.outcome
        return Found(values, money, bound, self._timed_out, lp)
