"""The buffer step by step: what counts, what is logged, and what is never fed back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.buffer import (
    BufferEvent,
    BufferFormula,
    BufferMode,
    BufferReason,
    BufferState,
    BufferTerms,
    DynamicBuffer,
)
from custom_components.loadstar.engine.planner.output.plain import from_plain, to_plain

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
TERMS = BufferTerms(base_percent=50, time_zone="UTC")


def a_buffer(terms: BufferTerms = TERMS, *, live: bool = True) -> DynamicBuffer:
    buffer = DynamicBuffer(terms)
    if live:
        buffer.activate_live(NOW - QUARTER)
    return buffer


def step(
    buffer: DynamicBuffer,
    now: datetime = NOW,
    *,
    confidence: float | None = 0.8,
    spread: float | None = 0.05,
    boost: bool = False,
) -> BufferEvent:
    return buffer.step(confidence, spread, now, 3.5, ev_boost_active=boost)


class TestWhatCounts:
    """Which minimum is in force."""

    def test_in_observation_it_is_the_users_own(self) -> None:
        buffer = a_buffer(live=False)
        assert step(buffer).new_percent == 35
        assert buffer.effective_percent == 50

    def test_live_it_is_the_target_also_where_that_is_lower(self) -> None:
        buffer = a_buffer()
        step(buffer)
        assert buffer.effective_percent == 35

    def test_live_the_hard_floor_counts_above_a_lower_base(self) -> None:
        buffer = a_buffer(replace(TERMS, base_percent=4))
        step(buffer)
        assert buffer.effective_percent == 10

    def test_before_the_first_step_it_is_the_users_own(self) -> None:
        assert a_buffer().effective_percent == 50

    @pytest.mark.parametrize("base", [30, 80])
    def test_a_target_for_another_minimum_does_not_count(self, base: float) -> None:
        buffer = a_buffer()
        step(buffer)
        buffer.terms = replace(TERMS, base_percent=base)
        assert buffer.effective_percent == base
        step(buffer, boost=True)
        assert buffer.effective_percent == base


class TestCarBoost:
    """While the battery feeds a car, the target stands."""

    def test_the_step_is_skipped_and_says_so(self) -> None:
        buffer = a_buffer()
        step(buffer)
        event = step(buffer, NOW + QUARTER, confidence=1.0, boost=True)
        assert (event.reason, event.applied) == (BufferReason.CAR_BOOST, False)
        assert (event.old_percent, event.new_percent) == (35, 35)
        assert buffer.effective_percent == 35
        assert step(buffer, NOW + 2 * QUARTER, confidence=1.0).new_percent == 20

    def test_a_first_step_that_is_skipped_has_no_target(self) -> None:
        buffer = a_buffer()
        assert step(buffer, boost=True).new_percent is None
        assert buffer.effective_percent == 50

    def test_the_observation_goes_on_meanwhile(self) -> None:
        buffer = a_buffer(live=False)
        step(buffer, boost=True)
        assert step(buffer, NOW + 14 * DAY, boost=True).mode is BufferMode.LIVE


class TestTheLog:
    """Every step of a week."""

    def test_a_step_is_logged_with_all_it_was_decided_on(self) -> None:
        buffer = a_buffer(replace(TERMS, time_zone="Asia/Kathmandu"))
        step(buffer)
        event = step(buffer, NOW + QUARTER, confidence=0.95, spread=0.2)
        assert buffer.state.log[-1] == event
        assert event == BufferEvent(
            time=NOW + QUARTER,
            mode=BufferMode.LIVE,
            old_percent=35,
            new_percent=20,
            confidence=0.95,
            spread_per_kwh=0.2,
            local_hour=18,
            pv_ahead_kwh=3.5,
            applied=True,
            reason=BufferReason.LOWERED_SPREAD,
            data={"target": 20.0, "base": 50, "confidence_percent": 95.0},
        )

    def test_what_is_observed_is_logged_as_not_applied(self) -> None:
        assert not step(a_buffer(live=False)).applied

    def test_it_holds_seven_days_of_steps(self) -> None:
        buffer = a_buffer()
        for index in range(700):
            step(buffer, NOW + index * QUARTER)
        times = [event.time for event in buffer.state.log]
        assert times == [NOW + index * QUARTER for index in range(28, 700)]
        assert len(times) == 672

    def test_older_ones_go_also_where_there_are_few(self) -> None:
        buffer = a_buffer()
        step(buffer)
        step(buffer, NOW + 7 * DAY)
        assert [event.time for event in buffer.state.log] == [NOW + 7 * DAY]

    def test_it_does_not_grow_where_the_clock_goes_back(self) -> None:
        buffer = a_buffer()
        for index in range(700):
            step(buffer, NOW - index * QUARTER)
        assert len(buffer.state.log) == 672


@given(
    history=st.lists(
        st.tuples(st.floats(0, 1) | st.none(), st.floats(0, 1), st.booleans()), max_size=8
    ),
    confidence=st.floats(0, 1),
    base=st.floats(0, 100),
)
def test_what_came_out_before_is_never_fed_back(
    history: list[tuple[float | None, float, bool]], confidence: float, base: float
) -> None:
    terms = replace(TERMS, base_percent=base)
    used, fresh = a_buffer(terms), a_buffer(terms)
    for trust, spread, boost in history:
        step(used, confidence=trust, spread=spread, boost=boost)
    assert step(used, confidence=confidence).new_percent == (
        step(fresh, confidence=confidence).new_percent
    )


@given(st.lists(st.tuples(st.floats(0, 1) | st.none(), st.booleans()), max_size=8))
def test_a_restart_changes_nothing(steps: list[tuple[float | None, bool]]) -> None:
    running, restarted = a_buffer(live=False), a_buffer(live=False)
    for index, (confidence, boost) in enumerate(steps):
        now = NOW + index * 3 * DAY
        restarted = DynamicBuffer(TERMS, from_plain(BufferState, to_plain(restarted.state)))
        assert step(restarted, now, confidence=confidence, boost=boost) == (
            step(running, now, confidence=confidence, boost=boost)
        )
    assert to_plain(restarted.state) == to_plain(running.state)


@pytest.mark.parametrize("base", [-1, 100.1, float("nan")])
def test_a_base_is_a_percentage(base: float) -> None:
    with pytest.raises(ValueError, match="base_percent"):
        replace(TERMS, base_percent=base)


@pytest.mark.parametrize("name", ["target_percent", "base_percent"])
@pytest.mark.parametrize("percent", [-1, 101])
def test_a_state_out_of_bounds_is_not_restored(name: str, percent: float) -> None:
    with pytest.raises(ValueError, match="percent"):
        from_plain(BufferState, {name: percent})


def test_calibrated_counts_what_the_house_has_needed_instead() -> None:
    terms = replace(TERMS, formula=BufferFormula.CALIBRATED, reserve_percent=27.4)
    event = step(a_buffer(terms), confidence=0.1)
    assert (event.new_percent, event.reason) == (25, BufferReason.CALIBRATED)
    assert event.confidence == 0.1
