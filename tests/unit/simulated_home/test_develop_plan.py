"""``scripts/develop --check`` shows the plan, and fails without a fresh one."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from simulated_home.develop.plan_check import PlanReport, plan_table, wait_for_plan
from simulated_home.develop.planning import PLANNED, add_planned
from simulated_home.develop.site import DevelopedHome
from simulated_home.hass_process import HassError

CHARGERS = {"Garage": "g", "Driveway": "d"}
HOME = DevelopedHome(
    entry_id="e", chargers=CHARGERS, entities={"e_last_plan": "sensor.home_last_plan"}
)


def slot(start: datetime, minutes: int = 15, **changes: Any) -> dict[str, Any]:
    """Return a slot in which nothing happens, with changes."""
    return {
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=minutes)).isoformat(),
        "import_price_per_kwh": 0.2,
        "pv_kwh": 0.5,
        "battery_charge_kw": 0.0,
        "battery_discharge_kw": 0.0,
        "projected_soc_percent": 50.0,
        "water_heater_kw": 0.0,
        "chargers": {"g": {"current_a": 0.0}},
        "action": "idle",
        "reason": {"code": "nothing", "message": "Nothing to do."},
    } | changes


def plan(age: timedelta = timedelta(), **changes: Any) -> dict[str, Any]:
    """Return a plan made some time ago."""
    now = datetime.now(UTC)
    return {
        "created_at": (now - age).isoformat(),
        "status": "optimal",
        "solve_time_ms": 200.0,
        "cost": 1.0,
        "reference_cost": 2.0,
        "saving": 1.0,
        "slots": [slot(now + timedelta(minutes=15 * n - 1)) for n in range(4)],
        "devices": [{"name": name, "energy_kwh": 5.004} for name in PLANNED],
        "warnings": [],
    } | changes


def test_a_plan_of_now_with_every_device_is_ok() -> None:
    report = PlanReport(plan())
    assert report.ok
    told = json.loads(json.dumps(report.as_dict()))
    assert told["ok"] is True
    assert told["slots"] == 4
    assert told["devices_kwh"] == dict.fromkeys(PLANNED, 5.0)


@pytest.mark.parametrize(
    "made",
    [
        None,
        plan(timedelta(minutes=21)),
        plan(slots=[]),
        plan(slots=[slot(datetime.now(UTC) + timedelta(hours=6))]),
        plan(devices=[{"name": name, "energy_kwh": 1.0} for name in PLANNED[1:]]),
    ],
)
def test_no_plan_an_old_one_and_one_without_a_device_are_not_ok(
    made: dict[str, Any] | None,
) -> None:
    report = PlanReport(made, "it is not there")
    assert not report.ok
    assert report.as_dict()["ok"] is False


def test_the_table_has_a_line_as_long_as_nothing_changes_and_all_warnings() -> None:
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    quarter = timedelta(minutes=15)
    slots = [
        slot(start, import_price_per_kwh=0.1),
        slot(start + quarter, import_price_per_kwh=0.3, projected_soc_percent=60.0),
        slot(start + 2 * quarter, water_heater_kw=2.0, battery_discharge_kw=1.5),
        slot(
            start + 3 * quarter,
            action="hold",
            chargers={"d": {"current_a": 11.0}},
            projected_soc_percent=None,
            reason={"code": "wait", "message": "Waiting for 0.1."},
        ),
        slot(start + timedelta(hours=12)),
    ]
    made = plan(slots=slots, warnings=[{"code": "x", "message": "The sun is missing."}])
    heading, first, second, third, warning = plan_table(PlanReport(made), CHARGERS).splitlines()
    assert " ".join(heading.split()) == (
        "from price PV kW bat. kW SoC water Garage Driveway action, and why"
    )
    clock = start.astimezone()
    assert " ".join(first.split()) == (
        f"{clock:%H:%M} 0.200 2.0 0.0 60 % 0.0 0 A 0 A idle: Nothing to do."
    )
    assert second.split()[2:7] == ["2.0", "-1.5", "50", "%", "2.0"]
    assert third.split()[4:] == ["-", "0.0", "0", "A", "11", "A", "hold:", "Waiting", "for", "0.1."]
    assert warning == "! The sun is missing."


def test_without_a_plan_the_table_says_why() -> None:
    assert plan_table(PlanReport(None, "it rains"), CHARGERS) == "No plan: it rains"


def test_a_plan_without_slots_has_a_heading_alone() -> None:
    assert len(plan_table(PlanReport(plan(slots=[])), CHARGERS).splitlines()) == 1


class Client:
    """A Home Assistant that gives one answer after the other, the last one for good."""

    def __init__(self, *answers: tuple[str, Any]) -> None:
        """``answers`` are the sensor's state, and a plan or an error."""
        self.answers = list(answers)
        self.asked = 0

    async def state(self, entity_id: str) -> dict[str, str]:
        assert entity_id == "sensor.home_last_plan"
        if len(self.answers) > 1:
            self.now = self.answers.pop(0)
        else:
            self.now = self.answers[0]
        return {"state": self.now[0]}

    async def ask_service(self, service: str, **data: Any) -> Any:
        assert (service, data) == ("loadstar.get_plan", {"config_entry_id": "e"})
        self.asked += 1
        if isinstance(self.now[1], HassError):
            raise self.now[1]
        return self.now[1]


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks."""

    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("simulated_home.develop.plan_check.asyncio.sleep", at_once)


@pytest.mark.usefixtures("no_waiting")
async def test_it_waits_for_a_fresh_plan() -> None:
    client = Client(
        ("unknown", None),
        ("2026", plan(timedelta(hours=1))),
        ("2026", HassError("not now")),
        ("2026", plan()),
    )
    report = await wait_for_plan(client, HOME)  # type: ignore[arg-type]  # a stand-in
    assert report.ok
    assert client.asked == 3


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (("unknown", None), "sensor.home_last_plan is unknown"),
        (("2026", HassError("no plan yet")), "no plan yet"),
    ],
)
async def test_it_gives_up_in_the_end_and_says_why(answer: tuple[str, Any], problem: str) -> None:
    report = await wait_for_plan(
        Client(answer),  # type: ignore[arg-type]  # a stand-in
        HOME,
        timeout_s=0.0,
    )
    assert not report.ok
    assert report.as_dict() == {"ok": False, "problem": problem}


class Flows:
    """A Home Assistant in which subentries are added."""

    def __init__(self, departure: str) -> None:
        self.departure = departure
        self.added: list[tuple[str, Any]] = []

    async def request(self, _method: str, _path: str) -> dict[str, str]:
        return {"time_zone": "Europe/Stockholm"}

    async def states(self) -> dict[str, dict[str, str]]:
        return {
            f"sensor.simulated_home_{car}_car_departure": {"state": self.departure}
            for car in ("garage", "driveway")
        }

    async def subentry_flow(self, _entry_id: str, kind: str, *answers: Any) -> None:
        self.added.append((kind, answers))


async def test_both_cars_the_panels_and_the_heater_are_told_to_loadstar() -> None:
    flows = Flows("2026-11-20T23:30:00+00:00")
    await add_planned(flows, "e", "sim", CHARGERS)  # type: ignore[arg-type]  # a stand-in
    assert [kind for kind, _ in flows.added] == ["vehicle", "vehicle", "pv_array", "load"]
    (_, (family,)), (_, (city,)), (_, (roof,)), (_, (heater, _days)) = flows.added
    assert (family["charger"], city["charger"]) == ("g", "d")
    assert family["departure"] == "00:30:00"
    assert roof["forecast"] == "energy_platform|sim"
    assert {family["name"], city["name"], heater["name"]} == set(PLANNED)
