"""A home whose devices take what they want when they want it, within the breaker."""

import numpy as np

from ..solver.types import FloatArray, KeplerCar, KeplerInput
from .flows import ENERGY_TOLERANCE_KWH

PHASES = "ABC"


class ReferenceHome:
    """Adds up what is used, in kWh per slot and phase: ``used_kwh`` of shape (T, phases)."""

    def __init__(self, problem: KeplerInput) -> None:
        """Begin with the household alone."""
        self._problem = problem
        grid = problem.grid
        self.used_kwh: FloatArray = np.outer(problem.load_kwh, np.array(grid.load_shares))
        self._sun_kwh = np.outer(problem.pv_kwh, np.array(grid.inverter_shares))
        self._circuits = {
            name: np.outer(problem.hours, np.full(grid.phases, limit_kw))
            for name, limit_kw in grid.circuits.items()
        }

    def add(self, phases: str, energy_kwh: FloatArray) -> None:
        """Let a device take energy, shape (T,), in equal parts from its phases."""
        self.used_kwh[:, _columns(phases)] += energy_kwh[:, None] / len(phases)

    def charge(self, car: KeplerCar, wanted_kwh: float) -> float:
        """Charge a car from its arrival on, and return what it could not take."""
        energy = np.zeros_like(self._problem.hours)
        left_kwh = wanted_kwh
        for slot in np.flatnonzero(car.present):
            energy[slot] = self._taken_kwh(car, int(slot), left_kwh, wanted_kwh - left_kwh)
            left_kwh -= float(energy[slot])
        self.add(car.phases, energy)
        for name in car.circuits:
            self._circuits[name][:, _columns(car.phases)] -= energy[:, None] / len(car.phases)
        return left_kwh if left_kwh > ENERGY_TOLERANCE_KWH else 0.0

    def _taken_kwh(self, car: KeplerCar, slot: int, left_kwh: float, taken_kwh: float) -> float:
        """Return what the car takes in a slot: nothing where its minimum does not fit."""
        hours = float(self._problem.hours[slot])
        most = min(left_kwh, _power_kw(car, taken_kwh) * hours)
        fits = self._fits_kwh(car, slot, hours)
        if most <= 0.0 or fits < min(most, car.min_kw * hours):
            return 0.0
        return min(most, fits)

    def _fits_kwh(self, car: KeplerCar, slot: int, hours: float) -> float:
        """Return what breaker, circuits and import limit leave for the car."""
        grid = self._problem.grid
        columns = _columns(car.phases)
        net = self.used_kwh[slot] - self._sun_kwh[slot]
        rooms = [grid.phase_limit_kw * hours - net]
        rooms += [self._circuits[name][slot] for name in car.circuits]
        fits = min(float(room[columns].min()) * len(columns) for room in rooms)
        if grid.import_limit_kw is not None:
            fits = min(fits, float(grid.import_limit_kw[slot] * hours - net.sum()))
        return fits


def _columns(phases: str) -> list[int]:
    return [PHASES.index(phase) for phase in phases]


def _power_kw(car: KeplerCar, taken_kwh: float) -> float:
    if not car.taper:
        return car.max_kw
    energies, powers = zip(*car.taper, strict=True)
    return min(car.max_kw, float(np.interp(taken_kwh, energies, powers)))
