"""The charging profiles of one connected 1.6 charger."""

import asyncio
from collections.abc import Callable, Collection
import logging
from typing import TYPE_CHECKING

from ocpp.v16 import call
from ocpp.v16.enums import ChargingRateUnitType

from ..charge_point import SetPoint
from ..errors import CallRefusedError, CallTimeoutError
from ..fallback import found_fallback
from ..ladder import found_rung
from ..rung import LASTING, FallbackForm, Rung
from ..station import Station
from ..types import ConnectorConfig
from .capabilities import MAX_STACK_LEVEL
from .composite import DURATION_S, scheduled_current
from .dialect import Dialect
from .foreign import clear_requests
from .offers import offered_fallbacks, offered_rungs
from .profiles import (
    ABOVE_FALLBACK,
    fallback_id,
    fallback_place,
    fallback_profile,
    setpoint_id,
    setpoint_place,
    setpoint_profile,
)

if TYPE_CHECKING:
    from .charge_point import ChargePoint16

_LOGGER = logging.getLogger(__name__)


class SmartCharging:
    """Sets and clears profiles, in the words that this charger takes."""

    def __init__(self, charge_point: ChargePoint16, station: Station) -> None:
        """Speak through ``charge_point`` for ``station``."""
        self._charge_point = charge_point
        self._station = station
        self._has_no_default: set[int] = set()  # connectors whose fallback was cleared here
        # what sets one profile and clears another must not meet what does it the other way round
        self._turn = asyncio.Lock()

    def rungs(self, connector_id: int) -> tuple[Rung, ...]:
        """Return the forms of set-point to offer, in order."""
        fallback = self._found_fallback(connector_id)
        return offered_rungs(
            self._charge_point.capabilities,
            self._charge_point.quirks,
            self._dialect(fallback),
            fallback=fallback,
            held=len(self._station.connectors),
        )

    def fallback_forms(self) -> tuple[FallbackForm, ...]:
        """Return the forms of fallback to offer, in order."""
        return offered_fallbacks(
            self._charge_point.capabilities, held=len(self._station.connectors)
        )

    async def set_fallback(self, connector: ConnectorConfig, form: FallbackForm) -> bool:
        """Install a fallback; return whether it was taken."""

        def request() -> call.SetChargingProfile:
            return call.SetChargingProfile(
                connector_id=fallback_place(connector.connector_id, form),
                cs_charging_profiles=fallback_profile(
                    connector, form, self._dialect(form), self._station.clock.now()
                ),
            )

        async with self._turn:
            self._has_no_default.discard(connector.connector_id)
            taken = await self._charge_point.accepts(request)
            memory = self._station.memory.connector(connector.connector_id)
            if taken and found_rung(memory) in LASTING:
                await self._let_go(connector.connector_id)
        return taken

    async def hold(self, build: Callable[[], SetPoint]) -> bool:
        """Send a set-point; return whether it was taken."""
        sent: SetPoint | None = None

        def request() -> call.SetChargingProfile:
            nonlocal sent
            sent = build()
            connector_id = sent.connector.connector_id
            return call.SetChargingProfile(
                connector_id=setpoint_place(connector_id, sent.rung),
                cs_charging_profiles=setpoint_profile(
                    sent,
                    self._dialect(self._found_fallback(connector_id)),
                    self._station.clock.now(),
                ),
            )

        async with self._turn:
            taken = await self._charge_point.accepts(request)
            if not taken or sent is None or sent.rung is not Rung.CHARGE_POINT_MAX:
                return taken
            return await self._make_room(sent.connector.connector_id)

    async def clear_own(self, connector_id: int) -> None:
        """Take back the set-point and the fallback."""
        for profile_id in (setpoint_id(connector_id), fallback_id(connector_id)):
            await self._charge_point.send(call.ClearChargingProfile(id=profile_id))

    async def clear_foreign(self, connector_ids: Collection[int]) -> bool:
        """Clear what others limit connectors by; return whether anything may have been."""
        if self._charge_point.quirks.keep_foreign_profiles:
            return False
        cleared = False
        for request in self._foreign(connector_ids):
            try:
                answer = await self._charge_point.send(request)
            except CallRefusedError:
                continue
            except CallTimeoutError:
                return True  # perhaps it was; and more of the same would only keep it busy
            cleared |= answer.get("status") == "Accepted"
        return cleared

    async def scheduled_current(self, connector: ConnectorConfig) -> float | None:
        """Return the A per phase that the charger's own schedule allows now."""
        answer = await self._charge_point.wish(
            call.GetCompositeSchedule(
                connector_id=connector.connector_id,
                duration=DURATION_S,
                charging_rate_unit=ChargingRateUnitType.amps,
            )
        )
        return scheduled_current(answer, connector, self._station.clock.now())

    async def _make_room(self, connector_id: int) -> bool:
        """Take the default away that a limit of the whole charger cannot rise above."""
        if connector_id in self._has_no_default:
            return True
        try:
            await self._charge_point.send(call.ClearChargingProfile(id=fallback_id(connector_id)))
        except CallRefusedError as error:
            _LOGGER.debug("%s: %s", self._station.station_id, error)
            await self._let_go(connector_id)
            return False
        self._has_no_default.add(connector_id)
        return True

    async def _let_go(self, connector_id: int) -> None:
        """Take back a set-point that outlives its transaction."""
        await self._charge_point.wish(call.ClearChargingProfile(id=setpoint_id(connector_id)))

    def _foreign(self, connector_ids: Collection[int]) -> list[call.ClearChargingProfile]:
        connectors = self._station.connectors
        rungs = {found_rung(self._station.memory.connector(one)) for one in connectors}
        forms = {self._found_fallback(one) for one in connectors}
        return clear_requests(
            connector_ids,
            charging=[
                one for one in connector_ids if connectors[one].state.transaction_id is not None
            ],
            max_level=self._charge_point.capabilities.number(MAX_STACK_LEVEL),
            own_maximum=Rung.CHARGE_POINT_MAX in rungs or FallbackForm.CHARGE_POINT_MAX in forms,
            own_levels=(ABOVE_FALLBACK,) if Rung.TX_DEFAULT in rungs else (),
        )

    def _found_fallback(self, connector_id: int) -> FallbackForm | None:
        return found_fallback(self._station.memory.connector(connector_id))

    def _dialect(self, fallback: FallbackForm | None) -> Dialect:
        return Dialect.of(self._charge_point.capabilities, self._charge_point.quirks, fallback)
