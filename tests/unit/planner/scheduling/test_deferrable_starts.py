"""A deferrable load starts where its run fits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.devices import DeferrableLoad
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning, SlotData
from custom_components.loadstar.engine.planner.scheduling.deferrable_starts import plan_deferrable
from custom_components.loadstar.engine.planner.solver.types import KeplerDeferrable, Orders
from tests.unit.planner.inputs.samples import NOON, an_input, codes, some_slots

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DISHES = DeferrableLoad(
    load_id="dishes",
    name="Dishes",
    power_kw=1.5,
    duration_minutes=60,
    earliest=NOON + HOUR,
    latest_end=NOON + 3 * HOUR,
    phases="C",
)


def planned(
    slots: tuple[SlotData, ...] | None = None, orders: Orders | None = None, **changes: Any
) -> tuple[KeplerDeferrable | None, tuple[PlanWarning, ...]]:
    return plan_deferrable(an_input(slots), replace(DISHES, **changes), orders)


@pytest.mark.parametrize(
    ("changes", "slots", "starts"),
    [
        ({}, 4, (4, 5, 6, 7, 8)),
        ({"duration_minutes": 50}, 4, (4, 5, 6, 7, 8)),
        ({"duration_minutes": 120}, 8, (4,)),
        ({"duration_minutes": 0}, 1, tuple(range(4, 13))),
        ({"earliest": NOON - 5 * HOUR}, 4, tuple(range(9))),
        ({"earliest": NOON + 61 * MINUTE}, 4, (5, 6, 7, 8)),
        ({"latest_end": NOON + 179 * MINUTE}, 4, (4, 5, 6, 7)),
        ({"latest_end": NOON + 99 * HOUR}, 4, tuple(range(4, 189))),
    ],
)
def test_it_may_start_where_the_whole_run_is_inside_its_window(
    changes: dict[str, Any], slots: int, starts: tuple[int, ...]
) -> None:
    load, warnings = planned(**changes)
    assert load == KeplerDeferrable(
        load_id="dishes", phases="C", power_kw=1.5, slots=slots, starts=starts
    )
    assert warnings == ()


def test_it_starts_with_a_whole_slot() -> None:
    within = some_slots(48, start=NOON + 67 * MINUTE)
    load, _ = planned(within)
    assert load is not None
    assert load.starts == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("ago", "slots"), [(0, 4), (10, 4), (15, 3), (50, 1), (59, 1), (60, None), (600, None)]
)
def test_a_run_that_has_begun_goes_on_for_its_rest(ago: int, slots: int | None) -> None:
    load, warnings = planned(running_since=NOON - ago * MINUTE)
    assert warnings == ()
    if slots is None:
        assert load is None
    else:
        assert load is not None
        assert (load.slots, load.starts) == (slots, (0,))


def test_of_a_run_that_outlasts_the_plan_its_part_is_planned() -> None:
    load, _ = planned(some_slots(0.5), running_since=NOON)
    assert load is not None
    assert load.slots == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"latest_end": NOON + 1.9 * HOUR}, True),  # never fitted
        ({"earliest": NOON - 9 * HOUR, "latest_end": NOON - 8 * HOUR}, True),
        ({"earliest": NOON - 9 * HOUR, "latest_end": NOON + 0.5 * HOUR}, True),
        ({"earliest": NOON + 47.5 * HOUR, "latest_end": NOON + 60 * HOUR}, False),
        ({"earliest": NOON + 99 * HOUR, "latest_end": NOON + 100 * HOUR}, False),
    ],
)
def test_where_no_run_fits_that_is_said_unless_a_later_plan_may_find_one(
    changes: dict[str, Any],
    said: bool,  # noqa: FBT001
) -> None:
    load, warnings = planned(**changes)
    assert load is None
    assert codes(warnings) == (["deferrable_does_not_fit"] if said else [])
    if said:
        assert warnings[0].data == {
            "device": "dishes",
            "name": "Dishes",
            "latest_end": changes["latest_end"].isoformat(),
        }


@pytest.mark.parametrize("earliest", [NOON, NOON + 99 * HOUR])
def test_an_order_to_run_goes_before_its_window(earliest: Any) -> None:
    least = np.full(192, np.nan)
    least[20:24] = 0.375
    load, warnings = planned(orders=Orders(least_kwh=least, most_kwh=least), earliest=earliest)
    assert load is not None
    assert load.starts == (20,)
    assert warnings == ()


def test_an_order_to_stay_off_leaves_its_window() -> None:
    most = np.full(192, np.nan)
    most[4:6] = 0.0
    load, _ = planned(orders=Orders(least_kwh=most, most_kwh=most))
    assert load is not None
    assert load.starts == (4, 5, 6, 7, 8)
