"""Linear programs, built row by row."""

from collections.abc import Mapping

import highspy

INFINITY = float("inf")


class Program:
    """A linear program that is built row by row."""

    def __init__(self) -> None:
        """Start empty."""
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
        self.highs.setOptionValue("output_flag", "false")
        self.highs.setOptionValue("presolve", "off")
        self.columns = 0

    def column(self, low: float = 0.0, high: float = INFINITY) -> int:
        """Add a variable and return its number."""
        self.highs.addVar(low, high)
        self.columns += 1
        return self.columns - 1

    def at_most(self, terms: Mapping[int, float], bound: float) -> None:
        """Hold Σ factor · variable ≤ bound."""
        self.highs.addRow(-INFINITY, bound, len(terms), list(terms), list(terms.values()))

    def maximum(self, terms: Mapping[int, float]) -> float | None:
        """Return the largest Σ factor · variable; None where the rows contradict each other."""
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for column in range(self.columns):
            self.highs.changeColCost(column, terms.get(column, 0.0))
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(self.highs.getObjectiveValue())


def pool(
    program: Program, flexible: list[dict[int, float]], caps: Mapping[int, float], total: float
) -> None:
    """Add columns that sum up to at most ``total``, each under its cap."""
    columns = {phase: program.column(0.0, cap) for phase, cap in caps.items()}
    program.at_most(dict.fromkeys(columns.values(), 1.0), total)
    for phase, column in columns.items():
        flexible[phase][column] = 1.0
