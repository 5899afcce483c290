"""Whose change is it: what a charger may be drawing between its own reports.

A charger's values are up to 10 s old, the grid's one second. Within that time
the grid shows the charger's changes first; taken for the household's they would
make the controller chase its own set-points.
"""

from collections import deque
from dataclasses import dataclass
import math

from ..models import PhaseTriple
from .clock import Tick
from .triples import PHASES, ZERO, each, on_phases
from .types import ControlSettings

_USUAL_PERIOD_S = 10.0
_LONGEST_PERIOD_S = 30.0
_SILENT_S = 60.0  # values older than this say nothing
_MOST_WAITING = 8  # reports; a charger that says more in one period of the grid's meter
_FOLLOWED_A = 0.5
_NEW_REPORT_WEIGHT = 0.25
_DRAWS_AT_LEAST = 0.8  # share of an offer that a car which follows it takes


@dataclass(frozen=True, slots=True)
class DrawRange:
    """The least and the most A per site phase that a charger may be drawing."""

    low: PhaseTriple
    high: PhaseTriple


NO_DRAW = DrawRange(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class _Change:
    """A set-point that was replaced and the one that it was replaced by, in A."""

    time: float
    before: float
    after: float


class Draw:
    """What one charger may be drawing, from its reports and its latest set-points."""

    def __init__(self) -> None:
        """Begin without a report."""
        self.measured: PhaseTriple | None = None
        self._said_at: float | None = None
        self._waiting: deque[tuple[float, PhaseTriple]] = deque(maxlen=_MOST_WAITING)
        self._heard = -math.inf
        self._period = _USUAL_PERIOD_S
        self.new_report = False
        # whether the household has been told apart from it once; one that measures nothing
        # is assumed to draw its set-point until then, and anything up to that afterwards
        self.placed = False
        self._on_their_way: list[_Change] = []

    def report(
        self,
        draw: PhaseTriple | None,
        at: float | None,
        grid_at: float | None,
        tick: Tick,
        settings: ControlSettings,
    ) -> None:
        """Take a charger's measured A per site phase; the same ``at`` is the same report.

        It counts once the grid's values are as new as it is: beside older ones a car that
        has just stopped would look like a household that has just begun.
        """
        if draw is not None and at is not None and at != self._said_at:
            self._said_at = at
            self._waiting.append((at, draw))
        self.new_report = False
        while self._waiting and (grid_at is None or self._waiting[0][0] <= grid_at):
            self._take(self._waiting.popleft()[1], tick, settings)
        if tick.time - self._heard > _SILENT_S:
            self.measured = None

    def _take(self, draw: PhaseTriple, tick: Tick, settings: ControlSettings) -> None:
        if self._heard > -math.inf:
            # by halves: one report out of turn is no faster rhythm
            period = max(tick.time - self._heard, self._period / 2)
            self._period = min(period, _LONGEST_PERIOD_S)
        self._heard = tick.time
        self.new_report = True
        self.measured = _without_noise(self.measured, draw, settings.charger_noise_a)

    def set_point_changed(self, before: float, after: float, time: float) -> None:
        """Expect the draw to go from one set-point to another."""
        self._on_their_way.append(_Change(time, before, after))

    def range(
        self, set_point: float, mask: str, time: float, settings: ControlSettings, *, charging: bool
    ) -> DrawRange:
        """Return what it may draw now on the phases of ``mask``.

        More than any set-point that it may still be following is the household's.
        """
        self._drop_arrived(set_point, mask, time, settings)
        changes = self._on_their_way
        told = [it for change in changes for it in (change.before, change.after)]
        measured = self.measured
        if measured is None:
            draws = charging or bool(changes)
            if self.placed:
                return DrawRange(ZERO, on_phases(mask, max([set_point, *told])) if draws else ZERO)
            assumed = changes[0].before if changes else set_point
            measured = on_phases(mask, assumed) if draws else ZERO
        self.placed = True
        measured = _at_most(measured, max([set_point, *told]))
        if self.new_report and not changes:
            return DrawRange(measured, measured)
        raised = [change.after for change in changes if change.after > change.before]
        cut = [change.after for change in changes if change.after < change.before]
        high = each(max, measured, on_phases(mask, max([set_point, *raised])))
        if not cut:
            return DrawRange(measured, high)
        least = on_phases(mask, min(cut) * _DRAWS_AT_LEAST)
        return DrawRange(each(min, measured, least), high)

    def unruled_range(self, most: float, mask: str) -> DrawRange:
        """Return what it may draw now up to ``most`` A, where nothing that it is told counts."""
        measured = self.measured or ZERO
        if self.new_report:
            return DrawRange(measured, measured)
        return DrawRange(ZERO, each(max, measured, on_phases(mask, most)))

    def _drop_arrived(
        self, set_point: float, mask: str, time: float, settings: ControlSettings
    ) -> None:
        """Forget the changes of which a report has shown what became."""
        if self._followed(set_point, mask):
            self._on_their_way.clear()
        # a report may be of values that are a usual period old, however often it comes
        in_a_report = settings.attribution_s + max(self._period, _USUAL_PERIOD_S)
        at_latest = in_a_report + 2 * self._period
        reported = self.new_report or self.measured is None
        self._on_their_way = [
            change
            for change in self._on_their_way
            if time - change.time < (in_a_report if reported else at_latest)
        ]

    def _followed(self, set_point: float, mask: str) -> bool:
        """Tell whether a new report shows that the draw has reached the set-point."""
        if not self.new_report or self.measured is None:
            return False
        ups = {change.after > change.before for change in self._on_their_way}
        if len(ups) != 1:
            return False
        lines = [value for phase, value in zip(PHASES, self.measured, strict=True) if phase in mask]
        if ups == {True}:
            return min(lines) >= set_point - _FOLLOWED_A
        return max(lines) <= set_point + _FOLLOWED_A


def _without_noise(before: PhaseTriple | None, draw: PhaseTriple, noise: float) -> PhaseTriple:
    """Average reports that differ by no more than noise does; take any other as it is."""
    if before is None:
        return draw
    a, b, c = (
        old + _NEW_REPORT_WEIGHT * (new - old) if abs(new - old) <= noise else new
        for old, new in zip(before, draw, strict=True)
    )
    return (a, b, c)


def _at_most(draw: PhaseTriple, current: float) -> PhaseTriple:
    return (min(draw[0], current), min(draw[1], current), min(draw[2], current))
