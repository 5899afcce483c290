"""A connected charger is held to a current, and finds its fallback by itself."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.ocpp import Problem

from .conftest import FAST, GARAGE, LibraryCharger, Site, booted, charger, eventually


def limits(client: LibraryCharger) -> list[float]:
    """Return the first limit of every set-point received."""
    return [
        profile["charging_schedule"]["charging_schedule_period"][0]["limit"]
        for profile in client.profiles("TxProfile")
    ]


async def test_a_set_point_ends_in_the_fallback(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        [setpoint] = client.profiles("TxProfile")
        start = site.now.iso(-5.0)
        assert setpoint == {
            "charging_profile_id": 7201,
            "transaction_id": transaction_id,
            "stack_level": 0,
            "charging_profile_purpose": "TxProfile",
            "charging_profile_kind": "Absolute",
            "valid_from": start,
            "charging_schedule": {
                "charging_rate_unit": "A",
                "start_schedule": start,
                "charging_schedule_period": [
                    {"start_period": 0, "limit": 10.0, "number_phases": 3},
                    {"start_period": 120, "limit": 6.0, "number_phases": 3},
                ],
            },
        }
        assert site.state.accepted_current == 10.0
        assert site.state.expires_at == pytest.approx(site.now.monotonic() + 115)


async def test_one_period_ends_by_duration_and_valid_to_together(site: Site) -> None:
    await site.start()
    configuration = {"ChargingScheduleMaxPeriods": "1"}
    async with charger(site, configuration=configuration) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        [setpoint] = client.profiles("TxProfile")
        assert setpoint["valid_from"] == site.now.iso(-5.0)
        assert setpoint["valid_to"] == site.now.iso(115.0)
        assert setpoint["charging_schedule"]["duration"] == 120
        assert len(setpoint["charging_schedule"]["charging_schedule_period"]) == 1


async def test_a_charger_that_takes_watts_alone_gets_watts(site: Site) -> None:
    await site.start()
    configuration = {"ChargingScheduleAllowedChargingRateUnit": "Power"}
    async with charger(site, configuration=configuration) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        schedule = client.profiles("TxProfile")[0]["charging_schedule"]
        assert schedule["charging_rate_unit"] == "W"
        assert schedule["charging_schedule_period"] == [
            {"start_period": 0, "limit": 6900.0, "number_phases": 3},
            {"start_period": 120, "limit": 4140.0, "number_phases": 3},
        ]


async def test_a_set_point_begins_by_the_chargers_own_clock(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.status("Available", timestamp=site.now.iso(-300.0))
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        assert client.profiles("TxProfile")[0]["valid_from"] == site.now.iso(-305.0)


async def test_zero_pauses_without_ending_the_transaction(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        assert await site.connector().async_set_current(0.0)
        assert limits(client) == [0.0]
        assert client.sent("RemoteStopTransaction") == []
        assert site.state.transaction_id == transaction_id


async def test_nothing_is_sent_outside_a_transaction(site: Site) -> None:
    await site.start()
    assert not await site.connector().async_set_current(10.0)  # not connected
    async with charger(site) as client:
        await booted(client)
        await client.status("Preparing")
        assert not await site.connector().async_set_current(10.0)
        transaction_id = await client.begin(site.now)
        await client.end(site.now, transaction_id)
        assert not await site.connector().async_set_current(10.0)
        assert client.profiles("TxProfile") == []


@pytest.mark.parametrize("current", [float("nan"), float("inf"), -1.0])
async def test_what_is_no_current_is_refused_here(site: Site, current: float) -> None:
    await site.start()
    with pytest.raises(ValueError, match="not a current"):
        await site.connector().async_set_current(current)


async def test_a_set_point_is_renewed_at_half_its_life_while_the_car_charges(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        site.now.seconds += 59
        await asyncio.sleep(0.05)
        assert limits(client) == [10.0]
        for _ in range(3):
            site.now.seconds += 61
            await eventually(lambda: site.state.expires_at == site.now.monotonic() + 115)
        assert limits(client) == [10.0] * 4
        assert client.profiles("TxProfile")[-1]["valid_from"] == site.now.iso(-5.0)
        await client.end(site.now, transaction_id)
        site.now.seconds += 61
        await asyncio.sleep(0.05)
        assert limits(client) == [10.0] * 4
        assert site.state.accepted_current is None


async def test_the_same_current_is_not_sent_twice(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        assert await site.connector().async_set_current(10.0)
        assert await site.connector().async_set_current(9.0)
        assert limits(client) == [10.0, 9.0]


async def test_a_slow_charger_gets_the_newest_set_point_and_none_between(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        connector = site.connector()
        sends = [asyncio.create_task(connector.async_set_current(7.0))]
        await eventually(lambda: limits(client) == [7.0])
        sends += [
            asyncio.create_task(connector.async_set_current(current))
            for current in (8.0, 9.0, 10.0, 11.0)
        ]
        await asyncio.sleep(0)
        client.gate.set()
        assert await asyncio.gather(*sends) == [True, False, False, False, True]
        assert limits(client) == [7.0, 11.0]
        assert site.state.accepted_current == 11.0


async def test_what_waits_for_its_turn_is_sent_as_it_is_wanted_by_then(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        site.attach(fallback_current=7.0)
        connector = site.connector()
        holding = asyncio.create_task(connector.async_set_current(12.0))
        await asyncio.sleep(0)  # the fallback goes first
        newer = asyncio.create_task(connector.async_set_current(8.0))
        await eventually(lambda: limits(client))
        client.gate.set()
        assert await holding is False
        assert await newer is True
        assert limits(client) == [8.0]


async def test_a_set_point_overtaken_by_the_transactions_end_is_not_sent(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        client.gate.clear()
        connector = site.connector()
        first = asyncio.create_task(connector.async_set_current(7.0))
        await eventually(lambda: limits(client) == [7.0])
        second = asyncio.create_task(connector.async_set_current(9.0))
        await client.end(site.now, transaction_id)
        client.gate.set()
        assert [await first, await second] == [False, False]
        assert limits(client) == [7.0]
        assert site.state.accepted_current is None


async def test_an_answer_that_was_meant_for_the_last_transaction_says_nothing_of_this_one(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        first = await client.begin(site.now)
        client.gate.clear()
        holding = asyncio.create_task(site.connector().async_set_current(7.0))
        await eventually(lambda: limits(client) == [7.0])
        await client.end(site.now, first)
        site.now.seconds += 1
        second = await client.begin(site.now)
        client.gate.set()
        assert await holding is False
        assert site.state.transaction_id == second
        assert site.state.accepted_current is None


PURPOSES = ("TxProfile", "TxDefaultProfile", "ChargePointMaxProfile")


@pytest.mark.parametrize("status", ["Rejected", "NotSupported"])
async def test_a_set_point_refused_in_every_form_is_a_problem_until_one_is_taken(
    site: Site, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.profile_answers = dict.fromkeys(PURPOSES, status)
        assert not await site.connector().async_set_current(10.0)
        assert site.connector().state.problem is None
        await refused_throughout(site)
        assert site.state.accepted_current is None
        assert not await site.connector().async_set_current(11.0)
        assert caplog.text.count("refused a set-point") == 1
        client.profile_answers = {}
        assert await site.connector().async_set_current(12.0)
        assert site.connector().state.problem is None
        assert "takes set-points again" in caplog.text


async def refused_throughout(site: Site) -> None:
    """Let the time go by until every form of set-point was refused."""
    for _ in range(10):
        site.now.seconds += 2
        await asyncio.sleep(0.05)
        if site.state.problem is Problem.SETPOINT_REJECTED:
            return
    pytest.fail("the ladder has no end")


async def test_a_charger_that_does_not_know_its_transaction_yet_is_asked_again_soon(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site, profile_answers={"TxProfile": "Rejected"}) as client:
        await booted(client)
        await client.begin(site.now)
        assert not await site.connector().async_set_current(10.0)
        client.profile_answers = {}
        site.now.seconds += 2
        await eventually(lambda: site.state.accepted_current == 10.0)
        assert site.state.problem is None
        assert limits(client) == [10.0, 10.0]
    assert "refused a set-point" not in caplog.text


async def test_a_refused_set_point_is_tried_again_at_every_renewal(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.profile_answers = dict.fromkeys(PURPOSES, "Rejected")
        assert not await site.connector().async_set_current(10.0)
        await refused_throughout(site)
        tried = len(limits(client))
        client.profile_answers = {}
        site.now.seconds += 59
        await asyncio.sleep(0.03)
        assert len(limits(client)) == tried
        site.now.seconds += 2
        await eventually(lambda: site.state.accepted_current == 10.0)
        assert site.connector().state.problem is None


async def test_a_refused_fallback_is_a_problem(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    refused = {"TxDefaultProfile": "Rejected", "ChargePointMaxProfile": "Rejected"}
    async with charger(site, profile_answers=refused) as client:
        await booted(client)
        assert site.state.problem is Problem.FALLBACK_REJECTED
        assert not site.state.fallback_installed
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)  # which still works
    assert "refused the fallback of 6.0 A" in caplog.text


async def test_a_charger_that_does_not_answer_is_asked_again_while_it_charges(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start(replace(FAST, call_timeout_s=0.1))
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        assert not await site.connector().async_set_current(10.0)
        assert site.state.accepted_current is None
        assert site.state.problem is None
        site.now.seconds += 11
        await eventually(lambda: len(limits(client)) == 2)
        client.gate.set()
        site.now.seconds += 11
        await eventually(lambda: site.state.accepted_current == 10.0)
    assert caplog.text.count("no answer to SetChargingProfile within 0.1 s") == 1


async def test_set_points_that_are_never_answered_are_a_problem(site: Site) -> None:
    await site.start(replace(FAST, call_timeout_s=0.05))
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        client.gate.clear()
        assert not await site.connector().async_set_current(10.0)
        for tries in (2, 3):
            assert site.state.problem is None
            site.now.seconds += 11
            await until_failed(site, tries)
        await eventually(lambda: site.state.problem is Problem.NO_ANSWER)
        client.gate.set()
        site.now.seconds += 11
        await eventually(lambda: site.state.problem is None)
        client.gate.clear()
        for tries in (4, 5, 6):
            site.now.seconds += 61
            await until_failed(site, tries)
        await eventually(lambda: site.state.problem is Problem.NO_ANSWER)
        await client.end(site.now, transaction_id)
        assert site.state.problem is None, "nothing is asked of it any more"
        client.gate.set()


async def until_failed(site: Site, calls: int) -> None:
    """Wait until so many of our calls were not answered."""
    await eventually(lambda: site.central.stations["garage"].calls_failed == calls)


async def test_a_transaction_that_ended_while_we_were_away_gets_no_set_point(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
    await eventually(lambda: not site.state.connected)
    async with charger(site, gated="TxDefaultProfile") as client:
        client.gate.clear()
        await client.boot()
        await eventually(lambda: client.profiles("TxDefaultProfile"))
        assert client.sent("TriggerMessage") == []
        answer_status_at_once(client)
        client.gate.set()
        await eventually(lambda: site.state.transaction_id is None)
        site.now.seconds += 61
        await asyncio.sleep(0.05)
        assert limits(client) == []
        assert site.state.problem is None


def answer_status_at_once(client: LibraryCharger) -> None:
    """Have the charger say that no car is there when it is asked."""
    note = client._note

    def noted(action: str, payload: dict[str, Any]) -> None:
        note(action, payload)
        if payload.get("requested_message") == "StatusNotification":
            client._answering.add(asyncio.create_task(client.status("Available")))

    client._note = noted  # type: ignore[method-assign]  # this charger alone


async def test_a_set_point_that_could_not_be_renewed_runs_out(site: Site) -> None:
    await site.start(replace(FAST, call_timeout_s=0.05))
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        client.gate.clear()
        site.now.seconds += 114.9
        await asyncio.sleep(0.03)
        assert site.state.accepted_current == 10.0
        site.now.seconds += 0.2
        await eventually(lambda: site.state.accepted_current is None)
        assert site.state.expires_at is None
        client.gate.set()


async def test_a_set_point_in_force_is_sent_again_after_a_short_loss_of_connection(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
    await eventually(lambda: not site.state.connected)
    assert site.state.accepted_current == 10.0  # the charger still holds to it
    site.now.seconds += 20
    async with charger(site) as client:
        await eventually(lambda: limits(client) == [10.0])
        assert site.state.transaction_id is not None


async def test_a_set_point_that_ran_out_meanwhile_is_not_sent_again(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
    await eventually(lambda: not site.state.connected)
    site.now.seconds += 121
    await eventually(lambda: site.state.accepted_current is None)
    async with charger(site) as client:
        await booted(client)
        await client.status("Charging")
        await asyncio.sleep(0.05)
        assert limits(client) == []


async def test_sessions_are_started_and_stopped(site: Site) -> None:
    await site.start()
    connector = site.connector()
    assert not await connector.async_start("loadstar")
    async with charger(site) as client:
        await booted(client)
        assert not await connector.async_stop()
        assert await connector.async_start("a tag that is longer than allowed")
        assert client.sent("RemoteStartTransaction") == [
            {"id_tag": "a tag that is longer", "connector_id": 1}
        ]
        transaction_id = await client.begin(site.now)
        assert await connector.async_stop()
        assert client.sent("RemoteStopTransaction") == [{"transaction_id": transaction_id}]


async def test_a_command_that_is_not_answered_fails_calmly(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start(replace(FAST, call_timeout_s=0.1))
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)

        async def never(*_: Any, **__: Any) -> None:
            await asyncio.sleep(3600)

        for action in ("RemoteStartTransaction", "RemoteStopTransaction"):
            client.route_map[action]["_on_action"] = never
        assert not await site.connector().async_start("loadstar")
        client.socket.transport.pause_reading()
        assert not await site.connector().async_stop()
        client.socket.transport.resume_reading()
    assert "charging was not started" in caplog.text
    assert "charging was not stopped" in caplog.text


async def test_a_command_fails_when_the_charger_leaves_before_it_answers(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        sending = asyncio.create_task(site.connector().async_set_current(10.0))
        await eventually(lambda: limits(client) == [10.0])
        client.socket.transport.abort()
        assert await sending is False
    await eventually(lambda: not site.state.connected)


async def test_commands_that_wait_for_their_turn_fail_with_the_connection(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        holding = asyncio.create_task(site.connector().async_set_current(10.0))
        await eventually(lambda: limits(client) == [10.0])
        stopping = asyncio.create_task(site.connector().async_stop())
        await asyncio.sleep(0)
        client.socket.transport.abort()
        assert [await holding, await stopping] == [False, False]
    assert client.sent("RemoteStopTransaction") == []


async def test_a_fallback_that_is_on_its_way_when_the_charger_leaves_is_sent_on_its_return(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        holding = asyncio.create_task(site.connector().async_set_current(10.0))
        await eventually(lambda: limits(client) == [10.0])
        site.attach(fallback_current=7.0)
        await asyncio.sleep(0)
        client.socket.transport.abort()
        assert await holding is False
    async with charger(site) as client:
        await booted(client)
        [fallback] = client.profiles("TxDefaultProfile")
        assert fallback["charging_schedule"]["charging_schedule_period"][0]["limit"] == 7.0


async def test_an_error_at_one_station_does_not_end_the_renewals_of_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.start()
    site.central.attach(replace(GARAGE, station_id="broken"), [], lambda *_: None)
    failed = []

    def fail() -> None:
        failed.append(site.now.seconds)
        raise ArithmeticError

    monkeypatch.setattr(site.central._stations["broken"], "tick", fail)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        sent = len(client.profiles("TxProfile"))
        await eventually(lambda: failed)
        site.now.seconds += 60
        await eventually(lambda: len(client.profiles("TxProfile")) == sent + 1)
