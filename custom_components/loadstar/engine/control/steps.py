"""What one step is about."""

from dataclasses import dataclass

from ..models import SiteContext
from .clock import Tick
from .limits import Limit
from .picture import Picture
from .types import ControlSettings
from .units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The site as wired and tuned, as measured, its chargers and limits, and the time."""

    site: SiteContext
    picture: Picture
    units: tuple[Unit, ...]
    limits: tuple[Limit, ...]
    tick: Tick
    settings: ControlSettings

    @property
    def time(self) -> float:
        """Control's own time in s."""
        return self.tick.time

    @property
    def heard(self) -> tuple[Unit, ...]:
        """The chargers that are connected."""
        return tuple(unit for unit in self.units if unit.reading.connected)
