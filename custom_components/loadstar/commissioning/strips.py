"""One strip per line of the meter: its current over the test, with the steps shaded."""

from collections.abc import Iterator, Sequence
import itertools
import statistics
from typing import Final

from ..engine.commissioning import ChargerReport, TracePoint
from .svg import WIDTH, box, curve, disc, rule, text

HEIGHT: Final = 62.0
_INNER: Final = 46.0
_LEFT: Final = 76.0
_RIGHT: Final = 106.0
_LEAST_SPAN_A: Final = 6.0
_RADIUS: Final = 7.0


def draw_strips(report: ChargerReport, top: float) -> list[str]:
    """Return the strips of a charger's test, the first at ``top``."""
    if not report.trace or not report.lines:
        return []
    parts: list[str] = []
    for index, line in enumerate(report.lines):
        parts += _strip(report, index, line, top + index * HEIGHT)
    minutes, seconds = divmod(round(report.trace[-1].at), 60)
    end = top + len(report.lines) * HEIGHT - HEIGHT + _INNER + 13
    return [*parts, text(WIDTH - _RIGHT, end, f"{minutes}:{seconds:02}", "tiny faint end")]


def strips_height(report: ChargerReport) -> float:
    """Return how much room the strips take."""
    return HEIGHT * len(report.lines) if report.trace else 0.0


def _strip(report: ChargerReport, index: int, line: str, top: float) -> list[str]:
    end, last = WIDTH - _RIGHT, max(report.trace[-1].at, 1.0)
    scale = (end - _LEFT) / last
    points = [(it.at, it.lines[index]) for it in report.trace]
    known = [value for _, value in points if value is not None]
    parts = [
        box(_LEFT + start * scale, top, (until - start) * scale, _INNER, "shade")
        for start, until in _raised(report.trace)
    ]
    parts += [rule(top + _INNER, _LEFT, end), *_marks(report, line, top)]
    if not known:
        return parts
    low, span = _range(known)
    places = [
        (_LEFT + at * scale, top + _INNER - (value - low) / span * _INNER)
        for at, value in points
        if value is not None
    ]
    return [*parts, curve(places), *_figures(report, index, line, top)]


def _marks(report: ChargerReport, line: str, top: float) -> list[str]:
    """Return a ring where a phase should have moved, filled where it did."""
    y = top + _INNER / 2
    parts = [text(22, y + 5, line, "name")]
    if line in report.moved:
        right = line in report.expected and line not in report.reversed
        parts.append(disc(54, y, _RADIUS - 3, "good" if right else "bad"))
    if line in report.expected:
        parts.append(disc(54, y, _RADIUS, "ring"))
    return parts


def _figures(report: ChargerReport, index: int, line: str, top: float) -> list[str]:
    """Return by how much the line rose where the charger's draw rose, and whether it should."""
    changes = [it.seen_a[index] if it.drawn_a > 0 else -it.seen_a[index] for it in report.steps]
    if not changes:
        return []
    # rounded first, and without the sign of a zero
    y, middle = top + _INNER / 2 + 5, round(statistics.median(changes), 1) + 0.0
    # the minus sign of typography is as wide as the plus
    figure = f"{middle:+.1f} A".replace("-", "−")  # noqa: RUF001
    parts = [text(WIDTH - 44, y, figure, "end")]
    if report.moved and (line in report.expected or line in report.moved):
        right = line in report.expected and line in report.moved and line not in report.reversed
        parts.append(
            text(WIDTH - 22, y, "✓" if right else "✗", f"middle {'good' if right else 'bad'}")
        )
    return parts


def _raised(trace: Sequence[TracePoint]) -> Iterator[tuple[float, float]]:
    """Yield when the higher current was ordered, in s from and until."""
    low = min(point.ordered_a for point in trace)
    for is_high, group in itertools.groupby(trace, key=lambda point: point.ordered_a > low):
        if is_high:
            points = list(group)
            yield points[0].at, points[-1].at


def _range(known: Sequence[float]) -> tuple[float, float]:
    """Return the lowest value of a strip and its span, at least so wide that noise looks small."""
    low, high = min(known), max(known)
    span = max(high - low, _LEAST_SPAN_A) * 1.1
    return (low + high - span) / 2, span
