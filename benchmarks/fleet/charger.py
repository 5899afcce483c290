"""A charger reduced to what a central system sees, so that hundreds fit in one process."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
import itertools
import json
import random
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

KEY = "sixteen-bytes-ok"
METER_PERIOD_S = 10.0
_RETRY_S = (0.5, 2.0)
_CALL, _RESULT = 2, 3

_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "GetConfiguration": {
        "configurationKey": [
            {"key": "ChargingScheduleAllowedChargingRateUnit", "readonly": True, "value": "A"},
            {"key": "ChargingScheduleMaxPeriods", "readonly": True, "value": "6"},
            {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
        ]
    },
    "ChangeConfiguration": {"status": "Accepted"},
    "ClearChargingProfile": {"status": "Unknown"},
    "GetCompositeSchedule": {"status": "Rejected"},
    "SetChargingProfile": {"status": "Accepted"},
    "TriggerMessage": {"status": "NotImplemented"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A charging profile at the charger: when, in seconds since 1970, and its first limit in A."""

    at: float
    purpose: str
    limit_a: float


class LeanCharger:
    """One three-phase charger whose car draws what it may, at once."""

    def __init__(self, station_id: str, port: int) -> None:
        """Dial 127.0.0.1:``port`` once it runs."""
        self.station_id = station_id
        self.arrivals: list[Arrival] = []
        self.booted_at: float | None = None  # since 1970; None while it is not connected
        self._url = f"ws://127.0.0.1:{port}/{station_id}"
        token = b64encode(f"{station_id}:{KEY}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}
        self._rng = random.Random(station_id)  # noqa: S311  a seeded generator is what is wanted
        self._limits: dict[str, float] = {}
        self._transaction_id: int | None = None
        self._began = _now()
        self._socket: ClientConnection | None = None
        self._ids = itertools.count()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def current_a(self) -> float:
        """The draw on each phase; none before there is a transaction."""
        if self._transaction_id is None:
            return 0.0
        return self._limits.get("TxProfile", self._limits.get("TxDefaultProfile", 16.0))

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            with contextlib.suppress(OSError, TimeoutError, InvalidHandshake, WebSocketException):
                await self._connect_once()
            self.booted_at = None
            await asyncio.sleep(self._rng.uniform(*_RETRY_S))

    def drop(self) -> None:
        """Cut the connection, as a lost network does; ``run`` dials again."""
        self.booted_at = None
        self.arrivals.clear()
        if self._socket is not None:
            self._socket.transport.abort()

    async def _connect_once(self) -> None:
        async with connect(
            self._url,
            subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a NewType of str
            additional_headers=self._headers,
            compression=None,
            ping_interval=None,
            proxy=None,
        ) as socket:
            self._socket = socket
            life = asyncio.create_task(self._live())
            try:
                async for frame in socket:
                    await self._receive(json.loads(frame))
            finally:
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)

    async def _live(self) -> None:
        """Boot, charge, and meter for as long as the connection holds."""
        await self._call(
            "BootNotification", {"chargePointVendor": "Loadstar", "chargePointModel": "Lean"}
        )
        self.booted_at = time.time()
        await self._call(
            "StatusNotification",
            {"connectorId": 1, "errorCode": "NoError", "status": "Charging"},
        )
        start = {"connectorId": 1, "idTag": "FREE", "meterStart": 0, "timestamp": self._began}
        answer = await self._call("StartTransaction", start)
        self._transaction_id = answer["transactionId"]
        # the fleet's meters are spread evenly over their period
        await asyncio.sleep(self._rng.uniform(0.0, METER_PERIOD_S))
        while True:
            await self._call("MeterValues", self._meter_values())
            await asyncio.sleep(METER_PERIOD_S)

    def _meter_values(self) -> dict[str, Any]:
        samples = [
            {
                "measurand": "Current.Import",
                "phase": phase,
                "unit": "A",
                "value": f"{self.current_a:.2f}",
            }
            for phase in ("L1", "L2", "L3")
        ]
        samples += [
            {
                "measurand": "Power.Active.Import",
                "unit": "W",
                "value": f"{self.current_a * 690.0:.0f}",
            },
            {"measurand": "Energy.Active.Import.Register", "unit": "Wh", "value": "1000"},
        ]
        return {
            "connectorId": 1,
            "transactionId": self._transaction_id,
            "meterValue": [{"timestamp": _now(), "sampledValue": samples}],
        }

    async def _call(self, action: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        unique_id = str(next(self._ids))
        future = self._answers[unique_id] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps([_CALL, unique_id, action, payload]))
        return await asyncio.wait_for(future, 60.0)

    async def _receive(self, message: list[Any]) -> None:
        match message:
            case [2, unique_id, action, payload]:
                await self._answer(unique_id, action, payload)
            case [3, unique_id, payload] if unique_id in self._answers:
                self._answers.pop(unique_id).set_result(payload)

    async def _answer(self, unique_id: str, action: str, payload: Mapping[str, Any]) -> None:
        if action == "SetChargingProfile":
            self._take(payload["csChargingProfiles"])
        assert self._socket is not None
        answer = _ANSWERS.get(action, {"status": "Rejected"})
        await self._socket.send(json.dumps([_RESULT, unique_id, answer]))

    def _take(self, profile: Mapping[str, Any]) -> None:
        limit = float(profile["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"])
        purpose = profile["chargingProfilePurpose"]
        self._limits[purpose] = limit
        self.arrivals.append(Arrival(at=time.time(), purpose=purpose, limit_a=limit))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
