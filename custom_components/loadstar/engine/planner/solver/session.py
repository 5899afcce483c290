"""A model handed to HiGHS once by PuLP, then changed in place and solved again."""

from dataclasses import dataclass
from enum import Enum, auto
import time

import highspy
import numpy as np
import pulp

from .model import IntArray, Model
from .types import BoolArray, FloatArray


class Answer(Enum):
    """What a run of the solver came to."""

    OPTIMAL = auto()
    STOPPED = auto()  # with a solution, by time
    INFEASIBLE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run's result; arrays are empty where there is none.

    ``bound``: no solution is cheaper. Duals are those of an LP.
    """

    answer: Answer
    values: FloatArray
    objective: float
    bound: float
    row_dual: FloatArray
    reduced_cost: FloatArray
    row_values: FloatArray

    @property
    def solved(self) -> bool:
        """Return whether there is a solution."""
        return self.values.size > 0


_ENDED = {
    highspy.HighsModelStatus.kOptimal: Answer.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Answer.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Answer.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Answer.STOPPED,
    highspy.HighsModelStatus.kObjectiveBound: Answer.STOPPED,
    highspy.HighsModelStatus.kInterrupt: Answer.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: Answer.STOPPED,
    highspy.HighsModelStatus.kSolutionLimit: Answer.STOPPED,
}


class Session:
    """One HiGHS object for all solves of a plan, and the time that is left for them."""

    def __init__(self, model: Model, cost: FloatArray, time_limit_s: float, threads: int) -> None:
        """Hand the model over, with what its columns cost together."""
        self.solves = 0
        self.solve_s = 0.0
        self._deadline = time.perf_counter() + time_limit_s
        self._problem = _hand_over(model)
        solver = pulp.HiGHS(
            msg=False,
            threads=threads,
            mip_heuristic_run_feasibility_jump=False,
            mip_heuristic_run_root_reduced_cost=False,
        )
        solver.createAndConfigureSolver(self._problem)
        solver.buildSolverModel(self._problem)
        self._highs = _highs_of(self._problem)
        self._basis: highspy.HighsBasis | None = None
        self.low, self.up = model.low.copy(), model.up.copy()
        self.integer = np.zeros(model.column_count, np.bool_)
        self._every = np.arange(model.column_count, dtype=np.int32)
        self.bounds(np.arange(model.column_count), self.low, self.up)
        self.costs(cost)

    @property
    def left_s(self) -> float:
        """Return the seconds left for solving."""
        return max(self._deadline - time.perf_counter(), 0.0)

    def costs(self, cost: FloatArray) -> None:
        """Set what every column costs; switches that were added since cost nothing."""
        padded = np.pad(cost, (0, self.low.size - cost.size))
        self._highs.changeColsCost(padded.size, self._every, padded)

    def bounds(self, columns: IntArray, low: float | FloatArray, up: float | FloatArray) -> None:
        """Set the bounds of columns."""
        self.low[columns], self.up[columns] = low, up
        self._highs.changeColsBounds(
            columns.size, columns.astype(np.int32), self.low[columns], self.up[columns]
        )

    def integers(self, columns: IntArray) -> None:
        """Make these columns integer and all others continuous."""
        wanted: BoolArray = np.zeros(self.integer.size, np.bool_)
        wanted[columns] = True
        changed = np.flatnonzero(wanted != self.integer).astype(np.int32)
        kinds = wanted[changed].astype(np.uint8)  # HighsVarType: continuous 0, integer 1
        self._highs.changeColsIntegrality(changed.size, changed, kinds)
        self.integer = wanted

    def fix(self, column: int, value: float) -> None:
        """Set a column to a value."""
        self.bounds(np.array([column]), value, value)

    def row_bounds(self, rows: IntArray, low: FloatArray, up: FloatArray) -> None:
        """Set the bounds of rows."""
        for row, least, most in zip(rows.tolist(), low.tolist(), up.tolist(), strict=True):
            self._highs.changeRowBounds(row, least, most)

    def add_row(self, columns: IntArray, values: FloatArray, low: float, up: float) -> int:
        """Add a row and return its index."""
        self._highs.addRow(low, up, columns.size, columns.astype(np.int32), values)
        return int(self._highs.getNumRow()) - 1

    def add_switch(self) -> int:
        """Add a column between 0 and 1 that costs nothing and return its index."""
        self._highs.addVar(0.0, 1.0)
        self.low, self.up = np.r_[self.low, 0.0], np.r_[self.up, 1.0]
        self.integer = np.r_[self.integer, False]
        self._every = np.arange(self.low.size, dtype=np.int32)
        return self.low.size - 1

    def keep_basis(self) -> None:
        """Remember where a linear program ended, for one that is nearly the same."""
        self._basis = self._highs.getBasis()

    def start_from_kept(self) -> None:
        """Let the next linear program begin where the remembered one ended, if it can."""
        basis = self._basis
        if basis is None or len(basis.col_status) != self.low.size:
            return
        if len(basis.row_status) == self._highs.getNumRow():
            self._highs.setBasis(basis)

    def run(
        self,
        *,
        relative_gap: float = 0.0,
        absolute_gap: float = 0.0,
        time_limit_s: float | None = None,
    ) -> Outcome:
        """Solve what the model is now."""
        allowed = self.left_s if time_limit_s is None else time_limit_s
        began = time.perf_counter()
        self._highs.setOptionValue("mip_rel_gap", relative_gap)
        self._highs.setOptionValue("mip_abs_gap", max(absolute_gap, 1e-9))
        # HiGHS counts a mixed-integer program's time alone, a linear one's from the first run
        ran_before = 0.0 if self.integer.any() else self._highs.getRunTime()
        self._highs.setOptionValue("time_limit", ran_before + allowed)
        ran = self._highs.run()
        self.solves += 1
        self.solve_s += time.perf_counter() - began
        return self._outcome(ran)

    def _outcome(self, ran: highspy.HighsStatus) -> Outcome:
        empty = np.zeros(0)
        answer = _ENDED.get(self._highs.getModelStatus(), Answer.NOTHING)
        if ran == highspy.HighsStatus.kError:
            answer = Answer.NOTHING
        info = self._highs.getInfo()
        has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if answer not in {Answer.OPTIMAL, Answer.STOPPED} or not has_values:
            ended = Answer.INFEASIBLE if answer is Answer.INFEASIBLE else Answer.NOTHING
            return Outcome(ended, empty, np.nan, np.nan, empty, empty, empty)
        solution = self._highs.getSolution()
        objective = float(info.objective_function_value)
        is_mip = bool(self.integer.any())
        return Outcome(
            answer,
            np.array(solution.col_value),
            objective,
            _bound(answer, objective, float(info.mip_dual_bound), is_mip=is_mip),
            empty if is_mip else np.array(solution.row_dual),
            empty if is_mip else np.array(solution.col_dual),
            np.array(solution.row_value),
        )


def _bound(answer: Answer, objective: float, mip_bound: float, *, is_mip: bool) -> float:
    """Return what no solution is cheaper than; a linear program that was stopped has none."""
    if is_mip:
        return mip_bound
    return objective if answer is Answer.OPTIMAL else -np.inf


def _highs_of(problem: pulp.LpProblem) -> highspy.Highs:
    """Return the solver that PuLP has made for a problem."""
    solver: highspy.Highs = problem.solverModel  # type: ignore[assignment]  # None before it is made
    return solver


def _hand_over(model: Model) -> pulp.LpProblem:
    """Build the rows in PuLP; bounds, costs and integers are set on HiGHS itself."""
    problem = pulp.LpProblem("plan", pulp.LpMinimize)
    variables = [problem.add_variable(f"x{index}") for index in range(model.column_count)]
    # PuLP leaves out a variable that stands nowhere: all of them stand in the objective
    problem.setObjective(pulp.lpSum_vars(variables))
    rows, columns, values = model.entries()
    ends = np.searchsorted(rows, np.arange(1, model.row_count + 1)).tolist()
    names, terms = [variables[column] for column in columns.tolist()], values.tolist()
    low, up = model.row_low.tolist(), model.row_up.tolist()
    begin = 0
    for row, end in enumerate(ends):
        expression = pulp.LpAffineExpression.from_list(
            list(zip(names[begin:end], terms[begin:end], strict=True))
        )
        begin = end
        if low[row] == up[row]:
            problem.addConstraint(expression == low[row])
        elif up[row] < np.inf:
            problem.addConstraint(expression <= up[row])
        else:
            problem.addConstraint(expression >= low[row])
    return problem
