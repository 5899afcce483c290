"""The user's orders for a time, as bounds on devices' energy per slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import math
from typing import Final

import numpy as np

from ..devices import Car, ManualAction, ManualBlock
from ..inputs.types import PlannerInput, PlanWarning
from ..solver.types import BoolArray, FloatArray, Orders
from .types import ManualOrders

_BATTERY: Final = frozenset({ManualAction.CHARGE, ManualAction.DISCHARGE, ManualAction.HOLD})
_CAR: Final = frozenset({ManualAction.CHARGE, ManualAction.HOLD})
_LOAD: Final = frozenset({ManualAction.RUN, ManualAction.HOLD})
_MOST_OF_A_SLOT: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Device:
    """What may be ordered of a device; powers in kW, ``least_kw`` where it may not run below."""

    device_id: str
    actions: frozenset[ManualAction]
    charge_kw: float
    discharge_kw: float = 0.0
    least_kw: float = 0.0


@dataclass(slots=True)
class _Draft:
    """Orders while they are put together; arrays are kWh of shape (T,)."""

    hours: FloatArray
    least: dict[str, FloatArray] = field(default_factory=dict)
    most: dict[str, FloatArray] = field(default_factory=dict)
    export: FloatArray | None = None
    open_ended: set[str] = field(default_factory=set)
    warnings: list[PlanWarning] = field(default_factory=list)

    def bound(self, device_id: str, slots: BoolArray, least_kw: float, most_kw: float) -> bool:
        """Bound a device's power in slots; False where an earlier order had some of them."""
        free = np.full(self.hours.shape, np.nan)
        least = self.least.setdefault(device_id, free.copy())
        most = self.most.setdefault(device_id, free.copy())
        taken = bool(np.any(slots & ~(np.isnan(least) & np.isnan(most))))
        least[slots] = least_kw * self.hours[slots]
        most[slots] = most_kw * self.hours[slots]
        return not taken


def manual_orders(planner_input: PlannerInput) -> tuple[ManualOrders, tuple[PlanWarning, ...]]:
    """Return the bounds that manual blocks put on devices, and what is wrong with blocks.

    A block holds in every slot of which it covers at least half; of two orders for one
    device the later in the list counts. Blocks that are over say nothing. Warnings, with
    the block's id: ``manual_empty``, ``manual_outside_horizon`` (it begins after the
    plan), ``manual_unknown_device``, ``manual_action_impossible``,
    ``manual_power_limited``, ``manual_car_away``, ``manual_overlap``.
    """
    draft = _Draft(np.array([slot.hours for slot in planner_input.slots]))
    devices = _devices(planner_input)
    for block in planner_input.manual:
        slots = _covered(planner_input, block)
        if problem := _problem(planner_input, block, slots, devices):
            draft.warnings.append(_warning(problem, block))
        elif slots.any():
            _order(planner_input, block, slots, devices, draft)
    return ManualOrders(
        orders={
            device_id: Orders(least_kwh=least, most_kwh=draft.most[device_id])
            for device_id, least in draft.least.items()
        },
        least_export_kwh=draft.export,
        open_ended=frozenset(draft.open_ended),
    ), tuple(draft.warnings)


def _devices(planner_input: PlannerInput) -> Mapping[str, _Device]:
    voltage = planner_input.grid.voltage
    batteries = [
        _Device(
            device_id=battery.battery_id,
            actions=_BATTERY,
            charge_kw=battery.max_charge_kw,
            discharge_kw=battery.max_discharge_kw,
        )
        for battery in planner_input.batteries
    ]
    cars = [
        _Device(
            device_id=car.car_id,
            actions=_CAR,
            charge_kw=car.max_current_a * voltage * len(car.phases) / 1000,
            least_kw=car.min_current_a * voltage * _fewest_phases(car) / 1000,
        )
        for car in planner_input.cars
    ]
    loads = [
        _Device(
            device_id=load.load_id, actions=_LOAD, charge_kw=load.power_kw, least_kw=load.power_kw
        )
        for load in planner_input.deferrables
    ]
    heaters = [
        _Device(
            device_id=heater.load_id,
            actions=_LOAD,
            charge_kw=heater.power_kw,
            least_kw=0.0 if heater.continuous else heater.power_kw,
        )
        for heater in planner_input.water_heaters
    ]
    return {device.device_id: device for device in (*batteries, *cars, *loads, *heaters)}


def _fewest_phases(car: Car) -> int:
    return 1 if car.phase_choice else len(car.phases)


def _covered(planner_input: PlannerInput, block: ManualBlock) -> BoolArray:
    """Return the slots of which a block covers at least half."""
    return np.array(
        [
            (min(slot.end, block.end) - max(slot.start, block.start)).total_seconds()
            >= _MOST_OF_A_SLOT * slot.hours * 3600
            for slot in planner_input.slots
        ],
        dtype=np.bool_,
    )


def _problem(
    planner_input: PlannerInput,
    block: ManualBlock,
    slots: BoolArray,
    devices: Mapping[str, _Device],
) -> str | None:
    """Return the code of why a block cannot be followed at all."""
    if block.end <= block.start:
        return "manual_empty"
    if block.start >= planner_input.slots[-1].end:
        return "manual_outside_horizon"
    if block.device_id is not None and block.device_id not in devices:
        return "manual_unknown_device"
    if not _can(block, devices):
        return "manual_action_impossible"
    car = next((car for car in planner_input.cars if car.car_id == block.device_id), None)
    if car is not None and slots.any() and block.action is ManualAction.CHARGE:
        away = any(start < block.end and until > block.start for start, until in car.away)
        if away or not (car.plugged or car.away):
            return "manual_car_away"
    return None


def _can(block: ManualBlock, devices: Mapping[str, _Device]) -> bool:
    if block.power_kw is not None and not (math.isfinite(block.power_kw) and block.power_kw >= 0):
        return False
    if block.action is ManualAction.EXPORT:
        return block.device_id is None
    return any(block.action in device.actions for device in _meant(block, devices))


def _meant(block: ManualBlock, devices: Mapping[str, _Device]) -> Sequence[_Device]:
    """Return the devices that a block is for: without one, every battery."""
    if block.device_id is not None:
        return [devices[block.device_id]]
    return [device for device in devices.values() if device.actions is _BATTERY]


def _order(
    planner_input: PlannerInput,
    block: ManualBlock,
    slots: BoolArray,
    devices: Mapping[str, _Device],
    draft: _Draft,
) -> None:
    """Add a block's bounds."""
    if block.action is ManualAction.EXPORT:
        _order_export(planner_input, block, slots, draft)
        return
    meant = _meant(block, devices)
    together_kw = sum(_power_kw(device, block.action) for device in meant)
    for device in meant:
        share = _power_kw(device, block.action) / together_kw if together_kw else 0.0
        asked_kw = None if block.power_kw is None else block.power_kw * share
        least_kw, most_kw, limited = _bounds_kw(device, block.action, asked_kw)
        if limited:
            draft.warnings.append(_warning("manual_power_limited", block))
        if not draft.bound(device.device_id, slots, least_kw, most_kw):
            draft.warnings.append(_warning("manual_overlap", block))
        if asked_kw is None and block.action is not ManualAction.HOLD:
            draft.open_ended.add(device.device_id)


def _power_kw(device: _Device, action: ManualAction) -> float:
    return device.discharge_kw if action is ManualAction.DISCHARGE else device.charge_kw


def _bounds_kw(
    device: _Device, action: ManualAction, asked_kw: float | None
) -> tuple[float, float, bool]:
    """Return the least and most kW (discharge negative), and whether less or more was asked."""
    if action is ManualAction.HOLD:
        return 0.0, 0.0, False
    full_kw = _power_kw(device, action)
    if asked_kw is None:
        power_kw, limited = full_kw, False
    else:
        power_kw = min(full_kw, max(device.least_kw, asked_kw))
        limited = abs(power_kw - asked_kw) > 1e-6  # noqa: PLR2004
    if action is ManualAction.DISCHARGE:
        return -power_kw, -power_kw, limited
    return power_kw, power_kw, limited


def _order_export(
    planner_input: PlannerInput, block: ManualBlock, slots: BoolArray, draft: _Draft
) -> None:
    """Order a least export; without a power, all that batteries and the inverter can give."""
    grid = planner_input.grid
    most_kw = min(
        math.inf if limit is None else limit
        for limit in (grid.export_limit_kw, grid.inverter_max_kw)
    )
    full_kw = min(most_kw, sum(battery.max_discharge_kw for battery in planner_input.batteries))
    if block.power_kw is None:
        draft.open_ended.add("")
    elif block.power_kw > most_kw:
        draft.warnings.append(_warning("manual_power_limited", block))
    power_kw = full_kw if block.power_kw is None else min(most_kw, block.power_kw)
    if draft.export is None:
        draft.export = np.full(draft.hours.shape, np.nan)
    elif np.isfinite(draft.export[slots]).any():
        draft.warnings.append(_warning("manual_overlap", block))
    draft.export[slots] = power_kw * draft.hours[slots]


def _warning(code: str, block: ManualBlock) -> PlanWarning:
    data = {"block": block.block_id, "action": str(block.action)}
    if block.device_id is not None:
        data["device"] = block.device_id
    return PlanWarning(code=code, data=data)
