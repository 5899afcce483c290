"""One OCPP 1.6 charging profile and what it allows at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .clock import from_iso

_DAY_S = 86_400.0


class Purpose(StrEnum):
    """What a profile is for."""

    CHARGE_POINT_MAX = "ChargePointMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"


class Kind(StrEnum):
    """What a profile's schedule is counted from."""

    ABSOLUTE = "Absolute"
    RELATIVE = "Relative"
    RECURRING = "Recurring"


class RateUnit(StrEnum):
    """What a profile's limits are in."""

    AMPERES = "A"
    WATTS = "W"


class ProfileError(ValueError):
    """The profile contradicts the standard or itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A limit from ``start_s`` of the schedule on."""

    start_s: float
    limit: float
    number_phases: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A charging profile; times in seconds since 1970 by the charger's clock."""

    profile_id: int
    connector_id: int
    stack_level: int
    purpose: Purpose
    kind: Kind
    unit: RateUnit
    periods: tuple[Period, ...]
    start: float | None = None
    duration_s: float | None = None
    valid_from: float | None = None
    valid_to: float | None = None
    transaction_id: int | None = None
    recurrence_s: float = _DAY_S

    def limit_a(self, now: float, transaction_start: float | None, voltage: float) -> float | None:
        """Return the limit in A per phase, or None where the profile says nothing."""
        if self.valid_from is not None and now < self.valid_from:
            return None
        if self.valid_to is not None and now >= self.valid_to:
            return None
        elapsed = self._elapsed(now, transaction_start)
        if elapsed < 0 or (self.duration_s is not None and elapsed >= self.duration_s):
            return None
        period = next(p for p in reversed(self.periods) if p.start_s <= elapsed)
        if self.unit is RateUnit.WATTS:
            return period.limit / voltage / period.number_phases
        return period.limit

    def changes(self, transaction_start: float | None, now: float, until: float) -> set[float]:
        """Return the instants between ``now`` and ``until`` at which the limit may change."""
        offsets = {period.start_s for period in self.periods} | {self.duration_s or 0.0}
        origin = now - self._elapsed(now, transaction_start)
        rounds = int((until - origin) // self.recurrence_s) if self.kind is Kind.RECURRING else 0
        instants = {
            origin + turn * self.recurrence_s + offset
            for turn in range(rounds + 1)
            for offset in offsets
        }
        instants |= {bound for bound in (self.valid_from, self.valid_to) if bound is not None}
        return {instant for instant in instants if now < instant < until}

    def _elapsed(self, now: float, transaction_start: float | None) -> float:
        """Return the seconds since the schedule began.

        Without startSchedule a schedule begins with the charging (OCPP 1.6, 7.13).
        """
        if self.kind is Kind.RELATIVE or self.start is None:
            return 0.0 if transaction_start is None else now - transaction_start
        elapsed = now - self.start
        return elapsed % self.recurrence_s if self.kind is Kind.RECURRING else elapsed


def parse_profile(connector_id: int, data: Mapping[str, Any], max_periods: int) -> Profile:
    """Read csChargingProfiles, its keys in snake case; raise ProfileError."""
    schedule = data["charging_schedule"]
    periods = tuple(
        Period(
            start_s=float(period["start_period"]),
            limit=float(period["limit"]),
            number_phases=period.get("number_phases", 3),
        )
        for period in schedule["charging_schedule_period"]
    )
    _check_periods(periods, max_periods)
    return Profile(
        profile_id=data["charging_profile_id"],
        connector_id=connector_id,
        stack_level=data["stack_level"],
        purpose=Purpose(data["charging_profile_purpose"]),
        kind=Kind(data["charging_profile_kind"]),
        unit=RateUnit(schedule["charging_rate_unit"]),
        periods=periods,
        start=_time(schedule, "start_schedule"),
        duration_s=schedule.get("duration"),
        valid_from=_time(data, "valid_from"),
        valid_to=_time(data, "valid_to"),
        transaction_id=data.get("transaction_id"),
        recurrence_s=7 * _DAY_S if data.get("recurrency_kind") == "Weekly" else _DAY_S,
    )


def _check_periods(periods: tuple[Period, ...], max_periods: int) -> None:
    if not 1 <= len(periods) <= max_periods:
        raise ProfileError("number of periods")
    starts = [period.start_s for period in periods]
    if starts[0] != 0 or starts != sorted(set(starts)):
        raise ProfileError("order of periods")
    if any(period.limit < 0 or period.number_phases not in (1, 2, 3) for period in periods):
        raise ProfileError("limit of a period")


def _time(data: Mapping[str, Any], key: str) -> float | None:
    return from_iso(data[key]) if key in data else None
