"""What is shown, and when."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.loadstar.engine.models import ConnectorStatus, ReasonCode
from custom_components.loadstar.models import (
    BUFFER_SECTION,
    FORECAST_SECTION,
    PLAN_SECTION,
    BatterySnapshot,
    ChargerSnapshot,
    CircuitSnapshot,
    Section,
    SiteSnapshot,
    Snapshot,
)
from custom_components.loadstar.publisher import DEAD_BANDS, Publisher

CHARGER = ChargerSnapshot(
    connected=True,
    status=ConnectorStatus.CHARGING,
    setpoint=10.0,
    currents=(9.5, 9.5, 9.5),
    power_w=6555.0,
    reason=ReasonCode.LIMITED_BY_PHASE,
    reason_data={"phase": "B", "available": 10.0},
)


def snapshot(charger: ChargerSnapshot = CHARGER, **site: Any) -> Snapshot:
    """Return a Snapshot of one charger, with changes to the site."""
    return Snapshot(
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        site=SiteSnapshot(grid_current=(5.0, 5.0, 5.0), **site),
        chargers={"garage": charger},
    )


@pytest.fixture
def publisher() -> Publisher:
    """Return a publisher that has shown the first snapshot at 0 s."""
    publisher = Publisher()
    publisher.due(snapshot(), 0.0)
    return publisher


def test_the_first_snapshot_is_shown_whole() -> None:
    assert Publisher().due(snapshot(), 0.0) == {
        "",
        PLAN_SECTION,
        FORECAST_SECTION,
        BUFFER_SECTION,
        "garage",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"setpoint": 6.0},
        {"offered": 10.0},
        {"connected": False},
        {"status": ConnectorStatus.SUSPENDED_EV},
        {"reason": ReasonCode.METER_STALE},
        {"reason_data": {"phase": "A", "available": 10.0}},
        {"problem": "setpoint_rejected"},
        {"power_w": None},
        {"currents": (9.5, None, None)},
    ],
)
def test_a_change_of_state_is_shown_at_once_and_to_its_charger_alone(
    publisher: Publisher, change: dict[str, Any]
) -> None:
    assert publisher.due(snapshot(replace(CHARGER, **change)), 0.1) == {"garage"}


@pytest.mark.parametrize(
    "change",
    [
        {"currents": (12.0, 9.5, 9.5)},
        {"power_w": 7000.0},
        {"session_energy_kwh": 0.02},
        {"reason_data": {"phase": "B", "available": 12.0}},
    ],
)
def test_a_measured_number_waits_for_its_ten_seconds(change: dict[str, Any]) -> None:
    publisher = Publisher()
    first = replace(CHARGER, session_energy_kwh=0.0)
    publisher.due(snapshot(first), 0.0)
    moved = snapshot(replace(first, **change))
    assert publisher.due(moved, 9.9) == set()
    assert publisher.due(moved, 10.0) == {"garage"}
    assert publisher.due(moved, 30.0) == set(), "nothing has changed since"


def test_a_number_within_its_dead_band_is_never_shown(publisher: Publisher) -> None:
    assert publisher.due(snapshot(replace(CHARGER, power_w=6560.0)), 60.0) == set()


def test_numbers_that_creep_are_shown_once_they_have_left_the_dead_band(
    publisher: Publisher,
) -> None:
    creeping = [replace(CHARGER, power_w=6555.0 + step) for step in (4.0, 8.0, 12.0)]
    shown = [
        publisher.due(snapshot(charger), 20.0 * number)
        for number, charger in enumerate(creeping, start=1)
    ]
    assert shown == [set(), set(), {"garage"}]


@pytest.mark.parametrize("site", [{"overload": True}, {"meter_stale": True}])
def test_a_safety_state_of_the_site_goes_out_at_once(
    publisher: Publisher, site: dict[str, Any]
) -> None:
    assert publisher.due(snapshot(**site), 0.1) == {""}


def test_every_dead_band_belongs_to_a_field() -> None:
    sections: tuple[type[Section], ...] = (
        SiteSnapshot,
        ChargerSnapshot,
        BatterySnapshot,
        CircuitSnapshot,
    )
    names = {name for section in sections for name in section.__dataclass_fields__}
    assert set(DEAD_BANDS) <= names
