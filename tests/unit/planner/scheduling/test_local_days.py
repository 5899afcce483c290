"""Days are local: those of clock change have 92 or 100 quarter hours."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.scheduling.local_days import local_days
from tests.unit.planner.inputs.samples import BERLIN, NOON, some_slots

ZONE = ZoneInfo(BERLIN)


@pytest.mark.parametrize(
    ("start", "lengths"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), [92, 96, 4]),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), [100, 92]),
        (datetime(2026, 6, 8, 22, tzinfo=UTC), [96, 96]),
    ],
)
def test_a_day_of_clock_change_has_92_or_100_slots(start: datetime, lengths: list[int]) -> None:
    days = local_days(some_slots(48, start=start), ZONE)
    assert [day.end - day.first for day in days] == lengths
    assert days[0].share == pytest.approx(1.0)


def test_the_parts_of_days_that_are_planned() -> None:
    days = local_days(some_slots(48, start=NOON), ZONE)  # from 14:00
    assert [(day.day, day.first, day.end) for day in days] == [
        (date(2026, 6, 9), 0, 40),
        (date(2026, 6, 10), 40, 136),
        (date(2026, 6, 11), 136, 192),
    ]
    assert [day.share for day in days] == pytest.approx([10 / 24, 1, 14 / 24])
