"""What a charger's GetCompositeSchedule says that it allows."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from ..charger_clock import parse_timestamp
from ..types import ConnectorConfig

# long enough to hold the period that is in force
DURATION_S = 60


def scheduled_current(
    answer: Mapping[str, Any], connector: ConnectorConfig, charger_now: datetime
) -> float | None:
    """Return the A per phase that an answer allows at ``charger_now``; None where it is garbage."""
    schedule = answer.get("chargingSchedule")
    if answer.get("status") != "Accepted" or not isinstance(schedule, dict):
        return None
    began = parse_timestamp(answer.get("scheduleStart"))
    elapsed_s = max(0.0, (charger_now - began).total_seconds()) if began is not None else 0.0
    periods = schedule.get("chargingSchedulePeriod")
    in_force: Mapping[str, Any] | None = None
    for period in periods if isinstance(periods, list) else ():
        if isinstance(period, dict) and _number(period.get("startPeriod"), 0.0) <= elapsed_s:
            in_force = period
    if in_force is None:
        return None
    limit = _number(in_force.get("limit"), -1.0)
    if limit < 0:
        return None
    if schedule.get("chargingRateUnit") != "W":
        return limit
    phases = _number(in_force.get("numberPhases"), connector.phases) or connector.phases
    return limit / (connector.voltage * phases)


def _number(value: Any, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    try:
        number = float(value)
    except OverflowError:
        return default
    return number if isfinite(number) else default
