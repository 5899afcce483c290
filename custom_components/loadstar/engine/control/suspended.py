"""A car that does not want to charge."""

from dataclasses import dataclass
from enum import Enum, auto

from ..models import ConnectorStatus
from .types import ControlSettings


class Sleep(Enum):
    """How fast a car sleeps."""

    AWAKE = auto()
    ASLEEP = auto()  # its minimum is kept so that it can wake
    YIELDING = auto()  # another needs the current more
    PROBED = auto()  # it is offered its minimum for a minute, in case it has become hungry


@dataclass(slots=True, kw_only=True)
class Offer:
    """What a car is offered, and what it makes of it."""

    stands: bool  # whether it is offered anything
    status: ConnectorStatus
    drawn: float | None  # A; None: not measured
    others_short: bool  # what is kept for it would help another


class Suspended:
    """Finds out when a car that is offered current sleeps, and how long it is waited for."""

    def __init__(self) -> None:
        """Begin awake."""
        self.sleep = Sleep.AWAKE
        self._unused_since: float | None = None
        self._asleep_since = 0.0
        self._probe_at = 0.0
        self._offered_since: float | None = None

    def observe(self, offer: Offer, time: float, settings: ControlSettings) -> None:
        """Take what has become of the offer by control's own ``time``."""
        drawn = offer.drawn
        if drawn is not None and drawn >= settings.suspended_a:
            self._wake()
            return
        match self.sleep:
            case Sleep.YIELDING:
                if time >= self._probe_at:
                    self.sleep, self._offered_since = Sleep.PROBED, None
            case Sleep.PROBED:
                self._probe(offer, time, settings)
            case _:
                self._doze(offer, time, settings)
                kept = time - self._asleep_since >= settings.asleep_keep_s
                if self.sleep is Sleep.ASLEEP and kept and offer.others_short:
                    self._yield(time, settings)

    def next_probe_s(self, time: float) -> float:
        """Return the s until a car that yields is offered current again."""
        return max(0.0, self._probe_at - time)

    def _doze(self, offer: Offer, time: float, settings: ControlSettings) -> None:
        """Fall asleep once an offer has been left unused for long enough, or wake."""
        if not offer.stands or offer.status is not ConnectorStatus.SUSPENDED_EV:
            self._wake()
            return
        if self._unused_since is None:
            self._unused_since = time
        asleep = time - self._unused_since >= settings.suspended_s
        if asleep and self.sleep is Sleep.AWAKE:
            self.sleep, self._asleep_since = Sleep.ASLEEP, time

    def _probe(self, offer: Offer, time: float, settings: ControlSettings) -> None:
        """Wait a minute for the car from when the offer stands."""
        if not offer.stands:
            self._offered_since = None
        elif offer.drawn is None and offer.status is ConnectorStatus.CHARGING:
            self._wake()  # nothing is measured, so its word must do
        elif self._offered_since is None:
            self._offered_since = time
        elif time - self._offered_since >= settings.probe_s:
            if offer.others_short:
                self._yield(time, settings)
            else:
                self.sleep = Sleep.ASLEEP

    def _yield(self, time: float, settings: ControlSettings) -> None:
        self.sleep = Sleep.YIELDING
        self._probe_at = time + settings.probe_every_s

    def _wake(self) -> None:
        self.sleep = Sleep.AWAKE
        self._unused_since = None
