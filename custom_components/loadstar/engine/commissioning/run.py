"""All chargers in turn: what is ordered of each, and the report of the whole."""

from collections.abc import Mapping, Sequence
from typing import Final

from ..control.types import ChargerReading, ControlResult, SiteReadings
from .findings import site_findings
from .trial import ChargerTrial
from .types import (
    ChargerPlan,
    ChargerReport,
    Note,
    Progress,
    SitePlan,
    SiteReport,
    Stage,
    Verdict,
    Wishes,
)

_ACTIVE_A: Final = 1.0
_MINIMUM_A: Final = 6.0
_WORST_FIRST: Final = (Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.PASSED)


class CommissioningRun:
    """Tests chargers one after the other; fed once per control cycle, asks for currents."""

    def __init__(
        self,
        site: SitePlan,
        chargers: Sequence[ChargerPlan],
        minimums: Mapping[str, float] | None = None,
    ) -> None:
        """Begin with the first of ``chargers``; others of the site are only held steady.

        ``minimums`` says at how many A, by charger.
        """
        self._trials = [ChargerTrial(site, plan) for plan in chargers]
        self._minimums = minimums or {}
        self._index = 0
        self._steady: dict[str, float] = {}

    @property
    def is_over(self) -> bool:
        """Whether every charger has its report."""
        return self._index >= len(self._trials)

    @property
    def ordered(self) -> Mapping[str, float]:
        """A per phase that is asked of chargers; empty when it is over."""
        if self.is_over:
            return {}
        trial = self._trials[self._index]
        return {**self._steady, trial.plan.charger_id: trial.ordered}

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        if self.is_over:
            return Progress(charger_id=None, stage=Stage.DONE, percent=100)
        trial = self._trials[self._index]
        share = (self._index + trial.share) / len(self._trials)
        return Progress(
            charger_id=trial.plan.charger_id, stage=trial.stage, percent=int(100 * share)
        )

    def observe(self, readings: SiteReadings, result: ControlResult) -> Wishes:
        """Take what was read and decided in a control cycle; return what else is to be done."""
        if self.is_over:
            return Wishes()
        trial = self._trials[self._index]
        key = trial.plan.charger_id
        heard = {charger.charger_id: charger for charger in readings.chargers}
        targets = {target.charger_id: target for target in result.targets}
        self._hold_others(heard, key)
        trial.observe(
            readings,
            heard.get(key) or ChargerReading(charger_id=key),
            targets.get(key),
            result.grid_state,
        )
        wishes = trial.take_wishes()
        if trial.report is not None:
            self._index += 1
        return wishes

    def stop(self, note: Note = Note.INTERRUPTED) -> SiteReport:
        """End at once; what is not finished has no result."""
        for trial in self._trials[self._index :]:
            trial.stop(note)
        self._index = len(self._trials)
        return self.report()

    def report(self) -> SiteReport:
        """Return what was found at the chargers that are done."""
        chargers = tuple(trial.report for trial in self._trials if trial.report is not None)
        return SiteReport(
            verdict=_worst(chargers), chargers=chargers, findings=site_findings(chargers)
        )

    def _hold_others(self, heard: Mapping[str, ChargerReading], key: str) -> None:
        """Ask the others to stay as they are, as low as they can: steps must be the test's own."""
        self._steady = {
            charger_id: self._least(charger_id, charger)
            for charger_id, charger in heard.items()
            if charger_id != key and charger.session is not None and charger.connected
        }

    def _least(self, charger_id: str, charger: ChargerReading) -> float:
        minimum = self._minimums.get(charger_id, _MINIMUM_A)
        if charger.accepted_current is None:
            return minimum
        return (
            min(charger.accepted_current, minimum) if charger.accepted_current >= _ACTIVE_A else 0.0
        )


def _worst(reports: Sequence[ChargerReport]) -> Verdict:
    found = {report.verdict for report in reports}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.SKIPPED)
