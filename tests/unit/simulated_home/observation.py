"""Lives one life of a charger with a central system and writes down what can be seen of it."""

import asyncio
from collections.abc import Callable
from typing import Any

from loadstar_engine.simulation import Car, CarConfig
from ocpp.v16 import call

from simulated_home.charger import Charger
from simulated_home.charger.clock import from_iso, to_iso

from .conftest import Central

type Facts = dict[str, Any]

FALLBACK_A = 6.0
RATED_A = 16.0

_CONFIGURATION = {
    "max_periods": "ChargingScheduleMaxPeriods",
    "max_level": "ChargeProfileMaxStackLevel",
    "max_profiles": "MaxChargingProfilesInstalled",
    "units": "ChargingScheduleAllowedChargingRateUnit",
}
_LIFE_S = 120


class ManualTime:
    """Real seconds that a test owns."""

    def __init__(self) -> None:
        """Begin at some instant."""
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Observation:
    """One charger under observation; its car comes when the fallback has been sent."""

    def __init__(
        self, central: Central, charger: Charger, seconds: ManualTime, patience_s: float
    ) -> None:
        """Wait up to ``patience_s`` for each answer."""
        self._central = central
        self._charger = charger
        self._seconds = seconds
        self._patience_s = patience_s

    async def facts(self) -> Facts:
        """Return everything that one life shows."""
        charger = self._charger
        await self._until(lambda: charger.state()["connected"])
        facts = await self._see_configuration()
        facts |= await self._see_charging()
        facts |= await self._see_expiry()
        facts |= await self._see_refusals()
        facts |= await self._see_meter()
        facts |= await self._see_absence()
        charger.unplug()
        await self._until(lambda: self._central.heard("StopTransaction"))
        facts["stopped_id"] = _told(self._central.heard("StopTransaction")[0]["transaction_id"])
        facts["starts"] = len(self._central.heard("StartTransaction"))
        facts["garbage"] = self._central.garbage > 0
        return facts

    async def _see_configuration(self) -> Facts:
        answer = await self._ask(call.GetConfiguration())
        keys = answer.configuration_key if answer else []
        values = {key["key"]: key["value"] for key in keys}
        for key, value in (
            ("MeterValuesSampledData", "Current.Import"),
            ("MeterValueSampleInterval", "10"),
        ):
            await self._ask(call.ChangeConfiguration(key=key, value=value))
        return {
            "boots": len(self._central.heard("BootNotification")),
            "answers": answer is not None,
            "triggered": await self._takes(call.TriggerMessage(requested_message="Heartbeat")),
            **{fact: values.get(key) for fact, key in _CONFIGURATION.items()},
        }

    async def _see_charging(self) -> Facts:
        taken = await self._takes(_fallback())
        self._charger.plug(Car(CarConfig(reaction_s=0.0)))
        await self._until(lambda: self._charger.evse.current_a > 0)
        (start, *_) = self._central.heard("StartTransaction")
        clock_off_s = from_iso(start["timestamp"]) - self._seconds.now
        facts: Facts = {
            "takes_fallback": taken,
            "clock_off_s": round(clock_off_s, -1),
            "charges_at_fallback": self._current_after(2),
        }
        for current in (10.0, 0.0):
            await self._takes(self._set_point(current, duration=_LIFE_S, valid_to=_LIFE_S))
            facts[f"charges_at_{current:.0f}"] = self._current_after(2)
        return facts

    async def _see_expiry(self) -> Facts:
        seen: Facts = {}
        for fact in ("after_duration", "after_valid_to", "after_second_period"):
            await self._begin_again()
            set_point = self._set_point(
                10.0,
                duration=_LIFE_S if fact == "after_duration" else None,
                valid_to=_LIFE_S if fact == "after_valid_to" else None,
                second_period=_LIFE_S if fact == "after_second_period" else None,
            )
            taken = await self._takes(set_point)
            seen[fact] = self._current_after(_LIFE_S + 2)
        return {**seen, "takes_two_periods": taken}

    async def _see_refusals(self) -> Facts:
        seen: Facts = {}
        for fact, level, unit in (
            ("takes_tx_at_0", 0, "A"),
            ("takes_tx_at_3", 3, "A"),
            ("takes_tx_at_4", 4, "A"),
            ("takes_watts", 0, "W"),
        ):
            await self._begin_again()
            set_point = self._set_point(10.0, duration=_LIFE_S, level=level, unit=unit)
            seen[fact] = await self._takes(set_point)
        await self._begin_again()
        answers = [await self._takes(_fallback()) for _ in range(40)]
        return {**seen, "takes_40_an_hour": all(answers)}

    async def _see_meter(self) -> Facts:
        self._central.said = [said for said in self._central.said if said[0] != "MeterValues"]
        await self._until(lambda: self._central.heard("MeterValues"), step_s=1.0)
        now = self._charger.clock.now()
        (first, *_) = self._central.heard("MeterValues")
        await self._until(lambda: len(self._central.heard("MeterValues")) > 1, step_s=1.0)
        (value,) = first["meter_value"]
        return {
            "phases": [sample.get("phase") for sample in value["sampled_value"]],
            "value_age_s": round(now - from_iso(value["timestamp"]), -1),
            "metered_id": {
                _told(values.get("transaction_id")) for values in self._central.heard("MeterValues")
            },
        }

    async def _see_absence(self) -> Facts:
        await self._central.hang_up()
        await self._until(lambda: not self._charger.state()["connected"])
        current = self._current_after(2)
        await self._central.listen()
        await self._until(lambda: self._charger.state()["connected"])
        return {"when_disconnected": current}

    async def _begin_again(self) -> None:
        """Take the set-point away and send the fallback, which may have gone with it."""
        await self._ask(call.ClearChargingProfile(id=1))
        await self._ask(_fallback())

    def _set_point(
        self,
        current: float,
        *,
        level: int = 0,
        unit: str = "A",
        duration: int | None = None,
        valid_to: int | None = None,
        second_period: int | None = None,
    ) -> Any:
        transaction = self._charger.station.transaction
        assert transaction is not None
        start = self._charger.clock.now()
        periods = [{"start_period": 0, "limit": current * (690.0 if unit == "W" else 1.0)}]
        if second_period is not None:
            periods.append({"start_period": second_period, "limit": FALLBACK_A})
        return call.SetChargingProfile(
            connector_id=1,
            cs_charging_profiles={
                "charging_profile_id": 1,
                "transaction_id": transaction.transaction_id,
                "stack_level": level,
                "charging_profile_purpose": "TxProfile",
                "charging_profile_kind": "Absolute",
                "valid_to": None if valid_to is None else to_iso(start + valid_to),
                "charging_schedule": {
                    "charging_rate_unit": unit,
                    "start_schedule": to_iso(start),
                    "duration": duration,
                    "charging_schedule_period": periods,
                },
            },
        )

    async def _ask(self, payload: Any) -> Any:
        try:
            return await asyncio.wait_for(self._central.session.call(payload), self._patience_s)
        except TimeoutError:
            return None

    async def _takes(self, payload: Any) -> bool:
        answer = await self._ask(payload)
        return answer is not None and answer.status == "Accepted"

    def _current_after(self, seconds: float) -> float:
        self._seconds.now += seconds
        self._charger.advance()
        return self._charger.evse.current_a

    async def _until(self, condition: Callable[[], object], step_s: float = 0.2) -> None:
        """Let the seconds go by until something holds."""
        async with asyncio.timeout(10):
            while not condition():
                self._seconds.now += step_s
                await asyncio.sleep(0.01)


def _fallback() -> Any:
    return call.SetChargingProfile(
        connector_id=1,
        cs_charging_profiles={
            "charging_profile_id": 99,
            "stack_level": 0,
            "charging_profile_purpose": "TxDefaultProfile",
            "charging_profile_kind": "Relative",
            "charging_schedule": {
                "charging_rate_unit": "A",
                "charging_schedule_period": [{"start_period": 0, "limit": FALLBACK_A}],
            },
        },
    )


def _told(transaction_id: int | None) -> int | str | None:
    """Return "given" for an id of the central system's."""
    return "given" if transaction_id is not None and transaction_id > 40 else transaction_id
