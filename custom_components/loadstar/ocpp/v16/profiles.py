"""Charging profiles that a charger outlives us with."""

from datetime import UTC, datetime, timedelta
from math import floor

from ocpp.v16.datatypes import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from ocpp.v16.enums import (
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
)

from ..charge_point import LEAD_S, SetPoint
from ..types import ConnectorConfig
from .capabilities import Capabilities

# ids are unique over a station's connectors
_FALLBACK_IDS = 7100
_SETPOINT_IDS = 7200


def fallback_id(connector_id: int) -> int:
    """Return the id of a connector's fallback profile."""
    return _FALLBACK_IDS + connector_id


def setpoint_id(connector_id: int) -> int:
    """Return the id of a connector's set-point profile."""
    return _SETPOINT_IDS + connector_id


def fallback_profile(connector: ConnectorConfig, capabilities: Capabilities) -> ChargingProfile:
    """Return what limits every transaction that nothing else limits.

    Relative and without a start, since some chargers do not apply an absolute one
    that begins in their future; level 0, so that no other of ours replaces it.
    """
    return ChargingProfile(
        charging_profile_id=fallback_id(connector.connector_id),
        stack_level=0,
        charging_profile_purpose=ChargingProfilePurposeType.tx_default_profile,
        charging_profile_kind=ChargingProfileKindType.relative,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=capabilities.rate_unit,
            charging_schedule_period=[
                _period(0, connector.fallback_current, connector, capabilities)
            ],
        ),
    )


def setpoint_profile(
    setpoint: SetPoint, capabilities: Capabilities, charger_now: datetime
) -> ChargingProfile:
    """Return a limit on one transaction that ends in the fallback by itself.

    Two periods where the charger has room for them. Else ``duration`` and
    ``validTo`` end together: of three implementations tried, each alone was
    ignored by one.
    """
    connector = setpoint.connector
    start = charger_now - timedelta(seconds=LEAD_S)
    periods = [_period(0, setpoint.current, connector, capabilities)]
    duration = valid_to = None
    if capabilities.takes_two_periods:
        periods.append(
            _period(setpoint.life_s, connector.fallback_current, connector, capabilities)
        )
    else:
        duration = setpoint.life_s
        valid_to = format_time(start + timedelta(seconds=setpoint.life_s))
    return ChargingProfile(
        charging_profile_id=setpoint_id(connector.connector_id),
        transaction_id=setpoint.transaction_id,
        stack_level=0,
        charging_profile_purpose=ChargingProfilePurposeType.tx_profile,
        charging_profile_kind=ChargingProfileKindType.absolute,
        valid_from=format_time(start),
        valid_to=valid_to,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=capabilities.rate_unit,
            charging_schedule_period=periods,
            duration=duration,
            start_schedule=format_time(start),
        ),
    )


def format_time(moment: datetime) -> str:
    """Return a time as every charger reads it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _period(
    start_s: int, current: float, connector: ConnectorConfig, capabilities: Capabilities
) -> ChargingSchedulePeriod:
    limit = current
    if capabilities.rate_unit is ChargingRateUnitType.watts:
        limit = current * connector.voltage * connector.phases
    return ChargingSchedulePeriod(
        start_period=start_s, limit=_tenths_down(limit), number_phases=connector.phases
    )


def _tenths_down(limit: float) -> float:
    """Round down to what the standard can say; a hair below a tenth is that tenth."""
    return floor(limit * 10 + 1e-6) / 10
