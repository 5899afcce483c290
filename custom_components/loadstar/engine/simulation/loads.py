"""Appliances that step: pure functions of the time of day and a seed."""

from dataclasses import dataclass
from functools import lru_cache
import random
from typing import Protocol

DAY_S = 86_400.0


class Load(Protocol):
    """Something that draws power, the same on each of its phases."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def phases(self) -> str:
        """The site phases it stands on: "A", "BC", "ABC"."""

    def power_w(self, time_s: float, seed: int) -> float:
        """Return its total draw in W at ``time_s`` seconds after a local midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of an appliance's programme."""

    duration_s: float
    power_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """An appliance that runs its programme a few times a day, at random times."""

    name: str
    phases: str
    programme: tuple[Stage, ...]
    uses_per_day: int = 1
    window_h: tuple[float, float] = (6.0, 22.0)

    def power_w(self, time_s: float, seed: int) -> float:
        """Return its draw in W; a programme may run on over midnight."""
        today = int(time_s // DAY_S)
        starts = (*_starts(self, today - 1, seed), *_starts(self, today, seed))
        return max((self._stage_power(time_s - start) for start in starts), default=0.0)

    def _stage_power(self, elapsed_s: float) -> float:
        if elapsed_s < 0:
            return 0.0
        for stage in self.programme:
            if elapsed_s < stage.duration_s:
                return stage.power_w
            elapsed_s -= stage.duration_s
        return 0.0


@lru_cache(maxsize=256)
def _starts(appliance: Appliance, day: int, seed: int) -> tuple[float, ...]:
    """Draw the day's starts in s, the same for the same seed."""
    rng = random.Random(f"{seed}/{appliance.name}/{day}")
    first, last = appliance.window_h
    return tuple(
        day * DAY_S + rng.uniform(first, last) * 3600.0 for _ in range(appliance.uses_per_day)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclingLoad:
    """A thermostat's load: on for a part of every period."""

    name: str
    phases: str
    on_power_w: float
    period_s: float
    on_s: float

    def power_w(self, time_s: float, seed: int) -> float:
        """Return its draw in W; the seed shifts where in its period it stands."""
        offset = _offset(self, seed)
        return self.on_power_w if (time_s + offset) % self.period_s < self.on_s else 0.0


@lru_cache(maxsize=256)
def _offset(load: CyclingLoad, seed: int) -> float:
    return random.Random(f"{seed}/{load.name}").uniform(0.0, load.period_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyLoad:
    """A load that is on between two hours of every day."""

    name: str
    phases: str
    on_power_w: float
    from_h: float
    to_h: float

    def power_w(self, time_s: float, seed: int) -> float:  # noqa: ARG002  a Load takes one
        """Return its draw in W."""
        hour = time_s % DAY_S / 3600.0
        return self.on_power_w if self.from_h <= hour < self.to_h else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLoad:
    """A load that is switched on and off once, at given times."""

    name: str
    phases: str
    on_power_w: float
    start_s: float
    end_s: float

    def power_w(self, time_s: float, seed: int) -> float:  # noqa: ARG002  a Load takes one
        """Return its draw in W."""
        return self.on_power_w if self.start_s <= time_s < self.end_s else 0.0


KETTLE = Appliance(
    name="kettle",
    phases="A",
    programme=(Stage(duration_s=180.0, power_w=3000.0),),
    uses_per_day=8,
)
DISHWASHER = Appliance(
    name="dishwasher",
    phases="B",
    programme=(
        Stage(duration_s=600.0, power_w=80.0),
        Stage(duration_s=900.0, power_w=2100.0),
        Stage(duration_s=2400.0, power_w=120.0),
        Stage(duration_s=600.0, power_w=2100.0),
    ),
    window_h=(8.0, 21.0),
)
OVEN = Appliance(
    name="oven",
    phases="ABC",
    programme=(
        Stage(duration_s=600.0, power_w=7500.0),
        *(
            stage
            for _ in range(6)
            for stage in (
                Stage(duration_s=240.0, power_w=90.0),
                Stage(duration_s=120.0, power_w=7500.0),
            )
        ),
    ),
    window_h=(16.0, 19.0),
)
HEAT_PUMP = CyclingLoad(
    name="heat pump", phases="ABC", on_power_w=2400.0, period_s=5400.0, on_s=1500.0
)
FRIDGE = CyclingLoad(name="fridge", phases="C", on_power_w=110.0, period_s=2700.0, on_s=900.0)
LIGHTS = DailyLoad(name="lights", phases="B", on_power_w=240.0, from_h=17.0, to_h=23.0)

FAMILY_HOME: tuple[Load, ...] = (KETTLE, DISHWASHER, OVEN, HEAT_PUMP, FRIDGE, LIGHTS)
