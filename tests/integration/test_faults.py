"""Faults are said once, and taken back once."""

from datetime import UTC, datetime

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.loadstar.engine.control.types import MeterState
from custom_components.loadstar.faults import METER_PATIENCE_S, Faults
from custom_components.loadstar.models import ChargerSnapshot, Snapshot
from tests.integration.common import GARAGE, make_entry
from tests.integration.wiring import site

EMPTY = Snapshot(created_at=datetime(2026, 11, 20, tzinfo=UTC))


def issues(hass: HomeAssistant) -> set[str]:
    """Return the ids of all repair issues."""
    return {issue_id for _, issue_id in ir.async_get(hass).issues}


def garage(problem: str | None, *, connected: bool = True) -> Snapshot:
    """Return a snapshot of a charger with a problem."""
    charger = ChargerSnapshot(connected=connected, problem=problem)
    return Snapshot(created_at=EMPTY.created_at, chargers={"garage": charger})


async def test_a_meter_that_stays_stale_raises_one_issue_and_takes_it_back(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    faults = Faults(hass, "entry", site())
    for now in (0.0, METER_PATIENCE_S - 1):
        faults.look(MeterState.STALE, EMPTY, now)
    assert issues(hass) == set()
    for now in (METER_PATIENCE_S, METER_PATIENCE_S + 60):
        faults.look(MeterState.STALE, EMPTY, now)
    assert issues(hass) == {"meter_stale_entry"}
    assert caplog.text.count("no usable values") == 1
    for now in (100.0, 110.0):
        faults.look(MeterState.FRESH, EMPTY, now)
    assert issues(hass) == set()
    assert caplog.text.count("meter reports again") == 1


async def test_a_hiccup_of_the_meter_starts_its_patience_anew(hass: HomeAssistant) -> None:
    faults = Faults(hass, "entry", site())
    faults.look(MeterState.STALE, EMPTY, 0.0)
    faults.look(MeterState.AGEING, EMPTY, 20.0)
    faults.look(MeterState.STALE, EMPTY, 25.0)
    faults.look(MeterState.STALE, EMPTY, 25.0 + METER_PATIENCE_S - 1)
    assert issues(hass) == set()


async def test_a_charger_that_takes_nothing_raises_an_issue_until_it_does(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    faults = Faults(hass, "entry", site())
    for _ in range(3):
        faults.look(MeterState.FRESH, garage("setpoint_rejected"), 0.0)
    assert issues(hass) == {"charger_uncontrolled_garage"}
    assert caplog.text.count("cannot be held") == 1
    faults.look(MeterState.FRESH, garage(None, connected=False), 0.0)
    assert issues(hass), "a charger that is away has not been mended"
    faults.look(MeterState.FRESH, garage(None), 0.0)
    assert issues(hass) == set()


async def test_an_issue_is_taken_back_after_a_reload_too(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    site_entry = make_entry((GARAGE,))
    site_entry.add_to_hass(hass)
    Faults(hass, "entry", site()).look(MeterState.FRESH, garage("setpoint_rejected"), 0.0)
    again = Faults(hass, "entry", site())
    assert issues(hass) == {"charger_uncontrolled_garage"}
    again.look(MeterState.FRESH, garage(None), 0.0)
    assert issues(hass) == set()
    assert "takes its set-points again" not in caplog.text, "nobody has said that it does not"


async def test_the_issue_of_a_charger_that_was_removed_goes_with_it(hass: HomeAssistant) -> None:
    site_entry = make_entry((GARAGE,))
    site_entry.add_to_hass(hass)
    Faults(hass, "entry", site()).look(MeterState.FRESH, garage("no_answer"), 0.0)
    assert hass.config_entries.async_remove_subentry(site_entry, "garage")
    Faults(hass, "entry", site())
    assert issues(hass) == set()
