"""A simulated charger dials a central system and behaves as a charger does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import contextlib
import functools
from typing import Any

from loadstar_engine.simulation import Car, CarConfig, EvseConfig
from ocpp.v16 import call
import pytest

from simulated_home.charger import Charger, ChargerConfig, Clock, MeterConfig, StationConfig
from simulated_home.charger.clock import to_iso

from .conftest import Central
from .observation import ManualTime

type Eventually = Callable[[Callable[[], object]], Awaitable[None]]

PASSWORD = "sixteen-bytes-ok"


@pytest.fixture
def seconds() -> ManualTime:
    """Own the charger's seconds."""
    return ManualTime()


def build(central: Central, seconds: ManualTime, **station: Any) -> Charger:
    """Build a charger with a quick car of three phases plugged in."""
    charger = Charger(
        ChargerConfig(
            url=central.url,
            password=PASSWORD,
            station=StationConfig(
                station_id="garage", meter=MeterConfig(noise_a=0.0, reports_soc=True), **station
            ),
            evse=EvseConfig(evse_id="garage", reaction_s=0.0),
            tick_s=0.005,
        ),
        Clock(seconds),
    )
    charger.plug(Car(CarConfig(reaction_s=0.0)))
    return charger


@contextlib.asynccontextmanager
async def running(charger: Charger) -> AsyncIterator[Charger]:
    """Let a charger live."""
    task = asyncio.create_task(charger.run())
    try:
        yield charger
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def charger(central: Central, seconds: ManualTime) -> AsyncIterator[Charger]:
    """Run a charger for which time passes only when told."""
    async with running(build(central, seconds)) as living:
        yield living


async def charging(charger: Charger, seconds: ManualTime, eventually: Eventually) -> None:
    """Wait until the charger has its transaction and charges."""

    def ready() -> bool:
        seconds.now += 0.5
        return charger.evse.current_a > 0

    await eventually(ready)


def set_point(charger: Charger, amperes: float, life: int = 120) -> Any:
    """Build an expiring set-point for the running transaction."""
    transaction = charger.station.transaction
    assert transaction is not None
    now = charger.clock.now()
    return call.SetChargingProfile(
        connector_id=1,
        cs_charging_profiles={
            "charging_profile_id": 1,
            "transaction_id": transaction.transaction_id,
            "stack_level": 1,
            "charging_profile_purpose": "TxProfile",
            "charging_profile_kind": "Absolute",
            "valid_from": to_iso(now - 5),
            "charging_schedule": {
                "charging_rate_unit": "A",
                "start_schedule": to_iso(now - 5),
                "charging_schedule_period": [
                    {"start_period": 0, "limit": amperes},
                    {"start_period": life, "limit": 6.0},
                ],
            },
        },
    )


async def test_it_dials_with_its_id_and_key(
    central: Central, charger: Charger, eventually: Eventually
) -> None:
    await eventually(lambda: central.heard("BootNotification"))
    assert central.handshakes == [("/ocpp/garage", f"garage:{PASSWORD}")]
    assert charger.connection.refused is None


async def test_it_boots_then_tells_its_status_then_charges(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    assert central.said[0][0] == "BootNotification"
    assert charger.state()["transaction_id"] == 41
    await eventually(
        lambda: (
            [status["status"] for status in central.heard("StatusNotification")]
            == ["Preparing", "Charging"]
        )
    )
    assert charger.state()["currents_a"] == [16, 16, 16]


async def test_it_waits_until_its_boot_is_accepted(
    central: Central, seconds: ManualTime, eventually: Eventually
) -> None:
    central.boot_answers = ["Pending", "Rejected"]
    async with running(build(central, seconds)) as charger:
        await charging(charger, seconds, eventually)
    assert len(central.heard("BootNotification")) == 3


async def test_a_tag_that_is_not_accepted_gets_nothing(
    central: Central, seconds: ManualTime, eventually: Eventually
) -> None:
    central.tag_status = "Invalid"
    async with running(build(central, seconds)) as charger:

        def refused() -> bool:
            seconds.now += 0.5
            return bool(central.heard("StopTransaction"))

        await eventually(refused)
        await eventually(lambda: charger.state()["status"] == "Finishing")
        assert charger.state()["currents_a"] == [0, 0, 0]
    assert central.heard("StopTransaction")[0]["reason"] == "DeAuthorized"


async def test_it_meters_every_phase_at_its_interval(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    for key, value, answer in (
        ("MeterValuesSampledData", "Current.Import,Bogus", "Rejected"),
        (
            "MeterValuesSampledData",
            "Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register,SoC",
            "Accepted",
        ),
        ("MeterValueSampleInterval", "10", "Accepted"),
        ("NumberOfConnectors", "2", "Rejected"),
        ("LocalAuthorizeOffline", "maybe", "Rejected"),
        ("LocalAuthorizeOffline", "False", "Accepted"),
        ("AuthorizationKey", "too short", "Rejected"),
        ("AuthorizationKey", "long-enough-as-a-key", "Accepted"),
        ("Bogus", "1", "NotSupported"),
    ):
        reply = await central.session.call(call.ChangeConfiguration(key=key, value=value))
        assert reply.status == answer
    central.said.clear()
    for _ in range(30):
        seconds.now += 1
        charger.advance()
    await eventually(lambda: len(central.heard("MeterValues")) == 3)
    sampled = central.heard("MeterValues")[-1]
    assert sampled["transaction_id"] == 41
    values = {
        (value["measurand"], value.get("phase")): value["value"]
        for value in sampled["meter_value"][0]["sampled_value"]
    }
    assert [values["Current.Import", f"{phase}-N"] for phase in ("L1", "L2", "L3")] == ["16.00"] * 3
    assert values["Voltage", "L2-N"] == "230.00"
    assert values["Power.Active.Import", None] == "11040.00"
    assert float(values["Energy.Active.Import.Register", None]) > 80
    assert float(values["SoC", None]) > 40


async def test_it_tells_its_configuration(
    central: Central, charger: Charger, eventually: Eventually
) -> None:
    await eventually(lambda: charger.state()["connected"])
    everything = await central.session.call(call.GetConfiguration())
    keys = {key["key"]: key for key in everything.configuration_key}
    assert keys["ChargingScheduleMaxPeriods"] == {
        "key": "ChargingScheduleMaxPeriods",
        "readonly": True,
        "value": "6",
    }
    assert "AuthorizationKey" not in keys
    some = await central.session.call(
        call.GetConfiguration(key=["HeartbeatInterval", "Bogus", "AuthorizationKey"])
    )
    assert some.unknown_key == ["Bogus"]
    assert some.configuration_key == [
        {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
        {"key": "AuthorizationKey", "readonly": False},
    ]


async def test_it_obeys_a_set_point_and_falls_back_when_that_runs_out(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    reply = await central.session.call(set_point(charger, 11.0))
    assert reply.status == "Accepted"
    composite = await central.session.call(
        call.GetCompositeSchedule(connector_id=1, duration=600, charging_rate_unit="W")
    )
    assert [
        (period["start_period"], period["limit"])
        for period in composite.charging_schedule["charging_schedule_period"]
    ] == [(0, 7590.0), (115, 4140.0)]
    seconds.now += 3
    charger.advance()
    assert charger.state()["currents_a"] == [11, 11, 11]
    seconds.now += 120
    charger.advance()
    assert charger.state()["currents_a"] == [6, 6, 6]


async def test_it_keeps_its_transaction_and_its_expiry_without_a_connection(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    await central.session.call(set_point(charger, 11.0))
    await central.hang_up()
    await eventually(lambda: not charger.state()["connected"])
    charger.clock.skip(130)
    charger.advance()
    assert charger.state()["currents_a"] == [6, 6, 6]
    assert charger.state()["transaction_id"] == 41
    await eventually(lambda: charger.state()["refused"])
    await central.listen()
    await eventually(lambda: charger.state()["connected"])
    assert len(central.heard("BootNotification")) == 1  # it has not restarted
    assert len(central.heard("StartTransaction")) == 1
    seconds.now += 1
    await eventually(
        lambda: (
            central.heard("StatusNotification")[-1]["status"] == "Charging"
            and len(central.heard("StatusNotification")) == 3
        )
    )


async def test_what_ends_without_a_connection_is_told_after_it(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    await central.hang_up()
    await eventually(lambda: not charger.state()["connected"])
    charger.unplug()
    seconds.now += 1
    charger.advance()
    charger.plug(Car(CarConfig(reaction_s=0.0)))
    seconds.now += 2
    charger.advance()
    assert charger.state()["status"] == "Charging"  # authorised offline
    assert charger.state()["transaction_id"] is None
    await central.listen()
    await eventually(lambda: charger.state()["transaction_id"] == 42)
    stop = central.heard("StopTransaction")[0]
    assert (stop["transaction_id"], stop["reason"]) == (41, "EVDisconnected")


async def test_it_starts_and_stops_from_afar(
    central: Central, seconds: ManualTime, eventually: Eventually
) -> None:
    async with running(build(central, seconds, free_vend=False)) as charger:
        await eventually(lambda: charger.state()["connected"])
        seconds.now += 1
        await eventually(lambda: charger.state()["status"] == "Preparing")
        start = call.RemoteStartTransaction(id_tag="anna", connector_id=1)
        assert (await central.session.call(start)).status == "Accepted"
        await charging(charger, seconds, eventually)
        assert central.heard("StartTransaction")[0]["id_tag"] == "anna"
        assert (await central.session.call(start)).status == "Rejected"
        for transaction_id, answer in ((40, "Rejected"), (41, "Accepted")):
            reply = await central.session.call(
                call.RemoteStopTransaction(transaction_id=transaction_id)
            )
            assert reply.status == answer
        seconds.now += 1
        await eventually(lambda: charger.state()["status"] == "Finishing")
        await eventually(lambda: central.heard("StopTransaction"))
        assert central.heard("StopTransaction")[0]["reason"] == "Remote"


async def test_a_remote_start_without_a_car_is_forgotten(
    central: Central, seconds: ManualTime, eventually: Eventually
) -> None:
    charger = build(central, seconds, free_vend=False)
    charger.unplug()
    async with running(charger):
        await eventually(lambda: charger.state()["connected"])
        await central.session.call(call.RemoteStartTransaction(id_tag="anna"))
        seconds.now += 61
        charger.advance()
        charger.plug(Car(CarConfig()))
        seconds.now += 5
        charger.advance()
        assert charger.state()["status"] == "Preparing"


async def test_a_reset_ends_the_transaction_and_boots_anew(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    reply = await central.session.call(call.Reset(type="Hard"))
    assert reply.status == "Accepted"

    def restarted() -> bool:
        seconds.now += 0.5
        return len(central.heard("BootNotification")) == 2 and bool(
            charger.state()["transaction_id"] == 42
        )

    await eventually(restarted)
    assert central.heard("StopTransaction")[0]["reason"] == "HardReset"


async def test_going_out_of_service_waits_for_the_transaction(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    out = call.ChangeAvailability(connector_id=0, type="Inoperative")
    assert (await central.session.call(out)).status == "Scheduled"
    assert charger.state()["status"] == "Charging"
    await central.session.call(call.RemoteStopTransaction(transaction_id=41))
    seconds.now += 1
    await eventually(lambda: charger.state()["status"] == "Unavailable")
    assert (await central.session.call(out)).status == "Accepted"
    back = call.ChangeAvailability(connector_id=1, type="Operative")
    assert (await central.session.call(back)).status == "Accepted"
    seconds.now += 1
    await eventually(lambda: charger.state()["status"] == "Finishing")


async def test_messages_can_be_triggered(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    central.said.clear()
    for message in ("BootNotification", "Heartbeat", "MeterValues", "StatusNotification"):
        reply = await central.session.call(call.TriggerMessage(requested_message=message))
        assert reply.status == "Accepted"
        seconds.now += 1
        await eventually(functools.partial(central.heard, message))
    for trigger, answer in (
        (call.TriggerMessage(requested_message="FirmwareStatusNotification"), "NotImplemented"),
        (call.TriggerMessage(requested_message="MeterValues", connector_id=2), "Rejected"),
    ):
        assert (await central.session.call(trigger)).status == answer


async def test_other_commands_are_answered(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    session = central.session
    too_soon = set_point(charger, 11.0)
    too_soon.cs_charging_profiles["charging_schedule"]["charging_schedule_period"][0][
        "start_period"
    ] = 5
    for command, answer in (
        (too_soon, "Rejected"),
        (call.ClearChargingProfile(id=5), "Unknown"),
        (set_point(charger, 11.0), "Accepted"),
        (call.ClearChargingProfile(id=1), "Accepted"),
        (call.GetCompositeSchedule(connector_id=2, duration=60), "Rejected"),
        (call.GetCompositeSchedule(connector_id=1, duration=60), "Accepted"),
        (call.DataTransfer(vendor_id="x"), "UnknownVendorId"),
        (call.UnlockConnector(connector_id=2), "NotSupported"),
        (call.UnlockConnector(connector_id=1), "Unlocked"),
    ):
        assert (await session.call(command)).status == answer
    await eventually(lambda: central.heard("StopTransaction"))
    assert central.heard("StopTransaction")[0]["reason"] == "UnlockCommand"


async def test_a_pause_and_a_full_car_look_different(
    central: Central, charger: Charger, seconds: ManualTime, eventually: Eventually
) -> None:
    await charging(charger, seconds, eventually)
    await central.session.call(set_point(charger, 0.0))
    seconds.now += 2
    charger.advance()
    assert charger.state()["status"] == "SuspendedEVSE"
    await central.session.call(set_point(charger, 10.0))
    assert charger.evse.car is not None
    charger.evse.car.soc_percent = 100.0
    seconds.now += 15
    charger.advance()
    assert charger.state()["status"] == "SuspendedEV"


async def test_a_cut_connection_is_dialled_again(
    central: Central, charger: Charger, eventually: Eventually
) -> None:
    await eventually(lambda: charger.state()["connected"])
    await charger.connection.drop()
    await eventually(lambda: len(central.sessions) == 2 and charger.state()["connected"])
