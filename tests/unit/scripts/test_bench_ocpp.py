"""What the benchmark of the central system is made of."""

from dataclasses import replace
import json
import math
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleet.charger import LeanCharger
from benchmarks.fleet.sites import multiply
from benchmarks.ocpp import Row, _percentile_ms, memory_per_charger_mb, table

GOOD = Row(
    chargers=100,
    sites=10,
    set_points=1000,
    missing=0,
    latency_p50_ms=100.0,
    latency_p99_ms=500.0,
    latency_max_ms=600.0,
    wait_p99_ms=20.0,
    hold_max_ms=40.0,
    longest_hold="somebody",
    rss_mb=300.0,
    open_s=5.0,
    connect_s=40.0,
    storm_s=30.0,
)


def row(**changes: Any) -> Row:
    """Return a row that meets every target, with changes."""
    return replace(GOOD, **changes)


def test_a_row_within_its_targets_has_no_failures() -> None:
    assert row().failures == []


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"latency_p99_ms": 500.1}, "100 chargers: latency_p99_ms 500.1 > 500.0"),
        ({"wait_p99_ms": 20.1}, "100 chargers: wait_p99_ms 20.1 > 20.0"),
        ({"storm_s": 30.1}, "100 chargers: storm_s 30.1 > 30.0"),
        ({"missing": 1}, "100 chargers: missing 1 > 0"),
        (
            {"chargers": 10, "latency_p99_ms": 100.1, "storm_s": 31.0},
            "10 chargers: latency_p99_ms 100.1 > 100.0",
        ),
        ({"chargers": 300, "connect_s": 30.1}, "300 chargers: connect_s 30.1 > 30.0"),
    ],
)
def test_a_missed_target_is_told(changes: dict[str, Any], failure: str) -> None:
    if changes.get("chargers") == 300:
        assert failure in row(**changes).failures
    else:
        assert row(**changes).failures == [failure]


@pytest.mark.parametrize(
    ("seconds", "percent", "ms"),
    [
        ([], 99, math.inf),
        ([0.002], 99, 2.0),
        ([0.003, 0.001, 0.002], 50, 2.0),
        ([0.001, 0.002, 0.003], 99, 3.0),
    ],
)
def test_percentiles_are_of_what_was_measured(
    seconds: list[float], percent: int, ms: float
) -> None:
    assert _percentile_ms(seconds, percent) == pytest.approx(ms)


def test_memory_is_told_for_each_further_charger() -> None:
    rows = [row(chargers=1, rss_mb=200.0), row(chargers=101, rss_mb=300.0)]
    assert memory_per_charger_mb(rows) == pytest.approx(1.0)
    assert table(rows).endswith("memory per charger: 1.00 MB")


def test_sites_and_chargers_are_copies_with_names_of_their_own(tmp_path: Path) -> None:
    storage = tmp_path / ".storage"
    storage.mkdir()
    charger = {
        "data": {"station_id": "s0c0", "rated_current": 8},
        "subentry_id": "C",
        "title": "s0c0",
        "unique_id": "s0c0_1",
    }
    site = {
        "domain": "loadstar",
        "entry_id": "E",
        "title": "x",
        "data": {},
        "subentries": [charger],
    }
    stored = {"data": {"entries": [{"domain": "sun"}, site]}}
    path = storage / "core.config_entries"
    path.write_text(json.dumps(stored))
    multiply(tmp_path, [2, 1])
    other, first, second = json.loads(path.read_text())["data"]["entries"]
    assert other == {"domain": "sun"}
    assert first["entry_id"] == "E"
    assert second["entry_id"] != "E"
    assert second["data"]["grid_a"] == "sensor.site_1_grid_a"
    chargers = [*first["subentries"], *second["subentries"]]
    assert [it["data"]["station_id"] for it in chargers] == ["s0c0", "s0c1", "s1c0"]
    assert [it["unique_id"] for it in chargers] == ["s0c0_1", "s0c1_1", "s1c0_1"]
    assert len({it["subentry_id"] for it in chargers}) == 3


def test_a_lean_charger_draws_nothing_without_a_transaction() -> None:
    charger = LeanCharger("s0c0", 9)
    assert charger.current_a == 0.0
    charger._transaction_id = 1
    assert charger.current_a == 16.0
    for purpose, limit in (("TxDefaultProfile", 6.0), ("TxProfile", 8.0)):
        charger._take(
            {
                "chargingProfilePurpose": purpose,
                "chargingSchedule": {"chargingSchedulePeriod": [{"limit": limit}]},
            }
        )
        assert charger.current_a == limit
    assert [(it.purpose, it.limit_a) for it in charger.arrivals] == [
        ("TxDefaultProfile", 6.0),
        ("TxProfile", 8.0),
    ]
