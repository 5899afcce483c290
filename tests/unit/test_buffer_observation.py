"""How long the buffer is watched: to the second, over restarts, whatever the clock does."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.buffer import (
    BufferMode,
    BufferReason,
    BufferState,
    BufferTerms,
    DynamicBuffer,
)
from custom_components.loadstar.engine.buffer.observation import Observation
from custom_components.loadstar.engine.planner.output.plain import from_plain, to_plain

START = datetime(2026, 10, 20, 11, 7, 3, tzinfo=UTC)  # the clocks change on the 25th
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
TERMS = BufferTerms(base_percent=50, time_zone="Europe/Berlin")


def a_buffer(state: BufferState | None = None) -> DynamicBuffer:
    return DynamicBuffer(TERMS, state)


def step(buffer: DynamicBuffer, now: datetime) -> BufferMode:
    return buffer.step(0.9, 0.2, now, 3.0, ev_boost_active=False).mode


def restarted(buffer: DynamicBuffer) -> DynamicBuffer:
    """Return the buffer as it comes back from its file."""
    return a_buffer(from_plain(BufferState, to_plain(buffer.state)))


def run(buffer: DynamicBuffer, since: datetime, until: datetime) -> BufferMode:
    """Step every quarter of an hour, up to and with ``until``."""
    mode, now = buffer.mode, since
    while now <= until:
        mode = step(buffer, now)
        now += QUARTER
    return mode


@pytest.mark.parametrize(
    ("after", "mode"),
    [
        (timedelta(0), BufferMode.OBSERVATION),
        (13 * DAY, BufferMode.OBSERVATION),
        (14 * DAY - timedelta(microseconds=1), BufferMode.OBSERVATION),
        (14 * DAY, BufferMode.LIVE),
        (400 * DAY, BufferMode.LIVE),
    ],
)
@pytest.mark.parametrize("restart", [False, True])
def test_it_is_live_at_exactly_14_days(
    *, after: timedelta, mode: BufferMode, restart: bool
) -> None:
    buffer = a_buffer()
    step(buffer, START)
    if restart:
        buffer = restarted(buffer)
    assert step(buffer, START + after) is mode


def test_steps_and_restarts_between_change_nothing() -> None:
    buffer = a_buffer()
    run(buffer, START, START + 6 * DAY)
    buffer = restarted(buffer)
    run(buffer, START + 9 * DAY, START + 14 * DAY - QUARTER)
    assert buffer.mode is BufferMode.OBSERVATION
    buffer = restarted(buffer)
    assert step(buffer, START + 14 * DAY) is BufferMode.LIVE


@pytest.mark.parametrize(
    "zone", [ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), timezone(timedelta(hours=-9))]
)
def test_the_wall_clocks_zone_does_not_matter(zone: ZoneInfo) -> None:
    buffer = a_buffer()
    step(buffer, START.astimezone(zone))
    assert step(buffer, (START + 14 * DAY - QUARTER).astimezone(zone)) is BufferMode.OBSERVATION
    assert step(restarted(buffer), (START + 14 * DAY).astimezone(zone)) is BufferMode.LIVE


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        step(a_buffer(), START.replace(tzinfo=None))


@pytest.mark.parametrize("back", [timedelta(hours=1), 3 * DAY, 4000 * DAY])
def test_a_clock_that_stays_behind_does_not_extend_it(back: timedelta) -> None:
    buffer = a_buffer()
    run(buffer, START, START + 5 * DAY)
    assert run(buffer, START + 5 * DAY - back, START + 14 * DAY - back - QUARTER) is (
        BufferMode.OBSERVATION
    )
    assert run(buffer, START + 14 * DAY - back, START + 14 * DAY - back + QUARTER) is (
        BufferMode.LIVE
    )


def test_a_start_in_the_future_does_not_extend_it() -> None:
    """A clock that was years ahead at the first step, and has been set right since."""
    buffer = a_buffer()
    step(buffer, START + 1500 * DAY)
    run(buffer, START, START + 13 * DAY)
    assert buffer.mode is BufferMode.OBSERVATION
    assert run(buffer, START + 13 * DAY + QUARTER, START + 14 * DAY + QUARTER) is BufferMode.LIVE


@pytest.mark.parametrize("back", [timedelta(hours=3), 4000 * DAY])
def test_a_clock_that_is_set_right_again_does_not_shorten_it(back: timedelta) -> None:
    buffer = a_buffer()
    run(buffer, START, START + 5 * DAY)
    run(restarted(buffer), START + 5 * DAY - back, START + 5 * DAY - back + QUARTER)
    assert step(buffer, START + 5 * DAY + QUARTER) is BufferMode.OBSERVATION
    assert buffer.left == 9 * DAY - QUARTER
    assert step(buffer, START + 14 * DAY - QUARTER) is BufferMode.OBSERVATION
    assert step(buffer, START + 14 * DAY) is BufferMode.LIVE


def test_days_without_power_count_also_where_the_clock_comes_back_wrong() -> None:
    buffer = a_buffer()
    run(buffer, START, START + 5 * DAY)
    buffer = restarted(buffer)
    step(buffer, START - 4000 * DAY)
    step(buffer, START + 7 * DAY)
    assert buffer.left == 7 * DAY


def test_once_live_a_clock_that_goes_back_does_not_make_it_watch_again() -> None:
    buffer = a_buffer()
    step(buffer, START)
    step(buffer, START + 14 * DAY)
    assert step(restarted(buffer), START + DAY) is BufferMode.LIVE


@given(st.lists(st.timedeltas(-20 * DAY, 20 * DAY), max_size=30))
def test_however_the_clock_leaps_what_has_passed_stays_passed(leaps: list[timedelta]) -> None:
    watched, now = Observation.begin(START), START
    for leap in leaps:
        now += leap
        before, watched = watched, watched.at(now)
        assert watched.elapsed_s >= before.elapsed_s
        assert watched.elapsed_s <= max(0.0, (watched.latest - START).total_seconds()) + 3600 * 30
        assert watched.left >= timedelta(0)


class TestOrders:
    """What a user says about it."""

    def test_going_live_ends_it_at_once_and_is_logged(self) -> None:
        buffer = a_buffer()
        step(buffer, START)
        event = buffer.activate_live(START + QUARTER)
        assert (event.reason, event.mode, event.applied) == (
            BufferReason.ACTIVATED,
            BufferMode.LIVE,
            True,
        )
        assert buffer.state.log[-1] is event
        assert buffer.left == timedelta(0)
        assert step(restarted(buffer), START + 2 * QUARTER) is BufferMode.LIVE

    def test_extending_adds_to_what_is_left(self) -> None:
        buffer = a_buffer()
        step(buffer, START)
        event = buffer.extend_observation(7, START + 13 * DAY)
        assert (event.reason, event.data, event.applied) == (
            BufferReason.EXTENDED,
            {"days": 7},
            False,
        )
        assert buffer.left == 8 * DAY
        buffer = restarted(buffer)
        assert step(buffer, START + 21 * DAY - QUARTER) is BufferMode.OBSERVATION
        assert step(buffer, START + 21 * DAY) is BufferMode.LIVE

    def test_extending_a_live_one_watches_it_anew_from_now_on(self) -> None:
        buffer = a_buffer()
        step(buffer, START)
        buffer.activate_live(START + DAY)
        event = buffer.extend_observation(7, START + 40 * DAY)
        assert event.mode is BufferMode.OBSERVATION
        assert step(buffer, START + 47 * DAY - QUARTER) is BufferMode.OBSERVATION
        assert step(buffer, START + 47 * DAY) is BufferMode.LIVE

    def test_extending_in_the_moment_it_ends_watches_it_anew(self) -> None:
        buffer = a_buffer()
        step(buffer, START)
        buffer.extend_observation(2, START + 14 * DAY)
        assert buffer.left == 2 * DAY

    def test_extending_long_after_it_has_ended_watches_it_anew(self) -> None:
        buffer = a_buffer()
        step(buffer, START)
        buffer.extend_observation(2, START + 20 * DAY)
        assert buffer.left == 2 * DAY

    def test_orders_before_the_first_step_are_possible(self) -> None:
        live, watched = a_buffer(), a_buffer()
        assert live.activate_live(START).new_percent is None
        assert live.effective_percent == 50
        watched.extend_observation(7, START)
        assert watched.left == 21 * DAY

    @pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf")])
    def test_an_extension_is_by_some_days(self, days: float) -> None:
        with pytest.raises(ValueError, match="days"):
            a_buffer().extend_observation(days, START)


@pytest.mark.parametrize(
    "changed",
    [
        {"length_s": 0},
        {"length_s": -5},
        {"elapsed_s": -1},
        {"elapsed_s": None},
        {"started": "2026-12-01T00:00:00+00:00"},
        {"started": "2026-10-20T00:00:00"},
        {"started": 17},
    ],
)
def test_what_cannot_be_is_not_restored(changed: dict[str, object]) -> None:
    kept = to_plain(Observation.begin(START))
    with pytest.raises(ValueError, match=r".+"):
        from_plain(Observation, kept | changed)
