"""A car: it draws nothing, or a power between its least and its largest."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..model import IntArray
from ..site import Flow, Site, Switches, Values
from ..types import DevicePlan, FloatArray, KeplerCar, ObjectiveTerm
from .balance import NO_COLUMNS
from .car_goals import add_goals
from .curves import hold_below, power_at
from .wishes import obey, stay


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to draw: on all phases, or on the first alone."""

    energy: IntArray
    on: IntArray
    least_kwh: FloatArray
    most_kwh: FloatArray
    least_rows: IntArray


class Car:
    """on/off and kWh per slot and mode, within presence, room, taper and circuits.

    All columns stand for the slots in which it is there.
    """

    def __init__(self, car: KeplerCar) -> None:
        """Take what is known of it."""
        self._car = car
        self._there = NO_COLUMNS
        self._modes: list[Mode] = []
        self._taken = NO_COLUMNS  # since now, at the end of each slot it is there

    def add(self, site: Site) -> None:
        """Add modes, room, taper, goals, starts and orders."""
        car = self._car
        self._there = site.slots[car.present & (site.problem.hours > 0.0)]
        if self._there.size == 0 or car.room_kwh <= 0.0 or car.max_kw <= 0.0:
            self._there = NO_COLUMNS
            add_goals(site, car, self._there, [])
            self._add_wishes(site)
            return
        self._add_mode(site, car.phases, car.min_kw, car.max_kw)
        if car.single_phase is not None:
            self._add_mode(site, car.phases[:1], *car.single_phase)
            both = [(mode.on, 1.0) for mode in self._modes]
            site.model.rows(self._there.size, *both, up=1.0)
        energy = [mode.energy for mode in self._modes]
        site.model.total(*((columns, 1.0) for columns in energy), up=car.room_kwh)
        self._add_tail(site)
        add_goals(site, car, self._there, energy)
        self._add_starts(site)
        self._add_wishes(site)

    def _add_mode(self, site: Site, phases: str, min_kw: float, max_kw: float) -> None:
        """Let energy be 0, or between least and most while the mode is on."""
        car, model, count = self._car, site.model, self._there.size
        hours = site.problem.hours[self._there]
        most = np.minimum(max(max_kw, 0.0) * hours, car.room_kwh)
        least = np.minimum(max(min(min_kw, max_kw), 0.0) * hours, max(max_kw, 0.0) * hours)
        energy = model.columns(count, most)
        on = model.columns(count, 1.0, integer=True)
        model.rows(count, (energy, 1.0), (on, -most), up=0.0)
        least_rows = model.rows(count, (energy, 1.0), (on, -least), low=0.0)
        site.flows.append(
            Flow(
                device_id=car.car_id,
                slots=self._there,
                columns=energy,
                kwh=np.ones(count),
                shares=site.shares(phases),
                circuits=car.circuits,
            )
        )
        self._modes.append(Mode(energy, on, least, most, least_rows))

    def _add_tail(self, site: Site) -> None:
        """Let it run below the least power where it is full, or slows down, by then."""
        car = self._car
        slowed = _slows_at(car)
        needed = slowed < car.room_kwh or not _reachable(self._modes, car.room_kwh)
        if not needed and not car.taper:
            return
        model, count = site.model, self._there.size
        self._taken = model.columns(count, car.room_kwh)
        parts = [(mode.energy, -1.0) for mode in self._modes]
        rows = model.rows(count, (self._taken, 1.0), *parts, low=0.0, up=0.0)
        model.put(rows[1:], self._taken[:-1], -1.0)
        if car.taper:
            first_kwh = power_at(car.taper, 0.0) * site.problem.hours[self._there[0]]
            for mode in self._modes:
                model.limit(mode.energy[:1], first_kwh)
            energy = [mode.energy[1:] for mode in self._modes]
            hold_below(site, car.taper, energy, self._taken[:-1], self._there[1:])
        if needed:
            point = min(slowed, car.room_kwh)
            tail = model.columns(count, 1.0, integer=True)
            site.late.append(tail)
            model.rows(count, (self._taken, 1.0), (tail, -point), low=-1e-9)
            for mode in self._modes:
                model.put(mode.least_rows, tail, mode.least_kwh)

    def _add_starts(self, site: Site) -> None:
        """Count the runs: on now and not in the slot before."""
        model, there = site.model, self._there
        starts = NO_COLUMNS
        if site.config.car_start_cost > 0.0:
            starts = model.columns(there.size, 1.0)
            model.cost(ObjectiveTerm.SHAPING, starts, site.config.car_start_cost)
            running = np.zeros(there.size)
            running[0] = float(there[0] == 0 and self._runs(site))
            parts = [(mode.on, -1.0) for mode in self._modes]
            rows = model.rows(there.size, (starts, 1.0), *parts, low=-running)
            follows = np.flatnonzero(np.diff(there) == 1)
            for mode in self._modes:
                model.put(rows[follows + 1], mode.on[follows], 1.0)
        deadlines = tuple(goal.by for goal in self._car.goals)
        site.switches.append(
            tuple(
                Switches(
                    there,
                    mode.on,
                    mode.energy,
                    mode.least_kwh,
                    mode.most_kwh,
                    mode.least_rows,
                    starts,
                    deadlines,
                )
                for mode in self._modes
            )
        )

    def _runs(self, site: Site) -> bool:
        """Tell whether the last plan had it run as the first slot begins."""
        previous = site.problem.previous
        if previous is None or self._car.car_id not in previous.energy_kwh:
            return False
        return bool(previous.energy_kwh[self._car.car_id][0] > 0.0)

    def _add_wishes(self, site: Site) -> None:
        """Obey orders, and stay with the last plan."""
        terms = [(mode.energy, np.ones(self._there.size)) for mode in self._modes]
        obey(site, self._car.orders, self._car.car_id, self._there, terms)
        stay(site, self._car.car_id, self._there, terms)

    def plan(self, values: Values) -> DevicePlan:
        """Read what it takes, and where on one phase alone."""
        energy = np.zeros(values.slots)
        for mode in self._modes:
            energy[self._there] += values[mode.energy]
        single = None
        if len(self._modes) > 1:
            single = np.zeros(values.slots, np.bool_)
            single[self._there] = values[self._modes[1].energy] > 0.0
        return DevicePlan(
            device_id=self._car.car_id,
            charge_kwh=energy,
            discharge_kwh=np.zeros(values.slots),
            single_phase=single,
        )


def _slows_at(car: KeplerCar) -> float:
    """Return the kWh taken after which the taper is below the least power; inf: never."""
    points = sorted(car.taper)
    if points and points[0][1] < car.min_kw:
        return 0.0
    for (start, fast), (end, slow) in pairwise(points):
        if slow < car.min_kw:
            return start + (end - start) * (fast - car.min_kw) / (fast - slow)
    return np.inf


def _reachable(modes: list[Mode], room_kwh: float) -> bool:
    """Tell whether whole slots at allowed powers can add up to the room."""
    least = min(float(mode.least_kwh.max()) for mode in modes)
    most = max(float(mode.most_kwh.max()) for mode in modes)
    slots = np.ceil(room_kwh / most - 1e-9)
    return bool(slots * least <= room_kwh + 1e-9)
