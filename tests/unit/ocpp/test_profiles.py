"""Charging profiles that a charger outlives us with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ocpp.charge_point import remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.messages import get_validator
from ocpp.v16 import call
from ocpp.v16.datatypes import ChargingProfile
from ocpp.v16.enums import ChargingRateUnitType
import pytest

from custom_components.loadstar.ocpp.charge_point import SetPoint
from custom_components.loadstar.ocpp.quirks import NO_QUIRKS, Quirks, RateUnit
from custom_components.loadstar.ocpp.rung import FallbackForm, Rung
from custom_components.loadstar.ocpp.types import ConnectorConfig
from custom_components.loadstar.ocpp.v16.capabilities import Capabilities
from custom_components.loadstar.ocpp.v16.dialect import Dialect
from custom_components.loadstar.ocpp.v16.offers import offered_fallbacks, offered_rungs
from custom_components.loadstar.ocpp.v16.profiles import (
    fallback_place,
    fallback_profile,
    format_time,
    setpoint_place,
    setpoint_profile,
)

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)
RATE_UNIT = "ChargingScheduleAllowedChargingRateUnit"
PERIODS = "ChargingScheduleMaxPeriods"
LEVELS = "ChargeProfileMaxStackLevel"
CONNECTORS = "NumberOfConnectors"
AMPS = Dialect()
WATTS = Dialect(unit=ChargingRateUnitType.watts)
ONE_PERIOD = Dialect(two_periods=False)

START = "2027-01-15T07:59:55Z"
END = "2027-01-15T08:01:55Z"
ALL = tuple(Rung)


def able(**values: str) -> Capabilities:
    """Return what a charger said of itself."""
    return Capabilities(values)


def setpoint(
    current: float = 10.0, rung: Rung = Rung.TX_TWO_PERIODS, age_s: int = 300, **connector: float
) -> SetPoint:
    """Return a set-point for a connector."""
    return SetPoint(
        connector=ConnectorConfig(**connector),  # type: ignore[arg-type]  # numbers all
        transaction_id=7,
        age_s=age_s,
        current=current,
        life_s=120,
        rung=rung,
    )


def payload(profile: ChargingProfile) -> dict[str, Any]:
    """Return a profile as it goes over the wire."""
    sent: dict[str, Any] = remove_nones(snake_to_camel_case(serialize_as_dict(profile)))
    return sent


def limits(profile: ChargingProfile) -> list[tuple[int, float, int | None]]:
    """Return a profile's periods."""
    return [
        (period.start_period, period.limit, period.number_phases)
        for period in profile.charging_schedule.charging_schedule_period
    ]


def period(start_s: int, limit: float) -> dict[str, Any]:
    """Return a period of three phases."""
    return {"startPeriod": start_s, "limit": limit, "numberPhases": 3}


TX = {"transactionId": 7, "stackLevel": 0, "chargingProfilePurpose": "TxProfile"}
ABSOLUTE = {"chargingProfileKind": "Absolute", "validFrom": START}
TWO_PERIODS = {
    "chargingRateUnit": "A",
    "startSchedule": START,
    "chargingSchedulePeriod": [period(0, 10.0), period(120, 6.0)],
}


def one_period(unit: str, limit: float) -> dict[str, Any]:
    """Return a schedule that ends by its duration."""
    return {
        "chargingRateUnit": unit,
        "startSchedule": START,
        "duration": 120,
        "chargingSchedulePeriod": [period(0, limit)],
    }


@pytest.mark.parametrize(
    ("rung", "place", "sent"),
    [
        (
            Rung.TX_TWO_PERIODS,
            2,
            {"chargingProfileId": 7202, **TX, **ABSOLUTE, "chargingSchedule": TWO_PERIODS},
        ),
        (
            Rung.TX_ONE_PERIOD,
            2,
            {
                "chargingProfileId": 7202,
                **TX,
                **ABSOLUTE,
                "validTo": END,
                "chargingSchedule": one_period("A", 10.0),
            },
        ),
        (
            Rung.OTHER_UNIT,
            2,
            {
                "chargingProfileId": 7202,
                **TX,
                **ABSOLUTE,
                "validTo": END,
                "chargingSchedule": one_period("W", 6900.0),
            },
        ),
        (
            Rung.RELATIVE,
            2,
            {
                "chargingProfileId": 7202,
                **TX,
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    # 300 s after the transaction's begin
                    "chargingSchedulePeriod": [period(0, 10.0), period(415, 6.0)],
                },
            },
        ),
        (
            Rung.TX_DEFAULT,
            2,
            {
                "chargingProfileId": 7202,
                "stackLevel": 1,
                "chargingProfilePurpose": "TxDefaultProfile",
                **ABSOLUTE,
                "chargingSchedule": TWO_PERIODS,
            },
        ),
        (
            Rung.TX_DEFAULT_ALONE,
            2,
            {
                "chargingProfileId": 7102,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                **ABSOLUTE,
                "chargingSchedule": TWO_PERIODS,
            },
        ),
        (
            Rung.CHARGE_POINT_MAX,
            0,
            {
                "chargingProfileId": 7202,
                "stackLevel": 0,
                "chargingProfilePurpose": "ChargePointMaxProfile",
                **ABSOLUTE,
                "chargingSchedule": TWO_PERIODS,
            },
        ),
    ],
)
def test_every_rung_has_its_own_form(rung: Rung, place: int, sent: dict[str, Any]) -> None:
    assert payload(setpoint_profile(setpoint(rung=rung, connector_id=2), AMPS, NOW)) == sent
    assert setpoint_place(2, rung) == place


@pytest.mark.parametrize(
    ("form", "place", "sent"),
    [
        (
            FallbackForm.RELATIVE,
            2,
            {
                "chargingProfileId": 7102,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [period(0, 6.0)],
                },
            },
        ),
        (
            FallbackForm.ABSOLUTE,
            2,
            {
                "chargingProfileId": 7102,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Absolute",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "startSchedule": "2027-01-14T08:00:00Z",
                    "chargingSchedulePeriod": [period(0, 6.0)],
                },
            },
        ),
        (
            FallbackForm.CHARGE_POINT_MAX,
            0,
            {
                "chargingProfileId": 7102,
                "stackLevel": 0,
                "chargingProfilePurpose": "ChargePointMaxProfile",
                "chargingProfileKind": "Absolute",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "startSchedule": "2027-01-14T08:00:00Z",
                    "chargingSchedulePeriod": [period(0, 6.0)],
                },
            },
        ),
    ],
)
def test_every_fallback_is_without_end_and_has_begun(
    form: FallbackForm, place: int, sent: dict[str, Any]
) -> None:
    connector = ConnectorConfig(connector_id=2)
    assert payload(fallback_profile(connector, form, AMPS, NOW)) == sent
    assert fallback_place(2, form) == place


def test_an_absolute_fallback_begins_no_earlier_than_clocks_do() -> None:
    never_set = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    fallback = fallback_profile(ConnectorConfig(), FallbackForm.ABSOLUTE, AMPS, never_set)
    assert fallback.charging_schedule.start_schedule == "1970-01-01T00:00:00Z"


def test_a_fallback_in_the_other_unit_is_what_set_points_are_in_from_then_on() -> None:
    dialect = Dialect.of(able(), Quirks(), FallbackForm.OTHER_UNIT)
    fallback = fallback_profile(ConnectorConfig(), FallbackForm.OTHER_UNIT, dialect, NOW)
    assert fallback.charging_schedule.charging_rate_unit == "W"
    assert fallback.charging_profile_kind == "Relative"
    assert limits(setpoint_profile(setpoint(), dialect, NOW))[0][1] == 6900.0
    assert limits(setpoint_profile(setpoint(rung=Rung.OTHER_UNIT), dialect, NOW))[0][1] == 10.0


@pytest.mark.parametrize("rung", [Rung.TX_TWO_PERIODS, Rung.TX_DEFAULT])
def test_one_period_has_duration_and_valid_to_that_end_together(rung: Rung) -> None:
    profile = setpoint_profile(setpoint(rung=rung), ONE_PERIOD, NOW)
    start = datetime.fromisoformat(profile.valid_from or "")
    end = datetime.fromisoformat(profile.valid_to or "")
    assert end - start == timedelta(seconds=profile.charging_schedule.duration or 0)
    assert end == NOW + timedelta(seconds=115)
    assert limits(profile) == [(0, 10.0, 3)]


def test_a_relative_set_point_of_one_period_lasts_from_the_transactions_begin() -> None:
    profile = setpoint_profile(setpoint(rung=Rung.RELATIVE, age_s=50), ONE_PERIOD, NOW)
    assert profile.charging_schedule.duration == 165
    assert profile.valid_to is None
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
    assert Dialect.of(able(**{RATE_UNIT: told}), Quirks(), None).unit == unit


@pytest.mark.parametrize(
    ("quirks", "dialect"),
    [
        (Quirks(rate_unit=RateUnit.WATTS), WATTS),
        (Quirks(rate_unit=RateUnit.AMPERES), AMPS),
        (Quirks(max_periods=1), ONE_PERIOD),
        (Quirks(max_periods=2), AMPS),
        (Quirks(number_phases=False), replace(AMPS, number_phases=False)),
    ],
)
def test_what_is_known_of_a_charger_corrects_what_it_says(quirks: Quirks, dialect: Dialect) -> None:
    assert Dialect.of(able(), quirks, None) == dialect


@pytest.mark.parametrize(("periods", "two"), [("0", False), ("1", False), ("2", True), ("x", True)])
def test_two_periods_need_room(periods: str, *, two: bool) -> None:
    assert Dialect.of(able(**{PERIODS: periods}), Quirks(), None).two_periods is two


@pytest.mark.parametrize(("phases", "watts"), [(1, 2300.0), (2, 4600.0), (3, 6900.0)])
def test_watts_are_amperes_times_volts_times_phases(phases: int, watts: float) -> None:
    profile = setpoint_profile(setpoint(phases=phases), WATTS, NOW)
    assert limits(profile)[0] == (0, watts, phases)


@pytest.mark.parametrize("rung", ALL)
def test_the_number_of_phases_is_left_out_where_it_is_not_taken(rung: Rung) -> None:
    dialect = Dialect(number_phases=False)
    profile = setpoint_profile(setpoint(rung=rung), dialect, NOW)
    assert {phases for _, _, phases in limits(profile)} == {None}


@pytest.mark.parametrize(
    ("current", "limit"), [(10.09, 10.0), (10.1, 10.1), (0.3, 0.3), (6.999999999, 7.0), (0.0, 0.0)]
)
def test_limits_are_rounded_down_to_tenths(current: float, limit: float) -> None:
    assert limits(setpoint_profile(setpoint(current), AMPS, NOW))[0][1] == limit


def test_times_are_utc_in_whole_seconds() -> None:
    zone = timezone(timedelta(hours=2))
    assert format_time(datetime(2027, 1, 15, 10, 0, 0, 999_000, zone)) == "2027-01-15T08:00:00Z"


def offered(capabilities: Capabilities, quirks: Quirks = NO_QUIRKS, held: int = 1) -> list[Rung]:
    """Return the rungs that a charger is offered."""
    dialect = Dialect.of(capabilities, quirks, None)
    return list(offered_rungs(capabilities, quirks, dialect, fallback=None, held=held))


@pytest.mark.parametrize(
    ("told", "left_out"),
    [
        ({}, set()),
        ({RATE_UNIT: "Current,Power"}, set()),
        # one that denies a unit may take its number for the other
        ({RATE_UNIT: "Current"}, {Rung.OTHER_UNIT}),
        ({RATE_UNIT: "Power"}, {Rung.OTHER_UNIT}),
        ({LEVELS: "0"}, {Rung.TX_DEFAULT}),
        ({LEVELS: "1"}, set()),
        ({CONNECTORS: "2"}, {Rung.CHARGE_POINT_MAX}),
        # without a second period nothing would be left when it ends
        (
            {PERIODS: "1"},
            {Rung.TX_TWO_PERIODS, Rung.TX_DEFAULT_ALONE, Rung.CHARGE_POINT_MAX},
        ),
    ],
)
def test_a_charger_is_offered_what_it_may_take(told: dict[str, str], left_out: set[Rung]) -> None:
    assert offered(able(**told)) == [rung for rung in ALL if rung not in left_out]


def test_the_whole_charger_is_limited_only_where_its_one_connector_is_ours() -> None:
    assert Rung.CHARGE_POINT_MAX not in offered(able(), held=2)
    assert FallbackForm.CHARGE_POINT_MAX not in offered_fallbacks(able(), held=2)
    assert FallbackForm.CHARGE_POINT_MAX in offered_fallbacks(able(), held=1)


def test_nothing_but_a_limit_of_the_whole_charger_rises_above_a_fallback_that_is_one() -> None:
    rungs = offered_rungs(able(), Quirks(), AMPS, fallback=FallbackForm.CHARGE_POINT_MAX, held=1)
    assert rungs == (Rung.CHARGE_POINT_MAX,)


@pytest.mark.parametrize(
    ("quirks", "rungs"),
    [
        (
            Quirks(first_rung=Rung.TX_DEFAULT),
            [Rung.TX_DEFAULT, *(rung for rung in ALL if rung is not Rung.TX_DEFAULT)],
        ),
        (Quirks(skip_rungs=frozenset(ALL[1:])), [Rung.TX_TWO_PERIODS]),
        (Quirks(skip_rungs=frozenset(ALL)), [Rung.TX_TWO_PERIODS]),
        (
            Quirks(first_rung=Rung.RELATIVE, skip_rungs=frozenset({Rung.RELATIVE})),
            [rung for rung in ALL if rung is not Rung.RELATIVE],
        ),
    ],
)
def test_what_is_known_of_a_charger_orders_its_ladder(quirks: Quirks, rungs: list[Rung]) -> None:
    assert offered(able(), quirks) == rungs


@pytest.mark.parametrize(
    ("told", "forms"),
    [
        ({}, list(FallbackForm)),
        ({RATE_UNIT: "Power"}, [f for f in FallbackForm if f is not FallbackForm.OTHER_UNIT]),
        ({CONNECTORS: "2"}, list(FallbackForm)[:3]),
    ],
)
def test_a_fallback_that_needs_no_clock_is_offered_first(
    told: dict[str, str], forms: list[FallbackForm]
) -> None:
    assert list(offered_fallbacks(able(**told), held=1)) == forms


@settings(deadline=None)
@given(
    st.builds(
        SetPoint,
        connector=st.builds(
            ConnectorConfig,
            fallback_current=st.floats(0, 80),
            voltage=st.floats(100, 480),
            phases=st.integers(1, 3),
        ),
        transaction_id=st.just(1),
        age_s=st.integers(0, 10**6),
        current=st.floats(0, 500),
        life_s=st.integers(60, 86_400),
        rung=st.sampled_from(ALL),
    ),
    st.sampled_from(list(FallbackForm)),
    st.builds(
        Dialect,
        unit=st.sampled_from(list(ChargingRateUnitType)),
        two_periods=st.booleans(),
        number_phases=st.booleans(),
    ),
)
def test_every_profile_is_what_the_standard_allows_and_never_above_what_was_asked(
    wanted: SetPoint, form: FallbackForm, dialect: Dialect
) -> None:
    connector = wanted.connector
    validator = get_validator(2, "SetChargingProfile", "1.6", parse_float=Decimal)
    for profile, asked in (
        (setpoint_profile(wanted, dialect, NOW), wanted.current),
        (fallback_profile(connector, form, dialect, NOW), connector.fallback_current),
    ):
        in_watts = profile.charging_schedule.charging_rate_unit == "W"
        factor = connector.voltage * connector.phases if in_watts else 1.0
        assert limits(profile)[0][1] <= asked * factor + 1e-6
        assert limits(profile)[0][1] >= asked * factor - 0.1
        request = call.SetChargingProfile(connector_id=1, cs_charging_profiles=profile)
        sent = remove_nones(snake_to_camel_case(serialize_as_dict(request)))
        validator.validate(json.loads(json.dumps(sent), parse_float=Decimal))


@given(
    st.integers(0, 10**6),
    st.sampled_from(ALL),
    st.sampled_from([AMPS, ONE_PERIOD]),
)
def test_every_set_point_ends_after_its_life(age_s: int, rung: Rung, dialect: Dialect) -> None:
    profile = setpoint_profile(setpoint(rung=rung, age_s=age_s), dialect, NOW)
    schedule = profile.charging_schedule
    periods = schedule.charging_schedule_period
    end_s = periods[1].start_period if len(periods) > 1 else schedule.duration
    began = (
        datetime.fromisoformat(schedule.start_schedule)
        if schedule.start_schedule
        else NOW - timedelta(seconds=age_s)
    )
    assert end_s is not None
    assert began + timedelta(seconds=end_s) == NOW + timedelta(seconds=115)
