"""Say it once when planning goes wrong, and take it back when it is right again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..engine.planner.inputs.types import PlanWarning
from ..issues import Issue, IssueKey, Matter, async_raise, async_take_back
from ..wiring import SiteConfig
from .errors import Problem
from .words import is_input_fault

# Integrations start in any order, and a source's hiccup is not worth anybody's attention.
PATIENCE: Final = timedelta(minutes=10)

_OF_PROBLEM: Final[Mapping[Problem, Mapping[Matter, IssueKey]]] = {
    Problem.PRICES_MISSING: {Matter.PLAN_PRICES: IssueKey.PRICES_MISSING},
    Problem.SOLVER_FAILED: {Matter.PLAN_SOLVER: IssueKey.SOLVER_UNAVAILABLE},
    Problem.CRASHED: {Matter.PLAN_SOLVER: IssueKey.SOLVER_UNAVAILABLE},
}
_FORECAST: Final = frozenset({"pv_missing", "pv_no_source", "pv_wrong_day"})
_STOPPED: Final = "pv_stopped"


class PlanFaults:
    """Raise and take back the repair issues of one site's plans."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        config: SiteConfig,
        sentence: Callable[[PlanWarning], str],
    ) -> None:
        """``sentence`` says a warning in Home Assistant's language."""
        self._hass = hass
        self._entry_id = entry_id
        self._site = config.name
        self._sentence = sentence
        vehicles = config.planning.vehicles
        self._silent_cars = {key for key, car in vehicles.items() if car.soc is None}
        self._since: dict[Matter, datetime] = {}
        self._said: dict[Matter, Issue] = {}
        self._logged: Problem | None = None

    @callback
    def look_at_planning(self, problem: Problem | None, *, stale: bool) -> None:
        """Compare what keeps plans from being made with what has been said."""
        self._log(problem)
        wrong = {} if problem is None else _OF_PROBLEM.get(problem, {})
        for matter in (Matter.PLAN_PRICES, Matter.PLAN_SOLVER):
            key = wrong.get(matter)
            self._say(matter, None if key is None else self._issue(key, str(problem)))
        self._say(Matter.PLAN_STALE, self._issue(IssueKey.PLAN_STALE) if stale else None)

    @callback
    def look_at_input(self, warnings: Sequence[PlanWarning]) -> None:
        """Compare what was wrong with a plan's input with what has been said."""
        missing = [warning for warning in warnings if warning.code in _FORECAST]
        stopped = [warning for warning in warnings if warning.code == _STOPPED]
        others = [
            warning
            for warning in warnings
            if is_input_fault(warning.code)
            and warning.code not in (*_FORECAST, _STOPPED)
            and not self._is_as_wired(warning)
        ]
        self._say(Matter.PLAN_FORECAST, self._listed(IssueKey.FORECAST_MISSING, missing))
        self._say(Matter.PLAN_PV_STOPPED, self._listed(IssueKey.PV_STOPPED, stopped))
        self._say(Matter.PLAN_INPUT, self._listed(IssueKey.PLAN_INPUT, others))

    def _log(self, problem: Problem | None) -> None:
        """Say it once in the log; until all has started, prices may just be on their way."""
        if problem is self._logged or not self._hass.is_running:
            return
        if problem is None:
            LOGGER.info("%s: plans are made again", self._site)
        else:
            LOGGER.warning("%s: no new plan (%s); the last one stands", self._site, problem)
        self._logged = problem

    def _is_as_wired(self, warning: PlanWarning) -> bool:
        """Whether nothing is wrong: a car that was never to say its SoC does not say it."""
        return warning.code == "car_soc_unknown" and warning.data.get("device") in self._silent_cars

    def _listed(self, key: IssueKey, warnings: Sequence[PlanWarning]) -> Issue | None:
        if not warnings:
            return None
        sentences = dict.fromkeys(self._sentence(warning) for warning in warnings)
        return self._issue(key, "\n".join(f"- {sentence}" for sentence in sentences))

    def _issue(self, key: IssueKey, details: str = "") -> Issue:
        words = {"site": self._site, "details": details}
        return Issue(key=key, words=words, severity=IssueSeverity.WARNING)

    def _say(self, matter: Matter, issue: Issue | None) -> None:
        """Raise an issue once it has stood for a while, or take it back."""
        issue_id = matter.of(self._entry_id)
        if issue is None:
            self._since.pop(matter, None)
            self._said.pop(matter, None)
            async_take_back(self._hass, issue_id)  # it may stand from before a reload
            return
        now = dt_util.utcnow()
        since = self._since.setdefault(matter, now)
        if now - since >= PATIENCE and self._said.get(matter) != issue:
            self._said[matter] = issue
            async_raise(self._hass, issue_id, issue)
