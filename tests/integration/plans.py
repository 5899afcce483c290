"""A site that can be planned for, and plans in the test's hands."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.loadstar.engine.planner.devices import ManualBlock
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, PlanWarning
from custom_components.loadstar.engine.planner.output.types import (
    ChargerSlot,
    DeviceOutcome,
    PlanReason,
    Schedule,
    SlotAction,
    SlotPlan,
    StrategyEvent,
)
from custom_components.loadstar.engine.planner.solver.types import SolveStatus
from custom_components.loadstar.models import ChargerPlan, PlanSnapshot
from tests.integration.common import EVERYTHING, Home, running

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PRICED: dict[str, Any] = {"import_fixed": 0.3, "peak_fee": 4.0}

CAR = ConfigSubentryDataWithId(
    subentry_id="car",
    subentry_type="vehicle",
    title="Blue car",
    unique_id=None,
    data={"capacity": 60, "charger": "garage", "departure": "07:30"},
)
HEATER = ConfigSubentryDataWithId(
    subentry_id="heater",
    subentry_type="load",
    title="Water heater",
    unique_id=None,
    data={"load_kind": "water_heater", "rated_power": 2.0, "energy_per_day": 6.0},
)
PLANNED = (*EVERYTHING, CAR, HEATER)

SNAPSHOT = PlanSnapshot(
    currency="EUR",
    import_price=0.3123,
    export_price=0.08,
    price_is_estimated=False,
    created_at=NOW - timedelta(minutes=5),
    status=SolveStatus.FEASIBLE,
    gap=0.002,
    solve_time_ms=123.4,
    action=SlotAction.HOLD,
    reason="hold_for_dearer",
    reason_data={"price": 0.3, "at": "2026-11-20T17:00:00+00:00"},
    next_action=SlotAction.DISCHARGE,
    next_action_at=NOW + timedelta(hours=7),
    battery_power_w=-500.0,
    cost=4.2,
    saving=1.1,
    s_index=1.12,
    target_soc_percent=26.0,
    month_peak_kw=5.25,
    warnings=(PlanWarning(code="pv_missing"),),
    loads={"heater": 2000.0},
    batteries={"cellar": -500.0},
    chargers={
        "garage": ChargerPlan(
            vehicle="car",
            power_w=3600.0,
            goal_energy_kwh=12.5,
            goal_by=NOW + timedelta(hours=20),
            finish=NOW + timedelta(hours=6),
        )
    },
)


def slot(index: int, **changes: Any) -> SlotPlan:
    """Return a quarter of an hour of a plan, counted from ``NOW``."""
    start = NOW + timedelta(minutes=15 * index)
    values: dict[str, Any] = {
        "start": start,
        "end": start + timedelta(minutes=15),
        "import_price_per_kwh": 0.3,
        "export_price_per_kwh": 0.08,
        "price_is_estimated": False,
        "load_kwh": 0.1,
        "planned_load_kwh": 0.105,
        "pv_kwh": 0.0,
        "planned_pv_kwh": 0.0,
        "curtailed_kw": 0.0,
        "battery_charge_kw": 0.0,
        "battery_discharge_kw": 0.5,
        "projected_soc_percent": 55.0,
        "soc_target_percent": None,
        "import_kw": 0.0,
        "export_kw": 0.0,
        "chargers": {"garage": ChargerSlot(power_kw=3.6, current_a=16.0)},
        "water_heater_kw": 2.0,
        "loads": {"heater": 2.0},
        "batteries": {"cellar": -0.5},
        "action": SlotAction.DISCHARGE,
        "reason": PlanReason(
            code="discharge_saves",
            data={
                "price": 0.3,
                "at": "2026-11-20T03:00:00+00:00",
                "other_price": 0.1,
                "saved_per_kwh": 0.2,
                "device": "Cellar",
            },
        ),
    }
    return SlotPlan(**(values | changes))


def schedule(**changes: Any) -> Schedule:
    """Return a plan of an hour, with a warning and a device that misses its goal."""
    values: dict[str, Any] = {
        "created_at": NOW,
        "kind": "full",
        "currency": "EUR",
        "status": SolveStatus.OPTIMAL,
        "solve_time_ms": 80.0,
        "gap": 0.0005,
        "objective": {"energy": 4.0, "wear": 0.2},
        "cost": 4.2,
        "reference_cost": 5.3,
        "s_index": 1.12,
        "target_soc_percent": 26.0,
        "slots": tuple(slot(index) for index in range(4)),
        "devices": (
            DeviceOutcome(
                device_id="car",
                name="Blue car",
                energy_kwh=12.5,
                cost=1.4,
                missing_kwh=2.0,
                reason=PlanReason(
                    code="car_misses_time",
                    data={
                        "by": "2026-11-20T18:30:00+00:00",
                        "missing_kwh": 2.0,
                        "max_kw": 3.68,
                        "device": "Blue car",
                    },
                ),
            ),
            DeviceOutcome(device_id="cellar", name="Cellar", energy_kwh=1.0, cost=0.1),
        ),
        "warnings": (PlanWarning(code="breach_breaker", data={"device": "A", "kwh": 0.4}),),
        "strategy": (StrategyEvent(at=NOW, rule="price_spread", data={"spread": 0.2}),),
        "peak_kw": 5.25,
        "times_ms": {"solve": 80.0},
    }
    return Schedule(**(values | changes))


class PlanRefusedError(HomeAssistantError):
    """A plan that could not be made."""

    def __init__(self) -> None:
        super().__init__("no plan today")


class FakePlanning:
    """Plans that are what the test says."""

    def __init__(self, *_arguments: object) -> None:
        self.schedule: Schedule | None = None
        self.source: PlannerInput | None = None
        self.snapshot = PlanSnapshot()
        self.manual: tuple[ManualBlock, ...] = ()
        self.strategy_log: Sequence[StrategyEvent] = ()
        self.asked: list[object] = []
        self.next_plan: Schedule | None = schedule()
        self.comparison: Any = None
        self._listeners: list[Callable[[], None]] = []

    async def async_start(self) -> None:
        """Plan nothing."""

    def stop(self) -> None:
        """Stop planning nothing."""

    async def async_save(self) -> None:
        """Keep nothing."""

    def observe(self, _snapshot: object) -> None:
        """Look at nothing."""

    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def changed(self) -> None:
        """Tell who listens."""
        for listener in tuple(self._listeners):
            listener()

    async def async_plan(self) -> Schedule:
        self.asked.append("plan")
        if self.next_plan is None:
            raise PlanRefusedError
        self.schedule = self.next_plan
        self.changed()
        return self.schedule

    async def async_simulate(self, overrides: object) -> Any:
        self.asked.append(overrides)
        return self.comparison

    async def async_set_manual(self, block: ManualBlock) -> ManualBlock:
        others = tuple(each for each in self.manual if each.block_id != block.block_id)
        self.manual = (*others, block)
        self.changed()
        return block

    async def async_clear_manual(self, block_id: str | None) -> int:
        staying = tuple(
            block for block in self.manual if block_id is not None and block.block_id != block_id
        )
        gone = len(self.manual) - len(staying)
        self.manual = staying
        self.changed()
        return gone


def planning(home: Home) -> FakePlanning:
    """Return the plans of a running site."""
    fake: Any = home.coordinator.planning
    assert isinstance(fake, FakePlanning)
    return fake


async def show_plan(home: Home, plan: PlanSnapshot = SNAPSHOT, **changes: Any) -> None:
    """Let a site's plan be ``plan`` with changes."""
    planning(home).snapshot = replace(plan, **changes)
    await home.decide()


@asynccontextmanager
async def planned(
    hass: HomeAssistant,
    subentries: Sequence[ConfigSubentryDataWithId] = PLANNED,
    **changes: Any,
) -> AsyncIterator[Home]:
    """Run a site with prices until the end of the block; its plans are the test's."""
    with patch("custom_components.loadstar.coordinator.Planning", FakePlanning):
        async with running(hass, subentries, **(PRICED | changes)) as home:
            yield home
