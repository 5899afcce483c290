"""Charging goals: what they may be, and whose the goal at a charger is."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .models import PlanSnapshot
from .planning_wiring import VehicleConfig
from .settings_error import SettingsError
from .wiring import SiteConfig

MOST_GOAL_KWH: Final = 500.0
TIME_OF_DAY: Final = "%H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSettings:
    """What a vehicle, or a charger's guest, is to have, and by when.

    ``departure`` repeats every day as local time "HH:MM"; ``by`` is an ISO time stamp
    and counts once, before it. With neither there is no goal.
    """

    soc_percent: float | None = None
    energy_kwh: float | None = None
    departure: str | None = None
    by: str | None = None

    @property
    def departure_time(self) -> time | None:
        """Return the local time of day of the departure that repeats."""
        return None if self.departure is None else time.fromisoformat(self.departure)

    @property
    def by_time(self) -> datetime | None:
        """Return when the one-off is, aware; it may be over."""
        return None if self.by is None else datetime.fromisoformat(self.by)


def first_goals(config: SiteConfig) -> dict[str, GoalSettings]:
    """Return a goal for each vehicle, and for each charger's guest, as the flows asked for it."""
    vehicles = config.planning.vehicles
    return {key: _first_goal(vehicle) for key, vehicle in vehicles.items()} | {
        key: GoalSettings() for key in config.chargers
    }


def goal_key(config: SiteConfig, plan: PlanSnapshot, charger: str) -> str:
    """Return whose goal counts at a charger: its vehicle's, or that of the charger's guest.

    The vehicle is the one that the plan has found there, else the one that is usually there.
    """
    vehicles = config.planning.vehicles
    if planned := plan.chargers.get(charger):
        if planned.vehicle is None:
            return charger
        if planned.vehicle in vehicles:  # else it has been removed since
            return planned.vehicle
    return next((key for key, each in vehicles.items() if each.charger == charger), charger)


def check_goal(goal: GoalSettings) -> None:
    """Refuse figures that cannot be reached and times that are none."""
    if goal.soc_percent is not None and not 0 <= goal.soc_percent <= 100:  # noqa: PLR2004  percent
        raise SettingsError("goal_soc_out_of_range", value=goal.soc_percent)
    if goal.energy_kwh is not None and not 0 <= goal.energy_kwh <= MOST_GOAL_KWH:
        raise SettingsError("goal_energy_out_of_range", value=goal.energy_kwh, most=MOST_GOAL_KWH)
    if goal.departure is not None and not _is_time_of_day(goal.departure):
        raise SettingsError("departure_not_a_time", value=goal.departure)
    if goal.by is not None and not _is_aware(goal.by):
        raise SettingsError("goal_time_invalid", value=goal.by)


def changed_goal(goal: GoalSettings, **changes: Any) -> GoalSettings:
    """Return a goal with changes, checked; a one-off that is over is let go."""
    if "by" not in changes and goal.by_time is not None and goal.by_time <= dt_util.utcnow():
        changes["by"] = None
    changed = replace(goal, **changes)
    check_goal(changed)
    if changed.by_time is not None and changed.by_time <= dt_util.utcnow():
        raise SettingsError("goal_time_past", value=str(changed.by))
    return changed


def _first_goal(vehicle: VehicleConfig) -> GoalSettings:
    usual = vehicle.usual_departure
    return GoalSettings(departure=None if usual is None else usual.strftime(TIME_OF_DAY))


def _is_time_of_day(text: str) -> bool:
    try:
        return time.fromisoformat(text).strftime(TIME_OF_DAY) == text
    except ValueError:
        return False


def _is_aware(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
