"""The mixed-integer program as arrays: columns, rows and costs, added a slice at a time."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .types import FloatArray, ObjectiveTerm

type IntArray = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Growing:
    """An array that is appended to, its chunks joined when they are read."""

    chunks: list[FloatArray] = field(default_factory=list)

    def append(self, values: float | FloatArray, count: int) -> None:
        self.chunks.append(np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)))

    def joined(self) -> FloatArray:
        if len(self.chunks) != 1 or not self.chunks[0].flags.writeable:
            self.chunks = [np.concatenate([np.zeros(0), *self.chunks])]
        return self.chunks[0]


class Model:
    """Columns (variables) with bounds, rows (constraints) and the costs by term."""

    def __init__(self) -> None:
        """Begin empty."""
        self.column_count = 0
        self.row_count = 0
        self.constants: dict[ObjectiveTerm, float] = {}
        self._low, self._up, self._integer = _Growing(), _Growing(), _Growing()
        self._row_low, self._row_up = _Growing(), _Growing()
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._costs: list[tuple[ObjectiveTerm, IntArray, FloatArray]] = []

    def columns(
        self,
        count: int,
        up: float | FloatArray = np.inf,
        *,
        low: float | FloatArray = 0.0,
        integer: bool = False,
    ) -> IntArray:
        """Add ``count`` columns and return their indices."""
        first = self.column_count
        self.column_count += count
        self._low.append(low, count)
        self._up.append(up, count)
        self._integer.append(float(integer), count)
        return np.arange(first, self.column_count)

    def rows(
        self,
        count: int,
        *terms: tuple[IntArray, float | FloatArray],
        low: float | FloatArray = -np.inf,
        up: float | FloatArray = np.inf,
    ) -> IntArray:
        """Add ``count`` rows, each the sum of every term's column times its coefficient."""
        first = self.row_count
        self.row_count += count
        self._row_low.append(low, count)
        self._row_up.append(up, count)
        indices = np.arange(first, self.row_count)
        for columns, coefficients in terms:
            self.put(indices, columns, coefficients)
        return indices

    def total(
        self,
        *terms: tuple[IntArray, float | FloatArray],
        low: float = -np.inf,
        up: float = np.inf,
    ) -> int:
        """Add one row over all columns of all terms and return its index."""
        row = self.rows(1, low=low, up=up)
        for columns, coefficients in terms:
            self.put(np.repeat(row, columns.size), columns, coefficients)
        return int(row[0])

    def put(self, rows: IntArray, columns: IntArray, coefficients: float | FloatArray) -> None:
        """Add entries to rows that exist; entries of one place add up."""
        values = np.broadcast_to(np.asarray(coefficients, dtype=np.float64), columns.shape)
        self._entries.append((rows, columns, values))

    def limit(self, columns: IntArray, up: float | FloatArray) -> None:
        """Lower the upper bounds of columns that exist."""
        bounds = self._up.joined()
        bounds[columns] = np.minimum(bounds[columns], up)

    def cost(
        self, term: ObjectiveTerm, columns: IntArray, coefficients: float | FloatArray
    ) -> None:
        """Add costs per unit of columns to a term of the objective."""
        values = np.broadcast_to(np.asarray(coefficients, dtype=np.float64), columns.shape)
        self._costs.append((term, columns, values))

    def constant(self, term: ObjectiveTerm, value: float) -> None:
        """Add to a term of the objective what no decision changes."""
        self.constants[term] = self.constants.get(term, 0.0) + value

    @property
    def low(self) -> FloatArray:
        """Return the columns' lower bounds."""
        return self._low.joined()

    @property
    def up(self) -> FloatArray:
        """Return the columns' upper bounds."""
        return self._up.joined()

    @property
    def integer(self) -> IntArray:
        """Return the indices of the integer columns."""
        return np.flatnonzero(self._integer.joined())

    @property
    def row_low(self) -> FloatArray:
        """Return the rows' lower bounds."""
        return self._row_low.joined()

    @property
    def row_up(self) -> FloatArray:
        """Return the rows' upper bounds."""
        return self._row_up.joined()

    def entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return rows, columns and values of all entries, sorted by row, then column."""
        rows = np.concatenate([entry[0] for entry in self._entries])
        columns = np.concatenate([entry[1] for entry in self._entries])
        values = np.concatenate([entry[2] for entry in self._entries])
        place, where = np.unique(rows * max(self.column_count, 1) + columns, return_inverse=True)
        added = np.bincount(where, weights=values, minlength=place.size)
        kept = added != 0.0
        place = place[kept]
        width = max(self.column_count, 1)
        return place // width, place % width, added[kept]

    def term_costs(self) -> dict[ObjectiveTerm, FloatArray]:
        """Return the cost per unit of every column, by term."""
        costs = {term: np.zeros(self.column_count) for term in ObjectiveTerm}
        for term, columns, values in self._costs:
            np.add.at(costs[term], columns, values)
        return costs
