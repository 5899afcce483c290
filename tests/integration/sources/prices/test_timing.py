"""A source is asked again when there may be something new."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.sources.prices.timing import next_fetch

BERLIN = ZoneInfo("Europe/Berlin")
TONIGHT = datetime(2026, 1, 16, tzinfo=BERLIN)
TOMORROW_NIGHT = TONIGHT + timedelta(days=1)


def clock(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 15, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "known_until", "due"),
    [
        pytest.param(clock(9), TONIGHT, clock(10), id="in the morning, every hour"),
        pytest.param(clock(12, 30), TONIGHT, clock(13), id="when they are published"),
        pytest.param(clock(13), TONIGHT, clock(13, 15), id="and from then on every quarter"),
        pytest.param(clock(17, 7), None, clock(17, 22), id="without any"),
        pytest.param(clock(13, 15), TOMORROW_NIGHT, clock(14, 15), id="until tomorrow is known"),
        pytest.param(
            clock(15), TOMORROW_NIGHT - timedelta(hours=1), clock(16), id="to its market's midnight"
        ),
        pytest.param(
            clock(15), TONIGHT + timedelta(hours=1), clock(15, 15), id="an hour of it is not enough"
        ),
    ],
)
def test_after_an_answer(now: datetime, known_until: datetime | None, due: datetime) -> None:
    assert next_fetch(now, known_until, 0, BERLIN) == due


def test_after_failures_it_waits_longer_and_longer() -> None:
    waits = [next_fetch(clock(9), None, count, BERLIN) - clock(9) for count in range(1, 7)]
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 15, 15)]
