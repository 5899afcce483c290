"""The cars at the chargers, as the planner takes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..engine.planner.devices import Car, ChargingGoal
from ..goals import GoalSettings
from ..models import ChargerSnapshot, Snapshot
from ..planning_wiring import VehicleConfig
from ..settings import SettingsStore
from ..sources.quantity import read_percent
from ..wiring import ChargerConfig, SiteConfig

# A departure without a goal: enough for nearly every day, and gentle to the battery.
DEFAULT_GOAL_SOC_PERCENT: Final = 80.0
GUEST_EFFICIENCY: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A charger, its car and what is known of them."""

    charger: ChargerConfig
    vehicle: VehicleConfig | None  # None: a guest
    seen: ChargerSnapshot
    goal: GoalSettings
    soc_percent: float | None
    min_current_a: float
    max_current_a: float


def read_cars(
    hass: HomeAssistant, config: SiteConfig, settings: SettingsStore, snapshot: Snapshot
) -> tuple[Car, ...]:
    """Return the cars that are plugged in, and those that usually are."""
    usual = {
        vehicle.charger: vehicle for vehicle in config.planning.vehicles.values() if vehicle.charger
    }
    now = dt_util.utcnow()
    cars = []
    for key, charger in config.chargers.items():
        seen = snapshot.chargers.get(key)
        if seen is None or not settings.chargers[key].enabled or seen.out_of_service:
            continue
        vehicle = usual.get(key)
        if seen.plugged:
            cars.append(_car(_parked(hass, charger, vehicle, seen, settings), now))
    return tuple(cars)


def _parked(
    hass: HomeAssistant,
    charger: ChargerConfig,
    vehicle: VehicleConfig | None,
    seen: ChargerSnapshot,
    settings: SettingsStore,
) -> Parked:
    tuned = settings.chargers[charger.subentry_id]
    soc = None
    if vehicle is not None and vehicle.soc is not None:
        soc = read_percent(hass, vehicle.soc).value
    goal_of = charger.subentry_id if vehicle is None else vehicle.subentry_id
    return Parked(
        charger=charger,
        vehicle=vehicle,
        seen=seen,
        goal=settings.goals.get(goal_of, GoalSettings()),
        soc_percent=seen.soc_percent if soc is None else soc,
        min_current_a=tuned.min_current,
        max_current_a=tuned.max_current,
    )


def _car(parked: Parked, now: datetime) -> Car:
    charger, vehicle = parked.charger, parked.vehicle
    departure = next_departure(parked.goal, now)
    return Car(
        car_id=charger.subentry_id if vehicle is None else vehicle.subentry_id,
        charger_id=charger.subentry_id,
        name=charger.name if vehicle is None else vehicle.name,
        min_current_a=parked.min_current_a,
        max_current_a=parked.max_current_a,
        phases=_phases(parked),
        capacity_kwh=None if vehicle is None else vehicle.capacity_kwh,
        soc_percent=parked.soc_percent,
        session_kwh=parked.seen.session_energy_kwh or 0.0,
        # nobody knows when it comes back
        away=() if departure is None else ((departure, departure + timedelta(days=7)),),
        goals=() if departure is None else (_goal(parked, departure),),
        efficiency=GUEST_EFFICIENCY if vehicle is None else vehicle.efficiency,
    )


def _goal(parked: Parked, by: datetime) -> ChargingGoal:
    goal = parked.goal
    if goal.soc_percent is None and goal.energy_kwh is None:
        # a guest does not say how full it is
        soc = None if parked.vehicle is None else DEFAULT_GOAL_SOC_PERCENT
        return ChargingGoal(by=by, soc_percent=soc)
    energy_kwh = goal.energy_kwh
    if energy_kwh is not None:
        energy_kwh = max(0.0, energy_kwh - (parked.seen.session_energy_kwh or 0.0))
    return ChargingGoal(by=by, soc_percent=goal.soc_percent, energy_kwh=energy_kwh)


def next_departure(goal: GoalSettings, now: datetime) -> datetime | None:
    """Return when a car leaves next: once, if that is still to come, else as every day."""
    once = goal.by_time
    if once is not None and once > now:
        return dt_util.as_utc(once)
    if (daily := goal.departure_time) is None:
        return None
    local = dt_util.as_local(now)
    for days in (0, 1):
        day = (local + timedelta(days=days)).date()
        leaves = datetime.combine(day, daily, local.tzinfo)
        if leaves > local:
            return dt_util.as_utc(leaves)
    return None


def _phases(parked: Parked) -> str:
    """Return the site phases that the car charges on: as measured, else as it is wired."""
    if parked.seen.mask:
        return parked.seen.mask
    vehicle, charger = parked.vehicle, parked.charger
    count = (vehicle.phases if vehicle else None) or charger.car_phases or charger.phases
    return charger.phase_rotation[:count]
