"""Transactions get ids, count energy, and outlive connections and restarts."""

import asyncio
from dataclasses import replace
import json

from ocpp.v16 import call
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, ConnectorState

from .conftest import FAST, GARAGE, MemoryStorage, Site, booted, charger, dialled, eventually


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


async def test_a_transaction_that_is_named_takes_the_place_of_one_that_was_only_stored(
    site: Site,
) -> None:
    """A backup is put back: it knows of a session that ended long ago."""
    await site.start()
    async with charger(site) as client:
        stored = await client.begin(site.now)
    await site.restart()
    async with charger(site) as client:
        await client.status("Charging")
        assert site.transaction_id == stored, "as far as a status can tell"
        await client.measure(site.now, register(900), transaction_id=4711)
        assert site.transaction_id == 4711
        await client.measure(site.now, register(900), transaction_id=stored)
        assert site.transaction_id == 4711, "it has been named"


async def test_a_start_is_answered_only_when_it_would_outlive_a_crash(
    site: Site, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    monkeypatch.setattr(storage, "flush", written.wait)
    await site.start()
    async with charger(site) as client:
        starting = asyncio.create_task(client.begin(site.now))
        await eventually(lambda: site.transaction_id is not None)
        await asyncio.sleep(0.05)
        assert not starting.done()
        written.set()
        assert await starting == site.transaction_id


async def test_a_disk_that_hangs_does_not_keep_a_start_waiting_for_ever(
    site: Site, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    monkeypatch.setattr(storage, "flush", written.wait)
    await site.start(replace(FAST, flush_patience_s=0.05))
    async with charger(site) as client:
        assert await client.begin(site.now) == site.transaction_id
        written.set()


async def test_what_a_crash_may_lose_waits_for_no_disk(
    site: Site, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "flush", asyncio.Event().wait)
    await site.start()
    async with charger(site) as client:
        await client.measure(site.now, register(900), transaction_id=17)
        assert site.transaction_id == 17


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


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"transactionId": None},
        {"transactionId": "5"},
        {"transactionId": "mine"},
        {"transactionId": "9" * 5000},
        {"transactionId": 0},
        {"transactionId": -1},
        {"transactionId": 2**40},
        {"transactionId": 1.5, "meterStop": "x", "timestamp": 7, "idTag": None},
        {"transactionId": True, "transactionData": "x"},
        {"transactionId": [], "transactionData": [{}]},
    ],
)
@pytest.mark.parametrize("has_booted", [True, False])
async def test_every_stop_is_acknowledged(
    site: Site, payload: dict[str, object], *, has_booted: bool
) -> None:
    await site.start()
    async with dialled(site) as raw:
        if has_booted:
            boot = {"chargePointVendor": "a", "chargePointModel": "b"}
            await raw.send(json.dumps([2, "boot", "BootNotification", boot]))
            await raw.recv()
        await raw.send(json.dumps([2, "stop", "StopTransaction", payload]))
        while (answer := json.loads(await raw.recv()))[1] != "stop":
            pass  # our own questions
        assert answer[0] == 3


@pytest.mark.parametrize("stopped_as", ["as it was told", "as a text"])
async def test_a_stop_by_an_id_of_any_type_ends_the_transaction(
    site: Site, stopped_as: str
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now, meter_start=1000)
    async with dialled(site) as raw:
        told = transaction_id if stopped_as == "as it was told" else str(transaction_id)
        stop = {"transactionId": told, "meterStop": 2000, "timestamp": site.now.iso()}
        await raw.send(json.dumps([2, "stop", "StopTransaction", stop]))
        await eventually(lambda: site.state.session_energy_kwh == 1.0)
        assert site.transaction_id is None


@pytest.mark.parametrize("own_id", [0, 1])
async def test_a_stop_by_the_chargers_own_id_ends_the_transaction_with_the_status(
    site: Site, own_id: int
) -> None:
    await site.start()
    async with charger(site) as client:
        for _ in range(2):  # which begins at the same number every time
            await client.begin(site.now)
            assert site.transaction_id is not None
            await client.end(site.now, own_id)
            assert site.connector().state.transaction_id, "it may have been of another one"
            await client.status("Finishing")
            assert site.connector().state.transaction_id is None
            site.now.seconds += 10


async def test_a_stop_by_another_id_counts_where_the_status_was_told_before(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.begin(site.now)
        await client.status("Finishing")
        assert site.transaction_id is not None
        await client.end(site.now, 1)
        assert site.transaction_id is None


async def test_a_stop_by_another_id_ends_nothing_that_goes_on(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        await client.end(site.now, 1)
        await client.measure(site.now, register(1400), transaction_id=transaction_id)
        await client.status("Preparing")  # late
        assert site.state.transaction_id == transaction_id


async def test_a_stop_that_is_sent_again_casts_no_doubt_on_the_next_session(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        first = await client.begin(site.now)
        await client.end(site.now, first)
        site.now.seconds += 5
        second = await client.begin(site.now)
        await client.status("Preparing")
        await client.end(site.now, first)
        assert site.state.transaction_id == second


async def test_the_stop_of_a_session_that_was_overtaken_ends_no_other(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        first = await client.begin(site.now)
        site.now.seconds += 5
        second = await client.begin(site.now)
        await client.status("Preparing")
        await client.end(site.now, first)
        assert site.state.transaction_id == second


async def test_an_id_that_a_charger_uses_again_is_adopted_again(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        for _ in range(2):
            await client.status("Charging")
            await client.measure(site.now, register(1000), transaction_id=1)
            assert site.connector().state.transaction_id == 1
            await client.end(site.now, 1)
            await client.status("Available")
            await client.measure(site.now, register(1000), transaction_id=1)
            assert site.connector().state.transaction_id is None, "what comes late is of the past"
            site.now.seconds += 301


@pytest.mark.parametrize(
    ("first", "again", "is_one"),
    [
        ({"meter_start": 1000}, {"meter_start": 1000}, True),
        ({"meter_start": 1000}, {"meter_start": 1700}, False),
        ({"meter_start": -1}, {"meter_start": -1}, False),  # nothing to know it by
    ],
)
async def test_a_start_without_a_time_that_is_sent_twice_is_one_transaction(
    site: Site, first: dict[str, int], again: dict[str, int], *, is_one: bool
) -> None:
    await site.start()
    async with charger(site) as client:
        ids = []
        for start in (first, again):
            request = call.StartTransaction(connector_id=1, id_tag="tag", timestamp="", **start)
            ids.append((await client.ask(request)).transaction_id)
        assert (ids[0] == ids[1]) is is_one


@pytest.mark.parametrize("is_confirmed", [True, False])
async def test_a_start_that_says_nothing_of_a_session_ends_none(
    site: Site, *, is_confirmed: bool
) -> None:
    await site.start()
    nothing = '[2,"g1","StartTransaction",{"connectorId":1,"timestamp":"yesterday"}]'
    async with charger(site) as client:
        running = await client.begin(site.now)
        if not is_confirmed:
            site.connector()
            site.central._stations["garage"].transactions.doubt_all()
        await client.socket.send(nothing)
        await client.measure(site.now, register(1500), transaction_id=running)
        assert site.state.transaction_id == running
        assert await site.connector().async_set_current(10.0)
        assert client.profiles("TxProfile")[-1]["transaction_id"] == running
        await client.end(site.now, running)
        assert site.state.transaction_id is None


async def test_a_start_that_says_too_little_is_still_one_where_nothing_runs(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await client.socket.send('[2,"g1","StartTransaction",{"connectorId":1}]')
        await eventually(lambda: site.state.transaction_id)
        lacking = site.state.transaction_id
        await client.status("Preparing")
        assert site.connector().state.transaction_id is None, "nothing has confirmed it"
        await client.socket.send('[2,"g2","StartTransaction",{"connectorId":1}]')
        await eventually(lambda: site.state.transaction_id)
        await client.measure(site.now, register(1500), transaction_id=77)
        assert site.connector().state.transaction_id == 77, "which the charger names"
        site.now.seconds += 5
        assert await client.begin(site.now) != lacking, "a whole one takes its place"


async def test_a_start_repeated_after_a_lost_answer_keeps_its_id_over_a_restart(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        transaction_id = await client.begin(site.now)
        begun = site.now.iso()
    await site.restart()
    site.now.seconds += 40
    async with charger(site) as client:
        request = call.StartTransaction(
            connector_id=1, id_tag="tag", meter_start=1000, timestamp=begun
        )
        assert (await client.ask(request)).transaction_id == transaction_id
        assert site.state.transaction_id == transaction_id


async def test_two_connectors_charge_beside_each_other(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2, phases=1))
    one, two = site.connector(), site.connector(connector_id=2)
    async with charger(site) as client:
        await booted(client)
        ids = [await client.begin(site.now, connector_id=number) for number in (1, 2)]
        assert [one.state.transaction_id, two.state.transaction_id] == ids
        assert await one.async_set_current(10.0)
        assert await two.async_set_current(12.0)
        assert [
            (payload["connector_id"], payload["cs_charging_profiles"]["transaction_id"])
            for payload in client.sent("SetChargingProfile")
            if payload["cs_charging_profiles"]["charging_profile_purpose"] == "TxProfile"
        ] == [(1, ids[0]), (2, ids[1])]
        for number, current in ((1, "9.5"), (2, "11.5")):
            await client.measure(
                site.now,
                sample("Current.Import", current, "A"),
                register(2000 * number),
                connector_id=number,
                transaction_id=ids[number - 1],
            )
        assert one.state.currents == (9.5, 9.5, 9.5)
        assert two.state.currents == (11.5, None, None)
        await client.end(site.now, ids[0])
        assert (one.state.transaction_id, one.state.accepted_current) == (None, None)
        assert (two.state.transaction_id, two.state.accepted_current) == (ids[1], 12.0)
        await client.measure(site.now, register(9000), connector_id=1, transaction_id=77)
        assert one.state.transaction_id == 77
    await site.restart()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2, phases=1))
    async with charger(site) as client:
        await client.status("Charging", 2)
        assert site.connector(connector_id=2).state.transaction_id == ids[1]
        assert site.connector().state.transaction_id is None
        await client.status("Charging", 1)
        assert site.connector().state.transaction_id == 77


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
