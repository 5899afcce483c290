"""Prices, PV and load of any shape become slots of a quarter of an hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
import math

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.planner.inputs.load_profile import Quantiles
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.engine.planner.inputs.slots import Aligned, align
from custom_components.loadstar.engine.prices.types import PricePeriod
from tests.unit.planner.inputs.samples import NOON, codes, prices


class ConstantLoad:
    """A household that always draws 0.4 kW."""

    def expected(self, start: datetime, hours: float) -> Quantiles:
        assert start.tzinfo is not None
        return Quantiles(0.2 * hours, 0.4 * hours, 0.6 * hours)

    def day(self, day: date) -> Quantiles:
        raise NotImplementedError(day)


def aligned(
    periods: list[PricePeriod],
    *,
    now: datetime = NOON,
    export: list[PricePeriod] | None = None,
    pv: list[EnergyPeriod] | None = None,
    hours_ahead: float = 48.0,
) -> Aligned:
    export = periods if export is None else export
    return align(now, periods, export, pv, ConstantLoad(), hours_ahead=hours_ahead)


def test_a_plan_of_48_hours_has_192_slots_of_a_quarter_hour() -> None:
    slots = aligned(prices([0.2] * 60)).slots
    assert len(slots) == 192
    assert {slot.hours for slot in slots} == {0.25}
    assert slots[0].start == NOON
    assert slots[-1].end == NOON + timedelta(hours=48)


@pytest.mark.parametrize(
    ("past_minutes", "first_minutes"), [(0, 15), (7, 8), (14.5, 0.5), (15, 15), (59, 1)]
)
def test_the_first_slot_ends_at_the_next_quarter_hour(
    past_minutes: float, first_minutes: float
) -> None:
    now = NOON + timedelta(minutes=past_minutes)
    slots = aligned(prices([0.2] * 60), now=now).slots
    assert slots[0].start == now
    assert slots[0].hours == pytest.approx(first_minutes / 60)
    assert all(slot.start.minute % 15 == 0 for slot in slots[1:])
    assert all(before.end == after.start for before, after in pairwise(slots))


def test_a_plan_that_starts_within_a_quarter_ends_within_one() -> None:
    now = NOON + timedelta(minutes=7)
    slots = aligned(prices([0.2] * 60), now=now).slots
    assert slots[-1].end == now + timedelta(hours=48)
    assert slots[-1].hours == pytest.approx(7 / 60)
    assert sum(slot.hours for slot in slots) == pytest.approx(48)


@pytest.mark.parametrize(("known_h", "slots"), [(11, 44), (35, 140), (48, 192), (100, 192)])
def test_a_plan_reaches_no_further_than_prices(known_h: int, slots: int) -> None:
    assert len(aligned(prices([0.2] * known_h)).slots) == slots


def test_the_horizon_may_be_shorter() -> None:
    assert len(aligned(prices([0.2] * 60), hours_ahead=12).slots) == 48


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.floats(-0.5, 2.0), min_size=3, max_size=30),
    minutes=st.sampled_from([30, 60]),
    past=st.integers(0, 59),
)
def test_longer_prices_equal_themselves_repeated_per_quarter(
    values: list[float], minutes: int, past: int
) -> None:
    now = NOON + timedelta(minutes=past)
    repeated = [value for value in values for _ in range(minutes // 15)]
    longer = aligned(prices(values, minutes=minutes), now=now)
    assert longer == aligned(prices(repeated, minutes=15), now=now)
    assert {slot.import_price_per_kwh for slot in longer.slots} <= set(values)


def test_prices_shorter_than_a_slot_are_averaged() -> None:
    slots = aligned(prices([0.1, 0.2, 0.6] * 20, minutes=5)).slots
    assert [slot.import_price_per_kwh for slot in slots] == pytest.approx([0.3] * 20)


def test_prices_may_come_in_any_order_and_overlap() -> None:
    periods = [
        PricePeriod(NOON + timedelta(hours=1), NOON + timedelta(hours=3), 0.5),
        PricePeriod(NOON, NOON + timedelta(hours=2), 0.2),
    ]
    slots = aligned(periods).slots
    assert [slot.import_price_per_kwh for slot in slots] == [0.2] * 4 + [0.5] * 8


def test_estimates_are_marked() -> None:
    later = prices([0.4] * 2, start=NOON + timedelta(hours=2), estimated=True)
    slots = aligned([*prices([0.2] * 2), *later]).slots
    assert [slot.price_is_estimated for slot in slots] == [False] * 8 + [True] * 8


def test_a_gap_keeps_the_price_before_it_marked_as_an_estimate() -> None:
    periods = [*prices([0.2] * 2), *prices([0.4] * 2, start=NOON + timedelta(hours=3))]
    found = aligned(periods)
    assert codes(found.warnings) == ["prices_gap", "export_prices_missing"]
    assert found.warnings[0].data == {"slots": 4}
    assert [slot.import_price_per_kwh for slot in found.slots[7:13]] == [0.2] * 5 + [0.4]
    assert [slot.price_is_estimated for slot in found.slots[7:13]] == [False] + [True] * 4 + [False]


def test_prices_that_begin_later_are_that_until_then() -> None:
    found = aligned(prices([0.4] * 4, start=NOON + timedelta(hours=1)))
    assert found.slots[0].start == NOON
    assert found.slots[0].import_price_per_kwh == 0.4
    assert found.slots[0].price_is_estimated


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_price_that_is_no_number_is_a_gap(bad: float) -> None:
    found = aligned(prices([0.2, bad, 0.4]))
    assert "prices_gap" in codes(found.warnings)
    assert [slot.import_price_per_kwh for slot in found.slots] == [0.2] * 8 + [0.4] * 4


@pytest.mark.parametrize(
    "periods",
    [
        [],
        prices([0.2] * 3, start=NOON - timedelta(hours=3)),
        prices([math.nan]),
        [PricePeriod(NOON + timedelta(hours=1), NOON, 0.2)],
    ],
    ids=["none", "over", "no number", "ends before it begins"],
)
def test_without_any_price_from_now_there_are_no_slots(periods: list[PricePeriod]) -> None:
    found = aligned(periods)
    assert found.slots == ()
    assert codes(found.warnings) == ["prices_missing"]


@pytest.mark.parametrize(("hours", "short"), [(1, True), (1.75, True), (2, False), (3, False)])
def test_prices_of_less_than_two_hours_are_planned_with_and_said(hours: float, short: bool) -> None:  # noqa: FBT001
    found = aligned(prices([0.2] * int(hours * 4), minutes=15))
    assert len(found.slots) == hours * 4
    assert ("prices_short" in codes(found.warnings)) is short


def test_without_export_prices_export_earns_nothing_and_that_is_said() -> None:
    found = aligned(prices([0.2] * 3), export=[])
    assert {slot.export_price_per_kwh for slot in found.slots} == {0.0}
    assert codes(found.warnings) == ["export_prices_missing"]


def test_load_and_pv_are_energies_of_their_slot() -> None:
    now = NOON + timedelta(minutes=10)
    pv = [EnergyPeriod(NOON, NOON + timedelta(hours=3), 2.0, 1.0, 3.0)]
    first, second, *_ = aligned(prices([0.2] * 3), now=now, pv=pv).slots
    drawn = (first.load_p10_kwh, first.load_kwh, first.load_p90_kwh)
    assert drawn == pytest.approx((0.2 / 12, 0.4 / 12, 0.6 / 12))
    assert (first.pv_kwh, first.pv_p10_kwh, first.pv_p90_kwh) == pytest.approx(
        (2 / 12, 1 / 12, 3 / 12)
    )
    assert (second.load_kwh, second.pv_kwh) == pytest.approx((0.1, 0.5))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_slots_are_utc_instants_whatever_clocks_do(day: date) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    slots = aligned(prices([0.2] * 48, start=now), now=now).slots
    assert len(slots) == 192
    assert all(slot.start.tzinfo is UTC for slot in slots)
