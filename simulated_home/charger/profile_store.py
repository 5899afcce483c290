"""The profiles of a charger, and which of them prevails (OCPP 1.6, 3.13)."""

from dataclasses import dataclass

from .profile import Profile, ProfileError, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingSpan:
    """What profiles need to know of the running transaction."""

    start: float
    transaction_id: int | None


class ProfileStore:
    """Charging profiles with the standard's precedence."""

    def __init__(self, voltage: float = 230.0, max_installed: int = 10) -> None:
        """Begin empty."""
        self._voltage = voltage
        self._max_installed = max_installed
        self.profiles: list[Profile] = []
        self.writes = 0  # profiles taken since the charger was built

    def install(self, profile: Profile, span: ChargingSpan | None) -> None:
        """Keep a profile in place of the one that it replaces; raise ProfileError."""
        if profile.purpose is Purpose.CHARGE_POINT_MAX and profile.connector_id != 0:
            raise ProfileError("a maximum of the charge point belongs to connector 0")
        if profile.purpose is Purpose.TX:
            _check_transaction(profile, span)
        kept = [other for other in self.profiles if not _replaces(profile, other)]
        if len(kept) >= self._max_installed:
            raise ProfileError("too many profiles")
        self.profiles = [*kept, profile]
        self.writes += 1

    def clear(
        self,
        *,
        profile_id: int | None = None,
        connector_id: int | None = None,
        purpose: str | None = None,
        stack_level: int | None = None,
    ) -> bool:
        """Drop the profiles that meet every given criterion; return whether any did.

        An id decides alone.
        """

        def meets(profile: Profile) -> bool:
            if profile_id is not None:
                return profile.profile_id == profile_id
            return (
                connector_id in (None, profile.connector_id)
                and purpose in (None, profile.purpose)
                and stack_level in (None, profile.stack_level)
            )

        kept = [profile for profile in self.profiles if not meets(profile)]
        cleared = len(kept) < len(self.profiles)
        self.profiles = kept
        return cleared

    def connection_lost(self) -> None:
        """Keep everything: profiles outlive a connection."""

    def end_transaction(self) -> None:
        """Forget what held for the transaction alone."""
        self.clear(purpose=Purpose.TX)

    def limit_a(self, now: float, connector_id: int, span: ChargingSpan | None) -> float | None:
        """Return the limit in A per phase at ``now``, or None where there is none."""
        ceiling = self._prevailing(Purpose.CHARGE_POINT_MAX, 0, now, span)
        limit = self._prevailing(Purpose.TX, connector_id, now, span) if span else None
        if limit is None:
            limit = self._prevailing(Purpose.TX_DEFAULT, connector_id, now, span)
        if limit is None:
            limit = self._prevailing(Purpose.TX_DEFAULT, 0, now, span)
        known = [value for value in (limit, ceiling) if value is not None]
        return min(known, default=None)

    def composite(
        self,
        now: float,
        duration_s: float,
        connector_id: int,
        span: ChargingSpan | None,
        default_a: float,
    ) -> list[tuple[float, float]]:
        """Return (seconds from ``now``, A) wherever the limit changes within ``duration_s``."""
        start = span.start if span else None
        instants = {now}
        for profile in self.profiles:
            instants |= profile.changes(start, now, now + duration_s)
        schedule: list[tuple[float, float]] = []
        for instant in sorted(instants):
            limit = self.limit_a(instant, connector_id, span)
            limit = default_a if limit is None else min(limit, default_a)
            if not schedule or schedule[-1][1] != limit:
                schedule.append((instant - now, limit))
        return schedule

    def _prevailing(
        self, purpose: Purpose, connector_id: int, now: float, span: ChargingSpan | None
    ) -> float | None:
        """Return the limit of the highest level that says anything now."""
        candidates = [
            profile
            for profile in self.profiles
            if profile.purpose is purpose and profile.connector_id == connector_id
        ]
        start = span.start if span else None
        for profile in sorted(candidates, key=lambda p: p.stack_level, reverse=True):
            limit = profile.limit_a(now, start, self._voltage)
            if limit is not None:
                return limit
        return None


def _check_transaction(profile: Profile, span: ChargingSpan | None) -> None:
    if profile.connector_id == 0 or span is None:
        raise ProfileError("a transaction's profile needs one that runs")
    if profile.transaction_id not in (None, span.transaction_id):
        raise ProfileError("another transaction")


def _replaces(new: Profile, old: Profile) -> bool:
    same_place = (new.connector_id, new.purpose, new.stack_level) == (
        old.connector_id,
        old.purpose,
        old.stack_level,
    )
    return same_place or new.profile_id == old.profile_id
