"""A water heater gets its heat on every local day, when it is allowed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
import math
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.devices import WaterHeater
from custom_components.loadstar.engine.planner.inputs.types import SlotData
from custom_components.loadstar.engine.planner.scheduling.water_windows import plan_water
from custom_components.loadstar.engine.planner.solver.types import KeplerWater
from tests.unit.planner.inputs.samples import NOON, an_input, some_slots

HEATER = WaterHeater(
    load_id="heater", name="Heater", power_kw=2.0, energy_kwh_per_day=6.0, phases="B"
)
SPRING = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight before clocks go forward
AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)  # and back


def water(
    slots: tuple[SlotData, ...] | None = None,
    *,
    vacation: bool = False,
    factor: float = 0.0,
    **changes: Any,
) -> KeplerWater:
    return plan_water(
        an_input(slots),
        replace(HEATER, **changes),
        legionella_day_only=vacation,
        at_negative_prices=factor,
    )


def energies(planned: KeplerWater) -> list[float]:
    return [round(day.energy_kwh, 6) for day in planned.days]


def test_every_local_day_has_its_heat_and_the_last_its_part() -> None:
    planned = water()
    assert [(day.first, day.end) for day in planned.days] == [(0, 40), (40, 136), (136, 192)]
    assert energies(planned) == [6.0, 6.0, 3.5]
    assert (planned.phases, planned.power_kw, planned.block_slots) == ("B", 2.0, 4)
    assert planned.allowed.all()
    assert (planned.latest_first, planned.longest_gap_slots) == (None, None)


@pytest.mark.parametrize(
    ("start", "slots"), [(SPRING, [92, 96, 4]), (AUTUMN, [100, 92])], ids=["forward", "back"]
)
def test_a_day_of_clock_change_needs_as_much_as_any(start: datetime, slots: list[int]) -> None:
    planned = water(some_slots(48, start=start))
    assert [day.end - day.first for day in planned.days] == slots
    assert energies(planned)[0] == 6.0


@pytest.mark.parametrize(
    ("heated", "today"),
    [(2.0, 4.0), (5.3, 0.7), (5.5, 0.0), (6.0, 0.0), (9.0, 0.0), (-1.0, 6.0), (math.nan, 6.0)],
)
def test_heat_given_today_counts(heated: float, today: float) -> None:
    assert energies(water(heated_today_kwh=heated)) == [today, 6.0, 3.5]


def test_what_no_longer_fits_into_today_is_moved_to_tomorrow() -> None:
    late = datetime(2026, 6, 9, 20, 30, tzinfo=UTC)  # 22:30 in Berlin: 3 kWh fit
    assert energies(water(some_slots(48, start=late)))[:2] == [3.0, 9.0]


def test_a_plan_that_ends_today_moves_nothing() -> None:
    assert energies(water(some_slots(2))) == [6.0]


def test_the_allowed_hours_bound_what_fits_into_today() -> None:
    planned = water(allowed=((time(15), time(16)),))  # 2 kWh
    assert energies(planned)[:2] == [2.0, 10.0]


@pytest.mark.parametrize(
    ("windows", "slots"),
    [
        (((time(15), time(16)),), [4, 5, 6, 7]),
        (((time(15, 5), time(15, 40)),), [5]),
        (((time(23), time(1)),), [*range(36, 44)]),
        (((time(15), time(15, 30)), (time(17), time(17, 15))), [4, 5, 12]),
        (((time(23, 30), time(0)),), [38, 39]),
        (((time(0), time(0)),), [*range(96)]),
    ],
)
def test_it_runs_only_in_slots_wholly_inside_its_local_hours(
    windows: tuple[tuple[time, time], ...], slots: list[int]
) -> None:
    planned = water(allowed=windows)
    assert np.flatnonzero(planned.allowed[:96]).tolist() == slots


@pytest.mark.parametrize(("start", "hours"), [(SPRING, 1), (AUTUMN, 3)])
def test_local_hours_that_clocks_skip_or_repeat(start: datetime, hours: int) -> None:
    planned = water(some_slots(24, start=start), allowed=((time(2), time(4)),))
    assert planned.allowed[:40].sum() == hours * 4


@pytest.mark.parametrize(
    ("minutes", "continuous", "slots"),
    [(60, False, 4), (50, False, 4), (0, False, 1), (60, True, 1)],
)
def test_blocks_are_whole_slots(minutes: int, continuous: bool, slots: int) -> None:  # noqa: FBT001
    assert water(block_minutes=minutes, continuous=continuous).block_slots == slots


@pytest.mark.parametrize(
    ("ago_h", "gap_h", "latest"),
    [
        (2, 12, 41),  # due in 10 h: the last slot that may begin it is number 40
        (11.9, 12, 1),
        (13, 12, 1),  # overdue: at once
        (2, 50, None),
        (2, 49.9, 192),
    ],
)
def test_the_gap_counts_from_the_last_run(ago_h: float, gap_h: float, latest: int | None) -> None:
    planned = water(last_run_end=NOON - timedelta(hours=ago_h), longest_gap_h=gap_h)
    assert planned.latest_first == latest
    assert planned.longest_gap_slots == int(gap_h * 4)


def test_without_a_last_run_the_first_may_be_any_time() -> None:
    planned = water(longest_gap_h=12.0)
    assert (planned.latest_first, planned.longest_gap_slots) == (None, 48)


def test_on_vacation_it_heats_on_the_legionella_day_alone() -> None:
    planned = water(vacation=True, legionella_weekday=2, longest_gap_h=12.0, last_run_end=NOON)
    assert energies(planned) == [0.0, 6.0, 0.0]  # Tuesday, Wednesday, Thursday
    assert np.flatnonzero(planned.allowed).tolist() == [*range(40, 136)]
    assert (planned.latest_first, planned.longest_gap_slots) == (None, None)


def test_on_vacation_without_such_a_day_it_stays_cold() -> None:
    planned = water(vacation=True, legionella_weekday=None, factor=1.5)
    assert energies(planned) == [0.0, 0.0, 0.0]
    assert not planned.allowed.any()


def negative(first: int, count: int) -> tuple[SlotData, ...]:
    return some_slots(48, price=lambda index: -0.1 if first <= index < first + count else 0.3)


@pytest.mark.parametrize(
    ("count", "factor", "tomorrow"),
    [
        (12, 1.5, 6.0),  # 6 kWh fit, which it needs anyway
        (16, 1.5, 8.0),
        (19, 1.5, 8.0),  # whole blocks alone
        (30, 1.5, 9.0),  # no more than so many times a day's heat
        (30, 0.0, 6.0),
    ],
)
def test_where_import_is_paid_for_it_takes_all_it_may(
    count: int, factor: float, tomorrow: float
) -> None:
    assert energies(water(negative(60, count), factor=factor)) == [6.0, tomorrow, 3.5]


def test_but_not_outside_its_hours() -> None:
    planned = water(negative(60, 30), factor=1.5, allowed=((time(14), time(20)),))
    assert energies(planned)[1] == 6.0
