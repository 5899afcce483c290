"""A charger that measures nothing is asked for its own schedule; no other is."""

import asyncio
from typing import Any

import pytest

from custom_components.loadstar.ocpp import Problem

from .conftest import LibraryCharger, Site, booted, charger, eventually


def says(limit: float, unit: str = "A", **period: int) -> dict[str, Any]:
    """Return an answer to GetCompositeSchedule."""
    return {
        "status": "Accepted",
        "connector_id": 1,
        "charging_schedule": {
            "charging_rate_unit": unit,
            "charging_schedule_period": [{"start_period": 0, "limit": limit, **period}],
        },
    }


def asked(client: LibraryCharger) -> int:
    """Return how often a charger was asked."""
    return len(client.sent("GetCompositeSchedule"))


async def let_pass(site: Site, seconds: float) -> None:
    """Let time go by as a charger sees it."""
    await asyncio.sleep(0.03)
    site.now.seconds += seconds
    await asyncio.sleep(0.05)


async def test_it_is_asked_15_s_after_a_set_point_once_nothing_was_measured_for_60_s(
    site: Site,
) -> None:
    await site.start()
    async with charger(site, schedule=says(10.0)) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        await let_pass(site, 50)
        assert asked(client) == 0
        await site.connector().async_set_current(9.0)
        await let_pass(site, 14)
        assert asked(client) == 0
        await let_pass(site, 1)
        await eventually(lambda: asked(client) == 1)
        assert client.sent("GetCompositeSchedule") == [
            {"connector_id": 1, "duration": 60, "charging_rate_unit": "A"}
        ]
        assert site.state.problem is None
        await let_pass(site, 10)
        assert asked(client) == 1, "once for every set-point"


@pytest.mark.parametrize(
    ("schedule", "ignores"),
    [
        (says(10.9), False),
        (says(11.1), True),
        (says(0), False),
        (says(6900, "W"), False),
        (says(6900, "W", number_phases=1), True),
        (says(11000, "W"), True),
        (says(-1), False),  # says that there is no limit, or nothing at all
    ],
)
async def test_more_than_the_set_point_is_a_problem(
    site: Site, schedule: dict[str, Any], *, ignores: bool
) -> None:
    await site.start()
    async with charger(site, schedule=schedule) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        await let_pass(site, 60)
        await eventually(lambda: asked(client) == 1)
        await asyncio.sleep(0.05)
        assert (site.state.problem is Problem.LIMITS_IGNORED) is ignores


async def test_it_is_a_problem_until_a_later_schedule_agrees(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site, schedule=says(16.0)) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        for _ in range(3):
            await let_pass(site, 61)
            await let_pass(site, 15)
        await eventually(lambda: site.state.problem is Problem.LIMITS_IGNORED)
        assert caplog.text.count("its own schedule allows more") == 1
        client.schedule = says(10.0)
        await let_pass(site, 61)
        await let_pass(site, 15)
        await eventually(lambda: site.state.problem is None)
        client.schedule = says(16.0)
        await let_pass(site, 61)
        await let_pass(site, 15)
        await eventually(lambda: site.state.problem is Problem.LIMITS_IGNORED)
        await client.end(site.now, transaction_id)
        await eventually(lambda: site.state.problem is None)


async def test_a_charger_that_measures_is_never_asked(site: Site) -> None:
    await site.start()
    async with charger(site, schedule=says(32.0)) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        for _ in range(20):
            await client.measure(site.now, {"measurand": "Power.Active.Import", "value": "6000"})
            await let_pass(site, 10)
        assert asked(client) == 0


async def test_a_charger_whose_car_does_not_charge_is_not_asked(site: Site) -> None:
    await site.start()
    async with charger(site, schedule=says(32.0)) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        await client.status("SuspendedEV")
        await let_pass(site, 100)
        assert asked(client) == 0


async def test_a_charger_that_says_nothing_is_asked_once_in_a_session(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        for times in (1, 2):
            transaction_id = await client.begin(site.now)
            await site.connector().async_set_current(10.0)
            for _ in range(4):
                await let_pass(site, 61)
            assert asked(client) == times
            assert site.state.problem is None
            await client.end(site.now, transaction_id)
            await let_pass(site, 1)


async def test_a_charger_that_leaves_without_an_answer_is_no_news(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site) as client:

        async def never(**payload: Any) -> None:
            client._note("GetCompositeSchedule", payload)
            await asyncio.sleep(3600)

        client.route_map["GetCompositeSchedule"]["_on_action"] = never
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(10.0)
        await let_pass(site, 60)
        await eventually(lambda: asked(client) == 1)
    await eventually(lambda: not site.state.connected)
    assert site.state.problem is None
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []
