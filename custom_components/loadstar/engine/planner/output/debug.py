"""The problem and what the solver made of it, as JSON data for a bug report."""

from typing import Any

from ..solver.types import KeplerConfig, KeplerInput, KeplerResult
from .plain import to_plain


def debug_payload(
    problem: KeplerInput, config: KeplerConfig, result: KeplerResult
) -> dict[str, Any]:
    """Return everything that went into the solver and came out of it; NaN is None."""
    return {
        "problem": to_plain(problem),
        "config": to_plain(config),
        "result": {**to_plain(result), "money": result.money},
    }
