"""A charger is seen to find its fallback by itself, or not to."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, pairwise
import logging
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.charge_point import LEAD_S
from custom_components.loadstar.ocpp.context import Context
from custom_components.loadstar.ocpp.fall_watch import FallWatch, Verdict
from custom_components.loadstar.ocpp.finding import Finding
from custom_components.loadstar.ocpp.memory import ConnectorMemory
from custom_components.loadstar.ocpp.proof import ProofOfFallback
from custom_components.loadstar.ocpp.sample_interval import SampleInterval
from custom_components.loadstar.ocpp.seldom import Seldom
from custom_components.loadstar.ocpp.timing import Timing
from custom_components.loadstar.ocpp.transaction_ids import TransactionIds
from custom_components.loadstar.ocpp.types import FallbackProof, ProofObstacle

type Draw = Callable[["Rig"], float | None]

USUAL_LIFE_S = 120


class NoStorage:
    """A store that keeps nothing."""

    def load(self, _station_id: str) -> dict[str, Any]:
        return {}

    def save(self, _station_id: str, _data: dict[str, Any]) -> None:
        return None

    async def flush(self) -> None:
        """Have nothing to write."""


class Rig:
    """A proof, the keeper of the set-point beside it, and a car that draws what a test says."""

    def __init__(self, stored: dict[str, str] | None = None, **concern: Any) -> None:
        self.now = 0.0
        self.saved = 0
        self.sent: list[tuple[float, float, int]] = []  # when, A, life
        self.wanted: float | None = None
        self.expires_at: float | None = None
        self.renew_at = 0.0
        self.takes = True
        self.life_s = USUAL_LIFE_S
        self.interval_s = 10.0
        self.memory = ConnectorMemory(stored or {}, self._save)
        self.proof = ProofOfFallback(
            "garage connector 1", self._context(), self.memory, renew=self._renew, changed=self._see
        )
        self.seen: list[FallbackProof] = []
        self.concern(**concern)

    def concern(self, **changes: Any) -> None:
        what: dict[str, Any] = {"fallback": 6.0, "rated": 16.0, "method": "two_periods"} | changes
        self.proof.concern(**what)

    @property
    def state(self) -> FallbackProof:
        return self.proof.state

    def withholds(self) -> bool:
        return self.proof.withholds

    def obstacle(self) -> ProofObstacle | None:
        return self.proof.obstacle

    @property
    def in_force(self) -> float | None:
        """The set-point that an obedient charger follows."""
        alive = self.expires_at is not None and self.now < self.expires_at
        return self.sent[-1][1] if alive else None

    def want(self, current: float) -> bool:
        """Ask for a current as the site does."""
        if self.proof.defers(current):
            return False
        self.wanted = current
        self._send()
        return True

    def live(self, seconds: float, draw: Draw) -> None:
        """Let time pass second by second, with a value of the meter every interval."""
        for _ in range(int(seconds)):
            self.now += 1.0
            if self.expires_at is not None and self.now >= self.expires_at:
                self.expires_at = None
                self.proof.holds(None)
            peak = draw(self)
            if peak is not None and self.now % self.interval_s == 0:
                self.proof.measured(peak, self.now)
            self.proof.consider()
            if self.wanted is not None and self.now >= self.renew_at and not self.proof.withholds:
                self._send()

    def until(self, state: FallbackProof, draw: Draw, most_s: int = 3600) -> float:
        """Live until a state is reached; return how long that took."""
        begun = self.now
        while self.state is not state:
            assert self.now - begun < most_s, f"still {self.state}"
            self.live(1, draw)
        return self.now - begun

    def _send(self) -> None:
        assert self.wanted is not None
        self.wanted, life_s = self.proof.shape(self.wanted, self.life_s)
        self.renew_at = self.now + life_s / 2
        if not self.takes:
            return
        self.sent.append((self.now, self.wanted, life_s))
        self.expires_at = self.now + life_s - LEAD_S
        self.proof.taken(self.wanted, self.now, self.expires_at)
        self.proof.holds(self.wanted)

    def _renew(self) -> None:
        self.renew_at = self.now

    def _see(self) -> None:
        self.seen.append(self.proof.state)

    def _save(self) -> None:
        self.saved += 1

    def _context(self) -> Context:
        return Context(
            storage=NoStorage(),
            clock=lambda: self.now,
            utcnow=lambda: datetime(2027, 1, 15, tzinfo=UTC),
            timing=Timing(),
            transaction_ids=TransactionIds(lambda: datetime(2027, 1, 15, tzinfo=UTC)),
            seldom=Seldom(lambda: self.now),
        )


def obedient(rig: Rig) -> float:
    """Draw what is allowed, and the fallback where nothing is said."""
    return 6.0 if rig.in_force is None else rig.in_force


def as_first_told(rig: Rig) -> float:
    """Draw by the last set-point for ever."""
    return rig.sent[-1][1] if rig.sent else 6.0


def at_rating(_: Rig) -> float:
    """Draw what the car takes."""
    return 16.0


def no_more_than(most: float, rig: Rig) -> float:
    """Draw what is allowed, as far as the car takes it."""
    return min(most, obedient(rig))


def test_an_obedient_charger_is_proved_within_three_minutes() -> None:
    rig = Rig()
    rig.want(12.0)
    assert rig.state is FallbackProof.UNPROVED
    assert rig.until(FallbackProof.PROVED, obedient) <= 180
    assert rig.memory.get("proof") == "proved/6/two_periods"
    assert FallbackProof.RUNNING in rig.seen


def test_what_was_held_is_sent_again_right_after_the_proof() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.PROVED, obedient)
    rig.live(2, obedient)
    assert rig.sent[-1][0] == pytest.approx(rig.now, abs=2)
    assert rig.sent[-1][1:] == (12.0, USUAL_LIFE_S)
    assert [life for _, _, life in rig.sent].count(60) == 1
    rig.live(600, obedient)
    assert rig.state is FallbackProof.PROVED
    assert [life for _, _, life in rig.sent].count(60) == 1


@pytest.mark.parametrize("draw", [as_first_told, at_rating])
def test_a_charger_that_does_not_fall_has_failed(
    draw: Draw, caplog: pytest.LogCaptureFixture
) -> None:
    rig = Rig()
    rig.want(12.0)
    assert rig.until(FallbackProof.FAILED, draw) <= 240
    assert rig.memory.get("proof") == "failed/6/two_periods"
    assert "should have fallen to 6.0 A" in caplog.text
    rig.live(3600, draw)
    assert [life for _, _, life in rig.sent].count(60) == 1, "it is not tried again by itself"


def test_a_charger_that_falls_too_late_has_failed() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    ends_at = rig.expires_at or 0.0
    rig.until(FallbackProof.FAILED, lambda it: 12.0 if it.now < ends_at + 45 else 6.0)


@pytest.mark.parametrize("interval_s", [10.0, 60.0])
def test_a_current_that_wavers_about_the_fallback_withholds_nothing_for_ever(
    interval_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    rig.interval_s = interval_s
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    ends_at = rig.expires_at or 0.0
    values = cycle([6.9, 7.1])
    wavering = {at * interval_s: next(values) for at in range(200)}
    rig.until(
        FallbackProof.UNPROVED,
        lambda it: 12.0 if it.now < ends_at else wavering.get(it.now, 7.0),
        most_s=600,
    )
    assert "the current wavered about the fallback" in caplog.text
    assert not rig.withholds()


@pytest.mark.parametrize("late_s", [0, 8, 20])
def test_a_fall_may_take_its_time(late_s: int) -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    ends_at = rig.expires_at or 0.0
    rig.until(FallbackProof.PROVED, lambda it: 12.0 if it.now < ends_at + late_s else 6.4)


@pytest.mark.parametrize(
    ("current", "draw"),
    [
        (8.9, obedient),
        (6.0, obedient),
        (0.0, obedient),
        (8.9, at_rating),
        (12.0, lambda _: 7.9),  # a fall could not be seen
        (12.0, lambda _: 0.0),
    ],
)
def test_it_is_never_tried_where_a_fall_could_not_be_seen(current: float, draw: Draw) -> None:
    rig = Rig()
    rig.want(current)
    rig.live(1800, draw)
    assert rig.state is FallbackProof.UNPROVED
    assert {life for _, _, life in rig.sent} == {USUAL_LIFE_S}


def test_a_set_point_is_held_for_a_minute_before() -> None:
    rig = Rig()
    rig.want(12.0)
    for current in (8.0, 12.0) * 5:
        rig.live(50, obedient)
        rig.want(current)
    assert rig.state is FallbackProof.UNPROVED
    assert {life for _, _, life in rig.sent} == {USUAL_LIFE_S}
    for current in (10.0, 11.0, 9.5, 12.0):  # all of them high enough
        rig.want(current)
        rig.live(10, obedient)
    rig.until(FallbackProof.PROVED, obedient, most_s=200)


def test_a_raise_waits_and_a_cut_is_sent_at_once() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    assert not rig.want(14.0)
    assert not rig.want(12.0)
    assert rig.withholds()
    assert rig.want(11.9)
    assert not rig.withholds()
    assert rig.state is FallbackProof.UNPROVED
    assert rig.sent[-1] == (rig.now, 11.9, USUAL_LIFE_S)


def test_after_a_cut_it_is_tried_lower_so_that_small_cuts_are_met_already() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.want(11.0)
    assert 300 <= rig.until(FallbackProof.RUNNING, obedient) <= 330
    assert rig.sent[-1][1:] == (10.0, 60)
    assert not rig.want(10.5)  # less than 11 A, and more than what it is held to
    rig.until(FallbackProof.PROVED, obedient)
    rig.live(2, obedient)
    assert rig.sent[-1][1:] == (10.0, USUAL_LIFE_S), "what it rises to is for others to say"


def test_a_lowered_try_never_raises() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.want(9.2)
    rig.until(FallbackProof.RUNNING, obedient)
    assert rig.sent[-1][1] == 9.2


def test_tries_that_tell_nothing_come_ever_more_seldom() -> None:
    rig = Rig()
    rig.want(12.0)
    begun: list[float] = []
    for _ in range(7):
        rig.until(FallbackProof.RUNNING, obedient, most_s=4000)
        begun.append(rig.now)
        rig.want(rig.sent[-1][1] - 0.01)
    pauses = [later - earlier for earlier, later in pairwise(begun)]
    assert pauses == pytest.approx([300, 600, 1200, 2400, 3600, 3600], abs=70)


def test_a_new_session_tries_at_once_again() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.proof.end_session()
    assert rig.state is FallbackProof.UNPROVED
    rig.want(12.0)
    assert rig.until(FallbackProof.PROVED, obedient) <= 180


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda rig: rig.proof.end_session(), "the transaction ended"),
        (lambda rig: rig.proof.interrupt(), "the charger left or was restarted"),
        (lambda rig: rig.proof.car_suspends(), "the car stopped charging"),
        (lambda rig: rig.concern(fallback=7.0), "it was changed"),
        (lambda rig: rig.concern(method="relative"), "it was changed"),
        (lambda rig: rig.want(0.0), "less was wanted"),
        (lambda rig: rig.live(40, lambda _: 1.0), "the car took less by itself"),
        (lambda rig: rig.live(60, lambda _: None), "meter values stopped coming"),
    ],
)
def test_what_comes_between_ends_the_try_without_a_verdict(
    end: Callable[[Rig], object], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.live(10, obedient)
    end(rig)
    assert rig.state is FallbackProof.UNPROVED
    assert not rig.withholds()
    assert rig.memory.get("proof") is None
    assert f"{told}, so that nothing was learnt" in caplog.text
    assert caplog.text.count("so that nothing was learnt") == 1


def test_values_that_stop_when_it_should_fall_tell_nothing() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.until(FallbackProof.UNPROVED, lambda it: obedient(it) if it.in_force else None)


def test_what_happens_without_a_try_ends_none(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    rig.want(12.0)
    rig.proof.car_suspends()
    rig.proof.interrupt()
    rig.proof.end_session()
    rig.concern(fallback=7.0)
    assert caplog.text == ""


def test_a_set_point_that_is_not_taken_begins_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    rig.want(12.0)
    rig.live(55, obedient)
    rig.takes = False
    rig.live(100, lambda _: 12.0)
    assert rig.state is FallbackProof.UNPROVED
    assert "the set-point was not taken" in caplog.text


def test_a_set_point_lowered_before_it_is_sent_is_sent_as_usual() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.live(55, obedient)
    rig.takes = False
    rig.live(15, lambda _: 12.0)
    assert rig.proof.is_under_way
    assert not rig.withholds()
    rig.takes = True
    rig.want(7.0)
    assert rig.sent[-1][1:] == (7.0, USUAL_LIFE_S)
    assert not rig.proof.is_under_way


def test_a_set_point_that_was_on_its_way_before_the_try_is_not_the_last() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.live(55, obedient)
    rig.takes = False
    rig.live(15, lambda _: 12.0)
    assert rig.proof.is_under_way
    rig.renew_at = rig.now + 60
    rig.proof.taken(5.0, rig.now - 30, rig.now + 85)  # a cut that is answered late
    assert not rig.withholds()
    assert rig.renew_at == rig.now, "the one that was to be the last is still to be sent"


def test_a_fallback_that_is_sent_again_ends_the_try(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    rig.want(12.0)
    rig.proof.disturb()
    assert caplog.text == ""
    rig.until(FallbackProof.RUNNING, obedient)
    rig.proof.disturb()
    assert rig.state is FallbackProof.UNPROVED
    assert "its fallback was sent again" in caplog.text


def test_a_set_point_that_was_on_its_way_already_ends_the_try() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.wanted = 9.5
    rig._send()
    assert rig.state is FallbackProof.UNPROVED
    assert rig.sent[-1][1:] == (9.5, USUAL_LIFE_S)


@pytest.mark.parametrize(
    ("fallback", "rated", "obstacle"),
    [
        (6.0, 16.0, None),
        (13.0, 16.0, None),
        (14.0, 16.0, ProofObstacle.NO_ROOM),
        (16.0, 16.0, ProofObstacle.NO_ROOM),
        (0.0, 16.0, None),
    ],
)
def test_a_fallback_near_the_rating_can_never_be_proved(
    fallback: float, rated: float, obstacle: ProofObstacle | None
) -> None:
    rig = Rig(fallback=fallback, rated=rated)
    assert rig.obstacle() is obstacle
    rig.want(16.0)
    rig.live(400, lambda it: fallback if it.in_force is None else it.in_force)
    expected = FallbackProof.PROVED if obstacle is None else FallbackProof.UNPROVED
    assert rig.state is expected
    assert rig.obstacle() is obstacle


def test_a_charger_that_measures_nothing_stays_unproved_and_says_why() -> None:
    rig = Rig()
    rig.want(12.0)
    rig.live(59, lambda _: None)
    assert rig.obstacle() is None
    rig.live(600, lambda _: None)
    assert rig.state is FallbackProof.UNPROVED
    assert rig.obstacle() is ProofObstacle.NOT_MEASURED
    assert rig.until(FallbackProof.PROVED, obedient) < 300
    assert rig.obstacle() is None


def test_a_charger_that_measures_too_seldom_stays_unproved_and_says_why() -> None:
    rig = Rig()
    rig.interval_s = 90.0
    rig.want(12.0)
    rig.live(900, obedient)
    assert rig.state is FallbackProof.UNPROVED
    assert rig.obstacle() is ProofObstacle.MEASURED_SELDOM


@pytest.mark.parametrize(
    ("interval_s", "life_s"), [(1.0, 60), (15.0, 60), (30.0, 120), (60.0, 120)]
)
def test_a_charger_that_measures_seldom_is_given_more_time(interval_s: float, life_s: int) -> None:
    rig = Rig()
    rig.interval_s = interval_s
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    assert rig.sent[-1][2] == life_s
    rig.until(FallbackProof.PROVED, obedient)


@pytest.mark.parametrize("interval_s", [10.0, 60.0])
def test_a_long_profile_life_makes_the_proof_no_longer(interval_s: float) -> None:
    rig = Rig()
    rig.interval_s = interval_s
    rig.life_s = 3600
    rig.want(12.0)
    assert rig.until(FallbackProof.PROVED, obedient) < 400
    assert [life for _, _, life in rig.sent[:2]] == [3600, 60 if interval_s == 10.0 else 120]
    rig.live(2, obedient)
    assert rig.sent[-1][2] == 3600


@pytest.mark.parametrize("state", [FallbackProof.PROVED, FallbackProof.FAILED])
def test_what_was_found_is_remembered_for_the_same_fallback_and_form(state: FallbackProof) -> None:
    stored = {"proof": f"{state}/6/two_periods"}
    assert Rig(stored).state is state
    assert Rig(stored, method=None).state is state
    assert Rig(stored, fallback=7.0).state is FallbackProof.UNPROVED
    assert Rig(stored, method="relative").state is FallbackProof.UNPROVED
    rig = Rig(stored)
    rig.concern(method="relative")
    assert rig.state is FallbackProof.UNPROVED
    rig.concern()
    assert rig.state is state


def test_a_restart_of_the_proof_forgets() -> None:
    rig = Rig({"proof": "failed/6/two_periods"})
    rig.proof.restart()
    assert rig.state is FallbackProof.UNPROVED
    assert rig.memory.get("proof") is None
    rig.want(12.0)
    rig.until(FallbackProof.RUNNING, obedient)
    rig.proof.restart()
    assert rig.state is FallbackProof.UNPROVED
    assert not rig.withholds()
    rig.until(FallbackProof.PROVED, obedient, most_s=120)


@pytest.mark.parametrize("text", [None, "", "proved", "proved/x/y", "great/6/y", "proved/6"])
def test_what_cannot_be_read_was_not_found(text: str | None) -> None:
    assert Finding.parse(text) is None


def test_a_slip_of_the_meter_is_no_verdict() -> None:
    watch = FallWatch(current=12.0, fallback=6.0, began_at=0.0, ends_at=55.0, interval_s=10.0)
    values = [(10, 12.0), (60, 0.0), (70, 12.0), (86, 6.0), (96, 12.0), (106, 6.0)]
    assert [watch.measured(peak, at) for at, peak in values] == [None] * 6
    assert watch.measured(6.0, 116) is Verdict.FELL
    assert watch.fell_after_s == 51.0


def test_a_fall_without_a_value_before_it_tells_nothing() -> None:
    watch = FallWatch(current=12.0, fallback=6.0, began_at=0.0, ends_at=55.0, interval_s=10.0)
    assert watch.measured(12.0, -1.0) is None, "of before the set-point was sent"
    assert watch.measured(6.0, 60.0) is Verdict.UNSEEN


@pytest.mark.parametrize(
    ("at", "interval_s"),
    [
        ((), None),
        ((100.0,), None),
        ((100.0, 100.2), None),  # one sample in two messages
        ((0.0, 0.2, 10.0, 10.1, 20.0, 25.0), 10.0),
        ((0.0, 10.0, 20.0, 25.0, 30.0, 35.0), 5.0),
    ],
)
def test_the_interval_is_the_longest_of_the_latest(
    at: tuple[float, ...], interval_s: float | None
) -> None:
    interval = SampleInterval()
    for one in at:
        interval.measured(one)
    assert interval.seconds == interval_s


@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.integers(1, 40), st.floats(0, 20)), min_size=1, max_size=12
    )
)
def test_whatever_is_wanted_and_drawn_no_more_is_sent_than_was_wanted_last(
    steps: list[tuple[float, int, float]],
) -> None:
    rig = Rig()
    for current, seconds, drawn in steps:
        was_sent = rig.want(current)
        allowed = current if was_sent else min(current, rig.sent[-1][1])
        before = len(rig.sent)
        rig.live(seconds, partial(no_more_than, drawn))
        assert all(sent <= allowed for _, sent, _ in rig.sent[before:])
        if rig.state is FallbackProof.RUNNING:
            assert rig.sent[-1][1] >= 9.0
