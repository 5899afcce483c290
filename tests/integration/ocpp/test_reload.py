"""Reloads of an entry neither drop a charger nor hand it back; a release does."""

import asyncio
from dataclasses import replace

from ocpp.v16 import call
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from custom_components.loadstar.ocpp import ConnectorConfig, Security

from .conftest import FAST, GARAGE, Site, booted, charger, dialled, eventually


async def test_attaching_the_same_again_changes_nothing_but_the_listener(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        connector, state, told = site.connector(), site.state, len(client.received)
        site.central.detach_listener("garage")
        heard: list[tuple[str, int]] = []
        site.central.attach(
            replace(GARAGE), [ConnectorConfig()], lambda *which: heard.append(which)
        )
        assert site.connector() is connector
        assert site.state == state
        await client.status("SuspendedEV")
        assert heard == [("garage", 1)]
        assert len(client.received) == told
        assert site.central.stations["garage"].connections == 1


async def test_a_changed_fallback_is_sent_and_the_set_point_with_it(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        site.attach(fallback_current=8.0)
        await eventually(lambda: len(client.profiles("TxProfile")) == 2)
        assert [
            profile["charging_schedule"]["charging_schedule_period"][0]["limit"]
            for profile in client.profiles("TxDefaultProfile")
        ] == [6.0, 8.0]
        periods = client.profiles("TxProfile")[1]["charging_schedule"]["charging_schedule_period"]
        assert [period["limit"] for period in periods] == [10.0, 8.0]


@pytest.mark.parametrize(
    "changed",
    [replace(GARAGE, password="another-password"), replace(GARAGE, security=Security.NONE)],
)
async def test_changed_credentials_make_the_charger_connect_again(
    site: Site, changed: object
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        assert changed != GARAGE
        site.attach(changed)  # type: ignore[arg-type]  # the table's column
        await eventually(lambda: not site.state.connected)
        with pytest.raises(ConnectionClosed):
            await client.socket.recv()


async def test_nobody_is_told_after_the_listener_has_left(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        heard = len(site.heard)
        site.central.detach_listener("garage")
        site.central.detach_listener("unknown")
        await client.status("Available")
        assert site.state.status == "Available"
        assert len(site.heard) == heard


async def test_without_a_listener_a_set_point_is_renewed_for_one_life_and_no_longer(
    site: Site,
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        site.central.detach_listener("garage")
        site.now.seconds += 61
        await eventually(lambda: len(client.profiles("TxProfile")) == 2)
        await eventually(lambda: site.state.expires_at == site.now.monotonic() + 115)
        site.now.seconds += 61
        await asyncio.sleep(0.05)
        assert len(client.profiles("TxProfile")) == 2
        site.now.seconds += 60
        await eventually(lambda: site.state.accepted_current is None)


async def test_a_connector_added_while_connected_is_taken_in(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))
        connector = site.connector(connector_id=2)
        assert connector.state.connected
        assert connector.state.model == "One"
        await eventually(lambda: connector.state.fallback_installed)
        assert client.sent("TriggerMessage")[-1] == {
            "requested_message": "StatusNotification",
            "connector_id": 2,
        }


async def test_a_connector_taken_away_is_handed_back(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))
    async with charger(site) as client:
        await booted(client)
        site.attach(GARAGE, ConnectorConfig(connector_id=1))
        await eventually(lambda: client.cleared_ids() == [7202, 7102])
        with pytest.raises(KeyError):
            site.connector(connector_id=2)
        assert site.state.connected


async def test_a_release_clears_our_profiles_closes_and_forgets(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        await site.central.release("garage")
        assert client.cleared_ids() == [7201, 7101]
        with pytest.raises(ConnectionClosed):
            await client.socket.recv()
    assert site.central.stations == {}
    with pytest.raises(InvalidStatus):
        async with dialled(site):
            pass
    await site.central.release("garage")


async def test_a_release_of_a_charger_that_is_away_or_mute_is_said(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start(replace(FAST, call_timeout_s=0.05))
    async with dialled(site):
        await eventually(lambda: site.state.connected)
        await site.central.release("garage")
    assert "its fallback may still be in force" in caplog.text
    site.attach()
    await site.central.release("garage")
    assert "is not connected, so its fallback could not be taken back" in caplog.text


async def test_stopping_leaves_the_fallback_and_tells_the_listener(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        assert site.state.connected
        await site.central.stop()
        assert client.cleared_ids() == []
    assert not site.connector().state.connected
    assert site.heard[-1] == ("garage", 1)


async def test_a_station_may_be_attached_before_the_server_listens(site: Site) -> None:
    site.attach()
    await site.central.start()
    async with charger(site) as client:
        await client.ask(call.Heartbeat())
        assert site.state.connected
