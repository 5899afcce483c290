"""The best plans that long solves have found, to measure the distance to."""

from collections.abc import Mapping
from dataclasses import replace
import json
from pathlib import Path

from .cases import CONFIG, Case, Start
from .measure import Best, plan

FILE = Path(__file__).parent / "best.json"

type BestPlans = dict[str, dict[str, Best]]  # by case, then by start


def load() -> BestPlans:
    """Return what is stored."""
    if not FILE.exists():
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
    """Return the better of what is known and of a solve at gap 0 for so long."""
    config = replace(CONFIG, relative_gap=0.0, absolute_gap=0.0, time_limit_s=seconds)
    made = plan(case, start, config=config)
    found = Best(made.total, made.money + made.penalties)
    return found if known is None or found.total < known.total else known
