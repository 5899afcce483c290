"""Limits that other central systems have left in a station."""

from contextlib import suppress
from typing import TYPE_CHECKING

from .charge_point import ChargePoint
from .errors import NotConnectedError

if TYPE_CHECKING:
    from .station import Station


class ForeignProfiles:
    """Clears them once per connection, when ours are in place."""

    def __init__(self, station: Station) -> None:
        """Clear those of ``station``."""
        self._station = station
        self._cleared_through: ChargePoint | None = None

    async def clear(self, charge_point: ChargePoint | None) -> None:
        """Clear what can be named, through a connection that may be lost meanwhile."""
        held = [
            connector
            for connector in self._station.connectors.values()
            if connector.fallback.installed
        ]
        if charge_point is None or not held or self._cleared_through is charge_point:
            return
        self._cleared_through = charge_point
        cleared = False
        with suppress(NotConnectedError):
            cleared = await charge_point.clear_foreign_profiles(
                [connector.config.connector_id for connector in held]
            )
        if cleared:
            # some clear more than they are asked to
            for connector in held:
                await connector.install_fallback()
