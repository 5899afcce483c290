"""The best plans that long solves have found, to measure the distance to."""

from collections.abc import Mapping
from dataclasses import replace
import json
from pathlib import Path

from .cases import CONFIG, Case, Start
from .measure import Best, plan
from .year import year

FILE = Path(__file__).parent / "best.json"
MADE_FOR = 7719.74  # the sum of all figures of the year: another numpy may draw others

type BestPlans = dict[str, dict[str, Best]]  # by case, then by start


def load() -> BestPlans:
    """Return what is stored for this year, nothing where its figures are others."""
    figures = year()
    drawn = sum(float(it.sum()) for it in (figures.spot, figures.load, figures.pv_per_kwp))
    if not FILE.exists() or abs(drawn - MADE_FOR) > 0.01:
        return {}
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        case: {start: Best(*figures) for start, figures in starts.items()}
        for case, starts in stored.items()
    }


def save(plans: Mapping[str, Mapping[str, Best]]) -> None:
    """Store the best plans."""
    figures = {
        case: {
            start: [round(best.total, 6), round(best.unshaped, 6)]
            for start, best in sorted(starts.items())
        }
        for case, starts in plans.items()
    }
    FILE.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def improve(known: Best | None, case: Case, start: Start, seconds: float) -> Best:
    """Return the best of what is known, of the usual plan, and of so long a solve at gap 0."""
    exact = replace(CONFIG, relative_gap=0.0, absolute_gap=0.0, time_limit_s=seconds)
    made = [plan(case, start), plan(case, start, config=exact)]
    found = [Best(it.total, it.money + it.penalties) for it in made if it.status != "failed"]
    return min([*found, *([] if known is None else [known])], key=lambda it: it.total)
