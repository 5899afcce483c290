"""What is kept of the buffer: over restarts, by one instance, whatever is in the file."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest

from custom_components.loadstar.buffering import (
    async_remove_buffer,
)
from custom_components.loadstar.buffering.store import SAVE_DELAY_S
from custom_components.loadstar.engine.buffer import (
    BufferMode,
    BufferReason,
    BufferState,
)
from custom_components.loadstar.engine.planner.output.plain import to_plain
from tests.integration.buffers import DAY, KEY, NEXT, QUARTER, START, Site, a_site

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")

LOST = "buffer_store_home"
# As they are before the test plugin takes their places.
REAL_LOAD, REAL_WRITE = Store._async_load, Store._async_write_data


@pytest.fixture
async def site(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[Site]:
    async with a_site(hass, freezer) as site:
        yield site


class TestKept:
    """What survives a restart, and who writes it."""

    async def test_when_the_observation_began_is_stored_at_once(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        observation = hass_storage[KEY]["data"]["observation"]
        assert observation["started"] == START.isoformat()

    async def test_steps_are_written_within_the_hour(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        await site.at(NEXT)
        assert len(hass_storage[KEY]["data"]["log"]) == 1
        await site.at(START + timedelta(seconds=SAVE_DELAY_S) + QUARTER)
        assert len(hass_storage[KEY]["data"]["log"]) > 1

    async def test_it_goes_live_14_days_after_the_first_step_over_restarts(
        self, site: Site
    ) -> None:
        await site.start()
        await site.at(START + 5 * DAY)
        await site.restart()
        await site.at(datetime(2026, 6, 15, 12, 0, tzinfo=UTC))
        assert (site.shown.mode, site.shown.effective_soc_percent) == (BufferMode.OBSERVATION, 50)
        site.freezer.move_to(START + 14 * DAY)
        shown = await site.restart()
        assert (shown.mode, shown.effective_soc_percent) == (BufferMode.LIVE, 35)
        assert (shown.observation_ends, shown.days_left) == (None, 0.0)

    async def test_after_a_restart_the_target_stands_until_there_is_a_forecast(
        self, site: Site
    ) -> None:
        await site.start()
        await site.buffering.async_activate()
        site.inputs = replace(site.inputs, confidence=None)
        shown = await site.restart()
        assert (shown.mode, shown.effective_soc_percent) == (BufferMode.LIVE, 35)
        shown = await site.at(NEXT)
        assert (shown.reason, shown.effective_soc_percent) == (
            BufferReason.CONFIDENCE_UNKNOWN,
            50,
        )

    async def test_orders_are_stored_at_once(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        await site.buffering.async_activate()
        assert hass_storage[KEY]["data"]["is_live"] is True
        await site.buffering.async_extend(7)
        assert hass_storage[KEY]["data"]["is_live"] is False
        assert site.shown.days_left == 7.0

    async def test_an_instance_that_has_been_replaced_writes_no_more(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        old, site.buffering = site.buffering, site.another()
        await site.start()
        await site.buffering.async_activate()
        kept = hass_storage[KEY]["data"]
        await old.async_extend(30)
        await old.async_save()
        await site.at(START + timedelta(seconds=SAVE_DELAY_S) + QUARTER)
        assert kept["is_live"] is hass_storage[KEY]["data"]["is_live"] is True
        old.stop()

    async def test_an_instance_that_is_replaced_while_it_saves_writes_nothing(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        await site.at(NEXT)
        replaced = Event()

        def slowly(state: BufferState) -> Any:
            assert replaced.wait(5)
            return to_plain(state)

        with patch("custom_components.loadstar.buffering.store.to_plain", slowly):
            saving = site.hass.async_create_task(site.buffering.async_save())
            site.buffering.stop()
            site.buffering = site.another()
            site.buffering._store._owner = site.buffering
            replaced.set()
            await saving
        assert len(hass_storage[KEY]["data"]["log"]) == 1
        await site.start()
        assert [event.time.minute for event in site.buffering.log] == [7, 15, 15]
        assert len(hass_storage[KEY]["data"]["log"]) == 3

    async def test_news_that_comes_while_it_saves_is_written_later(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        await site.at(NEXT)
        gate = Event()

        def slowly(state: BufferState) -> Any:
            assert gate.wait(5)
            return to_plain(state)

        with patch("custom_components.loadstar.buffering.store.to_plain", slowly):
            saving = site.hass.async_create_task(site.buffering.async_save())
            await site.settings.async_update_site(battery_soc_min=40.0)
            gate.set()
            await saving
            await site.at(START + timedelta(seconds=SAVE_DELAY_S + 600))
        assert hass_storage[KEY]["data"]["base_percent"] == 40

    async def test_it_is_deleted_with_its_entry(
        self, site: Site, hass_storage: dict[str, Any]
    ) -> None:
        await site.start()
        await async_remove_buffer(site.hass, "home")
        assert KEY not in hass_storage
        await site.at(START + DAY)
        assert KEY not in hass_storage


def written(data: object) -> bytes:
    return json.dumps({"version": 1, "minor_version": 1, "key": KEY, "data": data}).encode()


@pytest.fixture
def path(hass: HomeAssistant) -> Iterator[Path]:
    """Let stores read and write files, which the test plugin's do not; return the buffer's."""
    path = Path(hass.config.path(".storage", KEY))
    path.parent.mkdir(exist_ok=True)
    with (
        patch.object(Store, "_async_load", REAL_LOAD),
        patch.object(Store, "_async_write_data", REAL_WRITE),
    ):
        yield path


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        written({"is_live": True})[:-20],
        b"\xff\xfe\x00",
        b"[]",
        b'"text"',
        b"17",
        b"null",
        b'{"version": 1}',
        b'{"a": 1}',
        json.dumps({"version": 9, "minor_version": 1, "data": {}}).encode(),
        json.dumps({"version": 0, "minor_version": 1, "data": {}}).encode(),
        written([]),
        written("x"),
        written({"is_live": "yes"}),
        written({"unheard": 1}),
        written({"target_percent": 1e9}),
        written({"observation": {"started": "2026-06-01"}}),
        written({"log": [{"time": "2026-06-01T00:00:00+00:00"}]}),
    ],
)
async def test_a_file_that_makes_no_sense_is_kept_and_the_buffer_begins_anew(
    path: Path, site: Site, content: bytes
) -> None:
    await site.hass.async_add_executor_job(path.write_bytes, content)
    shown = await site.start()
    assert (shown.mode, shown.days_left) == (BufferMode.OBSERVATION, 14.0)
    (aside,) = path.parent.glob(f"{KEY}.corrupt.*")
    assert aside.read_bytes() == content
    issue = site.issue(LOST)
    assert issue is not None
    assert issue.translation_placeholders == {"site": "Home", "file": str(aside)}
    assert read(path)["data"]["observation"]["started"] == START.isoformat()


async def test_a_file_that_cannot_even_be_put_aside_is_written_over(path: Path, site: Site) -> None:
    await site.hass.async_add_executor_job(path.write_bytes, written([]))
    with patch.object(Path, "rename", side_effect=PermissionError):
        await site.start()
    issue = site.issue(LOST)
    assert issue is not None
    assert issue.translation_placeholders == {"site": "Home", "file": "—"}
    assert len(read(path)["data"]["log"]) == 1


async def test_a_sound_file_raises_nothing(path: Path, site: Site) -> None:
    await site.start()
    await site.restart()
    assert site.issue(LOST) is None
    assert len(read(path)["data"]["log"]) == 2
