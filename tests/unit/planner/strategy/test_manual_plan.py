"""The user's orders hold where they can, and are named where they cannot."""

from dataclasses import replace
from datetime import datetime, timedelta
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.planner.devices import (
    DeferrableLoad,
    Grid,
    ManualAction,
    ManualBlock,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, PlanWarning
from custom_components.loadstar.engine.planner.strategy.manual_plan import manual_orders
from custom_components.loadstar.engine.planner.strategy.types import ManualOrders
from tests.unit.planner.inputs.samples import BATTERY, CAR, NOON, an_input, codes, some_slots

HOUR = timedelta(hours=1)
HEATER = WaterHeater(load_id="heater", name="Heater", power_kw=2.0, energy_kwh_per_day=4.0)
DISHES = DeferrableLoad(
    load_id="dishes",
    name="Dishes",
    power_kw=1.0,
    duration_minutes=60,
    earliest=NOON,
    latest_end=NOON + 8 * HOUR,
)
FOUR_HOURS = some_slots(4)
SECOND = slice(4, 8)  # the slots of the second hour


def home(*blocks: ManualBlock, **changes: Any) -> PlannerInput:
    whole = an_input(
        FOUR_HOURS,
        batteries=(BATTERY,),
        cars=(CAR,),
        water_heaters=(HEATER,),
        deferrables=(DISHES,),
        manual=blocks,
    )
    return replace(whole, **changes)


def block(action: ManualAction, device: str | None = None, **changes: Any) -> ManualBlock:
    whole = ManualBlock(
        block_id="1", start=NOON + HOUR, end=NOON + 2 * HOUR, action=action, device_id=device
    )
    return replace(whole, **changes)


def orders(*blocks: ManualBlock, **changes: Any) -> tuple[ManualOrders, tuple[PlanWarning, ...]]:
    return manual_orders(home(*blocks, **changes))


@pytest.mark.parametrize(
    ("action", "device", "power_kw", "kwh"),
    [
        (ManualAction.CHARGE, "battery", 2.0, 0.5),
        (ManualAction.CHARGE, "battery", None, 1.25),
        (ManualAction.DISCHARGE, "battery", 2.0, -0.5),
        (ManualAction.DISCHARGE, "battery", None, -1.0),
        (ManualAction.HOLD, "battery", None, 0.0),
        (ManualAction.CHARGE, None, 2.0, 0.5),
        (ManualAction.CHARGE, "car", 6.0, 1.5),
        (ManualAction.CHARGE, "car", None, 2.76),
        (ManualAction.HOLD, "car", None, 0.0),
        (ManualAction.RUN, "heater", None, 0.5),
        (ManualAction.HOLD, "heater", None, 0.0),
        (ManualAction.RUN, "dishes", None, 0.25),
        (ManualAction.HOLD, "dishes", None, 0.0),
    ],
)
def test_an_order_bounds_its_device_in_its_slots_alone(
    action: ManualAction, device: str | None, power_kw: float | None, kwh: float
) -> None:
    found, warnings = orders(block(action, device, power_kw=power_kw))
    (bounds,) = found.orders.values()
    assert found.orders.keys() == {device or "battery"}
    assert warnings == ()
    for bound in (bounds.least_kwh, bounds.most_kwh):
        assert bound[SECOND] == pytest.approx([kwh] * 4)
        assert np.isnan(bound).sum() == 12
    as_much_as_can_be = power_kw is None and action is not ManualAction.HOLD
    assert bool(found.open_ended) is as_much_as_can_be


def test_an_order_for_every_battery_is_shared_by_power() -> None:
    big = replace(BATTERY, battery_id="big", max_charge_kw=15.0)
    found, _ = orders(block(ManualAction.CHARGE, power_kw=8.0), batteries=(BATTERY, big))
    assert found.orders["battery"].least_kwh[4] == pytest.approx(0.5)
    assert found.orders["big"].least_kwh[4] == pytest.approx(1.5)


def test_batteries_without_power_take_no_part() -> None:
    idle = replace(BATTERY, max_charge_kw=0.0)
    found, _ = orders(block(ManualAction.CHARGE), batteries=(idle,))
    assert found.orders["battery"].least_kwh[4] == 0.0


@pytest.mark.parametrize(
    ("power_kw", "grid", "kwh", "codes_"),
    [
        (3.0, Grid(), 0.75, []),
        (None, Grid(), 1.0, []),  # what the batteries can give
        (None, Grid(export_limit_kw=2.0), 0.5, []),
        (None, Grid(inverter_max_kw=3.0, export_limit_kw=3.5), 0.75, []),
        (5.0, Grid(export_limit_kw=2.0), 0.5, ["manual_power_limited"]),
    ],
)
def test_export_is_ordered_as_the_least(
    power_kw: float | None, grid: Grid, kwh: float, codes_: list[str]
) -> None:
    found, warnings = orders(block(ManualAction.EXPORT, power_kw=power_kw), grid=grid)
    assert found.least_export_kwh is not None
    assert found.least_export_kwh[SECOND] == pytest.approx([kwh] * 4)
    assert np.isnan(found.least_export_kwh).sum() == 12
    assert codes(warnings) == codes_
    assert found.open_ended == (frozenset({""}) if power_kw is None else frozenset())


@pytest.mark.parametrize(
    ("ordered", "code"),
    [
        (block(ManualAction.HOLD, "battery", end=NOON + HOUR), "manual_empty"),
        (block(ManualAction.HOLD, "battery", end=NOON), "manual_empty"),
        (
            block(ManualAction.HOLD, "battery", start=NOON + 4 * HOUR, end=NOON + 5 * HOUR),
            "manual_outside_horizon",
        ),
        (block(ManualAction.HOLD, "gone"), "manual_unknown_device"),
        (block(ManualAction.DISCHARGE, "car"), "manual_action_impossible"),
        (block(ManualAction.RUN, "battery"), "manual_action_impossible"),
        (block(ManualAction.RUN), "manual_action_impossible"),
        (block(ManualAction.CHARGE, "heater"), "manual_action_impossible"),
        (block(ManualAction.EXPORT, "battery"), "manual_action_impossible"),
        (block(ManualAction.CHARGE, "battery", power_kw=math.nan), "manual_action_impossible"),
        (block(ManualAction.CHARGE, "battery", power_kw=-1.0), "manual_action_impossible"),
    ],
)
def test_what_cannot_be_followed_is_named_and_the_rest_holds(
    ordered: ManualBlock, code: str
) -> None:
    kept = block(ManualAction.HOLD, "heater", block_id="kept")
    found, warnings = orders(ordered, kept)
    assert found.orders.keys() == {"heater"}
    assert codes(warnings) == [code]
    assert warnings[0].data["block"] == "1"
    assert warnings[0].data["action"] == ordered.action


def test_without_a_battery_an_order_for_all_of_them_is_impossible() -> None:
    assert codes(orders(block(ManualAction.CHARGE), batteries=())[1]) == [
        "manual_action_impossible"
    ]


@pytest.mark.parametrize("end", [NOON, NOON - HOUR])
def test_a_block_that_is_over_says_nothing(end: datetime) -> None:
    past = block(ManualAction.HOLD, "battery", start=NOON - 3 * HOUR, end=end)
    assert orders(past) == (ManualOrders(), ())


@pytest.mark.parametrize(
    ("device", "asked_kw", "kwh"), [("battery", 9.0, 1.25), ("car", 1.0, 1.035), ("car", 99, 2.76)]
)
def test_power_beyond_what_a_device_can_is_limited_and_said(
    device: str, asked_kw: float, kwh: float
) -> None:
    found, warnings = orders(block(ManualAction.CHARGE, device, power_kw=asked_kw))
    assert found.orders[device].least_kwh[4] == pytest.approx(kwh)
    assert codes(warnings) == ["manual_power_limited"]


def test_a_car_that_may_choose_one_phase_can_be_ordered_to_draw_less() -> None:
    found, warnings = orders(
        block(ManualAction.CHARGE, "car", power_kw=2.0), cars=(replace(CAR, phase_choice=True),)
    )
    assert found.orders["car"].least_kwh[4] == 0.5
    assert warnings == ()


def test_a_heater_of_any_power_can_be_ordered_to_take_less() -> None:
    found, warnings = orders(
        block(ManualAction.RUN, "heater", power_kw=0.8),
        water_heaters=(replace(HEATER, continuous=True),),
    )
    assert found.orders["heater"].least_kwh[4] == pytest.approx(0.2)
    assert warnings == ()


@pytest.mark.parametrize(
    ("changes", "away"),
    [
        ({"plugged": False}, True),
        ({"away": ((NOON + HOUR, NOON + 3 * HOUR),)}, True),
        ({"plugged": False, "away": ((NOON, NOON + HOUR),)}, False),
        ({"away": ((NOON + 2 * HOUR, NOON + 3 * HOUR),)}, False),
    ],
)
def test_a_car_that_is_away_cannot_be_ordered_to_charge(
    changes: dict[str, Any],
    away: bool,  # noqa: FBT001
) -> None:
    found, warnings = orders(block(ManualAction.CHARGE, "car"), cars=(replace(CAR, **changes),))
    assert codes(warnings) == (["manual_car_away"] if away else [])
    assert ("car" in found.orders) is not away


@pytest.mark.parametrize("action", [ManualAction.HOLD, ManualAction.CHARGE])
def test_of_two_orders_for_one_time_the_later_counts(action: ManualAction) -> None:
    first = block(ManualAction.CHARGE, "battery", power_kw=1.0, end=NOON + 3 * HOUR)
    found, warnings = orders(first, block(action, "battery", block_id="2"))
    assert codes(warnings) == ["manual_overlap"]
    assert warnings[0].data["block"] == "2"
    assert found.orders["battery"].least_kwh[4] == (0.0 if action is ManualAction.HOLD else 1.25)
    assert found.orders["battery"].least_kwh[8] == 0.25


def test_two_orders_of_export_overlap_too() -> None:
    twice = block(ManualAction.EXPORT, power_kw=1.0)
    later = block(ManualAction.EXPORT, power_kw=1.0, start=NOON + 2 * HOUR, end=NOON + 3 * HOUR)
    assert codes(orders(twice, later)[1]) == []
    assert codes(orders(twice, twice)[1]) == ["manual_overlap"]


@pytest.mark.parametrize(
    ("from_minute", "until_minute", "slots"),
    [(0, 15, [0]), (7, 22, [0]), (8, 22, []), (8, 23, [1]), (52.5, 70, [3, 4])],
)
def test_a_slot_belongs_to_an_order_that_covers_half_of_it(
    from_minute: float, until_minute: float, slots: list[int]
) -> None:
    minutes = timedelta(minutes=1)
    found, _ = orders(
        block(
            ManualAction.HOLD,
            "battery",
            start=NOON + from_minute * minutes,
            end=NOON + until_minute * minutes,
        )
    )
    held = [
        index
        for bounds in found.orders.values()
        for index in np.flatnonzero(bounds.least_kwh == 0).tolist()
    ]
    assert held == slots


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ManualAction),
            st.sampled_from(["battery", "car", "heater", "dishes", "gone", None]),
            st.floats(-10, 10),
            st.floats(-5, 5),
            st.none() | st.floats(allow_nan=True),
        ),
        max_size=4,
    )
)
def test_orders_are_never_beyond_what_devices_can(
    raw: list[tuple[ManualAction, str | None, float, float, float | None]],
) -> None:
    found, _ = orders(
        *(
            block(
                action,
                device,
                start=NOON + start * HOUR,
                end=NOON + (start + length) * HOUR,
                power_kw=power_kw,
            )
            for action, device, start, length, power_kw in raw
        )
    )
    most_kw = {"battery": 5.0, "car": 11.04, "heater": 2.0, "dishes": 1.0}
    for device, bounds in found.orders.items():
        for bound in (bounds.least_kwh, bounds.most_kwh):
            assert np.nanmax(bound, initial=0.0) <= most_kw[device] * 0.25 + 1e-9
            assert np.nanmin(bound, initial=0.0) >= -1.0 - 1e-9
        np.testing.assert_array_equal(np.isnan(bounds.least_kwh), np.isnan(bounds.most_kwh))
