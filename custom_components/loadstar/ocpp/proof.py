"""Whether a charger finds its fallback by itself."""

from collections.abc import Callable
import logging

from .context import Context
from .fall_watch import DRAWING_A, FallWatch, Verdict, patience
from .finding import Finding
from .memory import ConnectorMemory
from .sample_interval import SampleInterval
from .types import FallbackProof, ProofObstacle

_LOGGER = logging.getLogger(__name__)

# a set-point this far above the fallback, held for this long, is where a fall can be seen from
START_A = 3.0
HELD_S = 60.0
# after a try that a cut ended: low, so that the next small cut is met already, and still seen
LOWERED_A = 4.0
# a life of its own, so that there is little time for something to come between
LIFE_S = 60
LIFE_OF_SELDOM_S = 120
OFTEN_S = 15.0
SELDOM_S = 60.0
# by then a set-point that was to be the last has been answered or is not answered at all
SENDING_S = 60.0
FIRST_PAUSE_S = 300.0
LONGEST_PAUSE_S = 3600.0

_REMEMBERED = "proof"
_INCONCLUSIVE = {
    Verdict.FELL_EARLY: "the car took less by itself",
    Verdict.UNSEEN: "no value came while the set-point was in force",
    Verdict.NO_VALUES: "meter values stopped coming",
    Verdict.WAVERED: "the current wavered about the fallback",
}


class ProofOfFallback:
    """Lets one set-point run out and watches the current fall.

    It is sent with a short life and not renewed. Raises wait meanwhile; a cut is
    sent at once and ends the try, which says nothing then. A try that told nothing
    is made again after a pause that doubles.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        memory: ConnectorMemory,
        *,
        renew: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        """Recall what was found before; ``renew`` has the set-point sent again."""
        self._name = name
        self._clock = context.clock
        self._memory = memory
        self._renew = renew
        self._changed = changed
        self._finding = Finding.parse(memory.get(_REMEMBERED))
        self._fallback = 0.0
        self._rated = 0.0
        self._method: str | None = None
        self._interval = SampleInterval()
        self._peak: tuple[float, float] | None = None  # A, and when
        self._held_since: float | None = None
        self._armed_at: float | None = None
        self._watch: FallWatch | None = None
        self._tries = 0
        self._next_at = 0.0
        self._lowered = False
        self._unseen: ProofObstacle | None = None

    @property
    def state(self) -> FallbackProof:
        """What is known of the fallback as it is set now."""
        if self._watch is not None:
            return FallbackProof.RUNNING
        finding = self._finding
        if finding is None or not finding.is_of(self._fallback, self._method):
            return FallbackProof.UNPROVED
        return finding.state

    @property
    def obstacle(self) -> ProofObstacle | None:
        """Why it cannot be tried, as long as nothing else changes."""
        if self.state is not FallbackProof.UNPROVED:
            return None
        return ProofObstacle.NO_ROOM if self._rated < self._fallback + START_A else self._unseen

    @property
    def withholds(self) -> bool:
        """Whether the renewal that is due must not be sent."""
        return self._watch is not None

    def defers(self, current: float) -> bool:
        """Return whether a new set-point in A has to wait; one that cuts ends the try."""
        if self._watch is None:
            return False
        if current >= self._watch.current:
            return True
        self._give_up("less was wanted", lowered=True)
        return False

    def shape(self, current: float, life_s: int) -> tuple[float, int]:
        """Return the current in A and the life in s to send; never more than was wanted."""
        if self._watch is not None:
            self._give_up("another set-point was on its way already")
        if self._armed_at is None:
            return current, life_s
        if current < self._fallback + START_A:
            self._give_up("less was wanted", lowered=True)
            return current, life_s
        if self._lowered:
            current = min(current, self._fallback + LOWERED_A)
        is_often = (self._interval.seconds or 0.0) <= OFTEN_S
        return current, min(life_s, LIFE_S if is_often else LIFE_OF_SELDOM_S)

    def taken(self, current: float, sent_at: float, expires_at: float) -> None:
        """Watch from here on, where the set-point that was taken is to be the last."""
        if self._armed_at is None:
            return
        if sent_at < self._armed_at:
            self._renew()  # it was on its way already, and is not the last
            return
        self._armed_at = None
        self._watch = FallWatch(
            current=current,
            fallback=self._fallback,
            began_at=sent_at,
            ends_at=expires_at,
            interval_s=self._interval.seconds or 0.0,
        )
        _LOGGER.info(
            "%s: its set-point of %.1f A is left to run out in %.0f s; it should fall to its "
            "fallback of %.1f A by itself",
            self._name,
            current,
            expires_at - self._clock(),
            self._fallback,
        )
        self._changed()

    def concern(self, *, fallback: float, rated: float, method: str | None) -> None:
        """Take over what is to be proved, in A, and by which form of profile."""
        is_another = self.is_under_way and (fallback, method) != (self._fallback, self._method)
        self._fallback, self._rated, self._method = fallback, rated, method
        if is_another:
            self._give_up("it was changed")

    def holds(self, accepted: float | None) -> None:
        """Note what set-point is in force."""
        if accepted is None or accepted < self._fallback + START_A:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = self._clock()

    def measured(self, peak: float, at: float) -> None:
        """Note the largest phase current in A, and when it was measured."""
        self._interval.measured(at)
        self._peak = peak, at
        if self._watch is not None:
            self._conclude(self._watch, self._watch.measured(peak, at))

    def car_suspends(self) -> None:
        """Note that the car itself does not want to charge."""
        if self.is_under_way:
            self._give_up("the car stopped charging")

    def disturb(self) -> None:
        """Note that the fallback itself is sent again, which may end a set-point."""
        if self.is_under_way:
            self._give_up("its fallback was sent again")

    def consider(self) -> None:
        """Begin a try where everything is as it has to be, or end one that leads nowhere."""
        now = self._clock()
        if self._watch is not None:
            self._conclude(self._watch, self._watch.looked_at(now))
        elif self._armed_at is not None:
            if now - self._armed_at > SENDING_S:
                self._give_up("the set-point was not taken")
        elif self._is_due(now):
            self._armed_at = now
            self._renew()

    def interrupt(self) -> None:
        """Note that the charger was away, or has been restarted."""
        if self.is_under_way:
            self._give_up("the charger left or was restarted")
        self._forget_values()

    def end_session(self) -> None:
        """Note that the transaction is over; the next one may try at once."""
        if self.is_under_way:
            self._give_up("the transaction ended")
        self._forget_values()
        self._begin_anew()

    def restart(self) -> None:
        """Forget what was found and prove it again."""
        self._finding = None
        self._memory.put(_REMEMBERED, None)
        self._begin_anew()
        if self.is_under_way:
            self._watch = self._armed_at = None
            self._renew()
        self._changed()

    @property
    def is_under_way(self) -> bool:
        """Whether a set-point is to be the last, or was."""
        return self._watch is not None or self._armed_at is not None

    def _is_due(self, now: float) -> bool:
        is_held = self._held_since is not None and now - self._held_since >= HELD_S
        if not is_held or self.state is not FallbackProof.UNPROVED:
            return False
        self._look_for_values(now)
        interval_s = self._interval.seconds
        if self.obstacle is not None or self._peak is None or interval_s is None:
            return False
        peak, at = self._peak
        is_time = now >= self._next_at and now - at <= patience(interval_s)
        return is_time and peak >= self._fallback + DRAWING_A

    def _look_for_values(self, now: float) -> None:
        """Note what is lacking to see a fall by."""
        unseen: ProofObstacle | None = None
        if self._peak is None:
            unseen = ProofObstacle.NOT_MEASURED
        elif (self._interval.seconds or now - self._peak[1]) > SELDOM_S:
            unseen = ProofObstacle.MEASURED_SELDOM
        if unseen is not self._unseen:
            self._unseen = unseen
            self._changed()

    def _conclude(self, watch: FallWatch, verdict: Verdict | None) -> None:
        if verdict is Verdict.FELL:
            _LOGGER.info(
                "%s: fell to %.1f A by itself %.0f s after its set-point had run out; "
                "its fallback is proved",
                self._name,
                watch.last_peak,
                watch.fell_after_s,
            )
            self._find(FallbackProof.PROVED)
        elif verdict is Verdict.STAYED:
            _LOGGER.warning(
                "%s: still drew %.1f A %.0f s after its set-point had run out, and should have "
                "fallen to %.1f A by itself; it counts at its maximum until that is mended and "
                "proved again",
                self._name,
                watch.last_peak,
                watch.patience_s,
                watch.fallback,
            )
            self._find(FallbackProof.FAILED)
        elif verdict is not None:
            self._give_up(_INCONCLUSIVE[verdict])

    def _find(self, state: FallbackProof) -> None:
        self._watch = None
        self._finding = Finding(state, self._fallback, self._method or "")
        self._memory.put(_REMEMBERED, self._finding.dump())
        self._renew()
        self._changed()

    def _give_up(self, why: str, *, lowered: bool = False) -> None:
        self._watch = self._armed_at = None
        self._lowered |= lowered
        pause_s = min(FIRST_PAUSE_S * 2**self._tries, LONGEST_PAUSE_S)
        self._tries += 1
        self._next_at = self._clock() + pause_s
        _LOGGER.info(
            "%s: %s, so that nothing was learnt of its fallback; tried again in %.0f min at the "
            "earliest",
            self._name,
            why,
            pause_s / 60,
        )
        self._renew()
        self._changed()

    def _forget_values(self) -> None:
        self._held_since = self._peak = self._unseen = None
        self._interval.clear()

    def _begin_anew(self) -> None:
        self._tries = 0
        self._next_at = 0.0
        self._lowered = False
