"""Transactions get ids, count energy, and outlive connections and restarts."""

import asyncio
import json

from ocpp.v16 import call
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, ConnectorState

from .conftest import GARAGE, Site, booted, charger, dialled, eventually


def sample(measurand: str, value: str, unit: str, phase: str | None = None) -> dict[str, str]:
    """Return a sampled value."""
    fields = {"measurand": measurand, "value": value, "unit": unit}
    return fields | ({"phase": phase} if phase else {})


def register(wh: int) -> dict[str, str]:
    """Return a reading of the energy register."""
    return sample("Energy.Active.Import.Register", str(wh), "Wh")


async def test_a_session_is_shown_from_start_to_stop(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now, meter_start=1000)
        assert site.state.transaction_id == transaction_id
        assert site.state.id_tag == "tag"
        assert site.state.transaction_started == site.now.utc()
        await client.measure(
            site.now,
            *(
                sample("Current.Import", value, "A", phase)
                for value, phase in [("9.8", "L1"), ("9.9", "L2"), ("10.1", "L3")]
            ),
            register(1500),
            sample("SoC", "55", "Percent"),
            transaction_id=transaction_id,
        )
        assert site.state.currents == (9.8, 9.9, 10.1)
        assert site.state.power_w == pytest.approx(29.8 * 230)
        assert site.state.energy_kwh == 1.5
        assert site.state.session_energy_kwh == pytest.approx(0.5)
        assert site.state.soc_percent == 55.0
        assert site.state.measured_at == site.now.monotonic()
        await client.end(site.now, transaction_id, meter_stop=2200)
    state = site.state
    assert (state.transaction_id, state.transaction_started, state.id_tag) == (None, None, None)
    assert state.session_energy_kwh == pytest.approx(1.2)
    assert state.currents == (0.0, 0.0, 0.0)
    assert state.power_w == 0.0


async def test_the_listener_hears_of_every_change(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.status("Available")
        heard = len(site.heard)
        await client.status("Preparing")
        assert len(site.heard) == heard + 1
        await client.status("Preparing")
        assert len(site.heard) == heard + 1
    assert set(site.heard) == {("garage", 1)}


async def test_error_codes_and_words_of_other_vendors_are_taken_calmly(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.ask(
            call.StatusNotification(connector_id=1, error_code="GroundFailure", status="Faulted")
        )
        assert (site.state.status, site.state.error_code) == ("Faulted", "GroundFailure")
        await client.status("Available", connector_id=0)
        await client.status("Available", connector_id=9)
        assert site.state.status == "Faulted"


async def test_ids_are_never_used_twice_even_over_restarts(site: Site) -> None:
    await site.start()
    ids = []
    for _ in range(3):
        async with charger(site) as client:
            await booted(client)
            for _ in range(2):
                ids.append(await client.begin(site.now))
                await client.end(site.now, ids[-1])
                site.now.seconds += 0.1
        await site.restart()
    assert len(set(ids)) == 6
    assert ids == sorted(ids)
    assert max(ids) < 2**31


async def test_a_start_sent_twice_is_one_transaction(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        assert await client.begin(site.now) == await client.begin(site.now)


@pytest.mark.parametrize("status", ["Charging", "SuspendedEV", "SuspendedEVSE"])
async def test_a_transaction_survives_a_restart_of_ours(site: Site, status: str) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now, meter_start=1000)
        started = site.state.transaction_started
    await site.restart()
    assert site.state == ConnectorState(vendor="Acme", model="One")
    site.now.seconds += 30
    async with charger(site) as client:
        await client.measure(site.now, register(1300))  # says nothing of a transaction
        assert site.state.session_energy_kwh is None
        await client.status(status)
        assert site.state.transaction_id == transaction_id
        assert site.state.transaction_started == started
        assert await site.connector().async_set_current(8.0)
        assert client.profiles("TxProfile")[0]["transaction_id"] == transaction_id
        await client.measure(site.now, register(1400), transaction_id=transaction_id)
        assert site.state.session_energy_kwh == pytest.approx(0.4)


async def test_a_transaction_is_also_recognised_by_its_meter_values(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
    await site.restart()
    async with charger(site) as client:
        await client.measure(site.now, register(1400), transaction_id=transaction_id)
        assert site.state.transaction_id == transaction_id
        assert site.state.id_tag == "tag"


@pytest.mark.parametrize("status", ["Available", "Preparing", "Finishing"])
@pytest.mark.parametrize("restarted", [True, False])
async def test_a_transaction_that_ended_while_we_were_away_is_over(
    site: Site, status: str, *, restarted: bool
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
    await eventually(lambda: not site.state.connected)
    if restarted:
        await site.restart()
    async with charger(site) as client:
        await client.status(status)
        assert site.state.transaction_id is None
        await client.status("Charging")
        assert site.state.transaction_id is None
        assert (await client.end(site.now, transaction_id)) is not None


async def test_a_transaction_that_is_stopped_first_thing_after_a_restart_counts(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now, meter_start=1000)
    await site.restart()
    async with charger(site) as client:
        await client.end(site.now, transaction_id, meter_stop=4000)
    assert site.state.transaction_id is None
    assert site.state.session_energy_kwh == pytest.approx(3.0)


async def test_a_late_preparing_does_not_end_a_transaction_that_we_saw_begin(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        await client.status("Preparing")
        assert site.state.transaction_id == transaction_id
        await client.status("Available")
        assert site.transaction_id is None


async def test_a_transaction_of_another_system_is_adopted_from_meter_values(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.boot()
        await client.status("Charging")
        await eventually(
            lambda: (
                {"requested_message": "MeterValues", "connector_id": 1}
                in client.sent("TriggerMessage")
            )
        )
        await client.measure(site.now, sample("Current.Import", "9", "A"), transaction_id=42)
        assert site.state.transaction_id == 42
        assert site.state.session_energy_kwh == 0.0
        await client.measure(site.now, register(5000), transaction_id=42)
        await client.measure(site.now, register(5600), transaction_id=42)
        assert site.state.session_energy_kwh == pytest.approx(0.6)
        assert await site.connector().async_set_current(8.0)
        await client.end(site.now, 42, meter_stop=6000)
        assert site.transaction_id is None
        assert site.state.session_energy_kwh == pytest.approx(1.0)
        # what comes late is of the past
        await client.measure(site.now, register(6000), transaction_id=42)
        assert site.state.transaction_id is None


async def test_a_queued_message_of_an_old_transaction_does_not_replace_the_running_one(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        await client.measure(site.now, register(900), transaction_id=17)
        assert site.state.transaction_id == transaction_id


@pytest.mark.parametrize("none", [0, -1])
async def test_some_chargers_say_0_or_minus_1_for_no_transaction(site: Site, none: int) -> None:
    await site.start()
    async with charger(site) as client:
        await client.status("Available")
        await client.measure(site.now, register(900), transaction_id=none)
        assert site.state.transaction_id is None
        assert site.state.energy_kwh == 0.9


async def test_an_unknown_transactions_end_is_acknowledged(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        running = await client.begin(site.now)
        answer = await client.ask(
            call.StopTransaction(
                meter_stop=1, timestamp=site.now.iso(), transaction_id=5, id_tag="tag"
            )
        )
        assert answer.id_tag_info["status"] == "Accepted"
        assert site.state.transaction_id == running


async def test_a_stop_counts_its_transaction_data_where_the_register_is_missing(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now, meter_start=1000)
        request = call.StopTransaction(
            meter_stop=-1,
            timestamp=site.now.iso(),
            transaction_id=transaction_id,
            transaction_data=[
                {
                    "timestamp": site.now.iso(),
                    "sampled_value": [
                        {"value": "1000", "context": "Transaction.Begin"},
                        {"value": "1800", "context": "Transaction.End"},
                    ],
                }
            ],
        )
        await client.ask(request)
        assert site.state.session_energy_kwh == pytest.approx(0.8)


async def test_every_tag_may_charge(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        answer = await client.ask(call.Authorize(id_tag="anybody"))
        assert answer.id_tag_info == {"status": "Accepted"}


async def test_other_messages_are_answered(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        answer = await client.ask(call.DataTransfer(vendor_id="acme", data="x"))
        assert answer.status == "UnknownVendorId"
        await client.ask(call.FirmwareStatusNotification(status="Idle"))
        await client.ask(call.DiagnosticsStatusNotification(status="Idle"))
        await client.ask(
            call.SecurityEventNotification(
                type="Settings", timestamp=site.now.iso(), tech_info="changed"
            )
        )


async def test_a_connector_that_is_not_ours_may_charge_all_the_same(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now, connector_id=2)
        await client.measure(
            site.now, register(1500), connector_id=2, transaction_id=transaction_id
        )
        await client.end(site.now, transaction_id)
        await asyncio.sleep(0)
    assert site.state.transaction_id is None


@pytest.mark.parametrize(
    "stored",
    [
        '{"identity": 5, "transactions": "x"}',
        '{"transactions": {"last_id": "x", "running": [1, {}, {"transaction_id": 1}]}}',
        '{"transactions": {"running": [{"transaction_id": 1, "connector_id": 1, "started": "?"}]}}',
        '{"transactions": {"running": [{"transaction_id": 1, "connector_id": 1, "started": "2027-01-01", "colour": "red"}]}}',  # noqa: E501
        '{"identity": {"vendor": 5}, "transactions": {"running": {}}}',
    ],
)
async def test_a_damaged_store_is_left_behind(site: Site, stored: str) -> None:
    site.storage.stations["garage"] = stored
    await site.start()
    async with charger(site) as client:
        await client.status("Charging")
        assert site.state.transaction_id is None
        assert await client.begin(site.now) > 0


async def test_a_charger_is_not_asked_again_before_it_has_answered(site: Site) -> None:
    await site.start()
    async with dialled(site) as raw:
        await raw.send(
            '[2,"0","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'
        )
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
        before = len(asyncio.all_tasks())
        for number in range(40):
            await raw.send(json.dumps([2, f"{number}", "StatusNotification", status]))
        await eventually(lambda: site.central.stations["garage"].frames_received == 41)
        assert len(asyncio.all_tasks()) <= before + 3


async def test_the_charger_as_a_whole_has_no_transaction(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.measure(site.now, register(1400), connector_id=0, transaction_id=42)
        await client.measure(site.now, register(1500), connector_id=1, transaction_id=42)
        assert site.state.transaction_id == 42
        await client.end(site.now, 42)
        assert site.transaction_id is None


async def test_a_transaction_runs_at_one_connector(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        await client.measure(
            site.now, register(1400), connector_id=2, transaction_id=transaction_id
        )
        assert site.connector(connector_id=2).state.transaction_id is None
