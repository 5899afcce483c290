"""A charger is left alone for a while, to see what it does."""

import logging

import pytest
from websockets.exceptions import InvalidStatus

from .conftest import Site, booted, charger, dialled, eventually


async def test_a_charger_that_is_sent_away_is_refused_until_its_time_is_over(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(10.0)
        await site.connector().async_disconnect(130.0)
        assert not site.state.connected
        assert site.state.transaction_id is not None
    site.now.seconds += 129
    with pytest.raises(InvalidStatus) as refused:
        async with dialled(site):
            pass
    assert refused.value.response.status_code == 503
    assert not site.state.connected
    site.now.seconds += 1
    async with charger(site):
        await eventually(lambda: site.state.connected)
    assert "its connection is cut for 130 s" in caplog.text
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_one_that_is_not_connected_is_refused_as_well(site: Site) -> None:
    await site.start()
    await site.connector().async_disconnect(10.0)
    with pytest.raises(InvalidStatus):
        async with dialled(site):
            pass
    site.now.seconds += 10
    async with dialled(site):
        await eventually(lambda: site.state.connected)
