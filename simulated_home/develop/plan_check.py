"""Waits for a fresh plan with every device in it, and prints its next hours."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
import time
from typing import Any

from simulated_home.hass_client import HassClient
from simulated_home.hass_process import HassError

from .planning import PLANNED
from .site import DevelopedHome

_FRESH = timedelta(minutes=20)  # a plan is made every quarter of an hour
_NEVER = ("unknown", "unavailable")
_SHOWN = timedelta(hours=12)
_COLUMNS = f"{'from':<6}{'price':>8}{'PV kW':>7}{'bat. kW':>9}{'SoC':>6}{'water':>7}"

type Slot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The plan as ``loadstar.get_plan`` gives it; ``problem`` is why there is none."""

    plan: Mapping[str, Any] | None
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is fresh, plans the present, and has every device in it."""
        if self.plan is None:
            return False
        now = datetime.now(UTC)
        age = now - datetime.fromisoformat(self.plan["created_at"])
        present = any(_covers(slot, now) for slot in self.plan["slots"])
        return age <= _FRESH and present and set(PLANNED) <= {*self.devices}

    @property
    def devices(self) -> Mapping[str, float]:
        """What each device is given, in kWh by name."""
        devices = self.plan["devices"] if self.plan else ()
        return {device["name"]: device["energy_kwh"] for device in devices}

    def as_dict(self) -> dict[str, Any]:
        """Return what is printed as JSON."""
        if self.plan is None:
            return {"ok": False, "problem": self.problem}
        told = ("created_at", "status", "solve_time_ms", "cost", "reference_cost", "saving")
        return {
            "ok": self.ok,
            **{name: self.plan.get(name) for name in told},
            "slots": len(self.plan["slots"]),
            "devices_kwh": {name: round(kwh, 2) for name, kwh in self.devices.items()},
            "warnings": [warning["code"] for warning in self.plan["warnings"]],
        }


async def wait_for_plan(
    client: HassClient, home: DevelopedHome, timeout_s: float = 60.0
) -> PlanReport:
    """Ask once a second until there is such a plan; return the last answer."""
    deadline = time.monotonic() + timeout_s
    last_plan = home.site_entity("last_plan")
    while True:
        made = (await client.state(last_plan))["state"]
        report = PlanReport(None, f"{last_plan} is {made}")
        if made not in _NEVER:
            report = await _ask(client, home)
        if report.ok or time.monotonic() > deadline:
            return report
        await asyncio.sleep(1.0)


async def _ask(client: HassClient, home: DevelopedHome) -> PlanReport:
    try:
        return PlanReport(
            await client.ask_service("loadstar.get_plan", config_entry_id=home.entry_id)
        )
    except HassError as error:
        return PlanReport(None, str(error))


def plan_table(report: PlanReport, chargers: Mapping[str, str]) -> str:
    """Return the next hours for people: one line as long as nothing changes.

    ``chargers`` are subentries by name.
    """
    if report.plan is None:
        return f"No plan: {report.problem}"
    slots = report.plan["slots"]
    names = "".join(f"{name:>10}" for name in chargers)
    lines = [f"{_COLUMNS}{names}  action, and why"]
    if slots:
        until = datetime.fromisoformat(slots[0]["start"]) + _SHOWN
        shown = (slot for slot in slots if datetime.fromisoformat(slot["start"]) < until)
        runs = groupby(shown, key=lambda slot: _alike(slot, chargers.values()))
        lines += [_line(list(run), chargers.values()) for _, run in runs]
    lines += [f"! {warning['message']}" for warning in report.plan["warnings"]]
    return "\n".join(lines)


def _alike(slot: Slot, chargers: Iterable[str]) -> tuple[object, ...]:
    """Return what has to be the same of slots on one line."""
    currents = (round(_current_a(slot, charger)) for charger in chargers)
    return (slot["action"], slot["reason"]["code"], round(slot["water_heater_kw"]), *currents)


def _line(run: Sequence[Slot], chargers: Iterable[str]) -> str:
    first, last = run[0], run[-1]
    hours = sum(_hours(slot) for slot in run)

    def mean(name: str) -> float:
        return float(sum(slot[name] * _hours(slot) for slot in run) / hours)

    soc = last["projected_soc_percent"]
    start = datetime.fromisoformat(first["start"]).astimezone()
    battery_kw = round(mean("battery_charge_kw") - mean("battery_discharge_kw"), 1) or 0.0
    return (
        f"{start:%H:%M} {mean('import_price_per_kwh'):>8.3f}"
        f"{sum(slot['pv_kwh'] for slot in run) / hours:>7.1f}{battery_kw:>9.1f}"
        f"{'-' if soc is None else f'{soc:.0f} %':>6}{mean('water_heater_kw'):>7.1f}"
        f"{''.join(f'{_current_a(first, charger):>8.0f} A' for charger in chargers)}"
        f"  {first['action']}: {first['reason']['message']}"
    )


def _current_a(slot: Slot, charger: str) -> float:
    return float(slot["chargers"].get(charger, {}).get("current_a", 0.0))


def _hours(slot: Slot) -> float:
    length = datetime.fromisoformat(slot["end"]) - datetime.fromisoformat(slot["start"])
    return length / timedelta(hours=1)


def _covers(slot: Slot, now: datetime) -> bool:
    return datetime.fromisoformat(slot["start"]) <= now < datetime.fromisoformat(slot["end"])
