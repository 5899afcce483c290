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
    for goal in car.goals:
        taken: Terms = [(columns[there < goal.by], 1.0) for columns in energy]
        beyond += _add_goal(site, car, goal, taken)
    if car.surplus_worth_per_kwh > 0.0 and there.size:
        _add_surplus(site, car, there, energy, beyond)


def _add_goal(site: Site, car: KeplerCar, goal: KeplerGoal, taken: Terms) -> Terms:
    """Return the columns that count kWh beyond the goal."""
    model = site.model
    missing: Terms = []
    if goal.energy_kwh > 0.0:
        slack = site.slack(1, Tier.CAR, BreachKind.CAR_GOAL, device_id=car.car_id)
        missing = [(slack, 1.0)]
        model.total(*taken, *missing, low=goal.energy_kwh)
    if goal.worth_per_kwh <= 0.0 or goal.most_kwh <= goal.energy_kwh:
        return []
    beyond = model.columns(1, goal.most_kwh - max(goal.energy_kwh, 0.0))
    model.cost(ObjectiveTerm.CAR_WORTH, beyond, -goal.worth_per_kwh)
    model.total(*taken, *missing, (beyond, -1.0), low=max(goal.energy_kwh, 0.0))
    return [(beyond, -1.0)]


def _add_surplus(
    site: Site, car: KeplerCar, there: IntArray, energy: list[IntArray], beyond: Terms
) -> None:
    """Value kWh beyond all goals in slots that import nothing."""
    model, problem = site.model, site.problem
    left = np.maximum(problem.pv_kwh - problem.load_kwh, 0.0)[there]
    columns = model.columns(there.size, left)
    model.cost(ObjectiveTerm.CAR_WORTH, columns, -car.surplus_worth_per_kwh)
    parts: Terms = [(mode, -1.0) for mode in energy]
    model.rows(there.size, (columns, 1.0), *parts, up=0.0)
    wanted = max((goal.energy_kwh for goal in car.goals), default=0.0)
    whole: Terms = [(mode, 1.0) for mode in energy]
    model.total(*whole, *beyond, (columns, -1.0), low=max(wanted, 0.0))
    site.surplus_only.append((there, columns))
