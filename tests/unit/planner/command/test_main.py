"""The command prints a plan for people and for programs, or says what is broken."""

import csv
from dataclasses import replace
import importlib
import io
import json
import os
from pathlib import Path
import runpy
import signal
import subprocess
import sys

import pytest

from custom_components.loadstar.engine.planner.command.machine import schedule_json
from custom_components.loadstar.engine.planner.command.main import main
from custom_components.loadstar.engine.planner.command.table import schedule_table
from custom_components.loadstar.engine.planner.output.stored import schedule_from_dict
from custom_components.loadstar.engine.planner.solver.types import SolveStatus
from tests.unit.planner.output.test_schedule import HOME as PLAN
from tests.unit.planner.output.test_schedule import schedule

ROOT = Path(__file__).parents[4]
PACKAGE = "custom_components.loadstar.engine.planner.command"

HOME = """\
time_zone: Europe/Berlin
currency: SEK
grid: {phases: 1, breaker_a: 40}
batteries:
  - {name: House, capacity_kwh: 5, max_charge_kw: 3, max_discharge_kw: 3, soc_percent: 40}
cars:
  - name: Car
    phases: A
    capacity_kwh: 90
    soc_percent: 5
    goals: [{by: 2026-11-20T15:00, soc_percent: 90}]
water_heaters:
  - {name: Boiler, power_kw: 2, energy_kwh_per_day: 1, continuous: true}
deferrables:
  - name: Washer
    power_kw: 1
    duration_minutes: 60
    earliest: 2026-11-20T12:00
    latest_end: 2026-11-20T16:00
"""


@pytest.fixture
def slots(tmp_path: Path) -> Path:
    """Return a file of four hours that get dearer."""
    file = tmp_path / "slots.csv"
    rows = [
        f"2026-11-20T{12 + hour}:00+01:00,0.{hour + 1},0.05,0.5,1.0,{str(hour == 3).lower()}"
        for hour in range(4)
    ]
    header = "start,import_price,export_price,pv_kwh,load_kwh,estimated"
    file.write_text("\n".join((header, *rows, "")))
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a file of a home with one device of each kind."""
    file = tmp_path / "home.yaml"
    file.write_text(HOME)
    return file


def test_a_table_shows_slots_devices_sums_and_warnings(
    slots: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(slots), str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    titles = "time import export PV load battery SoC % Car Boiler Washer grid action reason"
    assert lines[0].split() == titles.split()
    assert lines[1].startswith("Fri 12:00")
    assert lines[16].split()[2] == "~0.40"
    assert any(line.startswith("Car ") and "too slow" in line for line in lines)
    assert any(line.startswith("saving ") for line in lines)
    assert any(line.startswith("import ") for line in lines)
    assert any(line.startswith("Status: ") and ", gap " in line for line in lines)
    assert any(line.startswith("Warning: Car misses its goal by") for line in lines)


def test_json_is_a_schedule_with_sentences(
    slots: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(slots), str(home), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    told = [slot["reason"].pop("sentence") for slot in data["slots"]]
    told += [device["reason"].pop("sentence") for device in data["devices"]]
    told += [warning.pop("sentence") for warning in data["warnings"]]
    assert all(sentence.endswith(".") for sentence in told)
    plan = schedule_from_dict(data)
    assert (len(plan.slots), plan.currency, plan.kind) == (16, "SEK", "full")


def test_csv_has_a_column_per_device(
    slots: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(slots), str(home), "--csv", "--mode", "baseline"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 16
    assert rows[0]["start"] == "2026-11-20T11:00:00+00:00"
    assert {
        "import_price",
        "battery House kw",
        "charger Car kw",
        "load Boiler kw",
        "load Washer kw",
        "action",
        "reason",
    } <= rows[0].keys()
    washed = sum(float(row["load Washer kw"]) for row in rows) / 4
    assert washed == pytest.approx(1.0)


def test_a_plan_that_failed_is_shown_as_far_as_it_goes() -> None:
    plan = schedule()
    nameless = tuple(replace(device, reason=None) for device in plan.devices)
    failed = replace(
        plan, status=SolveStatus.FAILED, gap=None, reference_cost=None, devices=nameless
    )
    text = schedule_table(failed, PLAN.planner_input)
    assert "Status: failed, gap not proven" in text
    assert "saving" not in text
    data = json.loads(schedule_json(failed, PLAN.planner_input))
    assert (data["saving"], data["devices"][0]["reason"]) == (None, None)


def test_a_home_is_not_needed(slots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(slots)]) == 0
    out = capsys.readouterr().out
    assert "there is no battery to plan" in out
    assert "SoC %" in out
    assert "device" not in out


def test_a_broken_file_is_named_and_ends_with_2(
    slots: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("grid: {breaker_a: big}\n")
    assert main([str(slots), str(home)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f'{home}:1:19: grid.breaker_a: expected a number, found "big"\n'


def test_the_script_works_from_any_folder(slots: Path, home: Path) -> None:
    slots.write_text(slots.read_text().replace("0.3,", "dear,"))
    done = subprocess.run(  # noqa: S603 - our own command
        [ROOT / "scripts" / "plan", slots.name, home.name],
        cwd=slots.parent,
        env={**os.environ, "VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    message = f'{slots.name}:4:24: slots.2.import_price: expected a number, found "dear"\n'
    assert done.stderr.endswith(message)


def test_the_package_runs_as_a_module(
    slots: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[tuple[int, object]] = []
    monkeypatch.setattr(signal, "signal", lambda *given: handled.append(given))
    monkeypatch.setattr(sys, "argv", ["plan", str(slots), "--json"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(PACKAGE, run_name="__main__")
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["status"] == "optimal"
    assert handled == [(signal.SIGPIPE, signal.SIG_DFL)]


def test_to_import_the_package_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module(f"{PACKAGE}.__main__")
    assert capsys.readouterr().out == ""
