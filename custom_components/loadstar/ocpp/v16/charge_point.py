"""A connected OCPP 1.6 charger."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
import logging
from typing import Any, override

from ocpp.v16 import call
from ocpp.v16.enums import AvailabilityType, MessageTrigger, ResetType
from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode

from ..charge_point import ChargePoint, KeyAnswer, SetPoint
from ..errors import CallFailedError, CallRefusedError, NotConnectedError
from ..link import Link
from ..quirks import Quirks
from ..rung import FallbackForm, Rung
from ..station import Station
from ..types import ConnectorConfig
from .boot import Boot
from .capabilities import Capabilities
from .handlers import Handlers
from .key import set_key
from .smart_charging import SmartCharging

_LOGGER = logging.getLogger(__name__)

ID_TAG_LENGTH = 20


class ChargePoint16(ChargePoint):
    """Speaks OCPP 1.6 for one station over one connection."""

    version = "1.6"

    def __init__(self, connection: ServerConnection, station: Station) -> None:
        """Serve ``station`` over ``connection``."""
        self._station = station
        self.encrypted = connection.transport.get_extra_info("ssl_object") is not None
        # of the last connection; the boot reads them anew
        self.capabilities = Capabilities(station.memory.configuration)
        self._boot = Boot(self, station)
        self._asking: dict[int, asyncio.Task[None]] = {}  # by connector
        self._smart_charging = SmartCharging(self, station)
        handlers = Handlers(station, self._boot.notified, self._ask_transaction)
        self._link = Link(
            connection,
            station.station_id,
            handlers.answer,
            context=station.context,
            counts=station.counts,
        )

    @override
    async def run(self) -> None:
        boot = asyncio.create_task(self._boot.run())
        try:
            await self._link.run()
        finally:
            tasks = [boot, *self._asking.values()]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    @override
    async def alive(self, timeout_s: float) -> bool:
        return await self._link.alive(timeout_s)

    @override
    def abort(self) -> None:
        self._link.abort()

    @override
    async def close(self, reason: str) -> None:
        await self._link.close(CloseCode.GOING_AWAY, reason)

    @property
    @override
    def quirks(self) -> Quirks:
        identity = self._station.memory.identity
        return self._station.context.quirks.find(identity.vendor, identity.model, identity.firmware)

    @override
    def rungs(self, connector_id: int) -> tuple[Rung, ...]:
        return self._smart_charging.rungs(connector_id)

    @override
    def fallback_forms(self, connector_id: int) -> tuple[FallbackForm, ...]:
        return self._smart_charging.fallback_forms()

    @override
    async def set_fallback(self, connector: ConnectorConfig, form: FallbackForm) -> bool:
        return await self._smart_charging.set_fallback(connector, form)

    @override
    async def hold(self, build: Callable[[], SetPoint]) -> bool:
        return await self._smart_charging.hold(build)

    @override
    async def clear_foreign_profiles(self, connector_ids: Collection[int]) -> bool:
        return await self._smart_charging.clear_foreign(connector_ids)

    @override
    async def scheduled_current(self, connector: ConnectorConfig) -> float | None:
        return await self._smart_charging.scheduled_current(connector)

    @override
    async def clear_profiles(self, connector_id: int) -> None:
        await self._smart_charging.clear_own(connector_id)

    @override
    async def ask_status(self, connector_id: int) -> None:
        await self.wish(
            call.TriggerMessage(
                requested_message=MessageTrigger.status_notification, connector_id=connector_id
            )
        )

    @override
    async def start_transaction(self, connector_id: int, id_tag: str) -> bool:
        return await self.accepts(
            lambda: call.RemoteStartTransaction(
                id_tag=self.quirks.id_tag or id_tag[:ID_TAG_LENGTH], connector_id=connector_id
            )
        )

    @override
    async def set_available(self, connector_id: int, *, available: bool) -> bool:
        kind = AvailabilityType.operative if available else AvailabilityType.inoperative
        answer = await self.send(call.ChangeAvailability(connector_id=connector_id, type=kind))
        return answer.get("status") in ("Accepted", "Scheduled")

    @override
    async def set_key(self, key: str) -> KeyAnswer:
        return await set_key(self, key)

    @override
    async def restart(self) -> bool:
        return await self.accepts(lambda: call.Reset(type=ResetType.soft))

    @override
    async def stop_transaction(self, transaction_id: int) -> bool:
        return await self.accepts(lambda: call.RemoteStopTransaction(transaction_id=transaction_id))

    async def send(self, request: Any) -> Mapping[str, Any]:
        """Send a request and return the answer; raises CallFailedError."""
        return await self._link.call(lambda: request)

    async def wish(self, request: Any) -> Mapping[str, Any]:
        """Send a request that the charger may refuse; then the answer is empty."""
        try:
            return await self.send(request)
        except NotConnectedError:
            raise
        except CallFailedError as error:
            _LOGGER.debug("%s: %s; going on without it", self._station.station_id, error)
            return {}

    async def accepts(self, build: Callable[[], Any]) -> bool:
        """Return whether the charger took a request; an error for an answer is a no."""
        try:
            answer = await self._link.call(build)
        except CallRefusedError as error:
            _LOGGER.debug("%s: %s", self._station.station_id, error)
            return False
        return answer.get("status") == "Accepted"

    def _ask_transaction(self, connector_id: int) -> None:
        """Have meter values sent: they name the transaction that we do not know."""
        if connector_id in self._asking:
            return
        task = asyncio.create_task(self._ask_meter_values(connector_id))
        self._asking[connector_id] = task
        task.add_done_callback(lambda _: self._asking.pop(connector_id))

    async def _ask_meter_values(self, connector_id: int) -> None:
        with suppress(NotConnectedError):
            await self.wish(
                call.TriggerMessage(
                    requested_message=MessageTrigger.meter_values, connector_id=connector_id
                )
            )
