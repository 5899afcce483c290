"""The test of one charger, from waiting for its car to what was found."""

from typing import Final

from ..control.types import ChargerReading, MeterState, SiteReadings
from ..models import ChargerTarget, ConnectorStatus, ReasonCode
from .disconnect import LEAST_FALL_A, Cut, DisconnectTest
from .ladder import Ending, Ladder
from .readiness import unfit
from .reporting import Course, Findings, make_report
from .sample import Sample, take_sample
from .trace import Trace
from .types import ChargerPlan, ChargerReport, Note, SitePlan, Stage, Wishes

START_PATIENCE_S: Final = 120.0
STALE_PATIENCE_S: Final = 60.0
TRIAL_S: Final = 1200.0
_LEAST_RANGE_A: Final = 2.0
_STAGE_SHARES: Final = {Stage.WAITING: 0.0, Stage.SETTLING: 0.05, Stage.DONE: 1.0}


class ChargerTrial:
    """Steps one charger up and down, and judges what charger and meter show."""

    def __init__(self, site: SitePlan, plan: ChargerPlan) -> None:
        """Begin with nothing ordered."""
        self.plan = plan
        self.stage = Stage.WAITING
        self.report: ChargerReport | None = None
        self._site = site
        self._ladder = Ladder(site, plan)
        self._trace = Trace()
        self._began: float | None = None
        self._waits_since: float | None = None
        self._stale_since: float | None = None
        self._session: str | None = None
        self._wishes = Wishes()
        self._ending = Ending()
        self._cut: DisconnectTest | None = None

    @property
    def ordered(self) -> float:
        """A that the charger is to be held at."""
        if self._cut is not None:
            return self.plan.high_a
        return self._ladder.stepper.ordered

    @property
    def share(self) -> float:
        """How far the test is, from 0 to 1."""
        if self.stage in _STAGE_SHARES:
            return _STAGE_SHARES[self.stage]
        if self.stage is Stage.DISCONNECTING:
            return 0.6
        return (0.1 + 0.9 * self._ladder.share) * (0.6 if self.plan.disconnect else 1.0)

    def take_wishes(self) -> Wishes:
        """Return what is asked for besides currents since the last call."""
        wishes, self._wishes = self._wishes, Wishes()
        return wishes

    def observe(
        self,
        readings: SiteReadings,
        charger: ChargerReading,
        target: ChargerTarget | None,
        grid_state: MeterState,
    ) -> None:
        """Take one look at the site and go on with the test."""
        now = readings.now
        if self._began is None:
            self._began = now
        sample = take_sample(self._site, readings, charger)
        self._trace.add(sample, now - self._began, self.ordered)
        if now - self._began > TRIAL_S:
            self.stop(Note.TIMED_OUT)
        elif self._cut is not None:
            self._watch(self._cut, sample, charger)
        elif note := unfit(charger, self._session) or self._stale(grid_state, now):
            self.stop(note)
        elif target is not None and target.reason.code is ReasonCode.DISOBEDIENT:
            drawn = max(value or 0.0 for value in sample.drawn)
            self._finish(Ending(told=self.ordered, drawn=drawn))
        elif self.stage is Stage.WAITING:
            self._wait(charger, now)
        else:
            self._step(sample, target)

    def stop(self, note: Note) -> None:
        """End without a result."""
        self._finish(Ending(note=note))

    def _stale(self, grid_state: MeterState, now: float) -> Note | None:
        if grid_state is not MeterState.STALE:
            self._stale_since = None
            return None
        if self._stale_since is None:
            self._stale_since = now
        return Note.METER_STALE if now - self._stale_since >= STALE_PATIENCE_S else None

    def _wait(self, charger: ChargerReading, now: float) -> None:
        """Wait for a session; ask for one where a car waits."""
        if self.plan.high_a - self.plan.low_a < _LEAST_RANGE_A:
            self.stop(Note.RANGE_TOO_SMALL)
        elif charger.session is not None:
            self._session = charger.session
            self.stage = Stage.SETTLING
        elif self._waits_since is None:
            self._waits_since = now
            if charger.status is ConnectorStatus.PREPARING:
                self._wishes = Wishes(start=self.plan.charger_id)
        elif now - self._waits_since > START_PATIENCE_S:
            self.stop(Note.NOT_STARTED)

    def _step(self, sample: Sample, target: ChargerTarget | None) -> None:
        ending = self._ladder.observe(sample, target)
        if self._ladder.settled:
            self.stage = Stage.STEPPING
        if ending is None:
            return
        if ending.outcome and self._is_to_be_cut(ending):
            self._begin_cut(ending, ending.outcome.moved)
        else:
            self._finish(ending)

    def _is_to_be_cut(self, ending: Ending) -> bool:
        """Whether the connection test was asked for, and its fall would be believed."""
        wide = self.plan.high_a - self.plan.fallback_a >= LEAST_FALL_A
        return self.plan.disconnect and wide and not Findings.of(self._course(ending)).wrong

    def _begin_cut(self, ending: Ending, moved: str) -> None:
        """Hold the higher current, and cut the connection once it has been held."""
        self._ending, self.stage = ending, Stage.DISCONNECTING
        self._cut = DisconnectTest(self.plan, moved)

    def _watch(self, cut: DisconnectTest, sample: Sample, charger: ChargerReading) -> None:
        state = cut.observe(sample, charger)
        if state is Cut.WANTED:
            self._wishes = Wishes(disconnect=self.plan.charger_id)
        elif state is not Cut.RUNNING:
            self._finish(self._ending)

    def _finish(self, ending: Ending) -> None:
        self.stage = Stage.DONE
        self.report = make_report(self._course(ending))

    def _course(self, ending: Ending) -> Course:
        return Course(
            site=self._site,
            plan=self.plan,
            ladder=self._ladder,
            ending=ending,
            cut=self._cut,
            began=self._began or 0.0,
            trace=self._trace.points,
        )
