"""Why there is no plan."""

from enum import StrEnum

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN


class Problem(StrEnum):
    """What kept a run from making a plan; each has words in the translations."""

    PRICES_MISSING = "prices_missing"
    SOLVER_FAILED = "solver_failed"
    CRASHED = "planner_crashed"
    OFF = "planner_off"


class PlanningError(HomeAssistantError):
    """A plan that could not be made."""

    def __init__(self, problem: Problem, site: str, detail: str = "") -> None:
        """Say why, and of which site."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=problem,
            translation_placeholders={"site": site, "detail": detail},
        )
        self.problem = problem
        self.detail = detail
