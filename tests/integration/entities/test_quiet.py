"""Entities are told of what concerns them, and the log of nothing that is right."""

from collections.abc import Iterator
import logging
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.models import Reason, ReasonCode
from custom_components.loadstar.entity import LoadstarEntity
from tests.integration.common import AT_REST, CHARGING, Home, report_meters, running


@pytest.mark.usefixtures("all_enabled")
async def test_nothing_is_logged_when_all_is_well(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(hass) as home:
        home.garage.say(CHARGING)
        home.carport.say(AT_REST)
        await home.show()
        await hass.config_entries.async_reload(home.entry.entry_id)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    # Home Assistant says of every custom integration that it is one; asyncio, that tests are
    # slow; and what serves the report's picture, that it could compress faster
    expected = {"homeassistant.loader", "asyncio", "aiohttp_fast_zlib"}
    assert {record.name for record in told} <= expected


@pytest.fixture
def written() -> Iterator[list[str | None]]:
    """Return the subentries of entities whose state is written, as they are."""
    subentries: list[str | None] = []
    with patch.object(
        LoadstarEntity,
        "async_write_ha_state",
        lambda entity: subentries.append(entity.subentry_id),
    ):
        yield subentries


async def test_a_charger_wakes_its_own_entities_alone(
    home: Home, written: list[str | None]
) -> None:
    home.garage.say(AT_REST)
    await home.decide()
    assert set(written) == {"garage"}


async def test_the_site_wakes_its_own_entities_alone(home: Home, written: list[str | None]) -> None:
    home.controller.overloaded_phases = "A"
    await home.decide()
    assert set(written) == {None}


async def test_numbers_that_move_at_once_wait(home: Home, written: list[str | None]) -> None:
    report_meters(home.hass, grid_a="9.9", battery_power="2000", out_a="11")
    await home.decide()
    assert written == []


async def test_a_decision_that_changes_nothing_wakes_nobody(
    home: Home, written: list[str | None]
) -> None:
    await home.decide()
    await home.decide()
    assert written == []


async def test_a_reason_calls_a_circuit_by_its_name(home: Home) -> None:
    data: dict[str, float | str] = {"circuit": "outbuilding", "limit": 20.0}
    home.controller.reason = Reason(ReasonCode.LIMITED_BY_CIRCUIT, data)
    await home.decide()
    attributes = home.attributes("sensor", "reason", "garage")
    assert (attributes["circuit"], attributes["limit"]) == ("Outbuilding", 20.0)
