"""What came of a case, as a row for people and for machines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .measure import Plan, spread

HEAD = (
    f"{'case':<36}{'start':<10}{'':<6}{'plans':>6}{'median':>9}{'p95':>8}{'max':>8}{'CPU':>8}{'p95':>8}"
    f"{'build':>8}{'solve':>8}{'HiGHS':>8}{'gap %':>8}{'distance %':>13}{'most':>8}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of a case's plans of one kind; times in s, build and so on are medians."""

    case: str
    starts: str
    warm: bool
    plans: int
    median_s: float
    p95_s: float
    max_s: float
    cpu_s: tuple[float, float]  # median, 95th percentile
    build_s: float
    solve_s: float
    highs_s: float
    solves: float
    gap_percent: tuple[float, float] | None  # proven: median, largest
    distance_percent: tuple[float, float] | None  # to the stored best: median, largest
    most_distance: float | None  # in money
    statuses: dict[str, int]


def row(case: str, starts: str, plans: Sequence[Plan]) -> Row:
    """Return what plans of one kind come to."""
    seconds = spread([plan.seconds for plan in plans])
    cpu = spread([plan.cpu_s for plan in plans])
    return Row(
        case=case,
        starts=starts,
        warm=plans[0].warm,
        plans=len(plans),
        median_s=round(seconds[0], 4),
        p95_s=round(seconds[1], 4),
        max_s=round(seconds[2], 4),
        cpu_s=(round(cpu[0], 4), round(cpu[1], 4)),
        build_s=round(spread([plan.build_s for plan in plans])[0], 4),
        solve_s=round(spread([plan.solve_s for plan in plans])[0], 4),
        highs_s=round(spread([plan.highs_s for plan in plans])[0], 4),
        solves=spread([plan.solves for plan in plans])[0],
        gap_percent=_median_and_max([plan.gap_percent for plan in plans]),
        distance_percent=_median_and_max([plan.distance_percent for plan in plans]),
        most_distance=max((it.distance for it in plans if it.distance is not None), default=None),
        statuses=dict(Counter(plan.status for plan in plans)),
    )


def _median_and_max(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    median, _, largest = spread(known)
    return round(median, 4), round(largest, 4)


def line(it: Row) -> str:
    """Return a row of the table."""
    gap = "-" if it.gap_percent is None else f"{it.gap_percent[0]:.3f}"
    distance = most = "-"
    if it.distance_percent is not None:
        distance = f"{it.distance_percent[0]:.3f}/{it.distance_percent[1]:.2f}"
    if it.most_distance is not None:
        most = f"{it.most_distance:.3f}"
    statuses = ", ".join(f"{count} {status}" for status, count in it.statuses.items())
    return (
        f"{it.case:<36}{it.starts:<10}{'warm' if it.warm else 'cold':<6}{it.plans:>6}"
        f"{it.median_s:>9.3f}{it.p95_s:>8.3f}{it.max_s:>8.3f}"
        f"{it.cpu_s[0]:>8.3f}{it.cpu_s[1]:>8.3f}"
        f"{it.build_s:>8.3f}{it.solve_s:>8.3f}{it.highs_s:>8.3f}{gap:>8}{distance:>13}{most:>8}"
        f"  {statuses}"
    )
