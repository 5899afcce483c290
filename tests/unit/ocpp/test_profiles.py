"""Charging profiles that a charger outlives us with."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from ocpp.charge_point import remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.messages import get_validator
from ocpp.v16 import call
from ocpp.v16.datatypes import ChargingProfile
import pytest

from custom_components.loadstar.ocpp.charge_point import SetPoint
from custom_components.loadstar.ocpp.types import ConnectorConfig
from custom_components.loadstar.ocpp.v16.capabilities import Capabilities
from custom_components.loadstar.ocpp.v16.profiles import (
    fallback_profile,
    format_time,
    setpoint_profile,
)

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)
RATE_UNIT = "ChargingScheduleAllowedChargingRateUnit"
PERIODS = "ChargingScheduleMaxPeriods"


def able(**values: str) -> Capabilities:
    """Return what a charger said of itself."""
    return Capabilities(values)


def setpoint(current: float = 10.0, **connector: float) -> SetPoint:
    """Return a set-point for a connector."""
    return SetPoint(
        connector=ConnectorConfig(**connector),  # type: ignore[arg-type]  # numbers all
        transaction_id=7,
        current=current,
        life_s=120,
    )


def limits(profile: ChargingProfile) -> list[tuple[int, float, int | None]]:
    """Return a profile's periods."""
    return [
        (period.start_period, period.limit, period.number_phases)
        for period in profile.charging_schedule.charging_schedule_period
    ]


def test_the_fallback_is_relative_without_start_or_end() -> None:
    profile = fallback_profile(ConnectorConfig(connector_id=2), Capabilities())
    assert profile.charging_profile_purpose == "TxDefaultProfile"
    assert profile.charging_profile_kind == "Relative"
    assert profile.stack_level == 0
    assert profile.charging_profile_id == 7102
    assert profile.charging_schedule.start_schedule is None
    assert profile.charging_schedule.duration is None
    assert (profile.valid_from, profile.valid_to, profile.transaction_id) == (None, None, None)
    assert limits(profile) == [(0, 6.0, 3)]


def test_two_periods_start_where_the_profile_becomes_valid() -> None:
    profile = setpoint_profile(setpoint(), Capabilities(), NOW)
    assert profile.valid_from == "2027-01-15T07:59:55Z"
    assert profile.charging_schedule.start_schedule == profile.valid_from
    assert (profile.valid_to, profile.charging_schedule.duration) == (None, None)
    assert limits(profile) == [(0, 10.0, 3), (120, 6.0, 3)]


@pytest.mark.parametrize("periods", ["0", "1"])
def test_one_period_has_duration_and_valid_to_that_end_together(periods: str) -> None:
    profile = setpoint_profile(setpoint(), able(**{PERIODS: periods}), NOW)
    start = datetime.fromisoformat(profile.valid_from or "")
    end = datetime.fromisoformat(profile.valid_to or "")
    assert end - start == timedelta(seconds=profile.charging_schedule.duration or 0)
    assert end == NOW + timedelta(seconds=115)
    assert limits(profile) == [(0, 10.0, 3)]


@pytest.mark.parametrize(
    ("told", "unit"),
    [
        ("Current", "A"),
        ("Power", "W"),
        ("Current,Power", "A"),
        ("Power, Current", "A"),
        ("W", "W"),
        ("A", "A"),
        ("watts", "W"),
        ("", "A"),
        ("furlongs", "A"),
    ],
)
def test_watts_are_used_where_nothing_else_is_taken(told: str, unit: str) -> None:
    profile = fallback_profile(ConnectorConfig(), able(**{RATE_UNIT: told}))
    assert profile.charging_schedule.charging_rate_unit == unit


@pytest.mark.parametrize(("phases", "watts"), [(1, 2300.0), (2, 4600.0), (3, 6900.0)])
def test_watts_are_amperes_times_volts_times_phases(phases: int, watts: float) -> None:
    profile = setpoint_profile(setpoint(phases=phases), able(**{RATE_UNIT: "Power"}), NOW)
    assert limits(profile)[0] == (0, watts, phases)


@pytest.mark.parametrize(
    ("current", "limit"), [(10.09, 10.0), (10.1, 10.1), (0.3, 0.3), (6.999999999, 7.0), (0.0, 0.0)]
)
def test_limits_are_rounded_down_to_tenths(current: float, limit: float) -> None:
    assert limits(setpoint_profile(setpoint(current), Capabilities(), NOW))[0][1] == limit


def test_times_are_utc_in_whole_seconds() -> None:
    zone = timezone(timedelta(hours=2))
    assert format_time(datetime(2027, 1, 15, 10, 0, 0, 999_000, zone)) == "2027-01-15T08:00:00Z"


@settings(deadline=None)
@given(
    st.floats(0, 500),
    st.builds(
        ConnectorConfig,
        fallback_current=st.floats(0, 80),
        voltage=st.floats(100, 480),
        phases=st.integers(1, 3),
    ),
    st.sampled_from(["", "1", "2", "24"]),
    st.sampled_from(["Current", "Power", "Current,Power"]),
)
def test_every_profile_is_what_the_standard_allows_and_never_above_what_was_asked(
    current: float, connector: ConnectorConfig, periods: str, unit: str
) -> None:
    wanted = SetPoint(connector=connector, transaction_id=1, current=current, life_s=120)
    capabilities = able(**{RATE_UNIT: unit, PERIODS: periods})
    validator = get_validator(2, "SetChargingProfile", "1.6", parse_float=Decimal)
    for profile, asked in (
        (setpoint_profile(wanted, capabilities, NOW), current),
        (fallback_profile(connector, capabilities), connector.fallback_current),
    ):
        factor = connector.voltage * connector.phases if unit == "Power" else 1.0
        assert limits(profile)[0][1] <= asked * factor + 1e-6
        assert limits(profile)[0][1] >= asked * factor - 0.1
        request = call.SetChargingProfile(connector_id=1, cs_charging_profiles=profile)
        payload = remove_nones(snake_to_camel_case(serialize_as_dict(request)))
        validator.validate(json.loads(json.dumps(payload), parse_float=Decimal))
