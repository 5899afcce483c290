"""From a fresh connection to a charger under control."""

import asyncio
import logging
import math
from typing import TYPE_CHECKING, Any

from ocpp.v16 import call
from ocpp.v16.enums import MessageTrigger

from ..errors import CallRefusedError, CallTimeoutError, NotConnectedError
from ..station import Station
from .capabilities import (
    HEARTBEAT_INTERVAL,
    KEYS,
    SAMPLE_INTERVAL,
    SAMPLED_DATA,
    SAMPLED_DATA_MAX_LENGTH,
    Capabilities,
)

if TYPE_CHECKING:
    from .charge_point import ChargePoint16

_LOGGER = logging.getLogger(__name__)

SAMPLE_INTERVAL_S = 10
HEARTBEAT_S = 60

MEASURANDS = ("Current.Import", "Power.Active.Import", "Energy.Active.Import.Register", "SoC")
# the full list, then what is given up first
MEASURAND_LISTS = (
    MEASURANDS,
    MEASURANDS[:3],
    (MEASURANDS[0], MEASURANDS[2]),
    (MEASURANDS[1], MEASURANDS[2]),
    (MEASURANDS[2],),
)


class Boot:
    """Runs once per connection, and again whenever the charger says it has booted."""

    def __init__(self, charge_point: ChargePoint16, station: Station) -> None:
        """Set ``charge_point`` up for ``station``."""
        self._charge_point = charge_point
        self._station = station
        self._notified = asyncio.Event()
        self._asked_until = -math.inf  # a notification by then is the answer to our question

    def notified(self) -> None:
        """Note a BootNotification."""
        if self._station.context.clock() < self._asked_until:
            self._asked_until = -math.inf
        else:
            self._notified.set()

    async def run(self) -> None:
        """Set the charger up whenever it has booted, until cancelled or disconnected."""
        try:
            await self._wait_for_notification()
            while True:
                self._notified.clear()
                await self._set_up()
                await self._notified.wait()
        except NotConnectedError:
            return  # the connection's own end says what there is to say

    async def _wait_for_notification(self) -> None:
        """Ask for the notification where none comes: a charger that reconnects sends none."""
        context = self._station.context
        try:
            async with asyncio.timeout(context.timing.boot_wait_s):
                await self._notified.wait()
        except TimeoutError:
            if not self._charge_point.quirks.trigger_boot:
                return
            self._asked_until = context.clock() + context.timing.boot_wait_s
            answer = await self._charge_point.wish(
                call.TriggerMessage(requested_message=MessageTrigger.boot_notification)
            )
            if answer.get("status") != "Accepted":
                self._asked_until = -math.inf

    async def _set_up(self) -> None:
        await self._read_configuration()
        # first what protects the house, then what makes it comfortable
        await self._station.make_ready()
        for key, value in self._charge_point.quirks.configuration.items():
            await self._configure(key, value)
        await self._configure_meter_values()
        await self._configure(SAMPLE_INTERVAL, str(SAMPLE_INTERVAL_S))
        await self._configure(HEARTBEAT_INTERVAL, str(HEARTBEAT_S))
        for connector_id in list(self._station.connectors):
            await self._charge_point.ask_status(connector_id)
        # last, since the charger leaves to come back with it
        self._station.key.arm()
        _LOGGER.debug("%s is set up", self._station.station_id)

    async def _read_configuration(self) -> None:
        """Ask for all keys, then key by key where the charger refuses."""
        capabilities = Capabilities()
        keys = [*KEYS, *self._charge_point.quirks.configuration]
        try:
            answer = await self._charge_point.send(call.GetConfiguration(key=keys))
            capabilities = capabilities.with_answer(answer, keys)
        except CallRefusedError:
            for key in keys:
                answer = await self._charge_point.wish(call.GetConfiguration(key=[key]))
                capabilities = capabilities.with_answer(answer, keys)
        except CallTimeoutError as error:
            _LOGGER.log(
                self._station.context.seldom.level(self._station.station_id, "configuration"),
                "%s: %s; going on with what is known of it from before, or of most chargers",
                self._station.station_id,
                error,
            )
            return
        self._charge_point.capabilities = capabilities
        self._station.memory.configure(capabilities.values)

    async def _configure_meter_values(self) -> None:
        known = self._charge_point.capabilities
        room = known.number(SAMPLED_DATA_MAX_LENGTH) or len(MEASURANDS)
        for measurands in MEASURAND_LISTS:
            if len(measurands) <= room and await self._configure(
                SAMPLED_DATA, ",".join(measurands)
            ):
                return
        _LOGGER.log(
            self._station.context.seldom.level(self._station.station_id, "measurands"),
            "%s takes none of our lists of meter values; it sends what it is set to",
            self._station.station_id,
        )

    async def _configure(self, key: str, value: str) -> bool:
        """Set a key unless it is so already; return whether it is."""
        known = self._charge_point.capabilities
        if known.values.get(key) == value:
            return True
        if key in known.readonly:
            return False
        answer: Any = await self._charge_point.wish(call.ChangeConfiguration(key=key, value=value))
        return answer.get("status") in ("Accepted", "RebootRequired")
