"""Plans of a site: when they are made, from what, and what becomes of them."""

from .errors import PlanningError, Problem
from .planning import Planning
from .sources import PlanSources
from .store import async_remove_plans

__all__ = ["PlanSources", "Planning", "PlanningError", "Problem", "async_remove_plans"]
