"""A charger that draws more than it was told: what is done about it, step by step.

It is told 0 A. If it goes on drawing, its session is ended, and if that does not help
either, it is put out of service. Each step stays until it is seen to draw nothing. A
pause that worked is lifted once in a session, since a single slip is not worth a night;
after another slip it lasts until the car is unplugged. Whoever has slipped is on parole:
others keep free what it could draw, until it is seen to follow a limit that binds it.
"""

from dataclasses import dataclass

from ..models import ConnectorStatus, Remedy
from .overdraw import Overdraw
from .types import ControlSettings

_TRIES = 1  # how often a session gets current again after a pause
_BINDS_A = 2.0  # a set-point this far under the maximum is no chance
_FOLLOWS_A = 1.5  # how far under its set-point a car that is limited by it draws
_FOLLOWS_S = 60.0
_LONGEST_OUT_S = 6 * 3600.0


@dataclass(slots=True, kw_only=True)
class Conduct:
    """What a charger was told and what it does; currents in A per phase."""

    set_point: float
    most: float
    drawn: float | None
    accepted: float | None
    new_report: bool
    status: ConnectorStatus
    session: str | None
    in_session: bool


class Obedience:
    """Watches one charger and decides how far to go against it."""

    def __init__(self) -> None:
        """Begin with trust."""
        self.remedy = Remedy.NONE
        self.on_parole = False
        self.drawn = 0.0  # A at the last accusation
        self.told = 0.0  # A that it had been told then
        self._overdraw = Overdraw()
        self._since = 0.0
        self._tries = _TRIES
        self._seen_at_rest = False
        self._out_s: float | None = None
        self._follows_since: float | None = None

    @property
    def barred(self) -> bool:
        """Whether it gets no current."""
        return self.remedy is not Remedy.NONE

    @property
    def rules_itself(self) -> bool:
        """Whether nothing that it is told has been seen to count."""
        return self.barred and not self._seen_at_rest

    def observe(self, conduct: Conduct, time: float, settings: ControlSettings) -> None:
        """Take what a connected charger does now, at control's own ``time``."""
        self._overdraw.tell(conduct.set_point, conduct.accepted, time, settings)
        if conduct.status is ConnectorStatus.AVAILABLE:
            self._unplugged()
            return
        if conduct.new_report and conduct.drawn is not None:
            self._overdraw.report(conduct.drawn, settings)
            self._watch_parole(conduct, time)
        if conduct.in_session and self._overdraw.persists:
            self._seen_at_rest = False
            self._escalate(time, settings)
        elif self.barred and self._is_quiet(conduct, time, settings):
            self._seen_at_rest = True
            self._relent(conduct, time, settings)

    def pardon(self) -> None:
        """Forget a charge: it was never told anything, or somebody has mended it."""
        self.remedy = Remedy.NONE
        self._seen_at_rest = False
        self._tries = _TRIES
        self._overdraw = Overdraw()

    def _escalate(self, time: float, settings: ControlSettings) -> None:
        match self.remedy:
            case Remedy.NONE:
                self.drawn, self.told = self._overdraw.drawn, self._overdraw.told
                self._follows_since = None
                self._take(Remedy.PAUSE, time)
            case Remedy.PAUSE:
                self._take(Remedy.END_SESSION, time)
            case Remedy.END_SESSION if time - self._since >= settings.stops_s:
                out_s = settings.out_of_service_s if self._out_s is None else 2 * self._out_s
                self._out_s = min(out_s, _LONGEST_OUT_S)
                self._take(Remedy.OUT_OF_SERVICE, time)
            case _:
                pass  # what there is has been done

    def _relent(self, conduct: Conduct, time: float, settings: ControlSettings) -> None:
        """Go back from a remedy that works."""
        passed = time - self._since
        match self.remedy:
            case Remedy.PAUSE if self._tries > 0 and passed >= settings.again_s:
                self._tries -= 1
                self.on_parole = True
                self._take(Remedy.NONE, time)
            case Remedy.END_SESSION:
                self._tries = 0
                self._take(Remedy.PAUSE, time)
            case Remedy.OUT_OF_SERVICE if conduct.session is None and passed >= (self._out_s or 0):
                self._tries = 0
                self._take(Remedy.PAUSE, time)
            case _:
                pass  # it stays as it is until the car is unplugged

    def _take(self, remedy: Remedy, time: float) -> None:
        self.remedy = remedy
        self._since = time
        self._overdraw.forget()

    def _is_quiet(self, conduct: Conduct, time: float, settings: ControlSettings) -> bool:
        """Tell whether it draws nothing; without a session it may not report at all."""
        if self._overdraw.rests or self._seen_at_rest:
            return True
        ended = conduct.session is None and not conduct.in_session
        return ended and time - self._since >= settings.disobedience_s

    def _watch_parole(self, conduct: Conduct, time: float) -> None:
        """End the parole of one that has followed a limit for a minute."""
        drawn, told = conduct.drawn or 0.0, conduct.set_point
        binds = 0 < told <= conduct.most - _BINDS_A
        if not (self.on_parole and binds and told - _FOLLOWS_A <= drawn <= told + 1.0):
            self._follows_since = None
        elif self._follows_since is None:
            self._follows_since = time
        elif time - self._follows_since >= _FOLLOWS_S:
            self.on_parole = False
            self._out_s = None

    def _unplugged(self) -> None:
        self.on_parole |= self.barred
        self.pardon()
