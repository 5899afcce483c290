"""Who drives a car away every day and brings it back."""

from dataclasses import dataclass

from .car import Car
from .evse import Evse
from .loads import DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A daily trip; hours of the local day, the return before the next midnight."""

    departure_h: float
    return_h: float
    energy_kwh: float = 8.0


class Driver:
    """Someone whose car is plugged in at home and gone during the trip."""

    def __init__(self, car: Car, evse: Evse, trip: Trip) -> None:
        """Take the keys."""
        self._car = car
        self._evse = evse
        self._trip = trip

    def step(self, time_s: float) -> None:
        """Leave or come home, as the time of day says."""
        hour = time_s % DAY_S / 3600.0
        away = self._trip.departure_h <= hour < self._trip.return_h
        if away and self._evse.car is self._car:
            self._evse.unplug()
            self._car.drive(self._trip.energy_kwh)
        elif not away and self._evse.car is None:
            self._evse.plug(self._car)

    def next_departure_s(self, time_s: float) -> float:
        """Return when the car leaves next, on the house's clock."""
        departure = time_s - time_s % DAY_S + self._trip.departure_h * 3600.0
        return departure if departure > time_s else departure + DAY_S
