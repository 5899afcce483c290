"""Judges a plan from the problem alone: physics, limits and money, with no code of the solver.

Every function yields one sentence per thing that is wrong, so that a test's failure
says what happened where.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    DevicePlan,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerInput,
    KeplerResult,
    Orders,
)

ENERGY_TOLERANCE = 1e-6  # kWh
LIMIT_TOLERANCE = 2e-6


def complaints(problem: KeplerInput, result: KeplerResult) -> list[str]:
    """Return what is wrong with a plan's physics and limits."""
    return [
        *_numbers(problem, result),
        *_balance(problem, result),
        *_batteries(problem, result),
        *_cars(problem, result),
        *_exclusion(problem, result),
        *_grid(problem, result),
        *_phases(problem, result),
        *_circuits(problem, result),
        *_orders(problem, result),
    ]


def breached(
    result: KeplerResult, count: int, kind: BreachKind, device_id: str | None = None
) -> FloatArray:
    """Return the reported kWh of a kind of breach per slot, of one device or of all."""
    total = np.zeros(count)
    for breach in result.breaches:
        if breach.kind is kind and device_id in {None, breach.device_id}:
            assert breach.slot is not None, breach
            total[breach.slot] += breach.kwh
    return total


def breached_in_all(result: KeplerResult, kind: BreachKind, device_id: str | None = None) -> float:
    """Return the reported kWh of a kind of breach over the whole plan."""
    return sum(
        breach.kwh
        for breach in result.breaches
        if breach.kind is kind and device_id in {None, breach.device_id}
    )


def _numbers(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    flows = {
        "import": result.import_kwh,
        "export": result.export_kwh,
        "curtailed": result.curtailed_kwh,
    }
    for name, plan in result.devices.items():
        flows |= {f"{name} charge": plan.charge_kwh, f"{name} discharge": plan.discharge_kwh}
    for name, flow in flows.items():
        if flow.shape != problem.hours.shape:
            yield f"{name} has the shape {flow.shape}"
        elif not np.all(np.isfinite(flow)):
            yield f"{name} is not finite"
        elif flow.min(initial=0.0) < -ENERGY_TOLERANCE:
            yield f"{name} falls to {flow.min()}"
    yield from _over("curtailed beyond PV", result.curtailed_kwh - problem.pv_kwh)
    for breach in result.breaches:
        if not breach.kwh > 0.0:
            yield f"a breach of nothing: {breach}"


def _over(what: str, excess: FloatArray, tolerance: float = LIMIT_TOLERANCE) -> Iterator[str]:
    for slot in np.flatnonzero(excess > tolerance):
        yield f"{what} in slot {slot} by {excess[slot]:.7f} kWh"


def _unequal(what: str, difference: FloatArray, tolerance: float) -> Iterator[str]:
    for slot in np.flatnonzero(np.abs(difference) > tolerance):
        yield f"{what} in slot {slot} is off by {difference[slot]:.7f} kWh"


def _loads(problem: KeplerInput) -> Iterator[tuple[str, str]]:
    """Yield id and phases of everything that only takes energy."""
    for car in problem.cars:
        yield car.car_id, car.phases
    for heater in problem.water_heaters:
        yield heater.load_id, heater.phases
    for load in problem.deferrables:
        yield load.load_id, load.phases


def battery_flow(problem: KeplerInput, result: KeplerResult) -> FloatArray:
    """Return what all batteries take, less what they give, in kWh per slot."""
    total = np.zeros(problem.hours.size)
    for battery in problem.batteries:
        plan = result.devices[battery.battery_id]
        total += plan.charge_kwh - plan.discharge_kwh
    return total


def _balance(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    net = problem.load_kwh + battery_flow(problem, result)
    net -= problem.pv_kwh - result.curtailed_kwh
    for device_id, _ in _loads(problem):
        net += result.devices[device_id].charge_kwh
    difference = result.import_kwh - result.export_kwh - net
    yield from _unequal("the balance", difference, ENERGY_TOLERANCE * 2)


def at(curve: Sequence[tuple[float, float]], content: FloatArray) -> FloatArray:
    """Return a curve's kW at contents, straight between its breakpoints."""
    return np.interp(content, [x for x, _ in curve], [y for _, y in curve])


def _batteries(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    for battery in problem.batteries:
        plan = result.devices[battery.battery_id]
        yield from _content(battery, plan, result)
        yield from _battery_power(battery, plan, problem.hours)
    takers = [it.battery_id for it in problem.batteries if not it.grid_charging]
    if takers:
        taken = np.sum([result.devices[name].charge_kwh for name in takers], axis=0)
        left = np.maximum(0.0, problem.pv_kwh - problem.load_kwh)
        yield from _over("charged from the grid against the rule", taken - left)


def _content(battery: KeplerBattery, plan: DevicePlan, result: KeplerResult) -> Iterator[str]:
    content, name = plan.content_kwh, battery.battery_id
    assert content is not None
    if content.size != plan.charge_kwh.size + 1 or content[0] != battery.initial_kwh:
        yield f"{name} begins with {content[0]} of {battery.initial_kwh} kWh"
    flow = battery.charge_efficiency * plan.charge_kwh
    flow = flow - plan.discharge_kwh / battery.discharge_efficiency
    drift = battery.initial_kwh + np.cumsum(flow) - content[1:]
    yield from _unequal(f"the content of {name}", drift, ENERGY_TOLERANCE)
    yield from _over(f"{name} is below empty", -content)
    yield from _over(f"{name} is beyond full", content - battery.capacity_kwh)
    count = plan.charge_kwh.size
    floor = breached(result, count, BreachKind.SOC_FLOOR, name)
    ceiling = breached(result, count, BreachKind.SOC_CEILING, name)
    below = np.maximum(0.0, battery.min_kwh - content[1:])
    if battery.initial_kwh < battery.min_kwh:
        grace = min(battery.back_by, count - 1)
        yield from _over(f"{name} falls further", battery.initial_kwh - content[1 : grace + 1])
        below[:grace] = 0.0
    above = np.maximum(0.0, content[1:] - battery.max_kwh)
    yield from _unequal(f"the floor of {name}", below - floor, LIMIT_TOLERANCE)
    yield from _unequal(f"the ceiling of {name}", above - ceiling, LIMIT_TOLERANCE)
    missing = max(0.0, battery.target_kwh - content[-1])
    reported = breached_in_all(result, BreachKind.TARGET_SOC, name)
    if abs(missing - reported) > LIMIT_TOLERANCE:
        yield f"{name} misses its target by {missing}, reported is {reported}"


def _battery_power(battery: KeplerBattery, plan: DevicePlan, hours: FloatArray) -> Iterator[str]:
    assert plan.content_kwh is not None
    name, before, after = battery.battery_id, plan.content_kwh[:-1], plan.content_kwh[1:]
    flows = (
        ("charges", plan.charge_kwh, battery.max_charge_kw, battery.charge_curve),
        ("discharges", plan.discharge_kwh, battery.max_discharge_kw, battery.discharge_curve),
    )
    for verb, energy, limit, curve in flows:
        yield from _over(f"{name} {verb} too fast", energy - limit * hours)
        if curve:
            most = np.maximum(at(curve, before), at(curve, after))
            yield from _over(f"{name} {verb} beyond its curve", energy - most * hours)


def _cars(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    for car in problem.cars:
        plan, name = result.devices[car.car_id], car.car_id
        energy, taken = plan.charge_kwh, np.cumsum(plan.charge_kwh)
        yield from _over(f"{name} charges while away", np.where(car.present, 0.0, energy))
        yield from _current(car, plan, problem.hours)
        if taken[-1] > car.room_kwh + LIMIT_TOLERANCE:
            yield f"{name} takes {taken[-1]} kWh, and has room for {car.room_kwh}"
        if car.taper:
            most = np.maximum(at(car.taper, taken - energy), at(car.taper, taken))
            yield from _over(f"{name} charges beyond its taper", energy - most * problem.hours)
        lacking = [max(0.0, goal.energy_kwh - _before(taken, goal.by)) for goal in car.goals]
        missing = max(lacking, default=0.0)
        reported = breached_in_all(result, BreachKind.CAR_GOAL, name)
        if not missing - LIMIT_TOLERANCE <= reported <= sum(lacking) + LIMIT_TOLERANCE:
            yield f"{name} misses {lacking}, reported is {reported}"


def _before(taken: FloatArray, slot: int) -> float:
    return float(taken[slot - 1]) if slot > 0 else 0.0


def _current(car: KeplerCar, plan: DevicePlan, hours: FloatArray) -> Iterator[str]:
    alone = np.zeros(hours.size, dtype=np.bool_)
    least, most = np.full(hours.size, car.min_kw), np.full(hours.size, car.max_kw)
    if car.single_phase is not None and plan.single_phase is not None:
        alone = plan.single_phase
        least[alone], most[alone] = car.single_phase
    energy, taken = plan.charge_kwh, np.cumsum(plan.charge_kwh)
    yield from _over(f"{car.car_id} charges too fast", energy - most * hours)
    full = taken >= car.room_kwh - LIMIT_TOLERANCE
    weak = (energy > ENERGY_TOLERANCE) & (energy < least * hours - LIMIT_TOLERANCE) & ~full
    for slot in np.flatnonzero(weak):
        kilowatt = energy[slot] / hours[slot]
        yield f"{car.car_id} charges with {kilowatt:.5f} of {least[slot]} kW in slot {slot}"


def _exclusion(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    for battery in problem.batteries:
        plan = result.devices[battery.battery_id]
        both = np.minimum(plan.charge_kwh, plan.discharge_kwh)
        yield from _over(f"{battery.battery_id} charges and discharges", both, ENERGY_TOLERANCE)
    if problem.grid.phase_netting:
        both = np.minimum(result.import_kwh, result.export_kwh)
        yield from _over("import and export", both, ENERGY_TOLERANCE)


def _grid(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    grid, hours, count = problem.grid, problem.hours, problem.hours.size
    limits: list[tuple[str, FloatArray, FloatArray, BreachKind]] = []
    if grid.import_limit_kw is not None:
        limit = grid.import_limit_kw * hours
        limits.append(("import limit", result.import_kwh, limit, BreachKind.IMPORT_LIMIT))
    if grid.export_limit_kw is not None:
        limit = grid.export_limit_kw * hours
        limits.append(("export limit", result.export_kwh, limit, BreachKind.EXPORT_LIMIT))
    if grid.inverter_max_kw is not None:
        excess = np.abs(inverter_flow(problem, result)) - grid.inverter_max_kw * hours
        yield from _over("the inverter over its limit", excess)
    for name, flow, limit, kind in limits:
        excess = np.maximum(0.0, flow - limit)
        yield from _unequal(f"the {name}", excess - breached(result, count, kind), LIMIT_TOLERANCE)


def inverter_flow(problem: KeplerInput, result: KeplerResult) -> FloatArray:
    """Return what the inverter gives to the house in kWh per slot."""
    return problem.pv_kwh - result.curtailed_kwh - battery_flow(problem, result)


def phase_flows(problem: KeplerInput, result: KeplerResult) -> FloatArray:
    """Return the kWh that each phase draws, (phases, T); negative where it gives."""
    grid = problem.grid
    flows = np.asarray(np.outer(grid.load_shares, problem.load_kwh), dtype=np.float64)
    flows -= np.outer(grid.inverter_shares, inverter_flow(problem, result))
    for device_id, phases in _loads(problem):
        plan = result.devices[device_id]
        single = plan.single_phase
        alone = np.zeros(problem.hours.size, dtype=np.bool_) if single is None else single
        for phase in phases:
            share = np.where(alone, float(phase == phases[0]), 1.0 / len(phases))
            flows["ABC".index(phase)] += share * plan.charge_kwh
    return flows


def _phases(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    grid, count = problem.grid, problem.hours.size
    flows = phase_flows(problem, result)
    for name, flow in zip("ABC", flows, strict=False):
        excess = np.maximum(0.0, np.abs(flow) - grid.phase_limit_kw * problem.hours)
        reported = breached(result, count, BreachKind.BREAKER, name)
        yield from _over(f"phase {name} over its breaker", excess - reported)
        yield from _over(f"phase {name} reported over its breaker", reported - excess)
    if not grid.phase_netting:
        taken, given = np.maximum(flows, 0.0).sum(axis=0), np.maximum(-flows, 0.0).sum(axis=0)
        for what, difference in (
            ("import", result.import_kwh - taken),
            ("export", result.export_kwh - given),
        ):
            yield from _unequal(f"{what} by phases", difference, 3 * LIMIT_TOLERANCE)


def _circuits(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    count = problem.hours.size
    for circuit, limit in problem.grid.circuits.items():
        flows = np.zeros((3, count))
        for car in problem.cars:
            plan = result.devices[car.car_id]
            alone = np.zeros(count, dtype=np.bool_)
            alone = alone if plan.single_phase is None else plan.single_phase
            for phase in car.phases if circuit in car.circuits else "":
                share = np.where(alone, float(phase == car.phases[0]), 1.0 / len(car.phases))
                flows["ABC".index(phase)] += share * plan.charge_kwh
        excess = flows - limit * problem.hours
        yield from _over(f"circuit {circuit} over its limit", excess.max(axis=0))


def _orders(problem: KeplerInput, result: KeplerResult) -> Iterator[str]:
    count = problem.hours.size
    ordered: list[tuple[str, Orders | None]] = [
        *((it.battery_id, it.orders) for it in problem.batteries),
        *((it.car_id, it.orders) for it in problem.cars),
        *((it.load_id, it.orders) for it in problem.water_heaters),
        *((it.load_id, it.orders) for it in problem.deferrables),
    ]
    for device_id, orders in ordered:
        if orders is None:
            continue
        plan = result.devices[device_id]
        flow = plan.charge_kwh - plan.discharge_kwh
        missed = np.nan_to_num(np.maximum(orders.least_kwh - flow, 0.0))
        missed += np.nan_to_num(np.maximum(flow - orders.most_kwh, 0.0))
        reported = breached(result, count, BreachKind.MANUAL, device_id)
        yield from _unequal(f"the order to {device_id}", missed - reported, LIMIT_TOLERANCE)
    if problem.least_export_kwh is not None:
        missed = np.nan_to_num(np.maximum(problem.least_export_kwh - result.export_kwh, 0.0))
        reported = breached(result, count, BreachKind.MANUAL, "")
        yield from _unequal("the ordered export", missed - reported, LIMIT_TOLERANCE)
