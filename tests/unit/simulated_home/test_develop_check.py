"""``scripts/develop --check`` says whether the chargers follow."""

import json
from typing import Any

import pytest

from simulated_home.develop.check import look, table, wait_for_following
from simulated_home.develop.dashboard import overview
from simulated_home.develop.site import PHASES, DevelopedHome, grid_current

KEYS = (
    *("charging_mode", "setpoint", "offered_current", "reason", "status", "power"),
    *("current_l1", "current_l2", "current_l3", "session_energy"),
)
SITE_KEYS = (
    *("charging_mode", "distribution_mode", "household_power"),
    *(f"available_current_{phase}" for phase in PHASES),
    *("planner_mode", "plan_reason", "next_action", "planned_battery_power"),
    *("plan_cost", "plan_saving", "import_price"),
    *("pv_correction", "pv_confidence", "pv_today", "pv_tomorrow", "load_model"),
    *("load_forecast_error", "buffer_target", "buffer_mode"),
)
HOME = DevelopedHome(
    entry_id="e",
    chargers={"Garage": "g", "Driveway": "d"},
    entities={
        **{f"e_{sub}_{key}": f"sensor.{sub}_{key}" for sub in ("g", "d") for key in KEYS},
        **{f"e_{key}": f"sensor.site_{key}" for key in SITE_KEYS},
    },
)


def states(**changes: object) -> dict[str, dict[str, Any]]:
    """Build the states of a home in order, with changes as ``g_setpoint=...``."""
    values: dict[str, object] = {
        "sensor.g_charging_mode": "site",
        "sensor.g_setpoint": 12.0,
        "sensor.g_offered_current": 12.0,
        "sensor.g_reason": "solar_share",
        **{f"sensor.g_current_l{n}": 12.1 for n in (1, 2, 3)},
        "sensor.d_charging_mode": "eco",
        "sensor.d_setpoint": 6.0,
        "sensor.d_offered_current": 6.0,
        "sensor.d_reason": "eco_minimum",
        "sensor.d_current_l1": 5.8,
        "sensor.d_current_l2": 0.0,
        "sensor.d_current_l3": 0.0,
        **{grid_current(phase): 10.0 for phase in PHASES},
    }
    values |= {f"sensor.{key}": value for key, value in changes.items()}
    return {entity: {"state": str(value)} for entity, value in values.items() if value is not None}


def test_a_home_in_order_is_ok() -> None:
    report = look(states(), HOME)
    assert report.ok
    told = json.loads(json.dumps(report.as_dict(ok=True, seconds=12.34)))
    assert told["ok"] is True
    assert told["seconds"] == 12.3
    assert told["phases"][0] == {
        "phase": "A",
        "grid_a": 10.0,
        "breaker_a": 25,
        "headroom_a": 15.0,
    }
    assert told["chargers"][1]["currents_a"] == [5.8, 0.0, 0.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"g_setpoint": 0.0},
        {"g_setpoint": "unavailable"},
        {"g_setpoint": None},
        {"g_current_l2": 10.9},
        {"g_current_l2": 13.5},
        {"d_current_l1": 0.0},
        {"d_current_l1": "unknown"},
        {"simulated_home_grid_current_b": 25.1},
        {"simulated_home_grid_current_b": "unavailable"},
    ],
)
def test_a_home_that_is_not_in_order_is_not_ok(changes: dict[str, object]) -> None:
    assert not look(states(**changes), HOME).ok


def test_without_chargers_nothing_is_ok() -> None:
    assert not look(states(), DevelopedHome(entry_id="e", chargers={}, entities={})).ok


def test_the_table_shows_every_phase_and_charger() -> None:
    text = table(look(states(d_current_l1="unknown"), HOME))
    assert [line.split()[0] for line in text.splitlines() if line] == [
        *("phase", "A", "B", "C"),
        *("charger", "Garage", "Driveway"),
    ]
    assert text.splitlines()[-1].split() == [
        *("Driveway", "eco", "6.0", "6.0", "-", "0.0", "0.0", "eco_minimum"),
    ]


class Looks:
    """A client whose home changes from look to look."""

    def __init__(self, *looks: dict[str, dict[str, Any]]) -> None:
        """Show ``looks`` one after the other, the last one for good."""
        self.looks = list(looks)
        self.seen = 0

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return the next look."""
        self.seen += 1
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks."""

    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("simulated_home.develop.check.asyncio.sleep", at_once)


@pytest.mark.usefixtures("no_waiting")
async def test_it_waits_until_all_is_well_three_times_in_a_row() -> None:
    bad, good = states(g_setpoint=0.0), states()
    client = Looks(bad, good, good, bad, good)
    report, ok, _ = await wait_for_following(client, HOME)  # type: ignore[arg-type]  # a stand-in
    assert ok
    assert report.ok
    assert client.seen == 7


@pytest.mark.usefixtures("no_waiting")
async def test_it_gives_up_in_the_end() -> None:
    client = Looks(states(g_setpoint=0.0))
    report, ok, _ = await wait_for_following(
        client,  # type: ignore[arg-type]  # a stand-in
        HOME,
        timeout_s=0.0,
    )
    assert not ok
    assert not report.ok


def test_the_dashboard_has_a_section_for_each_charger() -> None:
    (view,) = overview(HOME)["views"]
    headings = [section["cards"][0]["heading"] for section in view["sections"]]
    assert headings == ["Home", "Plan", "Forecast", "Garage", "Driveway"]
