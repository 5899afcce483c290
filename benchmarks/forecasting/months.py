"""Months of a simulated year, each day foreseen and judged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta

from .history import History, Span
from .scores import Score
from .walk import judge_day

type Scores = dict[tuple[str, str], Score]  # by quantity and forecaster


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What came of a month; confidences and labels are of each day at 04:00."""

    month: int
    scores: Scores
    confidences: Sequence[float]
    labels: Sequence[str]
    load_models: Sequence[str]
    left_out: Sequence[str] = field(default_factory=tuple)  # codes, each once


def walk(span: Span, months: Sequence[int], jobs: int) -> Iterator[Month]:
    """Yield what came of months, in order."""
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_month, [(span, month) for month in months])


def _month(task: tuple[Span, int]) -> Month:
    span, month = task
    history = History(span.simulate())
    first = date(span.first_day.year, month, 1)
    days = [first + timedelta(days=index) for index in range(31)]
    days = [day for day in days if day.month == month]
    scores: Scores = defaultdict(Score)
    for day in days:
        for it in judge_day(history, day):
            scores[it.quantity, it.forecaster].add(it.truth, it.said, it.counted)
    mornings = [history.local(day, 4) for day in days]
    models = [history.pv_model(morning) for morning in mornings]
    load_models = [history.load_model(morning) for morning in mornings]
    left_out = {it.code for model in models for it in model.left_out}
    left_out |= {it.code for model in load_models for it in model.left_out}
    return Month(
        month=month,
        scores=dict(scores),
        confidences=[model.confidence for model in models],
        labels=[model.label.code for model in models],
        load_models=[model.kind for model in load_models],
        left_out=sorted(left_out),
    )


def together(months: Sequence[Month]) -> Scores:
    """Return the scores of all months."""
    scores: Scores = {}
    for month in months:
        for key, score in month.scores.items():
            scores[key] = scores.get(key, Score()) + score
    return scores
