"""Charging profiles are obeyed as OCPP 1.6 says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from simulated_home.charger import ChargingSpan, ProfileError, ProfileStore, parse_profile
from simulated_home.charger.clock import to_iso

T0 = 1_800_000_000.0
SPAN = ChargingSpan(start=T0, transaction_id=7)


def profile(
    limits: list[tuple[int, float]] | None = None,
    *,
    purpose: str = "TxProfile",
    kind: str = "Absolute",
    unit: str = "A",
    profile_id: int = 1,
    level: int = 0,
    start: float | None = T0,
    duration: int | None = None,
    phases: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Build csChargingProfiles, its keys in snake case."""
    periods: list[dict[str, Any]] = [
        {"start_period": at, "limit": limit} for at, limit in (limits or [(0, 10.0)])
    ]
    if phases:
        periods = [{**period, "number_phases": phases} for period in periods]
    schedule: dict[str, Any] = {"charging_rate_unit": unit, "charging_schedule_period": periods}
    if start is not None:
        schedule["start_schedule"] = to_iso(start)
    if duration is not None:
        schedule["duration"] = duration
    return {
        "charging_profile_id": profile_id,
        "stack_level": level,
        "charging_profile_purpose": purpose,
        "charging_profile_kind": kind,
        "charging_schedule": schedule,
        **more,
    }


def default(limit: float = 6.0, **more: Any) -> dict[str, Any]:
    """Build a fallback: Relative, without a start or an end."""
    options: dict[str, Any] = {
        "purpose": "TxDefaultProfile",
        "kind": "Relative",
        "start": None,
        "profile_id": 99,
        **more,
    }
    return profile([(0, limit)], **options)


def store(*profiles: dict[str, Any], connector_id: int = 1) -> ProfileStore:
    """Install profiles in the running transaction."""
    built = ProfileStore()
    for data in profiles:
        place = 0 if data["charging_profile_purpose"] == "ChargePointMaxProfile" else connector_id
        built.install(parse_profile(place, data, 6), SPAN)
    return built


def limits(built: ProfileStore, *seconds: float) -> list[float | None]:
    """Return the limits at seconds after T0."""
    return [built.limit_a(T0 + second, 1, SPAN) for second in seconds]


def test_without_profiles_nothing_limits() -> None:
    assert limits(ProfileStore(), 0) == [None]


def test_the_set_point_runs_out_onto_the_fallback() -> None:
    life = 120
    both: dict[str, Any] = {"duration": life, "valid_to": to_iso(T0 + life)}
    for set_point in (
        profile([(0, 13.0), (life, 6.0)], valid_from=to_iso(T0)),
        profile([(0, 13.0)], **both),
        profile([(0, 13.0)], duration=life),
        profile([(0, 13.0)], valid_to=to_iso(T0 + life)),
    ):
        built = store(default(6.0), set_point)
        assert limits(built, 0, 119.9, 120, 9999) == [13, 13, 6, 6]


def test_a_profile_of_the_transaction_beats_the_default_at_any_level() -> None:
    built = store(default(16.0, level=9), profile([(0, 8.0)], level=0))
    assert limits(built, 1) == [8]


def test_the_highest_level_that_says_anything_prevails() -> None:
    built = store(
        profile([(0, 8.0)], level=0, profile_id=1),
        profile([(0, 10.0)], level=5, profile_id=2, duration=60),
        profile([(0, 12.0)], level=9, profile_id=3, start=T0 + 30, duration=10),
    )
    assert limits(built, 0, 30, 39, 40, 60) == [10, 12, 12, 10, 8]


def test_the_charge_point_maximum_lies_over_everything() -> None:
    maximum = profile([(0, 7.0)], purpose="ChargePointMaxProfile", profile_id=5)
    assert limits(store(maximum), 1) == [7]
    assert limits(store(maximum, profile([(0, 12.0)])), 1) == [7]
    assert limits(store(maximum, profile([(0, 6.5)])), 1) == [6.5]


def test_a_default_of_the_connector_beats_one_of_the_station() -> None:
    built = store(default(16.0, profile_id=1), connector_id=0)
    assert limits(built, 1) == [16]
    built.install(parse_profile(1, default(9.0, profile_id=2), 6), None)
    assert limits(built, 1) == [9]


def test_a_relative_schedule_counts_from_the_transactions_start() -> None:
    steps = profile([(0, 8.0), (60, 12.0)], kind="Relative", start=None)
    assert limits(store(steps), 0, 59, 60) == [8, 8, 12]


def test_a_profile_that_is_not_valid_yet_says_nothing() -> None:
    built = store(profile(valid_from=to_iso(T0 + 60)))
    assert limits(built, 0, 59, 60) == [None, None, 10]


def test_an_absolute_schedule_in_the_future_says_nothing_yet() -> None:
    assert limits(store(profile(start=T0 + 60)), 0, 59, 60) == [None, None, 10]


@pytest.mark.parametrize(("recurrency", "turn_s"), [("Daily", 86_400), ("Weekly", 604_800)])
def test_a_recurring_schedule_comes_again(recurrency: str, turn_s: int) -> None:
    recurring = profile(
        [(0, 6.0), (3600, 16.0)], kind="Recurring", recurrency_kind=recurrency, duration=7200
    )
    built = store(recurring)
    one_turn = [6, 6, 16, None]
    seconds = [0, 3599, 3600, 7200]
    assert limits(built, *seconds) == one_turn
    assert limits(built, *(turn_s + second for second in seconds)) == one_turn


@pytest.mark.parametrize(("phases", "amperes"), [(None, 10.0), (3, 10.0), (1, 30.0)])
def test_watts_are_shared_by_the_phases(phases: int | None, amperes: float) -> None:
    built = store(profile([(0, 6900.0)], unit="W", phases=phases))
    assert limits(built, 0) == [pytest.approx(amperes)]


def test_the_end_of_the_transaction_takes_its_profiles_along() -> None:
    built = store(default(6.0), profile([(0, 12.0)]))
    assert built.limit_a(T0, 1, None) == 6
    built.end_transaction()
    assert limits(built, 1) == [6]


def test_the_same_id_or_the_same_place_replaces() -> None:
    built = store(profile([(0, 8.0)], profile_id=1, level=0))
    built.install(parse_profile(1, profile([(0, 9.0)], profile_id=2, level=0), 6), SPAN)
    assert [kept.profile_id for kept in built.profiles] == [2]
    built.install(parse_profile(1, profile([(0, 9.5)], profile_id=2, level=4), 6), SPAN)
    assert [kept.stack_level for kept in built.profiles] == [4]


@pytest.mark.parametrize(
    ("criteria", "left"),
    [
        ({"profile_id": 1}, {2, 3}),
        ({"profile_id": 1, "stack_level": 7}, {2, 3}),
        ({"purpose": "TxProfile"}, {3}),
        ({"stack_level": 1}, {1, 3}),
        ({"connector_id": 1, "purpose": "TxDefaultProfile"}, {1, 2}),
        ({"connector_id": 2}, {1, 2, 3}),
        ({}, set()),
    ],
)
def test_clearing_goes_by_id_or_by_every_criterion(
    criteria: dict[str, Any], left: set[int]
) -> None:
    built = store(
        profile(profile_id=1, level=0), profile(profile_id=2, level=1), default(profile_id=3)
    )
    assert built.clear(**criteria) == (left != {1, 2, 3})
    assert {kept.profile_id for kept in built.profiles} == left


@pytest.mark.parametrize(
    ("data", "connector_id"),
    [
        (profile([(10, 6.0)]), 1),
        (profile([(0, 6.0), (60, 7.0), (30, 8.0)]), 1),
        (profile([(0, 6.0), (0, 7.0)]), 1),
        (profile([(n, 6.0) for n in range(7)]), 1),
        (profile([(0, -1.0)]), 1),
        (profile(phases=4), 1),
        (profile(), 0),
        (profile(transaction_id=8), 1),
        (profile(purpose="ChargePointMaxProfile"), 1),
    ],
)
def test_profiles_against_the_standard_are_refused(data: dict[str, Any], connector_id: int) -> None:
    built = ProfileStore()
    with pytest.raises(ProfileError):
        built.install(parse_profile(connector_id, data, 6), SPAN)
    assert built.profiles == []


def test_a_profile_of_a_transaction_needs_one() -> None:
    with pytest.raises(ProfileError):
        ProfileStore().install(parse_profile(1, profile(), 6), None)


def test_there_is_room_for_so_many_profiles_only() -> None:
    built = ProfileStore(max_installed=2)
    for level in range(2):
        built.install(parse_profile(1, profile(profile_id=level, level=level), 6), SPAN)
    with pytest.raises(ProfileError):
        built.install(parse_profile(1, profile(profile_id=9, level=9), 6), SPAN)


def test_the_composite_schedule_tells_every_change() -> None:
    built = store(default(6.0), profile([(0, 13.0), (60, 20.0)], duration=120))
    assert built.composite(T0, 300, 1, SPAN, 16.0) == [(0, 13), (60, 16), (120, 6)]
    assert built.composite(T0 + 200, 300, 1, SPAN, 16.0) == [(0, 6)]
    assert ProfileStore().composite(T0, 60, 1, None, 16.0) == [(0, 16)]


@given(
    data=st.lists(
        st.builds(
            profile,
            st.just([(0, 6.0), (30, 12.0), (90, 8.0)]),
            purpose=st.sampled_from(["TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"]),
            kind=st.sampled_from(["Absolute", "Relative", "Recurring"]),
            profile_id=st.integers(0, 5),
            level=st.integers(0, 3),
            start=st.none() | st.integers(-100, 100).map(lambda second: T0 + second),
            duration=st.none() | st.integers(1, 200),
        ),
        max_size=6,
    )
)
def test_the_composite_schedule_is_what_is_obeyed(data: list[dict[str, Any]]) -> None:
    built = store(*data)
    schedule = built.composite(T0, 250, 1, SPAN, 16.0)
    for second in range(250):
        told = next(limit for at, limit in reversed(schedule) if at <= second)
        limit = built.limit_a(T0 + second, 1, SPAN)
        assert told == (16 if limit is None else min(limit, 16))
