"""What is seen of a site is kept slot by slot, whatever happens to Home Assistant or the file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
import threading
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.loadstar.backup import async_post_backup, async_pre_backup
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.learning.errors import StoreError, StoreProblem
from custom_components.loadstar.engine.learning.store import LearningStore
from custom_components.loadstar.engine.learning.types import (
    Quality,
    SlotForecast,
    SlotObservation,
)
from custom_components.loadstar.models import ChargerSnapshot, SiteSnapshot, Snapshot
from custom_components.loadstar.observing import (
    Observing,
    async_database,
    async_remove_observations,
)
from custom_components.loadstar.observing.database import FILE_NAME, MOST_OBSERVATIONS
from custom_components.loadstar.observing.powers import PowerReader, Powers
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.common import BATTERY, EVERYTHING, GARAGE, Home, make_entry, running
from tests.integration.plans import HEATER

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
METERED_HEATER = ConfigSubentryDataWithId(
    **{**HEATER, "data": {**HEATER["data"], "power": "sensor.heater"}}
)
DRYER = ConfigSubentryDataWithId(
    subentry_id="dryer",
    subentry_type="load",
    title="Dryer",
    unique_id=None,
    data={
        "load_kind": "deferrable",
        "rated_power": 2.0,
        "duration": 90,
        "earliest": "08:00",
        "latest_end": "20:00",
        "power": "sensor.dryer",
    },
)


# what flows


def configured(subentries: tuple[ConfigSubentryDataWithId, ...] = (), **changes: Any) -> SiteConfig:
    return SiteConfig.from_entry(make_entry(subentries, **changes))


def report(hass: HomeAssistant, **values: float | str) -> None:
    """Let sensors report W."""
    for name, value in values.items():
        hass.states.async_set(f"sensor.{name}", str(value), {"unit_of_measurement": "W"})


def read(hass: HomeAssistant, config: SiteConfig, **site: Any) -> Powers:
    snapshot = Snapshot(created_at=NOON, site=SiteSnapshot(**site))
    return PowerReader(hass, config).read(snapshot)


@pytest.mark.parametrize(("netting", "expected"), [(False, (1500.0, 300.0)), (True, (1200.0, 0.0))])
async def test_phases_count_against_each_other_where_the_meter_nets(
    hass: HomeAssistant,
    netting: bool,  # noqa: FBT001  a column of the table
    expected: tuple[float, float],
) -> None:
    report(hass, grid_a=1000, grid_b=500, grid_c=-300)
    powers = read(hass, configured(phase_netting=netting))
    assert (powers.import_w, powers.export_w) == expected


async def test_a_meter_in_ampere_is_read_at_the_sites_voltage(hass: HomeAssistant) -> None:
    for name, value in (("grid_a", "10"), ("grid_b", "-2"), ("grid_c", "0")):
        hass.states.async_set(f"sensor.{name}", value, {"unit_of_measurement": "A"})
    powers = read(hass, configured())
    assert (powers.import_w, powers.export_w) == (2300.0, 460.0)


async def test_a_total_and_a_pair_of_import_and_export(hass: HomeAssistant) -> None:
    report(hass, imported=200, exported=1700)
    config = configured(
        meter_layout="total", grid_total="sensor.imported", grid_export_total="sensor.exported"
    )
    powers = read(hass, config)
    assert (powers.import_w, powers.export_w) == (0, 1500.0)
    report(hass, exported="unavailable")
    assert read(hass, config).import_w is None


async def test_a_meter_that_counts_the_other_way_is_turned(hass: HomeAssistant) -> None:
    report(hass, imported=-200)
    config = configured(meter_layout="total", grid_total="sensor.imported", grid_invert=True)
    assert read(hass, config).import_w == 200.0


@pytest.mark.parametrize("value", ["unavailable", "nan", "1e9", "cheap"])
async def test_a_phase_that_cannot_be_read_is_not_guessed(hass: HomeAssistant, value: str) -> None:
    report(hass, grid_a=1000, grid_b=500, grid_c=value)
    powers = read(hass, configured(pv_power=None))
    assert (powers.import_w, powers.export_w, powers.load_w) == (None, None, None)


@pytest.mark.parametrize("state", ["meter_stale", "meter_frozen"])
async def test_a_meter_that_does_not_follow_is_not_believed(
    hass: HomeAssistant, state: str
) -> None:
    report(hass, grid_a=1000, grid_b=500, grid_c=0)
    assert read(hass, configured(), **{state: True}).import_w is None


async def test_the_household_is_what_no_managed_device_draws(hass: HomeAssistant) -> None:
    report(hass, grid_a=5000, grid_b=0, grid_c=0, heater=1500, dryer=400)
    config = configured((GARAGE, BATTERY, METERED_HEATER, DRYER))
    charging = ChargerSnapshot(connected=True, charging=True, power_w=2000.0)
    snapshot = Snapshot(
        created_at=NOON,
        site=SiteSnapshot(pv_power_w=3000.0, battery_power_w=600.0, battery_soc_percent=61.0),
        chargers={"garage": charging},
    )
    powers = PowerReader(hass, config).read(snapshot)
    assert powers.load_w == 5000 + 3000 - 600 - 2000 - 1500 - 400
    assert powers.water_w == 1500.0
    assert powers.battery_w == 600.0
    assert powers.soc_percent == 61.0
    assert powers.chargers_w == {"garage": 2000.0}
    hass.states.async_remove("sensor.dryer")
    powers = PowerReader(hass, config).read(snapshot)
    assert (powers.load_w, powers.water_w) == (None, 1500.0)
    unmeasured = replace(snapshot, site=SiteSnapshot(pv_power_w=3000.0))
    assert PowerReader(hass, config).read(unmeasured).load_w is None


@pytest.mark.parametrize(
    ("charger", "expected"),
    [
        (ChargerSnapshot(connected=True, power_w=11.0), 11.0),
        (ChargerSnapshot(connected=True, charging=True, currents=(10.0, None, 6.0)), 3680.0),
        (ChargerSnapshot(connected=True, charging=True), None),
        (ChargerSnapshot(connected=True), 0.0),
        (ChargerSnapshot(power_w=7000.0), 0.0),  # long gone, with its last figure
        (ChargerSnapshot(transaction_id=7, power_w=7000.0), None),
    ],
    ids=["measured", "currents", "unmeasured", "at rest", "offline", "lost while charging"],
)
async def test_a_charger_draws_what_it_says_or_nobody_knows(
    hass: HomeAssistant, charger: ChargerSnapshot, expected: float | None
) -> None:
    snapshot = Snapshot(created_at=NOON, chargers={"garage": charger})
    powers = PowerReader(hass, configured((GARAGE,))).read(snapshot)
    assert powers.chargers_w == {"garage": expected}


async def test_an_inverter_that_falls_asleep_gives_nothing_and_one_that_is_lost_is_unknown(
    hass: HomeAssistant,
) -> None:
    reader = PowerReader(hass, configured())

    def sun(pv_w: float | None) -> float | None:
        site = SiteSnapshot(pv_power_w=pv_w)
        return reader.read(Snapshot(created_at=NOON, site=site)).pv_w

    assert [sun(None), sun(0.0), sun(None)] == [None, 0.0, 0.0]
    assert [sun(40.0), sun(None), sun(None)] == [40.0, 0.0, 0.0]
    assert [sun(2500.0), sun(None), sun(None), sun(30.0)] == [2500.0, None, None, 30.0]


async def test_a_look_takes_less_than_50_microseconds(hass: HomeAssistant) -> None:
    async with running(hass, (*EVERYTHING, METERED_HEATER, DRYER)) as home:
        report(hass, heater=1500, dryer=400)
        snapshot, observing = home.coordinator.data, home.coordinator.observing
        best = min(_timed(observing.observe, snapshot) for _ in range(50))
    assert best < 50e-6


def _timed(act: Any, *arguments: Any) -> float:
    begun = time.perf_counter()
    for _ in range(10):
        act(*arguments)
    return (time.perf_counter() - begun) / 10


# slots


class Clock:
    """Runs control cycles as time goes by."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        self._freezer = freezer
        freezer.move_to(NOON)

    def at(self, instant: datetime) -> None:
        self._freezer.move_to(instant)

    async def go(self, home: Home, seconds: float) -> None:
        """Let the site see its meters every 30 s."""
        for _ in range(int(seconds / 30)):
            self._freezer.tick(30)
            home.coordinator.clock.run_now()
        await home.hass.async_block_till_done()


@pytest.fixture
def clock(freezer: FrozenDateTimeFactory) -> Clock:
    return Clock(freezer)


def file_of(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(FILE_NAME))


def contents(hass: HomeAssistant) -> bytes | None:
    file = file_of(hass)
    return file.read_bytes() if file.exists() else None


def log_size(hass: HomeAssistant) -> int:
    """Return the bytes that are not in the file itself yet."""
    return file_of(hass).with_name(f"{FILE_NAME}-wal").stat().st_size


async def observed(home: Home) -> list[SlotObservation]:
    return await home.coordinator.observing.async_observations(NOON - DAY, NOON + DAY)


async def test_a_slot_is_kept_when_it_closes(hass: HomeAssistant, clock: Clock) -> None:
    async with running(hass, (BATTERY,)) as home:
        await clock.go(home, 870)
        assert await observed(home) == []
        await clock.go(home, 30)
        (row,) = await observed(home)
    assert row.start == NOON
    assert row.pv_kwh == pytest.approx(3.25 / 4)
    assert row.battery_charge_kwh == pytest.approx(0.9 / 4)
    assert row.soc_end_percent == 64.0
    assert row.quality == Quality.INTEGRATED


async def test_a_slot_goes_on_over_a_reload(hass: HomeAssistant, clock: Clock) -> None:
    async with running(hass, ()) as home:
        await clock.go(home, 450)
        await hass.config_entries.async_reload(home.entry.entry_id)
        await clock.go(home, 450)
        (row,) = await observed(home)
    assert row.pv_kwh == pytest.approx(3.25 / 4)
    assert row.quality == Quality.INTEGRATED


async def test_a_slot_goes_on_over_a_restart_with_what_was_kept(
    hass: HomeAssistant, clock: Clock
) -> None:
    async with running(hass, ()) as home:
        await clock.go(home, 300)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
    forget_process(hass)
    clock.at(NOON + timedelta(seconds=390))
    async with running(hass, ()) as home:
        await clock.go(home, 510)
        (row,) = await observed(home)
    assert row.pv_kwh == pytest.approx(3.25 * 810 / 3600)
    assert row.quality == Quality.INTEGRATED | Quality.PARTIAL


def forget_process(hass: HomeAssistant) -> None:
    """Forget what a restart of Home Assistant forgets."""
    for key in (f"{DOMAIN}_integrators", f"{DOMAIN}_database"):
        hass.data.pop(key)


async def test_two_sites_share_a_file_and_a_removed_one_leaves_it(
    hass: HomeAssistant, clock: Clock
) -> None:
    async with running(hass, ()) as home:
        await clock.go(home, 900)
        database = async_database(hass)
        database.attach("cabin")
        database.keep("cabin", observations=[SlotObservation(start=NOON)])
        assert len(await observed(home)) == 1
        await hass.config_entries.async_remove(home.entry.entry_id)
        await hass.async_block_till_done()
        assert await database.async_read(lambda store: [store.is_open]) == [True]
        await database.async_detach("cabin")
    store = LearningStore(file_of(hass))
    assert store.open() is None
    assert store.observations("home", NOON - DAY, NOON + DAY) == []
    assert len(store.observations("cabin", NOON - DAY, NOON + DAY)) == 1
    store.close()


# forecasts


def expected(issued: datetime, hours: float = 48.0) -> list[SlotForecast]:
    first = issued - timedelta(seconds=issued.timestamp() % 900)
    count = int(hours * 4)
    return [
        SlotForecast(start=first + QUARTER * index, issued=issued, pv_p50_kwh=0.1)
        for index in range(count)
    ]


@asynccontextmanager
async def observing_alone(hass: HomeAssistant) -> AsyncIterator[Observing]:
    """Observe a site whose forecasts are the test's."""
    entry = make_entry(())
    observing = Observing(hass, entry, SiteConfig.from_entry(entry))
    await observing.async_start()
    yield observing
    await hass.async_block_till_done()
    await observing.async_stop()


async def test_forecasts_are_kept_every_six_hours(hass: HomeAssistant) -> None:
    async with observing_alone(hass) as observing:
        observing.record_forecasts([])
        for hours in (0.0, 1.0, 5.9, 6.0, 11.0):
            observing.record_forecasts(expected(NOON + timedelta(hours=hours)))
        await hass.async_block_till_done()
        found = await observing.async_issued(NOON, NOON + 4 * DAY)
    # the test's home is 8 h behind Greenwich: its next day begins 20 h after noon
    next_day = NOON + timedelta(hours=20)
    assert {row.issued for row in found} == {NOON + timedelta(hours=6)}
    assert found[0].start == next_day
    assert found[-1].start == NOON + timedelta(hours=54) - QUARTER


async def test_a_restart_does_not_make_a_forecast_due(hass: HomeAssistant) -> None:
    async with observing_alone(hass) as observing:
        observing.record_forecasts(expected(NOON))
    forget_process(hass)
    async with observing_alone(hass) as observing:
        observing.record_forecasts(expected(NOON + timedelta(hours=1)))
        await hass.async_block_till_done()
        found = await observing.async_issued(NOON, NOON + 2 * DAY)
        assert {row.issued for row in found} == {NOON}


async def test_a_clock_that_was_put_back_does_not_keep_forecasts_away(hass: HomeAssistant) -> None:
    async with observing_alone(hass) as observing:
        for issued in (NOON, NOON - DAY):
            observing.record_forecasts(expected(issued))
        await hass.async_block_till_done()
        found = await observing.async_issued(NOON - DAY, NOON + 2 * DAY)
    assert {row.issued for row in found} == {NOON, NOON - DAY}


async def test_a_source_that_comes_late_is_not_kept_waiting(hass: HomeAssistant) -> None:
    async with observing_alone(hass) as observing:
        for minutes, sun in ((0, None), (1, None), (2, 0.3), (3, 0.4)):
            issued = NOON + timedelta(minutes=minutes)
            rows = [replace(row, pv_source_kwh=sun) for row in expected(issued)]
            observing.record_forecasts(rows)
        await hass.async_block_till_done()
        found = await observing.async_issued(NOON, NOON + 2 * DAY)
    assert {row.pv_source_kwh for row in found} == {0.3}


async def test_a_source_that_is_set_up_after_the_site_is_not_kept_waiting(
    hass: HomeAssistant,
) -> None:
    async with observing_alone(hass) as observing:
        observing.record_forecasts(expected(NOON))
    async with observing_alone(hass) as observing:  # reloaded, with its first PV array
        for minutes, sun in ((1, 0.3), (2, 0.4)):
            issued = NOON + timedelta(minutes=minutes)
            rows = [replace(row, pv_source_kwh=sun) for row in expected(issued)]
            observing.record_forecasts(rows)
        await hass.async_block_till_done()
        found = await observing.async_issued(NOON, NOON + 2 * DAY)
    assert {row.pv_source_kwh for row in found} == {0.3}


# the file


async def test_what_is_called_off_while_it_waits_for_its_turn_is_written_later(
    hass: HomeAssistant,
) -> None:
    database, is_free = async_database(hass), threading.Event()
    database.keep("home", observations=[SlotObservation(start=NOON)])
    busy = hass.loop.run_in_executor(database._thread, is_free.wait)
    writing = hass.async_create_task(database.async_flush())
    writing.cancel()
    await asyncio.wait({writing})
    is_free.set()
    await busy
    (row,) = await database.async_read(lambda store: store.observations("home", NOON, NOON + DAY))
    assert row.start == NOON
    await database.async_close()


async def test_a_row_that_makes_no_sense_does_not_keep_a_site_from_starting(
    hass: HomeAssistant, clock: Clock
) -> None:
    async with running(hass, ()) as home:
        await clock.go(home, 900)
    with closing(sqlite3.connect(file_of(hass))) as connection:
        connection.execute("UPDATE slot_observations SET chargers_kwh = 'no json'")
        connection.commit()
    forget_process(hass)
    clock.at(NOON)
    async with running(hass, ()) as home:
        assert await observed(home) == []
        assert issue(hass, "store") is not None


async def test_a_site_that_never_saw_anything_needs_no_file(hass: HomeAssistant) -> None:
    async with observing_alone(hass) as observing:
        assert await observing.async_observations(NOON - DAY, NOON + DAY) == []
    await async_remove_observations(hass, "home")
    assert contents(hass) is None


def issue(hass: HomeAssistant, matter: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{matter}_{DOMAIN}")


async def test_a_broken_file_is_kept_and_a_new_one_begun(
    hass: HomeAssistant, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    file = file_of(hass)
    file_of(hass).write_bytes(b"no database" * 100)
    async with running(hass, ()) as home:
        await clock.go(home, 900)
        assert len(await observed(home)) == 1
    (kept,) = file.parent.glob(f"{FILE_NAME}.corrupt.*")
    assert kept.read_bytes() == b"no database" * 100
    shown = issue(hass, "store_set_aside")
    assert shown is not None
    assert shown.translation_placeholders == {"file": str(file), "kept": str(kept)}
    assert "is kept as" in caplog.text


@pytest.mark.parametrize(
    ("problem", "key"),
    [
        (StoreProblem.FULL, "store_full"),
        (StoreProblem.NOT_WRITABLE, "store_not_writable"),
        (StoreProblem.LOCKED, "store_locked"),
        (StoreProblem.FAILED, "store_failed"),
    ],
)
async def test_what_cannot_be_written_waits_and_a_repair_issue_says_why(
    hass: HomeAssistant,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    problem: StoreProblem,
    key: str,
) -> None:
    def refuse(*_arguments: object) -> None:
        raise StoreError(problem, "SQLite's own word")

    async with running(hass, ()) as home:
        with monkeypatch.context() as patched:
            patched.setattr(LearningStore, "add_observations", refuse)
            await clock.go(home, 1800)
            shown = issue(hass, "store")
            assert shown is not None
            assert shown.translation_key == key
            assert home.state("sensor", "pv_power") == "3250.0"
        await clock.go(home, 900)
        assert issue(hass, "store") is None
        assert [row.start for row in await observed(home)] == [
            NOON,
            NOON + QUARTER,
            NOON + 2 * QUARTER,
        ]


async def test_a_file_that_cannot_be_read_is_no_history(
    hass: HomeAssistant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise StoreError(StoreProblem.LOCKED)

    async with running(hass, ()) as home:
        await clock.go(home, 900)
        with monkeypatch.context() as patched:
            patched.setattr(LearningStore, "observations", refuse)
            assert await observed(home) == []
        assert issue(hass, "store") is not None
        assert len(await observed(home)) == 1
        assert issue(hass, "store") is None


async def test_a_file_that_breaks_while_it_is_used_is_set_aside(
    hass: HomeAssistant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = LearningStore.add_observations
    broken = [True]

    def break_once(store: LearningStore, *arguments: Any) -> None:
        if broken:
            broken.clear()
            raise StoreError(StoreProblem.CORRUPT)
        write(store, *arguments)

    monkeypatch.setattr(LearningStore, "add_observations", break_once)
    async with running(hass, ()) as home:
        await clock.go(home, 900)
        assert issue(hass, "store_set_aside") is not None
        assert issue(hass, "store") is None
        assert len(await observed(home)) == 1


async def test_what_waits_does_not_grow_for_ever(hass: HomeAssistant) -> None:
    database = async_database(hass)
    rows = [SlotObservation(start=NOON + QUARTER * index) for index in range(200)]
    await async_pre_backup(hass)
    database.keep("home", observations=rows[:150])
    database.keep("home", observations=rows[150:])
    await database.async_flush()
    await async_post_backup(hass)
    kept = await database.async_read(lambda store: store.observations("home", NOON, NOON + 9 * DAY))
    assert kept == rows[-MOST_OBSERVATIONS:]
    await database.async_close()


async def test_a_day_later_what_is_too_old_is_forgotten(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    database = async_database(hass)
    old, new = (SlotObservation(start=NOON - age) for age in (729.5 * DAY, QUARTER))

    async def kept() -> list[SlotObservation]:
        def read_all(store: LearningStore) -> list[SlotObservation]:
            return store.observations("home", NOON - 800 * DAY, NOON + DAY)

        return await database.async_read(read_all)

    database.keep("home", observations=[old])
    assert await kept() == [old]
    freezer.move_to(NOON + DAY)
    database.keep("home", observations=[new])
    assert await kept() == [new]
    await database.async_close()


# backups


def starts_in(path: Path, copy: bytes) -> list[datetime]:
    path.write_bytes(copy)
    store = LearningStore(path)
    assert store.open() is None
    rows = store.observations("home", NOON, NOON + DAY)
    store.close()
    return [row.start for row in rows]


async def test_nothing_is_written_while_a_backup_is_made(
    hass: HomeAssistant, clock: Clock, tmp_path: Path
) -> None:
    async with running(hass, ()) as home:
        await clock.go(home, 900)
        await async_pre_backup(hass)
        whole = contents(hass)
        assert whole is not None
        assert log_size(hass) == 0
        await clock.go(home, 900)
        assert (contents(hass), log_size(hass)) == (whole, 0)
        await async_post_backup(hass)
        assert [row.start for row in await observed(home)] == [NOON, NOON + QUARTER]
    assert starts_in(tmp_path / "restored.db", whole) == [NOON]


async def test_a_backup_is_made_also_where_the_file_cannot_be_made_whole(
    hass: HomeAssistant,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(_store: LearningStore) -> None:
        raise StoreError(StoreProblem.LOCKED, "database is locked")

    monkeypatch.setattr(LearningStore, "checkpoint", refuse)
    async with running(hass, ()) as home:
        await clock.go(home, 900)
        await async_pre_backup(hass)
        assert "may be incomplete in the backup" in caplog.text
        await async_post_backup(hass)


async def test_a_backup_needs_no_file(hass: HomeAssistant) -> None:
    await async_pre_backup(hass)
    await async_post_backup(hass)
    assert contents(hass) is None


async def test_home_assistants_backups_know_of_the_file(hass: HomeAssistant, clock: Clock) -> None:
    async with running(hass, ()) as home:
        assert await async_setup_component(hass, "backup", {})
        await hass.async_block_till_done()
        manager = hass.data[DATA_MANAGER]
        await manager.async_pre_backup_actions()
        await clock.go(home, 900)
        assert await observed(home) == []
        await manager.async_post_backup_actions()
        assert len(await observed(home)) == 1
