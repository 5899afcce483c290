"""What forecasters came to, for people and for machines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
import statistics

from .first_days import FirstDay
from .months import Month, Scores, together
from .speed import Speed

_ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Errors as shares of the energy (WAPE), and shares between P10 and P90; percent."""

    month: str
    quantity: str
    forecaster: str
    hourly_wape: float | None
    daily_wape: float | None
    hourly_coverage: float | None
    daily_coverage: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far the PV source was trusted in a month, and what was learnt."""

    month: int
    least: float
    mean: float
    most: float
    labels: dict[str, int]  # days
    load_models: dict[str, int]
    left_out: Sequence[str]


def rows(months: Sequence[Month]) -> list[Row]:
    """Return all months together, then each."""
    found = _rows(_ALL, together(months))
    for month in months:
        found += _rows(f"{month.month:02}", month.scores)
    return found


def trusts(months: Sequence[Month]) -> list[Trust]:
    """Return the confidence by month."""
    return [
        Trust(
            month=month.month,
            least=round(min(month.confidences), 3),
            mean=round(statistics.fmean(month.confidences), 3),
            most=round(max(month.confidences), 3),
            labels=dict(Counter(month.labels)),
            load_models=dict(Counter(month.load_models)),
            left_out=month.left_out,
        )
        for month in months
    ]


def _rows(name: str, scores: Scores) -> list[Row]:
    return [
        Row(
            month=name,
            quantity=quantity,
            forecaster=forecaster,
            hourly_wape=_percent(score.hourly_wape),
            daily_wape=_percent(score.daily_wape),
            hourly_coverage=_percent(score.hourly_coverage),
            daily_coverage=_percent(score.daily_coverage),
        )
        for (quantity, forecaster), score in scores.items()
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def table(found: Sequence[Row]) -> str:
    """Return errors and coverage for people."""
    head = (
        f"{'percent':<20}{'':<16}{'month':>6}{'WAPE hourly':>13}{'daily':>8}"
        f"{'in P10-P90':>12}{'daily':>8}"
    )
    lines = [
        f"{it.quantity:<20}{it.forecaster:<16}{it.month:>6}{_shown(it.hourly_wape):>13}"
        f"{_shown(it.daily_wape):>8}{_shown(it.hourly_coverage):>12}{_shown(it.daily_coverage):>8}"
        for it in sorted(found, key=lambda it: it.quantity)
    ]
    return "\n".join([head, *lines])


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def trust_table(found: Sequence[Trust]) -> str:
    """Return confidences for people."""
    lines = [f"{'month':<8}{'confidence':>11}{'least':>8}{'most':>8}  days by label; load model"]
    lines += [
        f"{it.month:<8}{it.mean:>11.2f}{it.least:>8.2f}{it.most:>8.2f}  "
        f"{_counted(it.labels)}; {_counted(it.load_models)}; left out: {', '.join(it.left_out)}"
        for it in found
    ]
    return "\n".join(lines)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def first_days_table(found: Sequence[FirstDay]) -> str:
    """Return a new home's first days for people."""
    lines = [f"{'new home, after days':<24}{'confidence':>11}  label; load model"]
    lines += [f"{it.days:<24}{it.confidence:>11.2f}  {it.label}; {it.load_model}" for it in found]
    return "\n".join(lines)


def speed_table(found: Sequence[Speed]) -> str:
    """Return times for people."""
    lines = [f"{'two years of history':<40}{'ms':>10}{'MB':>8}"]
    lines += [f"{it.what:<40}{it.ms:>10.1f}{it.memory_mb:>8.1f}" for it in found]
    return "\n".join(lines)
