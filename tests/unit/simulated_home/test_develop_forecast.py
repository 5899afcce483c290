"""``scripts/develop --check`` shows what is foreseen, and fails where nothing was learned."""

import json
from typing import Any

import pytest

from simulated_home.develop.forecast_check import (
    ForecastReport,
    forecast_table,
    wait_for_forecast,
)
from simulated_home.develop.site import DevelopedHome

KEYS = (
    *("pv_confidence", "pv_correction", "pv_today", "pv_remaining", "pv_tomorrow"),
    *("load_model", "load_forecast_error", "buffer_mode", "buffer_target", "buffer_days_left"),
)
HOME = DevelopedHome(
    entry_id="e", chargers={}, entities={f"e_{key}": f"sensor.{key}" for key in KEYS}
)


def states(**changes: str | None) -> dict[str, dict[str, Any]]:
    """Return the states of a home that has learned, with changes; None takes one away."""
    values: dict[str, str | None] = {
        "pv_confidence": "84.26",
        "pv_correction": "over",
        "pv_today": "41.0",
        "pv_remaining": "12.0",
        "pv_tomorrow": "38.06",
        "load_model": "learned",
        "load_forecast_error": "31.4",
        "buffer_mode": "observation",
        "buffer_target": "30.0",
        "buffer_days_left": "14.0",
    }
    values |= changes
    units = {"pv_confidence": "%", "pv_tomorrow": "kWh"}
    said = {"pv_correction": {"percent": 14, "confidence": "good"}}
    return {
        key: {
            "state": value,
            "attributes": said.get(key, {}) | {"unit_of_measurement": units.get(key, "")},
        }
        for key, value in values.items()
        if value is not None
    }


@pytest.mark.parametrize("correction", ["over", "under", "on_target"])
def test_a_learned_forecast_is_ok(correction: str) -> None:
    report = ForecastReport(states(pv_correction=correction))
    assert report.ok
    told = json.loads(json.dumps(report.as_dict()))
    assert told["ok"] is True
    assert told["pv_confidence"] == 84.3
    assert told["pv_correction"] == correction
    assert told["buffer_mode"] == "observation"


@pytest.mark.parametrize(
    "changes",
    [
        {"pv_confidence": "0.0"},
        {"pv_confidence": "unknown"},
        {"pv_confidence": None},
        {"pv_correction": "learning"},
        {"pv_correction": "no_forecast"},
        {"pv_correction": None},
        {"pv_tomorrow": "unavailable"},
        {"pv_tomorrow": None},
    ],
)
def test_without_trust_or_a_corrected_forecast_it_is_not(changes: dict[str, str | None]) -> None:
    assert not ForecastReport(states(**changes)).ok


def test_the_table_has_a_line_for_each_with_its_unit_and_what_is_said_of_it() -> None:
    lines = forecast_table(ForecastReport(states(buffer_mode=None))).splitlines()
    assert len(lines) == len(KEYS)
    assert lines[0].split() == ["PV", "confidence", "84.3", "%"]
    assert lines[1].endswith("over  (percent 14, confidence good)")
    assert lines[7].split() == ["Buffer", "mode", "missing"]


class Client:
    """A home whose forecast comes after a while."""

    def __init__(self, *looks: dict[str, dict[str, Any]]) -> None:
        """Show ``looks`` one after the other, the last one for good."""
        self.looks = list(looks)
        self.seen = 0

    async def states(self) -> dict[str, dict[str, Any]]:
        self.seen += 1
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return {f"sensor.{key}": state for key, state in look.items()}


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks."""

    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("simulated_home.develop.forecast_check.asyncio.sleep", at_once)


@pytest.mark.usefixtures("no_waiting")
async def test_it_waits_until_something_is_learned() -> None:
    client = Client(states(pv_confidence=None), states(pv_correction="learning"), states())
    report = await wait_for_forecast(client, HOME)  # type: ignore[arg-type]  # a stand-in
    assert report.ok
    assert client.seen == 3


@pytest.mark.usefixtures("no_waiting")
async def test_it_gives_up_in_the_end() -> None:
    client = Client(states(pv_confidence="unknown"))
    report = await wait_for_forecast(
        client,  # type: ignore[arg-type]  # a stand-in
        HOME,
        timeout_s=0.0,
    )
    assert not report.ok


@pytest.mark.usefixtures("no_waiting")
async def test_a_home_without_such_entities_has_no_forecast() -> None:
    bare = DevelopedHome(entry_id="e", chargers={}, entities={})
    client = Client(states())
    report = await wait_for_forecast(
        client,  # type: ignore[arg-type]  # a stand-in
        bare,
        timeout_s=0.0,
    )
    assert report.states == {}
    assert not report.ok
