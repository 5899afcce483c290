"""What is left in batteries is worth what it will save until the sun fills them again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.planner.devices import Battery
from custom_components.loadstar.engine.planner.inputs.types import SlotData
from custom_components.loadstar.engine.planner.scheduling.terminal_value import (
    Value,
    terminal_values,
)
from custom_components.loadstar.engine.planner.strategy.types import Posture
from tests.unit.planner.inputs.samples import BATTERY, NOON, Figure, near, some_slots

# 10 kWh, floor at 2 kWh; 0.9 of what comes out reaches the house
CELL = replace(BATTERY, discharge_efficiency=0.9, charge_efficiency=1.0, max_discharge_kw=8.0)


def values(
    *batteries: Battery,
    slots: tuple[SlotData, ...] | None = None,
    net_kwh: Figure = 0.0,
    threshold: float = 0.0,
    wear: float = 0.0,
    **figures: Any,
) -> list[Value]:
    slots = some_slots(**figures) if slots is None else slots
    net = [net_kwh(index) if callable(net_kwh) else net_kwh for index in range(len(slots))]
    found = terminal_values(
        batteries,
        slots,
        np.array(net),
        Posture(
            export_threshold_per_kwh=threshold,
            wear_cost_per_kwh=wear,
            import_limit_kw=np.full(len(slots), np.inf),
        ),
    )
    assert list(found) == [battery.battery_id for battery in batteries]
    return list(found.values())


def test_without_batteries_nothing_is_worth_anything() -> None:
    assert values() == []


def test_the_dearest_slots_of_the_last_day_come_first() -> None:
    # 0.9 kWh at the house in each of three slots is 1 kWh inside
    net = {100: 0.9, 110: 0.9, 120: 0.9, 10: 0.9}
    price = {100: 0.2, 110: 0.5, 120: 0.4, 10: 9.0}
    (value,) = values(
        CELL,
        net_kwh=lambda index: net.get(index, 0.0),
        price=lambda index: price.get(index, 0.3),
        export=0.1,
    )
    assert np.array(value) == pytest.approx(
        np.array([(1.0, 0.45), (1.0, 0.36), (1.0, 0.18), (5.0, 0.09)])
    )


def test_wear_and_threshold_lessen_the_worth() -> None:
    (value,) = values(
        CELL,
        net_kwh=lambda index: 0.9 if index == 150 else 0.0,
        price=0.4,
        export=0.2,
        wear=0.04,
        threshold=0.05,
    )
    assert np.array(value) == pytest.approx(np.array([(1.0, 0.9 * 0.38), (7.0, 0.9 * 0.13)]))


def test_export_that_does_not_pay_is_worth_nothing_not_less() -> None:
    (value,) = values(CELL, price=0.2, export=-0.3, wear=0.04)
    assert value == ((8.0, 0.0),)


def test_cheap_slots_are_worth_no_less_than_export() -> None:
    (value,) = values(CELL, net_kwh=0.9, price=-0.2, export=0.1)
    assert value == ((near(8.0), near(0.09)),)


@pytest.mark.parametrize(
    ("surplus_kwh", "served_kwh"),
    [(8.0, 4.0), (9.0, 4.0), (2.0, 4.0 + 4.0 - 2.0 * 0.9)],
    ids=["fills them", "more than fills them", "a quarter of that"],
)
def test_sun_that_fills_them_ends_what_they_are_needed_for(
    surplus_kwh: float, served_kwh: float
) -> None:
    perfect = replace(CELL, discharge_efficiency=1.0 if surplus_kwh > 2 else 0.9)
    net = {100: 4.0, 110: -surplus_kwh, 120: 4.0}
    (value,) = values(
        replace(perfect, max_discharge_kw=40.0, capacity_kwh=10.0),
        net_kwh=lambda index: net.get(index, 0.0),
        price=0.3,
        export=0.1,
    )
    assert value[0][0] == pytest.approx(served_kwh / perfect.discharge_efficiency)


def test_no_more_is_served_than_power_allows() -> None:
    (value,) = values(
        replace(CELL, max_discharge_kw=2.0),
        net_kwh=lambda index: 3.0 if index == 100 else 0.0,
        price=0.3,
    )
    assert value[0][0] == pytest.approx(0.5 / 0.9)


def test_batteries_share_by_what_they_hold() -> None:
    small = replace(CELL, battery_id="small", capacity_kwh=5.0)
    big, little = values(
        CELL, small, net_kwh=lambda index: 2.7 if index == 100 else 0.0, price=0.3, export=0.0
    )
    assert big[0][0] == pytest.approx(2.0)
    assert little[0][0] == pytest.approx(1.0)


def test_a_short_plan_is_its_own_last_day() -> None:
    (value,) = values(
        CELL, slots=some_slots(3, price=0.3), net_kwh=lambda index: 0.9 if index == 0 else 0.0
    )
    assert value[0][0] == pytest.approx(1.0)


def test_a_plan_that_begins_within_a_slot_has_a_last_day_of_24_hours() -> None:
    late = some_slots(48, start=NOON + timedelta(minutes=7))

    def needed_in(slot: int) -> Value:
        return values(CELL, slots=late, net_kwh=lambda index: 0.9 if index == slot else 0.0)[0]

    before, first = needed_in(96), needed_in(97)
    assert before == ((8.0, near(0.09)),)
    assert first[0][0] == pytest.approx(1.0)


@given(
    net=st.lists(st.floats(-2, 2), min_size=12, max_size=12),
    price=st.lists(st.floats(-0.5, 1), min_size=12, max_size=12),
    export=st.floats(-0.2, 0.5),
    wear=st.floats(0, 0.2),
)
def test_worth_never_rises_with_content_and_covers_all_above_the_floor(
    net: list[float], price: list[float], export: float, wear: float
) -> None:
    small = replace(CELL, battery_id="small", capacity_kwh=3.0, discharge_efficiency=0.8)
    for battery, value in zip(
        (CELL, small),
        values(
            CELL,
            small,
            slots=some_slots(3, price=lambda index: price[index], export=export),
            net_kwh=lambda index: net[index],
            wear=wear,
        ),
        strict=True,
    ):
        sizes, worths = zip(*value, strict=True)
        assert sum(sizes) == pytest.approx(battery.capacity_kwh * 0.8)
        assert min(sizes) > 0
        assert list(worths) == sorted(worths, reverse=True)
        assert min(worths) >= 0
