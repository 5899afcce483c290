"""What a problem has to be before it can be solved."""

import numpy as np

from .types import FloatArray, KeplerInput, Orders


class InvalidProblemError(ValueError):
    """A problem that cannot be solved as it is given."""

    def __init__(self, where: str, field: str, found: object, expected: str) -> None:
        """Say what was found where, and what was expected."""
        name = f"{where}: {field}" if field else where
        super().__init__(f"{name}: found {found}, expected {expected}")


def check(problem: KeplerInput) -> None:
    """Raise ValueError where an array's shape or a number makes no sense."""
    count = problem.hours.size
    required = {
        "hours": problem.hours,
        "import_price": problem.import_price,
        "export_price": problem.export_price,
        "pv_kwh": problem.pv_kwh,
        "load_kwh": problem.load_kwh,
    }
    if problem.grid.import_limit_kw is not None:
        required["import_limit_kw"] = problem.grid.import_limit_kw
    for name, values in required.items():
        _check_array(name, values, count)
    if np.any(problem.hours <= 0.0):
        raise InvalidProblemError(
            "hours", "", float(problem.hours.min()), "more than 0 in every slot"
        )
    _check_shares(problem)
    _check_batteries(problem)
    _check_cars(problem, count)
    _check_loads(problem, count)
    _check_peaks(problem, count)
    if problem.least_export_kwh is not None:
        _check_shape("least_export_kwh", problem.least_export_kwh, count)
    for device_id, energy in _previous(problem):
        _check_shape(f"previous plan of {device_id}", energy, count)


def _previous(problem: KeplerInput) -> list[tuple[str, FloatArray]]:
    return [] if problem.previous is None else list(problem.previous.energy_kwh.items())


def _check_shape(name: str, values: np.ndarray[tuple[int, ...], np.dtype], count: int) -> None:
    if values.shape != (count,):
        raise InvalidProblemError(name, "", f"shape {values.shape}", f"({count},)")


def _check_array(name: str, values: FloatArray, count: int) -> None:
    _check_shape(name, values, count)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InvalidProblemError(
            name, "", f"{values[wrong[0]]} in slot {wrong[0]}", "a finite number"
        )


def _check_numbers(name: str, **numbers: float) -> None:
    for field, number in numbers.items():
        if not np.isfinite(number):
            raise InvalidProblemError(name, field, number, "a finite number")


def _check_orders(name: str, orders: Orders | None, count: int) -> None:
    if orders is not None:
        _check_shape(f"{name}: least_kwh", orders.least_kwh, count)
        _check_shape(f"{name}: most_kwh", orders.most_kwh, count)


def _check_shares(problem: KeplerInput) -> None:
    grid = problem.grid
    if grid.phases not in {1, 2, 3}:
        raise InvalidProblemError("grid", "phases", grid.phases, "1, 2 or 3")
    for name, shares in (
        ("load_shares", grid.load_shares),
        ("inverter_shares", grid.inverter_shares),
    ):
        if len(shares) != grid.phases or not np.isclose(sum(shares), 1.0):
            raise InvalidProblemError("grid", name, shares, f"{grid.phases} parts that sum to 1")
    _check_numbers("grid", phase_limit_kw=grid.phase_limit_kw)


def _check_batteries(problem: KeplerInput) -> None:
    for battery in problem.batteries:
        name = f"battery {battery.battery_id}"
        _check_numbers(
            name,
            capacity_kwh=battery.capacity_kwh,
            initial_kwh=battery.initial_kwh,
            min_kwh=battery.min_kwh,
            max_kwh=battery.max_kwh,
            max_charge_kw=battery.max_charge_kw,
            max_discharge_kw=battery.max_discharge_kw,
            target_kwh=battery.target_kwh,
        )
        for side in (battery.charge_efficiency, battery.discharge_efficiency):
            if not 0.0 < side <= 1.0:
                raise InvalidProblemError(name, "efficiency", side, "above 0 and at most 1")
        _check_orders(name, battery.orders, problem.hours.size)


def _check_cars(problem: KeplerInput, count: int) -> None:
    for car in problem.cars:
        name = f"car {car.car_id}"
        _check_shape(f"{name}: present", car.present, count)
        _check_numbers(name, min_kw=car.min_kw, max_kw=car.max_kw, room_kwh=car.room_kwh)
        for goal in car.goals:
            _check_numbers(f"{name}: goal", energy_kwh=goal.energy_kwh, most_kwh=goal.most_kwh)
        _check_orders(name, car.orders, count)


def _check_loads(problem: KeplerInput, count: int) -> None:
    for water in problem.water_heaters:
        name = f"water heater {water.load_id}"
        _check_shape(f"{name}: allowed", water.allowed, count)
        _check_numbers(name, power_kw=water.power_kw)
        for day in water.days:
            _check_numbers(f"{name}: day", energy_kwh=day.energy_kwh)
        _check_orders(name, water.orders, count)
    for load in problem.deferrables:
        _check_numbers(f"load {load.load_id}", power_kw=load.power_kw)
        _check_orders(f"load {load.load_id}", load.orders, count)


def _check_peaks(problem: KeplerInput, count: int) -> None:
    for peak in problem.peaks:
        _check_numbers("peak", fee_per_kw=peak.fee_per_kw, base_kw=peak.base_kw)
        for window in peak.windows:
            inside = all(0 <= slot < count for slot in window.slots)
            if not inside or not 0 <= window.day < len(peak.so_far_kw) or window.hours <= 0.0:
                raise InvalidProblemError(
                    "peak", "windows", window, "one of slots and days of the plan"
                )
