"""What one step is about."""

from collections.abc import Mapping
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
    ordered: Mapping[str, float]  # A that commissioning asks of chargers

    @property
    def time(self) -> float:
        """Control's own time in s."""
        return self.tick.time

    @property
    def has_untrusted(self) -> bool:
        """Whether others must leave a charger its maximum."""
        return any(unit.untrusted for unit in self.units)

    @property
    def heard(self) -> tuple[Unit, ...]:
        """The chargers that are connected."""
        return tuple(unit for unit in self.units if unit.reading.connected)
