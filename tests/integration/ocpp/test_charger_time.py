"""Chargers whose clock is off, and values that come late."""

from typing import Any

from ocpp.v16 import call
import pytest

from .conftest import LibraryCharger, Site, booted, charger, eventually


async def told(client: LibraryCharger, site: Site, offset_s: float, times: int = 2) -> None:
    """Send statuses stamped by a clock that is off."""
    for _ in range(times):
        await client.status("Charging", timestamp=site.now.iso(offset_s))


async def measured(client: LibraryCharger, site: Site, stamp_s: float, current: str) -> None:
    """Send a current stamped so far from our clock."""
    value = {
        "timestamp": site.now.iso(stamp_s),
        "sampled_value": [
            {"measurand": "Current.Import", "value": current, "unit": "A"},
            {"value": str(int(float(current) * 1000))},
        ],
    }
    await client.ask(_meter_values(value))


def _meter_values(value: dict[str, Any]) -> Any:
    return call.MeterValues(connector_id=1, meter_value=[value])


@pytest.mark.parametrize("offset_s", [600.0, -600.0])
async def test_a_clock_that_is_off_is_shown_and_followed_while_a_car_charges(
    site: Site, offset_s: float
) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        assert site.connector().state.clock_offset_s is None
        await client.begin(site.now)
        await told(client, site, 0.0)
        assert site.connector().state.clock_offset_s == 0.0
        assert await site.connector().async_set_current(10.0)
        for _ in range(5):  # somebody sets it anew
            site.now.seconds += 10
            await measured(client, site, offset_s, "10")
        assert site.state.clock_offset_s == offset_s
        assert await site.connector().async_set_current(9.0)
        profile = client.profiles("TxProfile")[-1]
        start = site.now.iso(offset_s - 5.0)
        assert profile["valid_from"] == start
        assert profile["charging_schedule"]["start_schedule"] == start


async def test_an_offset_that_wavers_is_no_news(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await told(client, site, 90.0)
        heard = len(site.heard)
        await told(client, site, 91.0)
        assert site.state.clock_offset_s == 90.0
        assert len(site.heard) == heard
        await told(client, site, 93.0)
        assert site.state.clock_offset_s == 93.0


async def test_a_connector_that_is_added_later_shows_the_offset_too(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await told(client, site, 90.0)
        site.attach(connector_id=2)
        assert site.connector(connector_id=2).state.clock_offset_s == 90.0


async def test_values_that_come_late_are_dated_back(site: Site) -> None:
    await site.start()
    site.now.seconds = 1000
    async with charger(site) as client:
        await told(client, site, 0.0)
        for _ in range(8):
            site.now.seconds += 10
            await measured(client, site, -10.0, "9")
            assert site.state.measured_at == site.now.seconds - 10


@pytest.mark.parametrize("offset_s", [0.0, 600.0, -600.0])
async def test_values_of_before_the_newest_ones_count_their_energy_alone(
    site: Site, offset_s: float
) -> None:
    await site.start()
    site.now.seconds = 1000
    async with charger(site) as client:
        await told(client, site, offset_s)
        await measured(client, site, offset_s - 5.0, "9")
        await measured(client, site, offset_s - 25.0, "16")
        assert site.state.currents == (9.0, 9.0, 9.0)
        assert site.state.energy_kwh == 16.0
        assert site.state.measured_at == 995.0


async def test_what_was_kept_while_the_charger_was_away_is_no_draw_of_now(site: Site) -> None:
    await site.start()
    site.now.seconds = 10_000
    async with charger(site) as client:
        await told(client, site, 0.0)
    await eventually(lambda: not site.state.connected)
    async with charger(site) as client:
        for age_s in (900.0, 600.0, 300.0):
            await measured(client, site, -age_s, "16")
        assert site.connector().state.currents == (None, None, None)
        assert site.state.energy_kwh == 16.0
        await measured(client, site, 0.0, "9")
        assert site.state.currents == (9.0, 9.0, 9.0)


async def test_a_clock_that_stands_still_makes_no_value_old(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await told(client, site, 0.0)
        stamped = site.now.seconds
        for _ in range(20):
            site.now.seconds += 10
            await measured(client, site, stamped - site.now.seconds, "9")
        assert site.state.measured_at == site.now.seconds
