"""The ways in which the home is controlled, each against all others."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Control(StrEnum):
    """Who commands the battery."""

    NOBODY = "nobody"  # it rests
    INVERTER = "inverter"  # self-consumption
    PLAN = "plan"


class Expected(StrEnum):
    """What a plan is told of sun or load."""

    TRUTH = "truth"
    SOURCE = "source"  # the PV source as it is; the default profile, scaled to what was used
    LEARNED = "learned"  # corrected; the load model


class Reserve(StrEnum):
    """What a plan leaves in the battery for the house."""

    NONE = "none"  # the inverter's own floor
    FIXED = "fixed"  # the user's minimum: the buffer is off
    DYNAMIC = "dynamic"
    CALIBRATED = "calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A way to control the home."""

    name: str
    control: Control = Control.PLAN
    pv: Expected = Expected.LEARNED
    load: Expected = Expected.LEARNED
    prices_known: bool = False  # all 48 h, as nobody can know them
    reserve: Reserve = Reserve.NONE

    @property
    def is_foresight(self) -> bool:
        """Whether it knows what nobody can know."""
        return self.pv is Expected.TRUTH


NO_CONTROL: Final = Strategy(name="no control", control=Control.NOBODY)
PERFECT: Final = Strategy(
    name="perfect foresight", pv=Expected.TRUTH, load=Expected.TRUTH, prices_known=True
)
STRATEGIES: Final = (
    NO_CONTROL,
    Strategy(name="self-consumption", control=Control.INVERTER),
    Strategy(name="source, default load", pv=Expected.SOURCE, load=Expected.SOURCE),
    Strategy(name="corrected, default load", load=Expected.SOURCE),
    Strategy(name="corrected, learned load"),
    Strategy(name="  buffer off: 30 %", reserve=Reserve.FIXED),
    Strategy(name="  buffer dynamic", reserve=Reserve.DYNAMIC),
    Strategy(name="  buffer calibrated", reserve=Reserve.CALIBRATED),
    Strategy(name="true forecasts", pv=Expected.TRUTH, load=Expected.TRUTH),
    PERFECT,
)
