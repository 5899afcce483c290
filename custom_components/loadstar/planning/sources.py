"""What plans are made from beside prices and history."""

from collections.abc import Callable
from dataclasses import dataclass

from ..forecasting import Forecasting
from ..models import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSources:
    """``snapshot`` gives what the control cycle knows of the site."""

    snapshot: Callable[[], Snapshot]
    forecasting: Forecasting
