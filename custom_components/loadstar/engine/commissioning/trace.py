"""What is kept of a test for its picture: enough points to see it, no more."""

from typing import Final

from .sample import Sample
from .types import TracePoint

_MOST_POINTS: Final = 240


class Trace:
    """Points in time, thinned out by halves as they become too many."""

    def __init__(self) -> None:
        """Begin without a point."""
        self._points: list[TracePoint] = []
        self._every = 1
        self._seen = 0

    def add(self, sample: Sample, at: float, ordered: float) -> None:
        """Keep a look at ``at`` s."""
        if self._seen % self._every == 0:
            self._points.append(_point(sample, at, ordered))
        self._seen += 1
        if len(self._points) > _MOST_POINTS:
            self._points = self._points[::2]
            self._every *= 2

    @property
    def points(self) -> tuple[TracePoint, ...]:
        """What has been kept."""
        return tuple(self._points)


def _point(sample: Sample, at: float, ordered: float) -> TracePoint:
    drawn = [value for value in sample.drawn if value is not None]
    return TracePoint(
        at=round(at, 1),
        lines=tuple(round(value, 2) for value in sample.grid)
        if sample.grid is not None
        else (None,) * len(sample.lines),
        ordered_a=ordered,
        drawn_a=round(max(drawn), 2) if drawn else None,
    )
