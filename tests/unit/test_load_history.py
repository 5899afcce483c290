"""What a load has had is read from the means of its power sensor."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.loadstar.sources.history.loads import load_history
from custom_components.loadstar.sources.history.types import Mean

TODAY = datetime(2026, 11, 20, tzinfo=UTC)
NOW = TODAY + timedelta(hours=1)
PERIOD = timedelta(minutes=5)


def means(*powers_kw: float, until: datetime = NOW) -> list[Mean]:
    """Return means of 5 min, the last of which ends at ``until``."""
    first = until - PERIOD * len(powers_kw)
    return [
        Mean(first + PERIOD * index, first + PERIOD * (index + 1), kw)
        for index, kw in enumerate(powers_kw)
    ]


def after(minutes: float) -> datetime:
    """Return an instant after the day's start."""
    return TODAY + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("found", "today_kwh", "last_run_end", "running_since"),
    [
        ([], 0.0, None, None),
        (means(0.0, 0.05, 0.0), 0.05 / 12, None, None),  # a stand-by is no run
        (means(2.0, 2.0, 2.0), 0.5, after(60), after(45)),
        (means(2.0, 2.0, 0.0), 1 / 3, after(55), None),  # it is over
        (means(2.0, 2.0, until=after(55)), 1 / 3, after(55), after(45)),  # means come late
        (means(2.0, 2.0, until=after(40)), 1 / 3, after(40), None),  # nobody says that it goes on
        (means(2.0, until=TODAY), 0.0, after(0), None),  # yesterday's
        (means(-1.0, 2.0), 1 / 6, after(60), after(55)),  # what flows back is no heat
    ],
)
def test_means_tell_energy_runs_and_what_goes_on(
    found: list[Mean],
    today_kwh: float,
    last_run_end: datetime | None,
    running_since: datetime | None,
) -> None:
    history = load_history(found, TODAY, NOW)
    assert history.today_kwh == pytest.approx(today_kwh)
    assert history.last_run_end == last_run_end
    assert history.running_since == running_since


def test_a_run_with_a_gap_began_after_the_gap() -> None:
    found = means(2.0, until=after(45)) + means(2.0, 2.0)
    assert load_history(found, TODAY, NOW).running_since == after(50)


def test_energy_is_known_since_an_instant_of_yesterday() -> None:
    history = load_history(means(2.0, 2.0, until=TODAY) + means(1.2), TODAY, NOW)
    assert history.kwh_since(after(-5)) == pytest.approx((2.0 + 1.2) / 12)
    assert history.kwh_since(after(60)) == 0
