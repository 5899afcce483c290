"""What a charger's GetCompositeSchedule says that it allows."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.types import ConnectorConfig
from custom_components.loadstar.ocpp.v16.composite import scheduled_current

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


def answer(*periods: Any, unit: Any = "A", **more: Any) -> dict[str, Any]:
    """Return an answer with some periods."""
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": list(periods)}
    return {"status": "Accepted", "connectorId": 1, "chargingSchedule": schedule, **more}


def period(start_s: Any, limit: Any, **more: Any) -> dict[str, Any]:
    """Return a period."""
    return {"startPeriod": start_s, "limit": limit, **more}


@pytest.mark.parametrize(
    ("sent", "current"),
    [
        (answer(period(0, 10.0)), 10.0),
        (answer(period(0, 10)), 10.0),
        (answer(period(0, 0)), 0.0),
        (answer(period(0, 10.0), period(30, 6.0)), 10.0),
        (answer(period(0, 10.0), period(30, 6.0), scheduleStart="2027-01-15T07:59:00Z"), 6.0),
        (answer(period(0, 10.0), period(30, 6.0), scheduleStart="2027-01-15T08:01:00Z"), 10.0),
        (answer(period(0, 10.0), period(30, 6.0), scheduleStart="yesterday"), 10.0),
        (answer(period(0, 6900.0), unit="W"), 10.0),
        (answer(period(0, 6900.0, numberPhases=1), unit="W"), 30.0),
        (answer(period(0, 6900.0, numberPhases=0), unit="W"), 10.0),
        # some leave the unit out; asked for amperes they mean amperes
        (answer(period(0, 10.0), unit=None), 10.0),
        (answer({"limit": 10.0}), 10.0),
        # no limit at all, in the words of two makers
        (answer(period(0, -1.0)), None),
        (answer(), None),
        (answer(period(60, 10.0)), None),
        (answer(period(0, "10")), None),
        (answer({"startPeriod": 0, "limit": True}), None),
        (answer(period(0, 10**400)), None),
        (answer(period(0, float("nan"))), None),
        (answer(period(0, float("inf"))), None),
        (answer("10 A", None), None),
        ({"status": "Rejected"}, None),
        ({"status": "Accepted"}, None),
        ({"status": "Accepted", "chargingSchedule": []}, None),
        ({"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": {}}}, None),
        ({}, None),
    ],
)
def test_the_period_that_is_in_force_counts(sent: dict[str, Any], current: float | None) -> None:
    assert scheduled_current(sent, ConnectorConfig(), NOW) == current


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["chargingSchedulePeriod", "startPeriod", "limit", "numberPhases"]),
            inner,
            max_size=4,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["chargingSchedule", "scheduleStart"]), JSON))
def test_garbage_says_nothing_or_a_current(sent: dict[str, Any]) -> None:
    current = scheduled_current({"status": "Accepted", **sent}, ConnectorConfig(), NOW)
    assert current is None or current >= 0
