"""From a fresh connection to a charger under control."""

import asyncio
from dataclasses import replace
from functools import partial
import json
from typing import Any

from ocpp.v16 import call
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, Problem, StationInfo

from .conftest import FAST, GARAGE, Site, booted, charger, dialled, eventually

MEASURANDS = "Current.Import,Power.Active.Import,Energy.Active.Import.Register,SoC"


def info(site: Site) -> StationInfo:
    """Return what diagnostics show of the garage."""
    return site.central.stations["garage"]


def triggered(client: Any) -> list[str]:
    """Return which messages the charger was asked for."""
    return [payload["requested_message"] for payload in client.sent("TriggerMessage")]


async def test_a_boot_is_accepted_with_the_time_and_an_interval(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        answer = await client.ask(
            call.BootNotification(
                charge_point_model="Wall",
                charge_point_vendor="Acme",
                firmware_version="1.2.3",
                charge_point_serial_number="0815",
            )
        )
        assert (answer.status, answer.interval) == ("Accepted", 60)
        assert answer.current_time == site.now.iso()
        heartbeat = await client.ask(call.Heartbeat())
        assert heartbeat.current_time == site.now.iso()
    state = site.state
    assert (state.vendor, state.model, state.firmware, state.serial) == (
        "Acme",
        "Wall",
        "1.2.3",
        "0815",
    )


async def test_after_a_boot_the_fallback_comes_before_everything_else(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        actions = [action for action, _ in client.received]
        assert actions == [
            "GetConfiguration",
            "SetChargingProfile",
            *["ClearChargingProfile"] * 5,  # what others may have left
            "ChangeConfiguration",
            "ChangeConfiguration",
            "ChangeConfiguration",
            "TriggerMessage",
        ]
        assert [
            (payload["key"], payload["value"]) for payload in client.sent("ChangeConfiguration")
        ] == [
            ("MeterValuesSampledData", MEASURANDS),
            ("MeterValueSampleInterval", "10"),
            ("HeartbeatInterval", "60"),
        ]
        assert client.sent("TriggerMessage") == [
            {"requested_message": "StatusNotification", "connector_id": 1}
        ]


async def test_a_charger_that_sends_no_boot_is_asked_and_set_up_once(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await eventually(lambda: "StatusNotification" in triggered(client))
        assert triggered(client)[0] == "BootNotification"
        await client.boot()  # the answer to the question, later than the set-up
        await asyncio.sleep(0.05)
        assert len(client.profiles("TxDefaultProfile")) == 1


async def test_a_charger_that_boots_again_is_set_up_again(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.boot()
        await eventually(lambda: len(client.profiles("TxDefaultProfile")) == 2)


async def test_a_charger_without_boot_is_known_by_what_it_said_before_a_restart(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await client.boot(model="Wall")
    await site.restart()
    assert site.state.model == "Wall"


async def test_what_a_charger_can_do_is_read_and_remembered(site: Site) -> None:
    await site.start()
    configuration = {
        "ChargingScheduleMaxPeriods": "1",
        "ChargingScheduleAllowedChargingRateUnit": "Power",
        "ChargeProfileMaxStackLevel": "8",
    }
    async with charger(site, configuration=configuration) as client:
        await booted(client)
        assert info(site).configuration == configuration
    await site.restart()
    assert info(site).configuration == configuration
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)  # before it is read again
        [setpoint] = client.profiles("TxProfile")
        assert setpoint["transaction_id"] == transaction_id
        assert setpoint["charging_schedule"]["charging_rate_unit"] == "W"


async def test_a_refused_list_of_keys_is_asked_for_one_by_one(site: Site) -> None:
    await site.start()
    configuration = {"ChargingScheduleMaxPeriods": "3", "NumberOfConnectors": "1"}
    async with charger(site, configuration=configuration, one_key_at_a_time=True) as client:
        await booted(client)
        assert info(site).configuration == configuration
        assert len(client.sent("GetConfiguration")) == 11


async def test_what_is_set_already_is_not_written_again(site: Site) -> None:
    await site.start()
    configuration = {
        "MeterValuesSampledData": MEASURANDS,
        "MeterValueSampleInterval": "10",
        "HeartbeatInterval": "60",
    }
    async with charger(site, configuration=configuration) as client:
        await booted(client)
        assert client.sent("ChangeConfiguration") == []


async def test_shorter_lists_of_meter_values_follow_a_refused_one(site: Site) -> None:
    await site.start()
    refused = {MEASURANDS, MEASURANDS.removesuffix(",SoC")}
    async with charger(site, refused_values=refused) as client:
        await booted(client)
        values = [payload["value"] for payload in client.sent("ChangeConfiguration")]
        assert values[:3] == [
            MEASURANDS,
            MEASURANDS.removesuffix(",SoC"),
            "Current.Import,Energy.Active.Import.Register",
        ]


async def test_a_list_longer_than_the_charger_has_room_for_is_not_tried(site: Site) -> None:
    await site.start()
    configuration = {"MeterValuesSampledDataMaxLength": "2"}
    async with charger(site, configuration=configuration) as client:
        await booted(client)
        assert client.sent("ChangeConfiguration")[0]["value"] == (
            "Current.Import,Energy.Active.Import.Register"
        )


async def test_a_charger_that_takes_no_list_goes_on_with_its_own(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    refused = {
        MEASURANDS,
        MEASURANDS.removesuffix(",SoC"),
        "Current.Import,Energy.Active.Import.Register",
        "Power.Active.Import,Energy.Active.Import.Register",
        "Energy.Active.Import.Register",
    }
    async with charger(site, refused_values=refused) as client:
        await booted(client)
    assert "takes none of our lists of meter values" in caplog.text


def has_failed_since(site: Site, calls: int) -> bool:
    """Return whether one more of our calls was not answered."""
    return info(site).calls_failed > calls


async def test_a_charger_that_answers_nothing_stays_connected_and_is_tried_again(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start(replace(FAST, call_timeout_s=0.05))
    async with dialled(site) as mute:
        await mute.send(
            '[2,"1","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'
        )
        await eventually(lambda: "the fallback of 6.0 A is sent again" in caplog.text)
        assert site.state.connected
        assert not site.state.fallback_installed
        await eventually(lambda: info(site).calls_failed == 10)
        problems = []
        for _ in range(2):
            problems.append(site.state.problem)
            failed = info(site).calls_failed
            site.now.seconds += 11
            await eventually(partial(has_failed_since, site, failed))
        assert [*problems, site.state.problem] == [None, None, Problem.NO_ANSWER]
    assert "no answer to GetConfiguration within 0.05 s" in caplog.text
    assert caplog.text.count("the fallback of 6.0 A is sent again") == 1


async def test_every_connector_of_a_station_gets_its_own_fallback(site: Site) -> None:
    await site.start()
    site.attach(
        GARAGE,
        ConnectorConfig(connector_id=1, fallback_current=6.0),
        ConnectorConfig(connector_id=2, fallback_current=8.0, phases=1),
    )
    async with charger(site) as client:
        await booted(client)
        await eventually(lambda: len(client.sent("TriggerMessage")) == 2)
        profiles = [
            (
                payload["connector_id"],
                payload["cs_charging_profiles"]["charging_profile_id"],
                payload["cs_charging_profiles"]["charging_schedule"]["charging_schedule_period"],
            )
            for payload in client.sent("SetChargingProfile")
        ]
        assert profiles == [
            (1, 7101, [{"start_period": 0, "limit": 6.0, "number_phases": 3}]),
            (2, 7102, [{"start_period": 0, "limit": 8.0, "number_phases": 1}]),
        ]
        first = await client.begin(site.now, connector_id=1)
        second = await client.begin(site.now, connector_id=2)
        assert second > first
        assert await site.connector(connector_id=2).async_set_current(12.0)
        assert site.connector(connector_id=1).state.accepted_current is None
        assert site.connector(connector_id=2).state.accepted_current == 12.0


async def test_the_chargers_clock_is_compared(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.boot()
        assert info(site).clock_offset_s is None
        await client.status("Available", timestamp=site.now.iso(90.0))
        assert info(site).clock_offset_s == 90.0
        await client.boot()  # which tells it the time
        assert info(site).clock_offset_s is None


async def test_a_charger_that_leaves_while_it_is_set_up_is_no_news(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    for questions in range(1, 5):
        async with dialled(site) as raw:
            await raw.send(
                '[2,"1","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'
            )
            asked = 0
            async for message in raw:
                question = json.loads(message)
                asked += question[0] == 2
                if asked == questions:
                    break
                if question[0] == 2:
                    await raw.send(json.dumps([3, question[1], {"status": "Accepted"}]))
            raw.transport.abort()
        await eventually(lambda: not site.state.connected)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []


async def test_a_set_point_wanted_while_the_charger_boots_is_sent_and_renewed(
    site: Site,
) -> None:
    await site.start()
    async with charger(site, gated="TxDefaultProfile") as client:
        client.gate.clear()
        await client.boot()
        await client.begin(site.now)
        await eventually(lambda: client.profiles("TxDefaultProfile"))
        holding = asyncio.create_task(site.connector().async_set_current(10.0))
        await asyncio.sleep(0)
        client.gate.set()
        assert await holding
        await eventually(lambda: "StatusNotification" in triggered(client))
        site.now.seconds += 61
        await eventually(lambda: site.state.expires_at == site.now.monotonic() + 115)


async def test_a_charger_that_refuses_to_be_asked_for_its_boot_is_set_up_when_it_boots(
    site: Site,
) -> None:
    await site.start()
    async with dialled(site) as raw:
        asked: list[str] = []

        async def respond() -> None:
            async for message in raw:
                call = json.loads(message)
                if call[0] == 2:
                    asked.append(call[2])
                    refused = call[3].get("requestedMessage") == "BootNotification"
                    status = "Rejected" if refused else "Accepted"
                    await raw.send(json.dumps([3, call[1], {"status": status}]))

        responding = asyncio.create_task(respond())
        await eventually(lambda: asked.count("SetChargingProfile") == 1)
        await raw.send(
            '[2,"1","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'
        )
        await eventually(lambda: asked.count("SetChargingProfile") == 2)
        responding.cancel()


async def test_a_boot_long_after_it_was_asked_for_is_a_boot(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await eventually(lambda: "StatusNotification" in triggered(client))
        site.now.seconds += 60
        await client.boot()
        await eventually(lambda: len(client.profiles("TxDefaultProfile")) == 2)
