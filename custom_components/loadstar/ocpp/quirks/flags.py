"""What a charger may need that others do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from ..rung import Rung


class Pause(StrEnum):
    """How a charger is paused."""

    ZERO = "zero"  # a set-point of 0 A
    STOP = "stop"  # its transaction is ended, and another started to go on


class RateUnit(StrEnum):
    """What limits are sent in."""

    AMPERES = "A"
    WATTS = "W"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """The flags of a charger; the defaults are for one that keeps to the standard."""

    # how long a set-point lives; longer where every profile is written to flash memory
    profile_life_s: int | None = None
    max_periods: int | None = None  # where it tells nothing or too much
    rate_unit: RateUnit | None = None  # where it tells nothing or the wrong one
    first_rung: Rung | None = None  # tried before the others
    skip_rungs: frozenset[Rung] = frozenset()  # taken, but not acted on
    pause: Pause = Pause.ZERO
    number_phases: bool = True  # whether periods name the number of phases
    keep_foreign_profiles: bool = False
    id_tag: str | None = None  # the one tag that it starts sessions for when it is asked to
    trigger_boot: bool = True  # whether it may be asked for its BootNotification
    configuration: Mapping[str, str] = field(default_factory=dict)  # set at every boot

    @property
    def in_force(self) -> dict[str, str]:
        """Return the flags that are not as the standard has them, as text."""
        values = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {
            name: ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
            for name, value in values
            if value != getattr(NO_QUIRKS, name)
        }


NO_QUIRKS = Quirks()
