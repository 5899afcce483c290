"""What a car is to have by when, and what more is worth to it."""

import numpy as np

from ..model import IntArray
from ..site import Site
from ..tiers import Tier
from ..types import BreachKind, KeplerCar, KeplerGoal, ObjectiveTerm

type Terms = list[tuple[IntArray, float]]


def add_goals(site: Site, car: KeplerCar, there: IntArray, energy: list[IntArray]) -> None:
    """Ask for each goal's kWh by its slot, softly, and value what goes beyond."""
    beyond: Terms = []
    missing: list[Terms] = []
    for goal in car.goals:
        taken: Terms = [(columns[there < goal.by], 1.0) for columns in energy]
        missing.append(_ask(site, car, goal, taken))
        beyond += _value_beyond(site, goal, [*taken, *missing[-1]])
    if car.surplus_worth_per_kwh > 0.0 and there.size:
        beyond.append((_surplus(site, car, there, energy), -1.0))
    if not beyond:
        return
    whole: Terms = [(columns, 1.0) for columns in energy]
    site.model.total(*whole, *beyond, low=0.0)  # no kWh is worth something twice
    for goal, missed in zip(car.goals, missing, strict=True):
        site.model.total(*whole, *missed, *beyond, low=max(goal.energy_kwh, 0.0))


def _ask(site: Site, car: KeplerCar, goal: KeplerGoal, taken: Terms) -> Terms:
    """Return the column of the kWh that it will lack."""
    if goal.energy_kwh <= 0.0:
        return []
    slack = site.slack(Tier.CAR, BreachKind.CAR_GOAL, device_id=car.car_id)
    site.model.total(*taken, (slack, 1.0), low=goal.energy_kwh)
    return [(slack, 1.0)]


def _value_beyond(site: Site, goal: KeplerGoal, taken: Terms) -> Terms:
    """Return the column of the kWh beyond a goal that are worth something."""
    wanted, model = max(goal.energy_kwh, 0.0), site.model
    if goal.worth_per_kwh <= 0.0 or goal.most_kwh <= wanted:
        return []
    beyond = model.columns(1, goal.most_kwh - wanted)
    model.cost(ObjectiveTerm.CAR_WORTH, beyond, -goal.worth_per_kwh)
    model.total(*taken, (beyond, -1.0), low=wanted)
    return [(beyond, -1.0)]


def _surplus(site: Site, car: KeplerCar, there: IntArray, energy: list[IntArray]) -> IntArray:
    """Return columns of kWh that are taken while nothing is imported, and value them."""
    model, problem = site.model, site.problem
    left = np.maximum(problem.pv_kwh - problem.load_kwh, 0.0)[there]
    columns = model.columns(there.size, left)
    model.cost(ObjectiveTerm.CAR_WORTH, columns, -car.surplus_worth_per_kwh)
    parts: Terms = [(mode, -1.0) for mode in energy]
    model.rows(there.size, (columns, 1.0), *parts, up=0.0)
    site.surplus_only.append((there, columns))
    return columns
