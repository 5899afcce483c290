"""Two directions at once are forbidden only where a solution would use both."""

import numpy as np

from .model import IntArray
from .session import Session
from .site import Pair
from .types import BoolArray, FloatArray

TOLERANCE_KWH = 1e-6


class Exclusion:
    """The pairs of a plan, and the switches that were added for some of their slots."""

    def __init__(self, pairs: list[Pair]) -> None:
        """Take the pairs of all parts."""
        self._pairs = pairs
        self._guarded = [np.zeros(pair.first.size, np.bool_) for pair in pairs]
        self.switches: IntArray = np.zeros(0, np.int64)
        self._sides: IntArray = np.zeros((0, 2), np.int64)  # of each switch: first and second
        self.is_decided = False  # whether some were fixed, so that better plans may be cut off

    def both(self, values: FloatArray) -> list[BoolArray]:
        """Return, by pair, the slots in which both flow and netting would cost."""
        return [
            (np.minimum(values[pair.first], values[pair.second]) > TOLERANCE_KWH) & ~pair.netted
            for pair in self._pairs
        ]

    def holds(self, values: FloatArray) -> bool:
        """Return whether no pair has to be guarded further."""
        return not any(both.any() for both in self.both(values))

    def guard(self, session: Session, values: FloatArray, *, decide: bool = False) -> bool:
        """Add a switch wherever both flow; tell whether any was added.

        ``decide``: all are fixed to the direction that flows more, which takes no search.
        """
        found = self.both(values)
        if not any((both & ~done).any() for both, done in zip(found, self._guarded, strict=True)):
            return False
        if decide:
            session.bounds(self.switches, known := np.round(values[self.switches]), known)
            self.is_decided = True
        added: list[int] = []
        sides: list[tuple[int, int]] = []
        for pair, guarded, both in zip(self._pairs, self._guarded, found, strict=True):
            for index in np.flatnonzero(both & ~guarded):
                first, second = pair.first[index : index + 1], pair.second[index : index + 1]
                added.append(switch := _add_switch(session, first, second))
                sides.append((int(first[0]), int(second[0])))
                if decide:
                    session.fix(switch, float(values[first[0]] >= values[second[0]]))
            guarded[both] = True
        self.switches = np.r_[self.switches, np.array(added, np.int64)]
        self._sides = np.r_[self._sides, np.array(sides, np.int64).reshape(-1, 2)]
        return True

    def turn_idle(self, session: Session, values: FloatArray) -> bool:
        """Fix switches to their other direction where nothing flows in theirs; tell of any."""
        turned = np.round(values[self.switches]).astype(np.int64)
        flowing = values[self._sides[np.arange(turned.size), 1 - turned]]
        idle = flowing <= TOLERANCE_KWH
        session.bounds(self.switches[idle], other := 1.0 - turned[idle], other)
        return bool(idle.any())

    def net(self, values: FloatArray) -> FloatArray:
        """Return the values with both directions lowered to their difference where allowed."""
        netted = values.copy()
        for pair in self._pairs:
            lower = np.minimum(netted[pair.first], netted[pair.second])
            lower = np.where(pair.netted | (lower <= TOLERANCE_KWH), lower, 0.0)
            for columns in (pair.first, pair.second, *pair.part_of):
                netted[columns] -= lower
        return netted


def _add_switch(session: Session, first: IntArray, second: IntArray) -> int:
    """Let only ``first`` flow while the switch is 1, only ``second`` while it is 0."""
    switch = session.add_switch()
    most_first, most_second = float(session.up[first[0]]), float(session.up[second[0]])
    session.add_row(np.r_[first, switch], np.array([1.0, -most_first]), -np.inf, 0.0)
    session.add_row(np.r_[second, switch], np.array([1.0, most_second]), -np.inf, most_second)
    return switch
