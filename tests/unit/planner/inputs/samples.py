"""Small inputs for tests of what comes before the solver."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.devices import Battery, Car, Grid
from custom_components.loadstar.engine.planner.inputs.slots import slot_edges
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, SlotData
from custom_components.loadstar.engine.prices.types import PricePeriod

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)  # a Tuesday; 14:00 in Berlin
BERLIN = "Europe/Berlin"

BATTERY = Battery(
    battery_id="battery",
    name="Battery",
    capacity_kwh=10.0,
    max_charge_kw=5.0,
    max_discharge_kw=4.0,
    soc_percent=50.0,
)
CAR = Car(car_id="car", charger_id="charger", name="Car", capacity_kwh=60.0, soc_percent=40.0)

type Figure = float | Callable[[int], float]


def of(figure: Figure, index: int) -> float:
    return figure(index) if callable(figure) else figure


def some_slots(
    hours: float = 48.0,
    *,
    start: datetime = NOON,
    price: Figure = 0.3,
    export: Figure = 0.1,
    pv_kwh: Figure = 0.0,
    load_kwh: Figure = 0.1,
) -> tuple[SlotData, ...]:
    """Return slots whose figures are constants or functions of the slot's index."""
    edges = slot_edges(start, start + timedelta(hours=hours))
    return tuple(
        SlotData(
            start=begin,
            hours=(end - begin) / timedelta(hours=1),
            import_price_per_kwh=of(price, index),
            export_price_per_kwh=of(export, index),
            pv_kwh=of(pv_kwh, index),
            load_kwh=of(load_kwh, index),
        )
        for index, (begin, end) in enumerate(pairwise(edges))
    )


def an_input(slots: Sequence[SlotData] | None = None, **changes: Any) -> PlannerInput:
    """Return a home in Berlin that has nothing but what is given."""
    slots = some_slots() if slots is None else tuple(slots)
    whole = PlannerInput(
        now=slots[0].start if slots else NOON,
        time_zone=BERLIN,
        currency="EUR",
        slots=tuple(slots),
        grid=Grid(),
    )
    return replace(whole, **changes)


def prices(
    values: Sequence[float], *, start: datetime = NOON, minutes: float = 60, estimated: bool = False
) -> list[PricePeriod]:
    """Return one period after the other."""
    step = timedelta(minutes=minutes)
    return [
        PricePeriod(start + index * step, start + (index + 1) * step, value, estimated)
        for index, value in enumerate(values)
    ]


def near(value: float) -> Any:
    """Return what compares as about equal where a figure is to stand."""
    return pytest.approx(value)


def codes(warnings: Sequence[Any]) -> list[str]:
    return [warning.code for warning in warnings]
