"""What planning tells on Home Assistant's bus, for who looks inside."""

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..engine.planner.output.types import Schedule, StrategyEvent
from .errors import PlanningError

EVENT_PLAN_UPDATED: Final = f"{DOMAIN}_plan_updated"
EVENT_PLANNER_ERROR: Final = f"{DOMAIN}_planner_error"
EVENT_STRATEGY: Final = f"{DOMAIN}_strategy"


class PlanEvents:
    """Fires the events of one site."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the config entry in each."""
        self._hass = hass
        self._entry_id = entry_id

    @callback
    def updated(self, schedule: Schedule, changes: Iterable[StrategyEvent]) -> None:
        """Tell of a new plan, and of what its strategy has changed."""
        self._fire(
            EVENT_PLAN_UPDATED,
            status=schedule.status,
            cost=schedule.cost,
            saving=schedule.saving,
        )
        for event in changes:
            self._fire(EVENT_STRATEGY, rule=event.rule, data=dict(event.data))

    @callback
    def failed(self, error: PlanningError) -> None:
        """Tell why there is no new plan."""
        self._fire(EVENT_PLANNER_ERROR, problem=error.problem, detail=error.detail)

    def _fire(self, event: str, **data: Any) -> None:
        self._hass.bus.async_fire(event, {"config_entry_id": self._entry_id, **data})
