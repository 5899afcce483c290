"""What energy that is left in batteries when the plan ends is worth."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np

from ..devices import Battery
from ..inputs.types import SlotData
from ..solver.types import FloatArray
from ..strategy.types import Posture

_DAY: Final = timedelta(hours=24)
_ROUNDING: Final = timedelta(seconds=1)
_SAME: Final = 1e-6

type Value = tuple[tuple[float, float], ...]


def terminal_values(
    batteries: Sequence[Battery],
    slots: Sequence[SlotData],
    net_load_kwh: FloatArray,
    posture: Posture,
) -> Mapping[str, Value]:
    """Return by battery (kWh above the floor, money per kWh inside), dearest first.

    ``net_load_kwh`` is load less PV per slot, shape (T,). The last day of the plan stands
    for the one after it: its net load until PV has surplus enough to fill the batteries
    again, dearest slot first, is what they will serve, each kWh worth
    eta·(price - wear/2); what is left is worth eta·max(0, export price - threshold -
    wear/2), export at the mean of that day. Batteries share by what they hold above their
    floors; what lies below is worth nothing.
    """
    if not batteries:
        return {}
    next_day = slots[_day_before_the_end(slots) :]
    needs_kwh, prices = _needs(batteries, next_day, net_load_kwh[-len(next_day) :])
    exported = float(
        np.average(
            [slot.export_price_per_kwh for slot in next_day],
            weights=[slot.hours for slot in next_day],
        )
    )
    wear = posture.wear_cost_per_kwh / 2
    left = max(0.0, exported - posture.export_threshold_per_kwh - wear)
    used = np.maximum(prices - wear, left)
    together_kwh = sum(map(_usable_kwh, batteries)) or 1.0
    return {
        battery.battery_id: _value(
            battery, needs_kwh * _usable_kwh(battery) / together_kwh, used, left
        )
        for battery in batteries
    }


def _day_before_the_end(slots: Sequence[SlotData]) -> int:
    """Return the first slot of the plan's last 24 h, 0 in a shorter plan."""
    begin = slots[-1].end - _DAY
    return next(index for index, slot in enumerate(slots) if slot.start >= begin - _ROUNDING)


def _needs(
    batteries: Sequence[Battery], slots: Sequence[SlotData], net_load_kwh: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the kWh at the house that batteries serve, and their prices, dearest first."""
    power_kw = sum(battery.max_discharge_kw for battery in batteries)
    room_kwh = sum(_usable_kwh(battery) for battery in batteries)
    efficiency = max(
        battery.charge_efficiency * battery.discharge_efficiency for battery in batteries
    )
    needs: list[tuple[float, float]] = []
    refilled_kwh = 0.0
    for slot, net_kwh in zip(slots, net_load_kwh.tolist(), strict=True):
        if net_kwh < 0:
            refilled_kwh -= net_kwh * efficiency
            if refilled_kwh >= room_kwh:
                break
            continue
        served_kwh = min(net_kwh, power_kw * slot.hours)
        from_sun_kwh = min(served_kwh, refilled_kwh)
        refilled_kwh -= from_sun_kwh
        if served_kwh - from_sun_kwh > _SAME:
            needs.append((slot.import_price_per_kwh, served_kwh - from_sun_kwh))
    needs.sort(reverse=True)
    prices, needs_kwh = zip(*needs, strict=True) if needs else ((), ())
    return np.array(needs_kwh), np.array(prices)


def _value(battery: Battery, needs_kwh: FloatArray, used: FloatArray, left: float) -> Value:
    """Return a battery's steps of worth, those of equal worth together."""
    eta = battery.discharge_efficiency
    steps = list(zip((needs_kwh / eta).tolist(), (used * eta).tolist(), strict=True))
    room_kwh = _usable_kwh(battery)
    value: list[tuple[float, float]] = []
    for size_kwh, worth in [*steps, (room_kwh, left * eta)]:
        taken_kwh = min(size_kwh, room_kwh)
        room_kwh -= taken_kwh
        if taken_kwh <= _SAME:
            continue
        if value and abs(value[-1][1] - worth) < _SAME:
            value[-1] = (value[-1][0] + taken_kwh, value[-1][1])
        else:
            value.append((taken_kwh, worth))
    return tuple(value)


def _usable_kwh(battery: Battery) -> float:
    span = max(0.0, battery.max_soc_percent - battery.min_soc_percent)
    return battery.capacity_kwh * span / 100
