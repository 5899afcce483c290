"""Charging profiles that a charger outlives us with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor

from ocpp.v16.datatypes import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from ocpp.v16.enums import (
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
)

from ..charge_point import LEAD_S, SetPoint
from ..rung import FallbackForm, Rung
from ..types import ConnectorConfig
from .dialect import Dialect, other

# ids are unique over a station's connectors
_FALLBACK_IDS = 7100
_SETPOINT_IDS = 7200

# an absolute fallback begins this long ago, however wrong the charger's clock goes meanwhile
FALLBACK_LEAD = timedelta(days=1)
# the clock of a charger that was never told the time begins here
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# one level above the fallback; set-points that rank otherwise stay at its own
ABOVE_FALLBACK = 1

_TX = ChargingProfilePurposeType.tx_profile
_TX_DEFAULT = ChargingProfilePurposeType.tx_default_profile
_MAXIMUM = ChargingProfilePurposeType.charge_point_max_profile
_RELATIVE = ChargingProfileKindType.relative
_ABSOLUTE = ChargingProfileKindType.absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """What tells one form of set-point from another."""

    purpose: ChargingProfilePurposeType = _TX
    kind: ChargingProfileKindType = _ABSOLUTE
    level: int = 0
    two_periods: bool = True  # where the charger has room for them
    other_unit: bool = False
    is_fallback: bool = False  # takes the fallback's place, and so its id


_SHAPES: Mapping[Rung, _Shape] = {
    Rung.TX_TWO_PERIODS: _Shape(),
    Rung.TX_ONE_PERIOD: _Shape(two_periods=False),
    Rung.OTHER_UNIT: _Shape(two_periods=False, other_unit=True),
    Rung.RELATIVE: _Shape(kind=_RELATIVE),
    Rung.TX_DEFAULT: _Shape(purpose=_TX_DEFAULT, level=ABOVE_FALLBACK),
    Rung.TX_DEFAULT_ALONE: _Shape(purpose=_TX_DEFAULT, is_fallback=True),
    Rung.CHARGE_POINT_MAX: _Shape(purpose=_MAXIMUM),
}


def fallback_id(connector_id: int) -> int:
    """Return the id of a connector's fallback profile."""
    return _FALLBACK_IDS + connector_id


def setpoint_id(connector_id: int) -> int:
    """Return the id of a connector's set-point profile."""
    return _SETPOINT_IDS + connector_id


def fallback_place(connector_id: int, form: FallbackForm) -> int:
    """Return the connector that a fallback is set on; 0 is the charger as a whole."""
    return 0 if form is FallbackForm.CHARGE_POINT_MAX else connector_id


def setpoint_place(connector_id: int, rung: Rung) -> int:
    """Return the connector that a set-point is set on; 0 is the charger as a whole."""
    return 0 if _SHAPES[rung].purpose is _MAXIMUM else connector_id


def fallback_profile(
    connector: ConnectorConfig, form: FallbackForm, dialect: Dialect, charger_now: datetime
) -> ChargingProfile:
    """Return what limits every transaction that nothing else limits.

    Relative and without a start where that is taken, since some chargers do not
    apply an absolute one that begins in their future; level 0, so that no other of
    ours replaces it. ``dialect`` knows already where the other unit is what was found.
    """
    is_relative = form in (FallbackForm.RELATIVE, FallbackForm.OTHER_UNIT)
    is_maximum = form is FallbackForm.CHARGE_POINT_MAX
    began = max(charger_now - FALLBACK_LEAD, _EPOCH)
    period = _period(0, connector.fallback_current, connector, dialect, dialect.unit)
    return ChargingProfile(
        charging_profile_id=fallback_id(connector.connector_id),
        stack_level=0,
        charging_profile_purpose=_MAXIMUM if is_maximum else _TX_DEFAULT,
        charging_profile_kind=_RELATIVE if is_relative else _ABSOLUTE,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=dialect.unit,
            charging_schedule_period=[period],
            start_schedule=None if is_relative else format_time(began),
        ),
    )


def setpoint_profile(
    setpoint: SetPoint, dialect: Dialect, charger_now: datetime
) -> ChargingProfile:
    """Return a limit that ends in the fallback by itself.

    By a second period where the form and the charger have room for one. Else
    ``duration`` and ``validTo`` end together: of three implementations tried, each
    alone was ignored by one.
    """
    connector, shape = setpoint.connector, _SHAPES[setpoint.rung]
    is_absolute = shape.kind is _ABSOLUTE
    start = charger_now - timedelta(seconds=LEAD_S)
    # from the start of an absolute schedule, or of the transaction
    end_s = setpoint.life_s if is_absolute else setpoint.age_s + setpoint.life_s - LEAD_S
    unit = other(dialect.unit) if shape.other_unit else dialect.unit
    two_periods = shape.two_periods and dialect.two_periods
    periods = [_period(0, setpoint.current, connector, dialect, unit)]
    if two_periods:
        periods.append(_period(end_s, connector.fallback_current, connector, dialect, unit))
    has_end = is_absolute and not two_periods
    end = start + timedelta(seconds=setpoint.life_s)
    own_id = fallback_id if shape.is_fallback else setpoint_id
    return ChargingProfile(
        charging_profile_id=own_id(connector.connector_id),
        transaction_id=setpoint.transaction_id if shape.purpose is _TX else None,
        stack_level=shape.level,
        charging_profile_purpose=shape.purpose,
        charging_profile_kind=shape.kind,
        valid_from=format_time(start) if is_absolute else None,
        valid_to=format_time(end) if has_end else None,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=unit,
            charging_schedule_period=periods,
            duration=None if two_periods else end_s,
            start_schedule=format_time(start) if is_absolute else None,
        ),
    )


def format_time(moment: datetime) -> str:
    """Return a time as every charger reads it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _period(
    start_s: int,
    current: float,
    connector: ConnectorConfig,
    dialect: Dialect,
    unit: ChargingRateUnitType,
) -> ChargingSchedulePeriod:
    limit = current
    if unit is ChargingRateUnitType.watts:
        limit = current * connector.voltage * connector.phases
    return ChargingSchedulePeriod(
        start_period=start_s,
        limit=_tenths_down(limit),
        number_phases=connector.phases if dialect.number_phases else None,
    )


def _tenths_down(limit: float) -> float:
    """Round down to what the standard can say; a hair below a tenth is that tenth."""
    return floor(limit * 10 + 1e-6) / 10
