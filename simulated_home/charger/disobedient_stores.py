"""Stores that treat charging profiles otherwise than the standard says."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import override

from loadstar_engine.simulation import MIN_CURRENT_A

from .clock import Clock
from .profile import Profile, ProfileError, Purpose
from .profile_store import ChargingSpan, ProfileStore

_HOUR_S = 3600.0


class SimplifyingStore(ProfileStore):
    """Keeps something simpler than what it was given."""

    def __init__(self, voltage: float, simplify: Callable[[Profile], Profile]) -> None:
        """Keep what ``simplify`` leaves of a profile."""
        super().__init__(voltage)
        self._simplify = simplify

    @override
    def install(self, profile: Profile, span: ChargingSpan | None) -> None:
        super().install(self._simplify(profile), span)


def without_valid_to(profile: Profile) -> Profile:
    """Leave out when the profile stops being valid."""
    return replace(profile, valid_to=None)


def without_duration(profile: Profile) -> Profile:
    """Leave out how long the schedule lasts."""
    return replace(profile, duration_s=None)


def without_end(profile: Profile) -> Profile:
    """Leave the first period, for ever."""
    return replace(profile, valid_to=None, duration_s=None, periods=profile.periods[:1])


class RefusingStore(ProfileStore):
    """Refuses some profiles that the standard allows."""

    def __init__(self, voltage: float, refuses: Callable[[Profile], bool]) -> None:
        """Keep what ``refuses`` does not meet."""
        super().__init__(voltage)
        self._refuses = refuses

    @override
    def install(self, profile: Profile, span: ChargingSpan | None) -> None:
        if self._refuses(profile):
            raise ProfileError("not for this charger")
        super().install(profile, span)


class NewestOnlyStore(ProfileStore):
    """Holds one profile: each replaces the one before it, whatever that was for."""

    @override
    def install(self, profile: Profile, span: ChargingSpan | None) -> None:
        super().install(profile, span)
        self.profiles = [profile]


class FlashStore(ProfileStore):
    """Writes every profile to flash, and refuses what would be too much for it."""

    WRITES_PER_HOUR = 30

    def __init__(self, voltage: float, clock: Clock) -> None:
        """Begin with all of the hour's writes."""
        super().__init__(voltage)
        self._clock = clock
        self._written: deque[float] = deque(maxlen=self.WRITES_PER_HOUR)

    @override
    def install(self, profile: Profile, span: ChargingSpan | None) -> None:
        now = self._clock.now()
        is_full = len(self._written) == self.WRITES_PER_HOUR
        if is_full and now - self._written[0] < _HOUR_S:
            raise ProfileError("too many writes within an hour")
        super().install(profile, span)
        self._written.append(now)


class ForgetfulStore(ProfileStore):
    """Holds its profiles in the connection's memory: they go with it."""

    @override
    def connection_lost(self) -> None:
        self.profiles = []


class UnheededStore(ProfileStore):
    """Keeps profiles that nothing in the charger looks at."""

    @override
    def limit_a(self, now: float, connector_id: int, span: ChargingSpan | None) -> float | None:
        return None


class NeverPausingStore(ProfileStore):
    """Goes down to the least current that a car takes, and no further."""

    @override
    def limit_a(self, now: float, connector_id: int, span: ChargingSpan | None) -> float | None:
        limit = super().limit_a(now, connector_id, span)
        return None if limit is None else max(limit, MIN_CURRENT_A)


HIGHEST_LEVEL = 3


def is_at_odd_level(profile: Profile) -> bool:
    """Whether a charger that keeps level 0 of transactions for itself refuses the profile."""
    at_zero = profile.purpose is Purpose.TX and profile.stack_level == 0
    return at_zero or profile.stack_level > HIGHEST_LEVEL
