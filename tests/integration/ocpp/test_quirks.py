"""Chargers that are known to need something else get it."""

import asyncio
from typing import Any

import pytest

from custom_components.loadstar.ocpp import QuirkTable
from custom_components.loadstar.ocpp.quirks import parse_quirks

from .conftest import LibraryCharger, Site, booted, charger, eventually


def quirks(**flags: Any) -> QuirkTable:
    """Return what is known of Acme's chargers."""
    rule = {"sources": ["https://example.org"], "flags": flags}
    return QuirkTable(parse_quirks({"vendor": ["acme"], "rules": [rule]}))


async def start(site: Site, **flags: Any) -> None:
    """Let a site listen that knows of Acme's chargers."""
    site.quirks = quirks(**flags)
    site.build()
    await site.start()


def last_setpoint(client: LibraryCharger) -> dict[str, Any]:
    """Return the set-point received last."""
    profile: dict[str, Any] = client.profiles("TxProfile")[-1]
    return profile


def left_s(site: Site) -> float:
    """Return how long the charger's set-point still holds."""
    expires_at = site.state.expires_at
    assert expires_at is not None
    return expires_at - site.now.monotonic()


async def writes_per_hour(site: Site, client: LibraryCharger, life_s: int) -> int:
    """Return how many profiles a charger writes in an hour of steady current."""
    before = len(client.sent("SetChargingProfile"))
    for _ in range(60):
        site.now.seconds += 60
        await asyncio.sleep(0.02)
        # what is due has to come, however busy the machine is
        await eventually(lambda: left_s(site) > life_s / 2 - 5)
    return len(client.sent("SetChargingProfile")) - before


@pytest.mark.parametrize(("life_s", "writes"), [(None, 60), (1200, 6), (3600, 2)])
async def test_a_charger_that_writes_profiles_to_flash_writes_seldom(
    site: Site, life_s: int | None, writes: int
) -> None:
    await start(site, **({"max_periods": 2} if life_s is None else {"profile_life_s": life_s}))
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        life = life_s or 120
        periods = last_setpoint(client)["charging_schedule"]["charging_schedule_period"]
        assert periods[1]["start_period"] == life
        assert site.state.expires_at == site.now.monotonic() + life - 5
        assert await writes_per_hour(site, client, life) == writes
        assert site.state.accepted_current == 10.0


async def test_one_period_in_watts_without_phases_where_nothing_else_is_understood(
    site: Site,
) -> None:
    await start(site, max_periods=1, rate_unit="W", number_phases=False)
    async with charger(site) as client:
        await booted(client)
        [fallback] = client.profiles("TxDefaultProfile")
        assert fallback["charging_schedule"] == {
            "charging_rate_unit": "W",
            "charging_schedule_period": [{"start_period": 0, "limit": 4140.0}],
        }
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        schedule = last_setpoint(client)["charging_schedule"]
        assert schedule["charging_schedule_period"] == [{"start_period": 0, "limit": 6900.0}]
        assert schedule["duration"] == 120


async def test_the_ladder_begins_where_a_charger_is_known_to_stand(site: Site) -> None:
    await start(site, first_rung="tx_default", skip_rungs=["tx_two_periods"])
    async with charger(site, judge=lambda _: "Accepted") as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        assert client.profiles("TxProfile") == []
        assert site.state.method == "tx_default"


async def test_what_a_charger_says_of_itself_counts_from_then_on(site: Site) -> None:
    await start(site, max_periods=1)
    async with charger(site) as client:
        await booted(client)
        await client.boot(vendor="Other")
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        periods = last_setpoint(client)["charging_schedule"]["charging_schedule_period"]
        assert len(periods) == 2


async def test_a_charger_that_cannot_pause_is_stopped_and_started_again(site: Site) -> None:
    await start(site, pause="stop")
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        assert await site.connector().async_set_current(0.0)
        assert client.sent("RemoteStopTransaction") == [{"transaction_id": transaction_id}]
        assert len(client.profiles("TxProfile")) == 1
        assert site.state.accepted_current == 0.0
        assert await site.connector().async_set_current(0.0)
        assert len(client.sent("RemoteStopTransaction")) == 1, "once is enough"
        assert site.state.method == "tx_two_periods"

        await client.status("Finishing")
        await client.end(site.now, transaction_id)
        assert site.state.transaction_id is None
        assert site.state.status == "Preparing", "the car waits, and may be started again"

        assert await site.connector().async_start("loadstar")
        assert client.sent("RemoteStartTransaction") == [{"id_tag": "tag", "connector_id": 1}]
        site.now.seconds += 1
        second = await client.begin(site.now)
        assert second != transaction_id
        assert await site.connector().async_set_current(8.0)
        await client.end(site.now, second)
        await client.status("Finishing")
        assert site.state.status == "Finishing", "this one ended by itself"


async def test_a_pause_by_stop_outlasts_a_restart_and_ends_when_the_car_leaves(
    site: Site,
) -> None:
    await start(site, pause="stop")
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        assert await site.connector().async_set_current(0.0)
        assert site.state.method is None, "a stop says nothing of profiles"
        await client.end(site.now, transaction_id)
    await site.restart()
    async with charger(site) as client:
        await booted(client)
        await client.status("Finishing")
        assert site.state.status == "Preparing"
        await client.status("Available")
        assert site.state.status == "Available"
        await client.status("Finishing")
        assert site.state.status == "Finishing"
        await site.connector().async_start("loadstar")
        assert client.sent("RemoteStartTransaction")[-1]["id_tag"] == "loadstar"


async def test_a_charger_that_refuses_to_stop_is_paused_with_zero_after_all(site: Site) -> None:
    await start(site, pause="stop")
    async with charger(site) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)

        def refuse(**_: Any) -> Any:
            client._note("RemoteStopTransaction", {})
            raise ValueError(transaction_id)

        client.route_map["RemoteStopTransaction"]["_on_action"] = refuse
        assert await site.connector().async_set_current(0.0)
        periods = last_setpoint(client)["charging_schedule"]["charging_schedule_period"]
        assert periods[0]["limit"] == 0.0
        await client.end(site.now, transaction_id)
        await client.status("Finishing")
        assert site.state.status == "Finishing"


async def test_a_session_is_started_for_the_one_tag_that_a_charger_knows(site: Site) -> None:
    await start(site, id_tag="factory")
    async with charger(site) as client:
        await booted(client)
        assert await site.connector().async_start("loadstar")
        assert client.sent("RemoteStartTransaction") == [{"id_tag": "factory", "connector_id": 1}]


async def test_a_charger_that_must_not_be_asked_for_its_boot_is_not(site: Site) -> None:
    await start(site, trigger_boot=False)
    async with charger(site) as client:
        await booted(client)
    async with charger(site) as client:
        await eventually(lambda: client.sent("TriggerMessage"))
        asked = [payload["requested_message"] for payload in client.sent("TriggerMessage")]
        assert asked == ["StatusNotification"]


async def test_keys_that_a_charger_needs_are_set_once(site: Site) -> None:
    await start(site, configuration={"SmartChargingMode": "external"})
    async with charger(site) as client:
        await booted(client)
        sent = [(item["key"], item["value"]) for item in client.sent("ChangeConfiguration")]
        assert sent[0] == ("SmartChargingMode", "external")
    async with charger(site, configuration={"SmartChargingMode": "external"}) as client:
        await booted(client)
        keys = [item["key"] for item in client.sent("ChangeConfiguration")]
        assert "SmartChargingMode" not in keys
